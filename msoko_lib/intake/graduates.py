"""Read the paths of graduates: a row a school and grade (9, 11), a column a path."""

from __future__ import annotations

from collections import defaultdict

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.people import class_label
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 98
SUBSYSTEM = "04"
TITLE = "Пути выпускников"
PATHS = ("tenth", "college", "university", "work", "army", "undecided")
_FEWEST_PATHS = 3
_N = r"(,? ?(чел\w*\.?|всего))?"
_TOLD = frozenset({
    "graduates9_tenth_n", "graduates9_college_n", "graduates11_university_n",
    "graduates11_college_n",
})  # fmt: skip
match_graduates = matcher(
    (
        *SCHOOL_PATTERNS,
        ("grade", r"класс( выпуска)?"),
        ("graduates", rf"(всего|число|количество)? ?выпускник\w*( всего)?{_N}"),
        ("tenth", rf"(в )?10[- ]?(й|ый)? ?(класс|кл\.?)\w*{_N}|продолжили в 10 классе"),
        ("college", rf"(поступили )?(в )?спо{_N}|колледж.*|техникум.*"),
        ("university", rf"(поступили )?(в )?(вуз\w*|впо){_N}|высшее образование"),
        ("work", rf"(работа\w*|трудоустро\w+|работают){_N}"),
        ("army", rf"арми[яи]|(призван\w* )?(в )?(вс рф|армию){_N}|служба в армии|призваны"),
        ("undecided", rf"не определил\w*.*|неопределивш\w*.*|не (учатся|обучаются).*{_N}"),
    )
)


def graduate_layouts() -> list[Layout]:
    """The layout of graduates by school, grade and path."""
    return [Layout("source:graduates", TITLE, recognises_graduates, read_graduates, ORDER)]


def recognises_graduates(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has schools, grades and paths."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_graduates, _is_graduates, stop=HEADER_ROWS)


def _is_graduates(columns: Columns) -> bool:
    has_unit = "school_name" in columns or "school_code" in columns
    paths = sum(path in columns for path in PATHS)
    return has_unit and "grade" in columns and paths >= _FEWEST_PATHS


def read_graduates(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read graduates; both grades are put together where the field asks for both.

    Fields: ``graduates_n``, ``graduates9_n``, ``graduates11_n``, ``graduates_unplaced_n``,
    ``graduates9_tenth_n``, ``graduates9_college_n``, ``graduates11_university_n``,
    ``graduates11_college_n``.
    """
    return read_tidy(TITLE, _header, _fill, sheet, context)


def _fill(table: TidyTable, fields: FieldRows) -> None:
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    first: dict[str, int] = {}
    grades: dict[tuple[str, int], int] = {}
    for place, unit in table.unit_rows():
        grade = _grade(table, place)
        if grade is None:
            continue
        seen = grades.setdefault((unit, grade), place)
        if seen != place:
            table.tell("source_same_unit", place, first=seen + 1)
            continue
        for name, value in _row(table, place, grade).items():
            found[unit][name] += value
            first.setdefault(unit, place)
    for unit, values in found.items():
        for name, value in values.items():
            fields.put(unit, SUBSYSTEM, name, value, first[unit])
    table.check_totals(("graduates", *PATHS))


def _grade(table: TidyTable, place: int) -> int | None:
    cell, column = table.columns.find(table.sheet.rows[place], "grade")
    label = class_label(cell)
    if label is None or label.grade not in (9, 11):
        table.bad(place, column, cell, "класс 9 или 11")
        return None
    return label.grade


def _row(table: TidyTable, place: int, grade: int) -> dict[str, float]:
    """Fields of a row; a total that the row lacks is the sum of its paths."""
    named = {path: table.people(place, path) for path in PATHS if path in table.columns}
    paths = {name: value for name, value in named.items() if value is not None}
    together = sum(paths.values())
    total = table.people(place, "graduates") if "graduates" in table.columns else None
    if total is not None and paths and total != together:
        table.tell(
            "source_paths_sum", place, table.columns.column("graduates"), total=f"{total:g}",
            value=f"{together:g}",
        )  # fmt: skip
    if total is None:
        total = together if paths else None
    row: dict[str, float] = {}
    if total is not None:
        row |= {"graduates_n": total, f"graduates{grade}_n": total}
    of_grade = {f"graduates{grade}_{path}_n": number for path, number in paths.items()}
    row |= {name: number for name, number in of_grade.items() if name in _TOLD}
    if "undecided" in paths:
        row["graduates_unplaced_n"] = paths["undecided"]
    return row
