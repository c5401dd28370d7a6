"""Read МКДО: levels 1–5 by organisation and area (self-assessment, expert), parents' answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import Cell, is_blank, number
from msoko_lib.intake.header_map import Columns, find_header, fold_header, matcher
from msoko_lib.intake.lines import quoted
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_params import SourceParams, load_source_params
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import Project

ORDER = 91
SUBSYSTEM = "10"
TITLE = "МКДО: уровни качества дошкольного образования"
LEVELS = (1, 5)
_FEWEST_AREAS = 3
_NUMBERED = re.compile(r"(?:область )?(?:качества )?(?:№ ?)?(\d{1,2})(?:[.) ].*)?")
_other = matcher(
    (
        *SCHOOL_PATTERNS,
        ("area", r"область( качества)?|направление( качества)?|показатель( мкдо)?"),
        ("self", r"само(оценка|обследование|анализ)( доо| организации)?(,.*)?|"
                 r"(уровень|балл)( по)? самооценк\w+"),
        ("expert", r"(внешний )?эксперт(а|ы)?|(внешняя |экспертная |независимая )*оценка"
                   r"( эксперта| экспертов)?|(уровень|балл)( по)? эксперт\w+|экспертиза"),
        ("assessor", r"кто (оценивал|оценил)|вид оценки|оценщик|тип оценки"),
        ("parents_n", r"(число|количество|кол-во|всего)? ?(опрошен\w+ )?родител\w+"
                      r"( опрошено|,? опрошенн\w+|,? принявш\w+ участие)?|опрошено родител\w+"),
        ("satisfied_n", r"(из них )?удовлетворен\w*(,? ?(чел|человек|родител\w+)\.?)?|"
                        r"(число|количество) удовлетворенн\w+.*"),
    )
)  # fmt: skip
Matcher = Callable[[str], str | None]


def mkdo_layouts(project: Project) -> list[Layout]:
    """The layout of МКДО with the areas of ``params/sources.yml``.

    Raises
    ------
    SettingsProblem
        If the file is wrong.
    """
    given = load_source_params(project)
    return [
        Layout(
            "source:mkdo", TITLE, partial(recognises_mkdo, given), partial(read_mkdo, given), ORDER
        )
    ]


def area_of(given: SourceParams, cell: Cell) -> int | None:
    """Number of an area that a cell names by number or by the beginning of its title."""
    folded = fold_header(cell)
    if match := _NUMBERED.fullmatch(folded):
        wanted = int(match[1])
        return wanted if any(item.number == wanted for item in given.mkdo_areas.items) else None
    fitting = [
        (len(word), item.number)
        for item in given.mkdo_areas.items
        for word in (item.title, *item.words)
        if folded.startswith(fold_header(word))
    ]
    return max(fitting)[1] if fitting else None


def _match(given: SourceParams, folded: str) -> str | None:
    if other := _other(folded):
        return other
    # A bare number is a numbering, not a header.
    if number(folded) is not None:
        return None
    area = area_of(given, folded)
    return None if area is None else f"area{area}"


def recognises_mkdo(given: SourceParams, book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has levels by area, or parents' answers under a title with «МКДО»."""
    return _header(given, sheet) is not None


def _header(given: SourceParams, sheet: Sheet) -> Columns | None:
    return find_header(sheet, partial(_match, given), partial(_is_mkdo, sheet), stop=HEADER_ROWS)


def _is_mkdo(sheet: Sheet, columns: Columns) -> bool:
    has_unit = "school_name" in columns or "school_code" in columns
    is_long = "area" in columns and ("self" in columns or "expert" in columns)
    areas = sum(name.startswith("area") for name in columns.spans)
    is_wide = areas >= _FEWEST_AREAS and "assessor" in columns
    is_parents = {"parents_n", "satisfied_n"} <= columns.spans.keys() and _is_titled(sheet, columns)
    return has_unit and (is_long or is_wide or is_parents)


def _is_titled(sheet: Sheet, columns: Columns) -> bool:
    above = sheet.rows[: columns.first_row]
    return any("мкдо" in fold_header(cell) for row in above for cell in row if cell)


def read_mkdo(given: SourceParams, book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read levels; several groups of one organisation give their mean.

    Fields: ``mkdo_1`` … ``mkdo_9`` (the expert's level by area), ``mkdo_self_1`` …
    ``mkdo_self_9`` (the organisation's own), ``mkdo_self`` (mean of the self-assessed areas;
    where experts came, of the areas that they saw, so that the gap compares the same areas),
    ``mkdo_base`` (1 where the expert's mean reaches the base level),
    ``parents_asked_n``, ``parents_satisfied_n``.
    """
    find = partial(_header, given)
    return read_tidy(TITLE, find, partial(_fill, given), sheet, context)


def _fill(given: SourceParams, table: TidyTable, fields: FieldRows) -> None:
    levels = _Levels()
    for place, unit in table.unit_rows():
        if "area" in table.columns:
            _long_row(given, table, levels, unit, place)
        elif "assessor" in table.columns:
            _wide_row(table, levels, unit, place)
        else:
            _parents_row(table, fields, unit, place)
    levels.put_into(fields, given.value("mkdo_base_level"))
    if levels.without_expert and not levels.with_expert:
        header = table.columns.first_row
        table.tell("source_mkdo_no_expert", header, count=len(levels.without_expert))


class _Levels:
    """Levels of organisations by assessor and area, with the first row of each."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str, int], list[float]] = defaultdict(list)
        self.first: dict[str, int] = {}

    def add(self, unit: str, assessor: str, area: int, level: float, place: int) -> None:
        self.values[unit, assessor, area].append(level)
        self.first.setdefault(unit, place)

    def means(self, unit: str, assessor: str) -> dict[int, float]:
        """Area → mean level over the groups."""
        found = {
            area: sum(levels) / len(levels)
            for (own, who, area), levels in self.values.items()
            if own == unit and who == assessor
        }
        return dict(sorted(found.items()))

    @property
    def with_expert(self) -> list[str]:
        return [unit for unit in self.first if self.means(unit, "expert")]

    @property
    def without_expert(self) -> list[str]:
        return [unit for unit in self.first if not self.means(unit, "expert")]

    def put_into(self, fields: FieldRows, base_level: float) -> None:
        for unit, place in self.first.items():
            expert, own = self.means(unit, "expert"), self.means(unit, "self")
            values = {f"mkdo_{area}": level for area, level in expert.items()}
            same = {area: own[area] for area in own if area in expert} or own
            if same:
                values["mkdo_self"] = sum(same.values()) / len(same)
            if expert:
                mean = sum(expert.values()) / len(expert)
                values["mkdo_base"] = float(mean >= base_level)
            values |= {f"mkdo_self_{area}": level for area, level in own.items()}
            for name, value in values.items():
                fields.put(unit, SUBSYSTEM, name, round(value, 6), place)


def _long_row(
    given: SourceParams, table: TidyTable, levels: _Levels, unit: str, place: int
) -> None:
    cell, column = table.columns.find(table.sheet.rows[place], "area")
    area = area_of(given, cell)
    if area is None:
        table.tell("source_mkdo_no_area", place, column, value=quoted(cell))
        return
    for assessor in ("self", "expert"):
        level = table.number(place, assessor, *LEVELS) if assessor in table.columns else None
        if level is not None:
            levels.add(unit, assessor, area, level, place)


def _wide_row(table: TidyTable, levels: _Levels, unit: str, place: int) -> None:
    cell, column = table.columns.find(table.sheet.rows[place], "assessor")
    assessor = _other(fold_header(cell))
    if assessor not in ("self", "expert") or is_blank(cell):
        table.bad(place, column, cell, "самооценка или эксперт")
        return
    for name in table.columns.spans:
        if name.startswith("area"):
            level = table.number(place, name, *LEVELS)
            if level is not None:
                levels.add(unit, assessor, int(name.removeprefix("area")), level, place)


def _parents_row(table: TidyTable, fields: FieldRows, unit: str, place: int) -> None:
    asked = table.people(place, "parents_n")
    satisfied = table.people(place, "satisfied_n")
    if asked is None or satisfied is None:
        table.tell_half(place, ("parents_n", "satisfied_n"))
        return
    if satisfied > asked:
        columns = [table.columns.column(name) for name in ("satisfied_n", "parents_n")]
        table.tell(
            "source_part_above_whole", place, columns[0], title=table.title(columns[0]),
            value=f"{satisfied:g}", whole=table.title(columns[1]), total=f"{asked:g}",
        )  # fmt: skip
    fields.put(unit, SUBSYSTEM, "parents_asked_n", asked, place)
    fields.put(unit, SUBSYSTEM, "parents_satisfied_n", satisfied, place)
