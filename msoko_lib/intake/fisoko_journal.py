"""«Сравнение отметок с отметками по журналу»: one row a group, or blocks of rows (older)."""

from __future__ import annotations

from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, number
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import (
    GROUP_HEADERS,
    GroupRow,
    GroupTable,
    Values,
    find_group_table,
    join_logins,
    unit_columns,
    walk_groups,
)
from msoko_lib.intake.fisoko_groups import LEVEL_NAMES, Group, GroupResolver
from msoko_lib.intake.fisoko_journal_checks import ask_about_counts
from msoko_lib.intake.fisoko_percents import TOTAL_HIGH
from msoko_lib.intake.fisoko_report import begin, finish
from msoko_lib.intake.fisoko_text import bounded_count, fold, shown
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Сравнение отметок с отметками по журналу"
KINDS = {"понизили": "lowered", "подтвердили": "confirmed", "повысили": "raised"}
KIND_NAMES = {code: name.capitalize() for name, code in KINDS.items()}
COUNT_WORDS = ("кол-во", "количество", "чел")
COUNTS: frozenset[object] = frozenset(f"{kind}_n" for kind in KINDS.values())


def recognises_journal(book: Workbook, sheet: Sheet) -> bool:
    """True for a table of groups with «Понизили … Подтвердили … Повысили»."""
    table = find_group_table(sheet)
    return table is not None and table.report == "journal"


def read_journal(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read either layout into ``vpr_journal``."""
    started = begin(sheet, context, "vpr_journal", TITLE)
    if started.header is None:
        return finish(started)
    table, out = started.table, started.out
    columns = _wide_columns(table)
    taken = (
        _read_wide(sheet, table, columns, context, out)
        if columns
        else _read_blocks(sheet, table, context, out)
    )
    joined = join_logins(taken, COUNTS, out, table.group_column)
    ask_about_counts(joined, out, table.group_column)
    records: list[dict[str, object]] = []
    for row, values in joined:
        named = {str(name): value for name, value in values.items()}
        records.append({**unit_columns(row), **named, "source_row": row.row + 1})
    return finish(started, "vpr_journal", records)


def _kind(cell: Cell) -> str | None:
    name = fold(cell)
    return next((code for word, code in KINDS.items() if name.startswith(word)), None)


def _wide_columns(table: GroupTable) -> dict[str, int]:
    """Bank column → column of the sheet for the layout with one row a group."""
    columns: dict[str, int] = {}
    for column, cell in table.headers.items():
        kind = _kind(cell)
        if kind is None:
            continue
        counts = any(word in fold(cell) for word in COUNT_WORDS)
        what = "n" if counts else "share"
        columns.setdefault(f"{kind}_{what}", column)
    return columns


def _read_wide(
    sheet: Sheet, table: GroupTable, columns: dict[str, int], context: ReadContext, out: Findings
) -> list[tuple[GroupRow, Values]]:
    taken = []
    for row in walk_groups(sheet, table, list(columns.values()), context, out):
        values: Values = {}
        for name, column in columns.items():
            values[name] = _value(sheet, row.row, column, name, table.headers[column], out)
        if any(value is not None for value in values.values()):
            taken.append((row, values))
    return _as_shares(taken, table.group_column, out)


def _as_shares(
    taken: list[tuple[GroupRow, Values]], column: int, out: Findings
) -> list[tuple[GroupRow, Values]]:
    """Percentages as shares 0…1; a row whose three make 1 holds shares already (format «%»)."""
    names = [f"{kind}_share" for kind in KINDS.values()]
    places: list[tuple[int, int]] = []
    scaled = []
    for row, values in taken:
        total = sum(values.get(name) or 0.0 for name in names)
        are_shares = 0 < total <= TOTAL_HIGH / 100
        if are_shares:
            places.append((row.row, column))
        scale = 1.0 if are_shares else 100.0
        shares: Values = {
            name: value / scale for name in names if (value := values.get(name)) is not None
        }
        scaled.append((row, values | shares))
    out.summary("vpr_percent_as_share", places)
    return scaled


def _value(
    sheet: Sheet, row: int, column: int, name: str, title: Cell, out: Findings
) -> float | None:
    cell = sheet.cell(row, column)
    if is_blank(cell):
        return None
    value = number(cell)
    if name.endswith("_n"):
        value = bounded_count(cell)
    elif value is not None:
        value = value if 0 <= value <= 100 else None
    if value is None:
        kind = KIND_NAMES[name.rpartition("_")[0]]
        unit = "кол-во" if name.endswith("_n") else "%"
        out.add(
            "vpr_percent_wrong", row, column,
            column=f"{kind}, {unit}", value=shown(cell), lost="остальная строка принята",
        )  # fmt: skip
    return value


@dataclass
class _Block:
    """A group of the older layout while its rows are being gathered.

    ``group`` is None where the group is not known: its rows must not fall to the group above.
    """

    row: int
    label: str
    group: Group | None
    participants_n: int | None
    values: Values = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    has_total: bool = False

    def goes_on(self, label: str, kind: str | None, total: bool) -> bool:
        """True if a row that repeats the group's name is the next row of this block."""
        if label != self.label:
            return False
        return (total and not self.has_total) or (kind is not None and kind not in self.kinds)


def _read_blocks(
    sheet: Sheet, table: GroupTable, context: ReadContext, out: Findings
) -> list[tuple[GroupRow, Values]]:
    share_column = next((c for c, cell in table.headers.items() if fold(cell) == "%"), None)
    columns = {"n": table.participants_column, "share": share_column}
    resolver = GroupResolver(context)
    blocks: list[_Block] = []
    for index in range(table.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        labels = [cell for c, cell in enumerate(row)
                  if c not in columns.values() and not is_blank(cell)]  # fmt: skip
        kind = next((found for found in map(_kind, labels) if found), None)
        total = any(_is_total(cell) for cell in labels)
        name = next((c for c in labels if not _kind(c) and not _is_total(c)), None)
        if fold(name) in GROUP_HEADERS:
            continue
        if name is not None and not (blocks and blocks[-1].goes_on(fold(name), kind, total)):
            group = resolver.resolve(name)
            if group is not None and group.by_order:
                level = LEVEL_NAMES[group.level]
                out.add("vpr_group_by_order", index, table.group_column, level=level)
            n = _count_at(sheet, index, columns["n"])
            blocks.append(_Block(index, fold(name), group, n))
        if blocks and total:
            n = _count_at(sheet, index, columns["n"])
            blocks[-1].has_total = True
            blocks[-1].participants_n = blocks[-1].participants_n if n is None else n
        elif blocks and kind and kind not in blocks[-1].kinds:
            blocks[-1].kinds.add(kind)
            for what, column in columns.items():
                if column is not None:
                    value = _value(sheet, index, column, f"{kind}_{what}", None, out)
                    blocks[-1].values[f"{kind}_{what}"] = value
    return _whole_blocks(blocks, sheet, table, out)


def _is_total(cell: Cell) -> bool:
    return fold(cell).startswith(("всего", "итого"))


def _count_at(sheet: Sheet, row: int, column: int | None) -> int | None:
    return None if column is None else bounded_count(sheet.cell(row, column))


def _whole_blocks(
    blocks: list[_Block], sheet: Sheet, table: GroupTable, out: Findings
) -> list[tuple[GroupRow, Values]]:
    taken = []
    notes: list[tuple[int, int]] = []
    empty: list[tuple[int, int]] = []
    for block in blocks:
        if block.group is None or not block.kinds:
            if block.kinds:
                cell = sheet.cell(block.row, table.group_column)
                value = shown(cell)
                out.add("vpr_group_without_code", block.row, table.group_column, value=value)
            else:
                notes.append((block.row, table.group_column))
            continue
        missing = [name for code, name in KIND_NAMES.items() if code not in block.kinds]
        if missing:
            named = ", ".join(missing)
            out.add("vpr_journal_block", block.row, table.group_column, missing=named)
            continue
        if not any(block.values.values()) and not block.participants_n:
            empty.append((block.row, table.group_column))
            continue
        counts = [block.values.get(f"{kind}_n") for kind in KINDS.values()]
        participants = block.participants_n
        if participants is None and all(value is not None for value in counts):
            participants = int(sum(value or 0 for value in counts))
        taken.append((GroupRow(block.row, block.group, None, participants, []), block.values))
    out.summary("vpr_skipped_rows", notes)
    out.summary("vpr_group_no_values", empty)
    return _as_shares(taken, table.group_column, out)
