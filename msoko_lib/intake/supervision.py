"""Read supervision: prescriptions issued and carried out, licence and accreditation."""

from __future__ import annotations

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows, SourceValueError, yes_no
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 99
TITLE = "Надзор, лицензия и аккредитация"
_N = r"(число |количество )?"
match_supervision = matcher(
    (
        *SCHOOL_PATTERNS,
        ("open", rf"{_N}(не исполнен\w*|неисполнен\w*)( предписани\w*)?|"
                 rf"{_N}предписани\w* не исполнено"),
        ("done", rf"(из них )?{_N}(исполнено|исполненн\w+|выполнено)( предписани\w*)?( в срок)?"),
        ("issued", rf"{_N}(выдано |выданн\w+ )?предписани\w*( выдано| всего)?"),
        ("licence", r"лицензия( действует| есть)?.*"),
        ("accreditation", r"(государственная )?аккредитация( действует| есть)?.*"),
    )
)  # fmt: skip


def supervision_layouts() -> list[Layout]:
    """The layout of supervision by organisation."""
    return [Layout("source:supervision", TITLE, recognises_supervision, read_supervision, ORDER)]


def recognises_supervision(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has organisations with prescriptions, or with licence and accreditation."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_supervision, _is_supervision, stop=HEADER_ROWS)


def _is_supervision(columns: Columns) -> bool:
    has_unit = "school_name" in columns or "school_code" in columns
    orders = "open" in columns or {"issued", "done"} <= columns.spans.keys()
    return has_unit and (orders or {"licence", "accreditation"} <= columns.spans.keys())


def read_supervision(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read supervision.

    Fields: ``orders_open_n`` (as given, else issued − carried out) of subsystem 06;
    ``accreditation`` (1 where every column of licence and accreditation says «да») of 11.
    """
    return read_tidy(TITLE, _header, _fill, sheet, context)


def _fill(table: TidyTable, fields: FieldRows) -> None:
    for place, unit in table.unit_rows():
        left = _open_orders(table, place)
        if left is not None:
            fields.put(unit, "06", "orders_open_n", left, place)
        answers = [_answer(table, place, name) for name in ("licence", "accreditation")]
        if known := [answer for answer in answers if answer is not None]:
            fields.put(unit, "11", "accreditation", float(all(known)), place)
    _tell_of_half(table)
    table.check_totals(("issued", "done", "open"))


def _tell_of_half(table: TidyTable) -> None:
    """Orders that are counted by two columns, of which the header has one."""
    there = [name for name in ("issued", "done") if name in table.columns]
    if len(there) == 1 and "open" not in table.columns:
        column = table.columns.column(there[0])
        table.tell(
            "source_half_columns", table.columns.last_row, column, title=table.title(column),
            wanted="выдано предписаний и исполнено",
        )  # fmt: skip


def _open_orders(table: TidyTable, place: int) -> float | None:
    names = [name for name in ("open", "issued", "done") if name in table.columns]
    values = {name: table.number(place, name) for name in names}
    issued, done = values.get("issued"), values.get("done")
    if values.get("open") is not None:
        return values["open"]
    if issued is None or done is None:
        if {"issued", "done"} <= values.keys():
            table.tell_half(place, ("issued", "done"))
        return None
    if done > issued:
        columns = [table.columns.column(name) for name in ("done", "issued")]
        table.tell(
            "source_part_above_whole", place, columns[0], title=table.title(columns[0]),
            value=f"{done:g}", whole=table.title(columns[1]), total=f"{issued:g}",
        )  # fmt: skip
        return None
    return issued - done


def _answer(table: TidyTable, place: int, name: str) -> bool | None:
    cell, column = table.columns.find(table.sheet.rows[place], name)
    try:
        return yes_no(cell)
    except SourceValueError as problem:
        table.bad(place, column, cell, str(problem))
        return None
