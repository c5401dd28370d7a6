"""Cut a sheet of ГИА protocols into exams: title, header, rows of pupils, footer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from msoko_lib.intake.cells import Cell, header, is_blank, number, text
from msoko_lib.intake.gia_header import (
    IDENTITY_FIELDS,
    is_protocol,
    is_technical,
    match_protocol,
)
from msoko_lib.intake.gia_title import ExamTitle, exam_word, parse_title
from msoko_lib.intake.header_map import Columns, columns_of, filled_n, is_numbering
from msoko_lib.intake.workbook import Sheet

_SCHOOL_CODE = re.compile(r"\s*(?:\d{1,12}(?:\.0)?|edu\d+)\s*", re.IGNORECASE)
_FOOTER = re.compile(
    r"максимал|всего|итого|доля|процент|количество|примечани|получили|из них|"
    r"председател|секретар|дата |подпис|страница|лист "
)
_TOTALS = re.compile(r"(средн|минимальн|всего)\w*\b")
_MOST_CELLS_OF_FOOTER = 4
_PUPIL_FIELDS = (*IDENTITY_FIELDS, "grade", "primary", "test", "mark", "short", "document")
_MOST_CELLS_OF_TITLE = 3


@dataclass
class ExamBlock:
    """One exam in a sheet; rows are zero-based."""

    title: ExamTitle | None
    columns: Columns
    word: str = ""
    rows: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    minimum: float | None = None
    minimum_unread_row: int | None = None
    declared: int | None = None
    declared_place: tuple[int, int] = (0, 0)


def split_blocks(sheet: Sheet, suits: Callable[[Columns], bool] = is_protocol) -> list[ExamBlock]:
    """Exams of a sheet in their order; ``suits`` says which headers begin a table.

    A title without a header of its own keeps the columns of the exam above. In the technical
    layout the exam's name stands in each row, so the blocks are parted by it.
    """
    blocks: list[ExamBlock] = []
    title: ExamTitle | None = None
    word = ""
    columns: Columns | None = None
    current: ExamBlock | None = None
    for place, row in enumerate(sheet.rows):
        if columns is not None and place <= columns.last_row:
            continue
        if (
            columns is not None
            and is_school_code(columns.cell(row, "school"))
            and not _is_footer(row)
        ):
            if not is_numbering(row):
                current = _block_of_row(blocks, current, row, title, columns, word)
                current.rows.append(place)
            continue
        if filled_n(row) == 0:
            continue
        if _looks_like_header(row):
            candidate = columns_of(sheet, place, match_protocol)
            if suits(candidate):
                columns = candidate
                current = None
                continue
        found = title_of(row)
        if found is not None:
            title, current = found, None
            continue
        if current is None:
            word = exam_word(_line(row)) or word
            if columns is None or filled_n(row) <= _MOST_CELLS_OF_TITLE:
                continue
        if columns is None or is_numbering(row):
            continue
        if current is None:
            current = _block_of_row(blocks, current, row, title, columns, word)
        _take_footer_or_row(current, place, row)
    return [block for block in blocks if block.rows]


def is_school_code(cell: Cell) -> bool:
    """True for a cell that holds a code of digits (or a login of ФИС ОКО)."""
    if isinstance(cell, float | int):
        return not isinstance(cell, bool) and cell > 0 and float(cell).is_integer()
    return isinstance(cell, str) and _SCHOOL_CODE.fullmatch(cell) is not None


def title_of(row: Sequence[Cell]) -> ExamTitle | None:
    """Title of an exam in a row, in whatever column; None where the row holds none.

    A csv title with a semicolon falls into two cells, so a short row is first read as a whole.
    """
    if filled_n(row) <= _MOST_CELLS_OF_TITLE:
        whole = parse_title(_line(row))
        if whole is not None:
            return whole
    for cell in row:
        if isinstance(cell, str) and (found := parse_title(text(cell))) is not None:
            return found
    return None


def _line(row: Sequence[Cell]) -> str:
    return " ".join(text(cell) for cell in row if not is_blank(cell))


def _is_footer(row: Sequence[Cell]) -> bool:
    """True for «Средние», «Минимальная граница», «Всего участников» with a number or two.

    In a narrow table the number stands under «Код ОО».
    """
    filled = [cell for cell in row if not is_blank(cell)]
    return len(filled) <= _MOST_CELLS_OF_FOOTER and _TOTALS.match(header(filled[0])) is not None


def _looks_like_header(row: Sequence[Cell]) -> bool:
    return sum(isinstance(cell, str) and not is_blank(cell) for cell in row) >= 4


def _block_of_row(
    blocks: list[ExamBlock],
    current: ExamBlock | None,
    row: Sequence[Cell],
    title: ExamTitle | None,
    columns: Columns,
    word: str,
) -> ExamBlock:
    """The block that a row belongs to; a new one where the exam changes."""
    own = _title_in_row(row, columns)
    if current is not None and own is None:
        return current
    wanted = own or title
    if wanted is not None and not wanted.exam_word and word:
        wanted = replace(wanted, exam_word=word)
    # The exam's rows may come mixed, or its title and header may be printed on each page.
    for block in reversed(blocks):
        if block.title == wanted and block.columns.spans == columns.spans:
            if block.declared is None:
                return block
            break
    block = ExamBlock(wanted, columns, word)
    blocks.append(block)
    return block


def _title_in_row(row: Sequence[Cell], columns: Columns) -> ExamTitle | None:
    """Exam named inside a pupil's row: the technical layout repeats its heading in each row."""
    for field_name in ("exam_name", "exam_cell"):
        found = parse_title(text(columns.cell(row, field_name)))
        if found is not None:
            return found
    if not is_technical(columns):
        return None
    for column, folded in columns.titles.items():
        if match_protocol(folded) is None and column < len(row):
            cell = row[column]
            if isinstance(cell, str) and (found := parse_title(text(cell))) is not None:
                return found
    return None


def _take_footer_or_row(block: ExamBlock, place: int, row: Sequence[Cell]) -> None:
    label_column = next(column for column, cell in enumerate(row) if not is_blank(cell))
    label = header(row[label_column])
    numbers = [
        (value, column)
        for column, cell in enumerate(row)
        if column > label_column and (value := number(cell)) is not None
    ] or [(float(digits), label_column) for digits in re.findall(r"\d{1,6}", label)]
    if label.startswith(("минимал", "мин. ")):
        # Of two numbers the first is the primary score, the last the final one.
        if numbers and numbers[-1][0] >= 0:
            block.minimum = numbers[-1][0]
        else:
            block.minimum_unread_row = place
    elif re.match(r"всего( участник|\W|$)", label) and numbers:
        block.declared = int(numbers[-1][0])
        block.declared_place = (place, numbers[-1][1])
    elif label.startswith("средн"):
        # Means over the rows above: part of the layout, nothing that a row lacks.
        return
    elif _FOOTER.match(label):
        block.notes.append(place)
    elif sum(not is_blank(block.columns.cell(row, name)) for name in _PUPIL_FIELDS) >= 2:
        block.rows.append(place)
    else:
        block.notes.append(place)
