"""What Excel itself checks in a form: validation on entry, and a formula that says what is wrong.

Validation works when a value is typed; a pasted one slips past it. The formula in the column
«Проверка» sees both. Only functions that every version of Excel and LibreOffice has are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.worksheet.datavalidation import DataValidation

from msoko_lib.intake.form_cells import (
    FIRST_DATE,
    LAST_DATE,
    NUMERIC_KINDS,
    bounds_of,
    excel_serial,
    plain,
)
from msoko_lib.intake.form_checks import summands
from msoko_lib.intake.form_entries import answer_words
from msoko_lib.passports import FormField

ERROR, DOUBT, RIGHT = "Ошибка", "Проверьте", "верно"
_LONGEST_FORMULA = 250  # Excel refuses a validation formula of more than 255 characters
_LONGEST_PROMPT = 250
_LONGEST_TITLE = 32
_LONGEST_TEXT = 2000
_HUGE = 10**12


@dataclass(frozen=True)
class CellOf:
    """Where a field's answer stands: sheet, address, number of its row in the form."""

    sheet: str
    address: str
    number: int

    def seen_from(self, sheet: str) -> str:
        """Reference to the cell for a formula on a sheet."""
        return self.address if sheet == self.sheet else f"'{self.sheet}'!{self.address}"

    def words(self, sheet: str) -> str:
        """The row in words, for a person who looks at a sheet."""
        return f"№ {self.number}" + ("" if sheet == self.sheet else f" листа «{self.sheet}»")


Cells = Mapping[str, CellOf]


def validation(asked: FormField, cells: Cells, choices_range: str = "") -> DataValidation:
    """Validation of a field's cell.

    Parameters
    ----------
    asked : FormField
    cells : mapping
        Field → its cell, for all fields of the workbook.
    choices_range : str
        Range that holds the field's choices, where they do not fit into the rule itself.
    """
    rule = _rule(asked, cells, choices_range)
    rule.allow_blank = True
    rule.errorTitle = "Ответ не подходит"
    rule.error = _cut(f"Ожидается {_expected(asked, cells)}.")
    rule.promptTitle = asked.title[:_LONGEST_TITLE]
    rule.prompt = _cut(asked.help or f"Ожидается {answer_words(asked)}.")
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_PROMPT else f"{words[: _LONGEST_PROMPT - 1]}…"


def _expected(asked: FormField, cells: Cells) -> str:
    here = cells[asked.id].sheet
    words = answer_words(asked)
    if asked.part_of is not None and asked.part_of in cells:
        words += f", не больше показателя {cells[asked.part_of].words(here)}"
    return words


def _rule(asked: FormField, cells: Cells, choices_range: str) -> DataValidation:
    if asked.kind == "да/нет":
        return DataValidation(type="list", formula1='"да,нет"')
    if asked.kind == "выбор":
        return DataValidation(type="list", formula1=choices_range or inline_list(asked.choices))
    if asked.kind == "дата":
        return _between("date", excel_serial(FIRST_DATE), excel_serial(LAST_DATE))
    if asked.kind == "текст":
        return DataValidation(type="textLength", operator="lessThanOrEqual",
                              formula1=str(_LONGEST_TEXT))  # fmt: skip
    custom = _custom(asked, cells)
    if custom:
        return DataValidation(type="custom", formula1=custom)
    low, high = bounds_of(asked)
    kind = "whole" if asked.kind == "целое" else "decimal"
    return _between(kind, -_HUGE if low is None else low, _HUGE if high is None else high)


def _between(kind: str, low: float, high: float) -> DataValidation:
    limits = {"formula1": figure(low), "formula2": figure(high)}
    return DataValidation(type=kind, operator="between", **limits)


def inline_list(choices: tuple[str, ...]) -> str:
    """Choices as the text of a validation rule; empty if they do not fit into one."""
    listed = ",".join(choices)
    fits = len(listed) <= _LONGEST_FORMULA and not any(set(',"') & set(one) for one in choices)
    return f'"{listed}"' if fits else ""


def figure(value: float) -> str:
    """Number as a formula has it."""
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def _custom(asked: FormField, cells: Cells) -> str:
    """Formula for what a plain range cannot say; empty where it can, or where it grows too long."""
    here, cell = cells[asked.id].sheet, cells[asked.id].address
    conditions = []
    if asked.part_of is not None and asked.part_of in cells:
        whole = cells[asked.part_of].seen_from(here)
        conditions.append(f"OR(ISBLANK({whole}),{cell}<={whole})")
    parts = [cells[name].seen_from(here) for name in summands(asked) if name in cells]
    if parts and len(parts) == len(summands(asked)):
        listed = ",".join(parts)
        conditions.append(f"OR(COUNT({listed})<{len(parts)},ABS({cell}-SUM({listed}))<0.000001)")
    if not conditions:
        return ""
    low, high = bounds_of(asked)
    limits = [f"ISNUMBER({cell})"]
    if asked.kind == "целое":
        limits.append(f"{cell}=INT({cell})")
    limits += [f"{cell}>={figure(low)}"] if low is not None else []
    limits += [f"{cell}<={figure(high)}"] if high is not None else []
    formula = f"AND({','.join(limits + conditions)})"
    return formula if len(formula) <= _LONGEST_FORMULA else ""


def check_formula(asked: FormField, cells: Cells, previous: str) -> str:
    """Formula of the column «Проверка»: empty for no answer, else «верно» or what is wrong.

    Parameters
    ----------
    asked : FormField
    cells : mapping
        Field → its cell.
    previous : str
        Address of last year's value.
    """
    cell = cells[asked.id].address
    formula = f'"{RIGHT}"'
    for condition, words in reversed(_faults(asked, cells, previous)):
        formula = f'IF({condition},"{words}",{formula})'
    return f'=IF(ISBLANK({cell}),"",{formula})'


def _faults(asked: FormField, cells: Cells, previous: str) -> list[tuple[str, str]]:
    cell = cells[asked.id].address
    if asked.kind == "да/нет":
        return [(f'NOT(OR({cell}="да",{cell}="нет"))', f"{ERROR}: нужно «да» или «нет»")]
    if asked.kind == "дата":
        return [(f"NOT(ISNUMBER({cell}))", f"{DOUBT}: дата записана текстом")]
    if asked.kind not in NUMERIC_KINDS:
        return []
    low, high = bounds_of(asked)
    faults = [(f"NOT(ISNUMBER({cell}))", f"{ERROR}: нужно число")]
    if asked.kind == "целое":
        faults.append((f"{cell}<>INT({cell})", f"{ERROR}: нужно целое число"))
    if low is not None:
        faults.append((f"{cell}<{figure(low)}", f"{ERROR}: меньше {plain(low)}"))
    if high is not None:
        faults.append((f"{cell}>{figure(high)}", f"{ERROR}: больше {plain(high)}"))
    return faults + _relations(asked, cells) + _jump(asked, cell, previous)


def _relations(asked: FormField, cells: Cells) -> list[tuple[str, str]]:
    here, cell = cells[asked.id].sheet, cells[asked.id].address
    faults = []
    if asked.part_of is not None and asked.part_of in cells:
        whole = cells[asked.part_of]
        there = whole.seen_from(here)
        words = f"{ERROR}: больше показателя {whole.words(here)}"
        faults.append((f"AND(ISNUMBER({there}),{cell}>{there})", words))
    parts = [cells[name] for name in summands(asked) if name in cells]
    if parts and len(parts) == len(summands(asked)):
        listed = ",".join(part.seen_from(here) for part in parts)
        rows = ", ".join(part.words(here) for part in parts)
        condition = f"AND(COUNT({listed})={len(parts)},ABS({cell}-SUM({listed}))>0.000001)"
        faults.append((condition, f"{DOUBT}: не равно сумме показателей {rows}"))
    return faults


def _jump(asked: FormField, cell: str, previous: str) -> list[tuple[str, str]]:
    if asked.low is None or asked.low < 0:
        return []
    smaller = f"MIN({cell},{previous})"
    condition = (
        f"AND(ISNUMBER({previous}),MAX({cell},{previous})>"
        f"{figure(asked.jump)}*IF({smaller}=0,1,{smaller}))"
    )
    words = f"{DOUBT}: изменилось больше чем в {plain(asked.jump)} раза"
    return [(condition, words)]
