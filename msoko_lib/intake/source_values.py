"""From any source to the bank's table ``form_values``: one place where a value becomes a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number, text
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.school_cells import UNKNOWN_NAME, school_of
from msoko_lib.intake.workbook import Sheet

TABLE = TABLES["form_values"]
# Far beyond any count of a municipality: a longer number is a telephone or a document.
LARGEST = 1e9
_LABEL_WORDS = (
    r"(?:(?:полное|краткое)\s+)?(?:(?:наименование|название)\s+)?"
    r"(?:отчитывающейся\s+|(?:обще|дошкольной\s+)?образовательной\s+)?"
    r"(?:организаци[ия]|учреждени[ея]|школ[аы]|детск(?:ий|ого) сада?|оо|доо|огрн|код оо|логин)"
    r"(?:\s*\([^)]{0,60}\))?"
)
_LABELLED = re.compile(rf"{_LABEL_WORDS}\s*:\s*(?P<unit>.+)", re.IGNORECASE)
_REPORTING = re.compile(
    r"наименование отчитывающейся организации[\s:_]+(?P<unit>[^_\s].+)", re.IGNORECASE
)
_LABEL = re.compile(rf"{_LABEL_WORDS}\s*:?", re.IGNORECASE)
_PERSON = re.compile(
    r"[а-яё]{2,}(?:вич|вна|чна|ична|оглы|кызы)\b|\b[А-ЯЁ]\.\s?[А-ЯЁ]\.", re.IGNORECASE
)
_NAMED_AFTER = re.compile(r"\b(?:им\.|имени\b)", re.IGNORECASE)
_YEARS = re.compile(r"(20\d\d)\s*[-–—/]\s*(?:20)?(\d\d)(?!\d)")


class SourceValueError(Exception):
    """A cell does not hold the number that its field asks for; the message says which."""


@dataclass
class FieldRows:
    """Values of form fields gathered from a sheet, each with the row that it came from."""

    sheet: Sheet
    context: ReadContext
    reading: Reading
    rows: list[dict[str, object]] = field(default_factory=list)
    _first: dict[tuple[str, str], int] = field(default_factory=dict)

    def put(
        self, school_id: str, subsystem: str, field_id: str, value: float, place: int,
        sheet: Sheet | None = None,
    ) -> None:  # fmt: skip
        """Add a value; the second one of the same field and unit is told of and left out."""
        source = sheet or self.sheet
        first = self._first.setdefault((school_id, field_id), len(self.rows))
        if first < len(self.rows):
            row = self.rows[first]["source_row"]
            self.reading.add("source_same_unit", self.context.place(source, place), first=row)
            return
        self.rows.append(
            {
                "school_year": self.context.school_year, "school_id": school_id,
                "subsystem": subsystem, "field_id": field_id, "value": float(value),
                "text": None, "source_file": self.context.file, "source_sheet": source.name,
                "source_row": place + 1,
            }
        )  # fmt: skip

    def finish(self) -> Reading:
        """The reading with its table."""
        frame = pd.DataFrame(self.rows, columns=TABLE.columns) if self.rows else None
        self.reading.tables[TABLE.name] = TABLE.empty() if frame is None else TABLE.conform(frame)
        return self.reading


def count_of(cell: Cell, low: float = 0, high: float = LARGEST) -> float | None:
    """Number in a cell within bounds; None for an empty cell, a dash or «Х» (does not apply).

    Raises
    ------
    SourceValueError
        If the cell holds something else.
    """
    if is_blank(cell) or is_dash(cell) or text(cell) in ("Х", "х", "X", "x"):
        return None
    value = number(cell)
    if value is None or not low <= value <= high:
        bound = f" от {low:g} до {high:g}" if high < LARGEST else f" от {low:g}"
        raise SourceValueError(f"число{bound}")
    return value


def unit_of(cell: Cell, context: ReadContext) -> str | None:
    """School or preschool of a cell; None where the cell may hold a person's name."""
    found = school_of(cell, context.schools)
    if found is None or not found.startswith(UNKNOWN_NAME):
        return found
    # «СОШ № 2 им. А. С. Пушкина» is a school; «Петрова Анна Ильинична, СОШ № 2» is a person.
    is_person = _PERSON.search(found) and not _NAMED_AFTER.search(found)
    return None if is_person else found


def unit_above(sheet: Sheet, stop: int, context: ReadContext) -> str | None:
    """Unit named above a table: «Организация: МБОУ СОШ № 1», or its code in a cell of its own.

    A name that two organisations share, or that nobody knows, gives way to a code below it.
    """
    named = (unit for row in sheet.rows[:stop] for unit in _units_in(row, context))
    unknown: str | None = None
    for unit in named:
        if not unit.startswith(UNKNOWN_NAME):
            return unit
        unknown = unknown or unit
    return unknown


def _units_in(row: Sequence[Cell], context: ReadContext) -> Iterator[str]:
    for column, cell in enumerate(row):
        words = text(cell)
        found: str | None = None
        if labelled := _LABELLED.fullmatch(words) or _REPORTING.fullmatch(words):
            found = unit_of(labelled["unit"], context)
        elif _LABEL.fullmatch(words):
            beside = next((each for each in row[column + 1 :] if not is_blank(each)), None)
            found = None if beside is None else unit_of(beside, context)
        if found := found or context.schools.by_name(words):
            yield found


def school_year_in(rows: Sequence[Sequence[Cell]]) -> str | None:
    """First school year that a title names («2024/2025», «2024-25»), as 2024-2025."""
    for row in rows:
        for cell in row:
            for match in _YEARS.finditer(text(cell)):
                start, end = int(match[1]), int(match[2])
                if (start + 1) % 100 == end:
                    return f"{start}-{start + 1}"
    return None


def fits_year(sheet: Sheet, stop: int, context: ReadContext, reading: Reading) -> bool:
    """False, with a line, if the words above a table name another school year."""
    found = school_year_in(sheet.rows[:stop])
    if found is None or found == context.school_year:
        return True
    reading.add(
        "source_wrong_year", context.place(sheet), found=found, expected=context.school_year
    )
    return False


def yes_no(cell: Cell) -> bool | None:
    """«да», «+», «1», «нет», «–», «0»; None for an empty cell.

    Raises
    ------
    SourceValueError
        If the cell holds another word.
    """
    if isinstance(cell, bool):
        return cell
    words = text(cell).lower().strip(" .")
    if not words:
        return None
    if words in ("да", "+", "1", "есть", "имеется", "v", "true", "истина", "прошел", "прошёл",
                 "прошла", "пройдена", "пройден"):  # fmt: skip
        return True
    if words in ("нет", "0", "не", "отсутствует", "false", "ложь", "не прошел", "не прошла",
                 "не прошёл", "не пройдена", "не имеет") or is_dash(cell):  # fmt: skip
        return False
    raise SourceValueError("да или нет")
