"""A row of a teachers' list as facts without a name."""

from __future__ import annotations

import re
from datetime import date, datetime

from msoko_lib.intake.cells import Cell, is_blank, is_dash, iso_date, number, text
from msoko_lib.intake.named_subjects import subjects_of_position, subjects_taught
from msoko_lib.intake.source_params import SourceParams
from msoko_lib.intake.source_values import SourceValueError, count_of, yes_no
from msoko_lib.intake.teacher_counts import Teacher
from msoko_lib.intake.tidy_tables import TidyTable

FLAGS = ("register", "diagnosed", "deficits", "repeated", "closed", "other_subject", "iom",
         "mentored", "competitions", "pension")  # fmt: skip
# Where a list gives a date, a per cent or a theme instead of «да», it means that there is one.
_ANY_WORDS = frozenset({"diagnosed", "repeated", "mentored", "iom", "competitions"})
_OLDEST = 110
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_CATEGORIES = (
    ("high", r"высш.*|в/?к|вкк"),
    ("first", r"перв.*|1|i|1 ?к|1кк|первая кк"),
    ("conformity", r"сзд|соотв.*"),
    ("none", r"без.*|нет.*|б/?к|не аттест.*|не имеет.*|молодой специалист"),
)
_DEFICIT_WORDS = (
    (True, r"низк\w*|минимальн\w*|ниже (базового|среднего)|дефицит\w*|выявлен\w*"),
    (False, r"средн\w*|базов\w*|повышенн\w*|высок\w*|не выявлен\w*|отсутству\w*"),
)


def teacher_of_row(table: TidyTable, place: int, given: SourceParams) -> Teacher:
    """Facts of a row; a cell that cannot be read is refused, the rest of the row is kept."""
    row = _Row(table, place, given)
    return Teacher(
        category=row.category(), age=row.age(), sex=row.sex(),
        experience=row.number("experience", 80), courses=row.courses(),
        subjects=subjects_of_row(table, place),
        **{name: row.flag(name) for name in FLAGS},
    )  # fmt: skip


def subjects_of_row(table: TidyTable, place: int) -> tuple[str, ...]:
    """Subjects that a row names in its own column, else in the position."""
    row = table.sheet.rows[place]
    taught = subjects_taught(table.columns.cell(row, "subject"))
    return taught or subjects_of_position(table.columns.cell(row, "position"))


class _Row:
    def __init__(self, table: TidyTable, place: int, given: SourceParams) -> None:
        self.table = table
        self.place = place
        self.given = given

    def find(self, name: str) -> tuple[Cell, int]:
        return self.table.columns.find(self.table.sheet.rows[self.place], name)

    def refuse(self, name: str, expected: str) -> None:
        cell, column = self.find(name)
        self.table.bad(self.place, column, cell, expected)

    def number(self, name: str, high: float) -> float | None:
        cell, _ = self.find(name)
        years = re.match(r"\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:г|л)", text(cell))
        try:
            return count_of(years[1] if years else cell, high=high)
        except SourceValueError as problem:
            self.refuse(name, str(problem))
            return None

    def category(self) -> str | None:
        cell, _ = self.find("category")
        if "category" not in self.table.columns:
            return None
        folded = text(cell).lower().replace("ё", "е").strip(" .")
        if is_blank(cell) or is_dash(cell):
            return "none"
        for name, rule in _CATEGORIES:
            if re.fullmatch(rule, folded):
                return name
        self.refuse("category", "высшая, первая, СЗД или без категории")
        return None

    def age(self) -> float | None:
        """Full years on 1 January of the school year, as ОО-1 counts them."""
        birth, _ = self.find("birth")
        if not is_blank(birth):
            year = _year_in(birth)
            age = None if year is None else self.table.context.end_year - 1 - year
            if age is None or not 14 <= age <= _OLDEST:
                self.refuse("birth", "год или дата рождения")
                return None
            return float(age)
        return self.number("age", _OLDEST)

    def sex(self) -> str | None:
        cell, _ = self.find("sex")
        first = text(cell).lower()[:1]
        if not first:
            return None
        if first not in "жм":
            self.refuse("sex", "«ж» или «м»")
            return None
        return "women" if first == "ж" else "men"

    def courses(self) -> bool | None:
        """True if the last course is not older than the years set; «нет» is false.

        A date counts from 1 September of the year so many years before the school year's end;
        of a year alone the whole of that year counts.
        """
        cell, _ = self.find("courses")
        if is_blank(cell):
            return False if "courses" in self.table.columns else None
        first = self.table.context.end_year - int(self.given.value("teachers_courses_years"))
        year = _year_in(cell)
        if year is not None and year <= self.table.context.end_year:
            whole = iso_date(cell)
            return year >= first if whole is None else whole >= f"{first}-09-01"
        if year is None:
            try:
                return yes_no(cell)
            except SourceValueError:
                pass
        self.refuse("courses", "дата или год окончания курсов, да или нет")
        return None

    def flag(self, name: str) -> bool | None:
        cell, _ = self.find(name)
        if is_blank(cell):
            return False if name in self.table.columns else None
        try:
            return yes_no(cell)
        except SourceValueError:
            pass
        folded = text(cell).lower().replace("ё", "е")
        if name == "deficits":
            for value, rule in _DEFICIT_WORDS:
                if re.fullmatch(rule, folded):
                    return value
        elif name in _ANY_WORDS and not folded.startswith(("не ", "нет")):
            return True
        self.refuse(name, "да или нет")
        return None


def _year_in(cell: Cell) -> int | None:
    if isinstance(cell, (date, datetime)):
        return cell.year
    if (whole := iso_date(cell)) is not None:
        return int(whole[:4])
    value = number(cell)
    if value is not None:
        return int(value) if value.is_integer() and 1900 <= value <= 2100 else None
    match = _YEAR.search(text(cell))
    return int(match[0]) if match else None
