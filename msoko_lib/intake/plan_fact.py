"""Read the municipal assignment and programme target by target: the plan and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 97
SUBSYSTEM = "06"
TITLE = "Муниципальное задание и программа: план и факт"
TABLE = TABLES["plan_targets"]
MUNICIPALITY = "municipality"
_EPSILON = 1e-9
match_plan = matcher(
    (
        *SCHOOL_PATTERNS,
        ("target", r"(наименование |целевой )?показател\w*( объема| качества)?.*|индикатор.*"),
        ("unit", r"ед(иница)?\.? ?изм(ерения)?\.?"),
        ("plan", r"план\w*( значение)?.*|утверждено.*|установлено.*"),
        ("fact", r"факт\w*( значение)?.*|исполнено.*|достигнуто.*"),
        ("direction", r"направление|чем лучше|лучше"),
        ("responsible", r"ответственн\w+.*|исполнител\w+.*|кто отвечает"),
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
    """True if the sheet has targets with a plan and a fact, by organisation or of the programme."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    columns = find_header(sheet, match_plan, _is_plan, stop=HEADER_ROWS)
    if columns is None or _has_unit(columns) or _is_programme(sheet, columns):
        return columns
    # Plans without an organisation are many; only the programme is the municipality's.
    return None


def _is_plan(columns: Columns) -> bool:
    return {"target", "plan", "fact"} <= columns.spans.keys()


def _has_unit(columns: Columns) -> bool:
    return "school_name" in columns or "school_code" in columns


def read_plan(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read plans against facts.

    Table ``plan_targets``: every target with its plan and fact, of organisations or of the
    municipality. Fields: ``assignment_items_n`` (targets with a plan and a fact) and
    ``assignment_done_n`` (fact not below the plan; not above it where the column «Чем лучше» says
    «меньше»); where the words above the table name a programme, ``programme_items_n`` and
    ``programme_done_n``. Targets of the municipality are nobody's fields.
    """
    targets: list[dict[str, object]] = []

    def fill(table: TidyTable, fields: FieldRows) -> None:
        targets.extend(_rows(table))
        _count(targets, fields)

    reading = read_tidy(TITLE, _header, fill, sheet, context)
    frame = pd.DataFrame(targets, columns=TABLE.columns) if targets else TABLE.empty()
    reading.tables[TABLE.name] = TABLE.conform(frame)
    return reading


def _rows(table: TidyTable) -> list[dict[str, object]]:
    """Rows of the bank's table, in the order of the file."""
    kind = "programme" if _is_programme(table.sheet, table.columns) else "assignment"
    of_units = _has_unit(table.columns) or table.above is not None
    seen: Counter[tuple[str, str]] = Counter()
    rows: list[dict[str, object]] = []
    for place in table.data_rows("target"):
        cells = table.sheet.rows[place]
        words = {name: text(table.columns.cell(cells, name))
                 for name in ("target", "unit", "direction", "responsible")}  # fmt: skip
        # Before anything is left out: the rows below may be of this organisation.
        unit = table.school(place) if of_units else MUNICIPALITY
        plan, fact = (table.number(place, name) for name in ("plan", "fact"))
        if unit is None or (plan is None and fact is None):
            continue
        if not words["target"]:
            cell, column = table.columns.find(cells, "target")
            table.bad(place, column, cell, "название показателя")
            continue
        seen[unit, words["target"]] += 1
        rows.append(
            {
                "school_year": table.context.school_year, "kind": kind,
                "level": "school" if of_units else MUNICIPALITY, "unit_id": unit,
                "target": words["target"], "repeat": seen[unit, words["target"]],
                "target_unit": words["unit"] or None, "plan": plan, "fact": fact,
                "less_is_better": words["direction"].lower().startswith("меньше"),
                "responsible": words["responsible"] or None, "source_file": table.context.file,
                "source_sheet": table.sheet.name, "source_row": place + 1,
            }
        )  # fmt: skip
    return rows


def _count(targets: list[dict[str, object]], fields: FieldRows) -> None:
    """How many targets with a plan and a fact each organisation has, and how many are met."""
    found: dict[tuple[str, str], _Targets] = {}
    for row in targets:
        if row["level"] != "school" or row["plan"] is None or row["fact"] is None:
            continue
        place = int(str(row["source_row"])) - 1
        own = found.setdefault((str(row["unit_id"]), str(row["kind"])), _Targets(place))
        own.set_n += 1
        own.met_n += is_met(
            float(str(row["plan"])), float(str(row["fact"])), bool(row["less_is_better"])
        )
    for (unit, kind), own in found.items():
        fields.put(unit, SUBSYSTEM, f"{kind}_items_n", own.set_n, own.first)
        fields.put(unit, SUBSYSTEM, f"{kind}_done_n", own.met_n, own.first)


def is_met(plan: float, fact: float, less_is_better: bool) -> bool:
    """Whether a fact reaches its plan."""
    return fact <= plan + _EPSILON if less_is_better else fact >= plan - _EPSILON


def _is_programme(sheet: Sheet, columns: Columns) -> bool:
    above = sheet.rows[: columns.first_row]
    folded = " ".join(text(cell) for row in above for cell in row).lower()
    return "программ" in folded and "задани" not in folded
