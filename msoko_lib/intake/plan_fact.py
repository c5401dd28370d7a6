"""Read the municipal assignment: what was planned for each organisation and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import is_blank, text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 97
SUBSYSTEM = "06"
TITLE = "Муниципальное задание и программа: план и факт"
_EPSILON = 1e-9
match_plan = matcher(
    (
        *SCHOOL_PATTERNS,
        ("target", r"(наименование |целевой )?показател\w*( объема| качества)?.*|индикатор.*"),
        ("unit", r"ед(иница)?\.? ?изм(ерения)?\.?"),
        ("plan", r"план\w*( значение)?.*|утверждено.*|установлено.*"),
        ("fact", r"факт\w*( значение)?.*|исполнено.*|достигнуто.*"),
        ("direction", r"направление|чем лучше|лучше"),
    )
)


@dataclass
class _Targets:
    """Targets of an organisation: how many there are and how many are met."""

    first: int
    set_n: int = 0
    met_n: int = 0


def plan_fact_layouts() -> list[Layout]:
    """The layout of plans and facts by organisation."""
    return [Layout("source:plan", TITLE, recognises_plan, read_plan, ORDER)]


def recognises_plan(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has targets with a plan and a fact, by organisation."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_plan, _is_plan, stop=HEADER_ROWS)


def _is_plan(columns: Columns) -> bool:
    has_unit = "school_name" in columns or "school_code" in columns
    return has_unit and {"target", "plan", "fact"} <= columns.spans.keys()


def read_plan(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read plans against facts.

    Fields: ``assignment_items_n`` (targets with a plan and a fact) and ``assignment_done_n``
    (fact not below the plan; not above it where the column «Чем лучше» says «меньше»); where the
    words above the table name a programme, ``programme_items_n`` and ``programme_done_n``.
    """
    return read_tidy(TITLE, _header, _fill, sheet, context)


def _fill(table: TidyTable, fields: FieldRows) -> None:
    kind = "programme" if _is_programme(table) else "assignment"
    found: dict[str, _Targets] = {}
    for place in table.data_rows():
        if is_blank(table.columns.cell(table.sheet.rows[place], "target")):
            continue
        unit = table.school(place)
        plan, fact = (table.number(place, name) for name in ("plan", "fact"))
        if unit is None or plan is None or fact is None:
            continue
        targets = found.setdefault(unit, _Targets(place))
        targets.set_n += 1
        targets.met_n += _is_met(table, place, plan, fact)
    for unit, targets in found.items():
        fields.put(unit, SUBSYSTEM, f"{kind}_items_n", targets.set_n, targets.first)
        fields.put(unit, SUBSYSTEM, f"{kind}_done_n", targets.met_n, targets.first)


def _is_programme(table: TidyTable) -> bool:
    above = table.sheet.rows[: table.columns.first_row]
    folded = " ".join(text(cell) for row in above for cell in row).lower()
    return "программ" in folded and "задани" not in folded


def _is_met(table: TidyTable, place: int, plan: float, fact: float) -> bool:
    words = text(table.columns.cell(table.sheet.rows[place], "direction")).lower()
    return fact <= plan + _EPSILON if words.startswith("меньше") else fact >= plan - _EPSILON
