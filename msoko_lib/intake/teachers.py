"""Read lists of teachers: rows with names come in, only counts of schools leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.named_subjects import OTHER
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_params import SourceParams, load_source_params
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.teacher_counts import (
    SUBSYSTEM,
    Teacher,
    counts_of_school,
    groups_below,
    together,
)
from msoko_lib.intake.teacher_groups import LIST, GroupRows, group_counts
from msoko_lib.intake.teacher_rows import FLAGS, subjects_of_row, teacher_of_row
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import Project
from msoko_lib.pseudonym import fold_name

ORDER = 95
TITLE = "Педагоги: аттестация, курсы, диагностика"
NAMES = ("surname", "first_name", "patronymic", "full_name", "person_code")
_VACANCY = re.compile(r"вакан|нет (педагога|учителя)|не укомплект")
match_teachers = matcher(
    (
        *SCHOOL_PATTERNS,
        ("surname", r"фамилия( педагога| учителя| работника)?"),
        ("first_name", r"имя( педагога| учителя)?"),
        ("patronymic", r"отчество( педагога| учителя)?"),
        ("full_name", r"ф\.? ?и\.? ?о\.?( ?\(?полностью\)?)?( педагога| учителя| работника|"
                      r" сотрудника| педагогического работника)?|фамилия,? ?имя,? ?отчество.*|"
                      r"педагог|учитель|сотрудник"),
        ("person_code", r"код (педагога|учителя)|табельный номер"),
        ("position", r"должность.*"),
        ("subject", r"(преподаваем\w+ |основн\w+ |ведет )?(учебн\w+ )?предмет\w*(,.*|\(.*\))?|"
                    r"(учебн\w+ )?дисциплин\w*"),
        ("sex", r"пол"),
        ("birth", r"(год|дата) рождения|г\.? ?р|д\.? ?р"),
        ("age", r"возраст(,.*|\(.*\))?|полных лет"),
        ("pension", r"(работающий )?пенсионер.*|пенсионн\w+( возраст\w*)?.*"),
        ("experience", r"(педагогический |общий педагогический |пед\.? ?)?стаж( работы)?"
                       r"( педагогической работы)?(,.*|\(.*\))?"),
        ("category", r"(квалификационная |кв\.? ?)?категория.*|результат аттестации"),
        ("register", r".*(федеральн\w+ реестр|из реестра|фр дпп).*"),
        ("courses", r"(год|дата)( окончания| прохождения| последних| последнего)*"
                    r"( пк| курсов.*| повышения квалификации| обучения)|последн\w+ (пк|курсы.*)|"
                    r"(курсы )?(пк|повышение квалификации)(,? ?(год|дата).*|\((год|дата)\))?"),
        ("repeated", r"повторн\w+ диагностик\w*.*"),
        ("closed", r"(дефицит\w* )?(закрыт|устранен)\w*( дефицит\w*)?.*"),
        ("other_subject", r"(преподает )?не по специальности.*"),
        ("diagnosed", r"(прош[её]?л\w* |прохождение )?диагностик\w*( дефицит\w*| пройдена"
                      r"| профессиональных (дефицитов|компетенций))?.*"),
        ("deficits", r"(выявлен\w* |есть |наличие )?(профессиональн\w+ )?дефицит\w*.*"),
        ("iom", r"(есть |наличие |составлен )?иом.*|индивидуальн\w+ (образовательн\w+ )?маршрут.*"),
        ("mentored", r"(есть |наличие )?наставник.*|закреплен наставник|наставничество.*"),
        ("competitions", r"(участие в )?(профессиональн\w+ )?конкурс\w*.*"),
    )
)  # fmt: skip


def teacher_layouts(project: Project) -> list[Layout]:
    """The layout of teachers' lists with the thresholds of ``params/sources.yml``.

    Raises
    ------
    SettingsProblem
        If the file is wrong.
    """
    read = partial(read_teachers, load_source_params(project))
    return [Layout("source:teachers", TITLE, recognises_teachers, read, ORDER)]


def recognises_teachers(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet lists persons with what only teachers have."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_teachers, _is_teachers, stop=HEADER_ROWS)


def _is_teachers(columns: Columns) -> bool:
    has_name = any(name in columns for name in NAMES)
    about = {"category", "courses", "experience", *FLAGS} - {"pension"}
    return has_name and len(about & columns.spans.keys()) >= 1 + ("position" not in columns)


def read_teachers(
    given: SourceParams, book: Workbook, sheet: Sheet, context: ReadContext
) -> Reading:
    """Read a list and give counts by school; no name, date or row of a person is kept.

    Fields (each only where the list has its column): see :func:`counts_of_school`; groups by
    age, experience and subject: see :func:`group_counts`.
    """
    groups = GroupRows(sheet, context, LIST)
    reading = read_tidy(TITLE, _header, partial(_fill, given, groups), sheet, context)
    groups.put_into(reading)
    return reading


@dataclass
class _Staff:
    """People of a school, each once, its vacant posts and the first row about it."""

    first_row: int
    people: dict[str, Teacher] = field(default_factory=dict)
    vacancies: list[tuple[str, ...]] = field(default_factory=list)


def _fill(given: SourceParams, groups: GroupRows, table: TidyTable, fields: FieldRows) -> None:
    known = frozenset(table.columns.spans)
    least = given.value("teachers_small_group")
    small: list[int] = []
    everybody = _staff(table, given)
    for unit, staff in everybody.items():
        teachers = list(staff.people.values())
        counts = counts_of_school(teachers, known, given)
        for name, value in counts.items():
            fields.put(unit, SUBSYSTEM, name, value, staff.first_row)
        by_group = group_counts(teachers, staff.vacancies, known, given)
        for count in by_group:
            groups.put(unit, count, staff.first_row)
        people = [*counts.values(), *(each.n for each in by_group if each.counted != "vacancies")]
        small += [staff.first_row] * groups_below(people, least)
    _tell_of_privacy(table, least, known, small, bool(everybody))


def _staff(table: TidyTable, given: SourceParams) -> dict[str, _Staff]:
    """Teachers of each school, each person once, and its vacancies."""
    found: dict[str, _Staff] = {}
    merged: list[int] = []
    strange: list[int] = []
    for place, unit in table.unit_rows():
        row = table.sheet.rows[place]
        if OTHER in subjects_of_row(table, place):
            strange.append(place)
        if _is_vacancy(table.columns, row):
            staff = found.setdefault(unit, _Staff(place))
            staff.vacancies.append(subjects_of_row(table, place))
            continue
        person = _person(table.columns, row)
        if not person:
            name = next(each for each in NAMES if each in table.columns)
            table.tell("source_teacher_no_name", place, table.columns.column(name))
            continue
        teacher = teacher_of_row(table, place, given)
        staff = found.setdefault(unit, _Staff(place))
        if person in staff.people:
            merged.append(place)
            teacher = together(staff.people[person], teacher)
        staff.people[person] = teacher
    for code, rows in (("source_teacher_merged", merged), ("source_teacher_subject", strange)):
        if rows:
            table.tell(code, rows[0], rows=row_list(rows), count=len(rows))
    return found


def _is_vacancy(columns: Columns, row: Sequence[object]) -> bool:
    """True if the row is a post that nobody holds: «вакансия» stands where a name would."""
    words = (columns.joined(row, name) for name in NAMES)  # type: ignore[arg-type]
    return any(_VACANCY.match(each.lower()) for each in words)


def _person(columns: Columns, row: Sequence[object]) -> str:
    """Who a row is about, told apart by birth where names agree; '' where nobody is named."""
    code = text(columns.cell(row, "person_code"))  # type: ignore[arg-type]
    name = " ".join(filter(None, (columns.joined(row, part) for part in NAMES[:-1])))  # type: ignore[arg-type]
    if not code and not any(ch.isalpha() for ch in name):
        return ""
    birth = text(columns.cell(row, "birth"))  # type: ignore[arg-type]
    return "\x1f".join((code, fold_name(name), birth))


def _tell_of_privacy(
    table: TidyTable, least: float, known: frozenset[str], small: list[int], has_staff: bool
) -> None:
    if small:
        table.tell(
            "source_teacher_small", small[0], count=len(small), rows=row_list(small),
            least=f"{least:g}",
        )  # fmt: skip
    asks_age = {"age", "birth"} & known
    if has_staff and asks_age and "pension" not in known and "sex" not in known:
        table.tell("source_teacher_no_sex", table.columns.first_row)
