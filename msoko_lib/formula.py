"""Arithmetic over form fields, as a methodologist writes it in a passport: no code is run.

``teachers_high + teachers_first`` and ``100 * places / children`` are read; names, numbers and
the four operations, nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

_OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class FormulaProblem(ValueError):
    """A formula that cannot be read; the message says what is wrong with it, in Russian."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read and found harmless.

    Parameters
    ----------
    text : str
        As it is written.
    fields : tuple of str
        Fields it asks for, in order of appearance.
    """

    text: str
    fields: tuple[str, ...]

    def evaluate(self, values: Mapping[str, pd.Series]) -> pd.Series:
        """Value for each unit; missing where a field is missing or a divisor is 0.

        Parameters
        ----------
        values : mapping of str to Series
            Field → its values, all with one index (units).
        """
        return _evaluate(ast.parse(self.text, mode="eval").body, values)


def read_formula(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    FormulaProblem
        If it is no arithmetic of fields and numbers.

    Examples
    --------
    >>> read_formula("first + high - part / 2").fields
    ('first', 'high', 'part')
    """
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise FormulaProblem(
            f"формула «{text}» записана с ошибкой: проверьте скобки и знаки + - * /"
        ) from None
    fields: dict[str, None] = {}
    _check(body, text, fields)
    return Formula(text, tuple(fields))


def _check(node: ast.expr, text: str, fields: dict[str, None]) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        _check(node.left, text, fields)
        _check(node.right, text, fields)
    elif isinstance(node, ast.Name):
        fields[node.id] = None
    elif not _is_number(node):
        raise FormulaProblem(
            f"в формуле «{text}» разрешены только поля, числа, скобки и знаки + - * /"
        )


def _is_number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    )


def _evaluate(node: ast.expr, values: Mapping[str, pd.Series]) -> pd.Series:
    if isinstance(node, ast.Name):
        return values[node.id].astype("float64")
    if isinstance(node, ast.BinOp):
        left, right = _evaluate(node.left, values), _evaluate(node.right, values)
        sign = _OPERATIONS[type(node.op)]
        if sign == "+":
            return left + right
        if sign == "-":
            return left - right
        if sign == "*":
            return left * right
        return left / right.where(right != 0)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        index = next(iter(values.values())).index
        return pd.Series(float(node.value), index=index)
    raise FormulaProblem("формула не прочитана")
