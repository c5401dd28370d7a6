"""A mutant: one small change in a source, a comparison, an operator, a number or a condition."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
Change = tuple[Any, str, Callable[[], None]]


@dataclass(frozen=True)
class Mutant:
    """A change of a file: the file, which of its changes, where it stands and what is changed.

    ``lines`` are the first and the last line of what is changed, ``function`` those of the
    function around it (None: it stands outside of any), ``code`` is the text of the first line.
    """

    room: str
    source: str
    number: int
    lines: tuple[int, int]
    function: tuple[int, int] | None
    code: str
    what: str

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return f"{self.source}:{self.lines[0]} {self.what}"

    @property
    def key(self) -> tuple[str, str, str]:
        """The same change wherever the line stands in its file."""
        return self.source, self.code, self.what

    @property
    def text(self) -> str:
        """The file with the change in it."""
        tree = ast.parse((REPOSITORY / self.source).read_text(encoding="utf-8"))
        _, _, change = next(itertools.islice(changes(tree), self.number, None))
        change()
        return ast.unparse(tree)


def mutants_of(path: Path, room: str) -> list[Mutant]:
    """Every mutant of a file; texts for people, types and docstrings are left alone."""
    text = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    functions = [
        (node.body[0].lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    source = path.relative_to(REPOSITORY).as_posix()
    found = []
    for number, (node, what, _) in enumerate(changes(tree)):
        around = [part for part in functions if part[0] <= node.lineno <= part[1]]
        place = node.lineno, node.end_lineno or node.lineno
        code = lines[node.lineno - 1].strip()
        found.append(Mutant(room, source, number, place, max(around, default=None), code, what))
    return found


def changes(tree: ast.AST) -> Iterator[Change]:
    """Nodes that can be changed, each with words and a function that changes it in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from _compared(node)
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATED and not _is_type(node):
            yield _operated(node, OPERATED[type(node.op)])
        elif isinstance(node, ast.BoolOp):
            yield _operated(node, ast.Or if isinstance(node.op, ast.And) else ast.And)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, "Not removed", lambda n=node: _positive(n)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
            yield _counted(node)
        elif isinstance(node, (ast.If, ast.IfExp)):
            yield (
                node,
                "condition → False",
                lambda n=node: setattr(n, "test", ast.copy_location(ast.Constant(False), n.test)),  # type: ignore[misc]
            )
        elif isinstance(node, (ast.Break, ast.Continue)):
            other = ast.Continue if isinstance(node, ast.Break) else ast.Break
            yield node, "Break ↔ Continue", lambda n=node, o=other: setattr(n, "__class__", o)  # type: ignore[misc]


def _compared(node: ast.Compare) -> Iterator[Change]:
    for place, operator in enumerate(node.ops):
        other = COMPARED.get(type(operator))
        if other is not None:
            what = f"{type(operator).__name__} → {other.__name__}"
            yield node, what, lambda p=place, o=other: node.ops.__setitem__(p, o())  # type: ignore[misc]


def _operated(node: Any, other: Any) -> Change:
    what = f"{type(node.op).__name__} → {other.__name__}"
    return node, what, lambda: setattr(node, "op", other())


def _counted(node: ast.Constant) -> Change:
    value: Any = node.value
    new = not value if isinstance(value, bool) else value + 1
    return node, f"{value} → {new}", lambda: setattr(node, "value", new)


def _positive(node: ast.UnaryOp) -> None:
    node.op = ast.UAdd()
    node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    ast.fix_missing_locations(node)


def _is_type(node: ast.BinOp) -> bool:
    """``int | None`` is a type, no computation."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant) and side.value is None for side in sides
    )
