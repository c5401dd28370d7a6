"""What lists of named pupils (olympiads, medals) have in common: rows, schools, names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.header_map import Columns, is_numbering
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.school_cells import school_of
from msoko_lib.intake.workbook import Sheet

NAME_FIELDS = ("surname", "first_name", "patronymic", "full_name")
SCHOOL_FIELDS = ("school_code", "school_name")
NAME_PATTERNS = (
    ("surname", r"фамилия( участника| обучающегося| выпускника)?"),
    ("first_name", r"имя( участника| обучающегося| выпускника)?"),
    ("patronymic", r"отчество( участника| обучающегося| выпускника)?"),
    ("full_name", r"ф\.? ?и\.? ?о\.?( \(?полностью\)?)?( участника| обучающегося| учащегося|"
                  r" ученика| выпускника| претендента| ребенка)?(\(полностью\))?|"
                  r"фамилия,? ?имя,? ?отчество.*|участник|претендент|обучающийся|выпускник"),
)  # fmt: skip
SCHOOL_PATTERNS = (
    ("school_code", r"код (оо|оу|школы|организации)|логин( оо| школы| фис око)?"),
    ("school_name", r"(краткое |полное |сокращенное )?(название|наименование) "
                    r"(оо|оу|школы|организации|образовательной организации|"
                    r"общеобразовательной организации)|"
                    r"(обще)?образовательн(ая|ое) (организация|учреждение)(\(.*\))?|"
                    r"оо|оу|школа|организация|место обучения"),
)  # fmt: skip


@dataclass
class ListRows:
    """Rows of a list: those of pupils, and those with notes and totals."""

    pupils: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


def list_rows(sheet: Sheet, columns: Columns, least_filled: int = 3) -> ListRows:
    """Part the rows below a header: a pupil's row fills at least so many known columns."""
    rows = ListRows()
    for place in range(columns.last_row + 1, len(sheet.rows)):
        row = sheet.rows[place]
        first = next((cell for cell in row if not is_blank(cell)), None)
        if first is None or is_numbering(row):
            continue
        filled = sum(columns.cell(row, name) is not None for name in columns.spans)
        is_pupil = filled >= least_filled or (filled >= 2 and _has_name_or_code(row, columns))
        is_total = text(first).lower().startswith(("итого", "всего"))
        (rows.pupils if is_pupil and not is_total else rows.notes).append(place)
    return rows


def _has_name_or_code(row: Sequence[Cell], columns: Columns) -> bool:
    return any(columns.cell(row, name) is not None for name in (*NAME_FIELDS, "cipher"))


class SchoolColumn:
    """School of each row in turn; an empty cell of a merged block takes the school above it."""

    def __init__(self, columns: Columns, context: ReadContext) -> None:
        self._columns = columns
        self._context = context
        self._above: str | None = None
        self.filled_from_above: list[int] = []

    def of_row(self, place: int, row: Sequence[Cell]) -> tuple[str | None, Cell, int]:
        """School id (or None), the cell that was read and its column."""
        cell, column = self._columns.find_any(row, SCHOOL_FIELDS)
        if cell is None:
            if self._above is not None:
                self.filled_from_above.append(place)
            return self._above, cell, column
        self._above = school_of(cell, self._context.schools)
        return self._above, cell, column

    def tell(self, sheet: Sheet, reading: Reading) -> None:
        """A question about the rows that have no school of their own."""
        rows = self.filled_from_above
        if rows:
            reading.add(
                "list_school_above", self._context.place(sheet, rows[0]), rows=row_list(rows)
            )


def full_name(columns: Columns, row: Sequence[Cell]) -> str:
    """Name of a row from whatever columns hold it; '' where no letter stands in them."""
    name = " ".join(filter(None, (columns.joined(row, part) for part in NAME_FIELDS)))
    return name if any(ch.isalpha() for ch in name) else ""


def tell_of_notes(
    notes: Sequence[int], sheet: Sheet, context: ReadContext, reading: Reading
) -> None:
    """One line for all notes and totals of a list."""
    if notes:
        reading.add(
            "list_rows_skipped", context.place(sheet, notes[0]),
            rows=row_list(notes), count=len(notes),
        )  # fmt: skip


def lines_above(sheet: Sheet, columns: Columns) -> list[str]:
    """Texts above a table, a line a row."""
    rows = sheet.rows[: columns.first_row]
    return [" ".join(filter(None, (text(cell) for cell in row))) for row in rows]
