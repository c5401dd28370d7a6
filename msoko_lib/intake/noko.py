"""Read the workbook of a НОКО operator: sub-indicators or criteria, respondents, the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.noko import (
    FULL,
    NokoRules,
    criteria_scores,
    load_noko,
    sample_needed,
    total_score,
)
from msoko_lib.project import Project

ORDER = 90
SUBSYSTEM = "11"
TITLE = "НОКО: баллы оператора"
_FEWEST_PARTS = 4
_FEWEST_CRITERIA = 3
_COUNT = r"(число|количество|кол-во|численность|всего) ?"
YEARS = (2018, 2100)
_YEAR = re.compile(r"\b(20\d\d)\s*(?:г\b|год)")
_PART = re.compile(r"(?:п|p|показатель)? ?([1-5])\.([1-3])(?:[.) ].*)?")
_CRITERION = re.compile(r"[кk] ?([1-5])(?:[.) ].*)?|критерий ?([1-5])(?:[.) ].*)?")
_other = matcher(
    (
        *SCHOOL_PATTERNS,
        ("plan_done_n", rf"(из них )?выполнено( мероприятий)?.*|{_COUNT}выполненных.*"),
        ("plan_n", rf"({_COUNT})?мероприяти\w+( плана| в плане)?.*"),
        ("shortcomings_n", rf"{_COUNT}(выявленных )?недостатк\w+.*"),
        ("respondents_n", rf"({_COUNT})?(опрошен\w*|респондент\w+|анкет)( .*)?"),
        ("clients_n", rf"({_COUNT})(получателей|обучающихся|воспитанников|клиентов).*|"
                      r"получател\w+ услуг|генеральная совокупность"),
        ("year", r"год( проведения)?( ноко| оценки)?"),
        ("total", r"итог\w*( балл\w*| оценка)?( (по )?ноко)?|общий балл|интегральн\w+.*|s"),
    )
)  # fmt: skip
_EXTRA = ("clients_n", "respondents_n", "shortcomings_n", "plan_n", "plan_done_n")
_WHOLES = (("respondents_n", "clients_n"), ("plan_done_n", "plan_n"))


def match_noko(folded: str) -> str | None:
    """Field of a header: ``p11`` … ``p53``, ``k1`` … ``k5``, the counts, the organisation.

    >>> match_noko("п1.2"), match_noko("критерий 3"), match_noko("итоговый балл")
    ('p12', 'k3', 'total')
    """
    if part := _PART.fullmatch(folded):
        return f"p{part[1]}{part[2]}"
    if criterion := _CRITERION.fullmatch(folded):
        return f"k{criterion[1] or criterion[2]}"
    return _other(folded)


def noko_layouts(project: Project) -> list[Layout]:
    """The layout of НОКО with the coefficients of ``params/noko.yml``.

    Raises
    ------
    SettingsProblem
        If the file is wrong.
    """
    read = partial(read_noko, load_noko(project))
    return [Layout("source:noko", TITLE, recognises_noko, read, ORDER)]


def recognises_noko(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has organisations and sub-indicators or criteria of НОКО."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_noko, _is_noko, stop=HEADER_ROWS)


def _is_noko(columns: Columns) -> bool:
    parts = sum(re.fullmatch(r"p\d\d", name) is not None for name in columns.spans)
    criteria = sum(re.fullmatch(r"k\d", name) is not None for name in columns.spans)
    has_unit = "school_name" in columns or "school_code" in columns
    return has_unit and (parts >= _FEWEST_PARTS or criteria >= _FEWEST_CRITERIA)


def read_noko(rules: NokoRules, book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read scores of organisations; criteria are computed from sub-indicators where given.

    Fields: ``noko_p11`` … ``noko_p53``, ``noko_k1`` … ``noko_k5``, ``noko_year``
    (of the row, else of the words above the table), ``noko_clients_n``,
    ``noko_respondents_n``, ``noko_shortcomings_n``, ``noko_plan_n``, ``noko_plan_done_n``.
    """
    return read_tidy(TITLE, _header, partial(_fill, rules), sheet, context)


def _fill(rules: NokoRules, table: TidyTable, fields: FieldRows) -> None:
    for place, unit in table.unit_rows():
        _read_row(rules, table, fields, unit, place)


def _read_row(rules: NokoRules, table: TidyTable, fields: FieldRows, unit: str, place: int) -> None:
    parts = _scores(table, place, rules.parts)
    given = _scores(table, place, [*(item.id for item in rules.criteria), "total"])
    operators_total = given.pop("total", None)
    if not parts and not given:
        table.tell("source_noko_no_scores", place)
        return
    criteria = {**given, **criteria_scores(rules, parts)}
    total = total_score(criteria)
    said = given if operators_total is None else {**given, "total": operators_total}
    counted = criteria if total is None else {**criteria, "total": total}
    _tell_differences(rules, table, place, said, counted)
    lacking = [item.title for item in rules.criteria if item.id not in criteria]
    if lacking:
        listed = ", ".join(f"«{title}»" for title in lacking)
        table.tell("source_noko_incomplete", place, missing=listed)
    values = {**parts, **criteria, **_counts(rules, table, place)}
    own_year = table.number(place, "year", *YEARS) if "year" in table.columns else None
    if year := own_year or _year_above(table):
        values["year"] = year
    for name, value in values.items():
        fields.put(unit, SUBSYSTEM, f"noko_{name}", round(value, 6), place)


def _scores(table: TidyTable, place: int, names: Iterable[str]) -> dict[str, float]:
    found = {name: table.number(place, name, high=FULL) for name in names if name in table.columns}
    return {name: value for name, value in found.items() if value is not None}


def _tell_differences(
    rules: NokoRules, table: TidyTable, place: int,
    given: Mapping[str, float], computed: Mapping[str, float],
) -> None:  # fmt: skip
    titles = {item.id: item.title for item in rules.criteria} | {"total": "Итоговый балл"}
    for name, title in titles.items():
        if name not in given or name not in computed:
            continue
        if abs(given[name] - computed[name]) > rules.tolerance:
            table.tell(
                "source_noko_differs", place, table.columns.column(name), title=title,
                value=_words(given[name]), total=_words(computed[name]),
            )  # fmt: skip


def _year_above(table: TidyTable) -> float | None:
    """Calendar year of the assessment as the words above the table name it."""
    rows = table.sheet.rows[: table.columns.first_row]
    words = (text(cell) for row in rows for cell in row if isinstance(cell, str))
    years = (match[1] for each in words if (match := _YEAR.search(each)))
    return next((float(year) for year in years), None)


def _counts(rules: NokoRules, table: TidyTable, place: int) -> dict[str, float]:
    found = {name: table.people(place, name) for name in _EXTRA if name in table.columns}
    counts = {name: value for name, value in found.items() if value is not None}
    for part, whole in _WHOLES:
        if part in counts and whole in counts and counts[part] > counts[whole]:
            columns = [table.columns.column(name) for name in (part, whole)]
            table.tell(
                "source_part_above_whole", place, columns[0], title=table.title(columns[0]),
                value=_words(counts[part]), whole=table.title(columns[1]),
                total=_words(counts[whole]),
            )  # fmt: skip
    if "respondents_n" in counts and "clients_n" in counts:
        needed = sample_needed(rules, counts["clients_n"])
        if counts["respondents_n"] < needed:
            table.tell(
                "source_noko_small_sample", place, table.columns.column("respondents_n"),
                value=_words(counts["respondents_n"]), total=_words(counts["clients_n"]),
                expected=needed,
            )  # fmt: skip
    return counts


def _words(value: float) -> str:
    return f"{round(value, 2):g}".replace(".", ",")
