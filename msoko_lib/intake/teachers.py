"""Read lists of teachers: rows with names come in, only counts of schools leave."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_params import SourceParams, load_source_params
from msoko_lib.intake.source_values import (
    SCHOOL_PATTERNS,
    FieldRows,
    TidyTable,
    fits_year,
    unit_above,
)
from msoko_lib.intake.teacher_counts import (
    SUBSYSTEM,
    Teacher,
    counts_of_school,
    groups_below,
    together,
)
from msoko_lib.intake.teacher_rows import FLAGS, teacher_of_row
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.pseudonym import fold_name

ORDER = 95
TITLE = "Педагоги: аттестация, курсы, диагностика"
NAMES = ("surname", "first_name", "patronymic", "full_name", "person_code")
_HEADER_ROWS = 60
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


def teacher_layouts(params: Path) -> list[Layout]:
    """The layout of teachers' lists with the thresholds of ``params/sources.yml``.

    Raises
    ------
    SettingsProblem
        If the file is wrong.
    """
    read = partial(read_teachers, load_source_params(params))
    return [Layout("source:teachers", TITLE, recognises_teachers, read, ORDER)]


def recognises_teachers(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet lists persons with what only teachers have."""
    return _header(sheet) is not None


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_teachers, _is_teachers, stop=_HEADER_ROWS)


def _is_teachers(columns: Columns) -> bool:
    has_name = any(name in columns for name in NAMES)
    about = {"category", "courses", "experience", *FLAGS} - {"pension"}
    return has_name and len(about & columns.spans.keys()) >= 1 + ("position" not in columns)


def read_teachers(
    given: SourceParams, book: Workbook, sheet: Sheet, context: ReadContext
) -> Reading:
    """Read a list and give counts by school; no name, date or row of a person is kept.

    Fields (each only where the list has its column): see :func:`counts_of_school`.
    """
    reading = Reading(title=TITLE)
    fields = FieldRows(sheet, context, reading)
    columns = _header(sheet)
    if columns is None or not fits_year(sheet, columns.first_row, context, reading):
        return fields.finish()
    above = unit_above(sheet, columns.first_row, context)
    table = TidyTable(sheet, columns, context, reading, above)
    staff, first_rows = _staff(table, given)
    known = frozenset(columns.spans)
    small: list[tuple[str, int]] = []
    for unit, teachers in staff.items():
        counts = counts_of_school(teachers, known, given)
        for name, value in counts.items():
            fields.put(unit, SUBSYSTEM, name, value, first_rows[unit])
        found = groups_below(counts, given.value("teachers_small_group"))
        small += [(name, first_rows[unit]) for name in found]
    _tell_of_privacy(table, given, known, small, bool(staff))
    return fields.finish()


def _staff(
    table: TidyTable, given: SourceParams
) -> tuple[dict[str, list[Teacher]], dict[str, int]]:
    """Teachers of each school, each person once, and the school's first row."""
    people: dict[str, dict[str, Teacher]] = {}
    first_rows: dict[str, int] = {}
    merged: list[int] = []
    for place in table.data_rows():
        unit = table.school(place)
        if unit is None:
            continue
        person = _person(table.columns, table.sheet.rows[place])
        if not person:
            name = next(each for each in NAMES if each in table.columns)
            table.tell("source_teacher_no_name", place, table.columns.column(name))
            continue
        teacher = teacher_of_row(table, place, given)
        known = people.setdefault(unit, {})
        first_rows.setdefault(unit, place)
        if person in known:
            merged.append(place)
            teacher = together(known[person], teacher)
        known[person] = teacher
    if merged:
        table.tell("source_teacher_merged", merged[0], rows=row_list(merged), count=len(merged))
    table.tell_of_units_from_above()
    return {unit: list(each.values()) for unit, each in people.items()}, first_rows


def _person(columns: Columns, row: Sequence[object]) -> str:
    """Who a row is about, told apart by birth where names agree; '' where nobody is named."""
    code = text(columns.cell(row, "person_code"))  # type: ignore[arg-type]
    name = " ".join(filter(None, (columns.joined(row, part) for part in NAMES[:-1])))  # type: ignore[arg-type]
    if not code and not any(ch.isalpha() for ch in name):
        return ""
    birth = text(columns.cell(row, "birth"))  # type: ignore[arg-type]
    return "\x1f".join((code, fold_name(name), birth))


def _tell_of_privacy(
    table: TidyTable, given: SourceParams, known: frozenset[str],
    small: list[tuple[str, int]], has_staff: bool,
) -> None:  # fmt: skip
    if small:
        rows = [row for _, row in small]
        table.tell(
            "source_teacher_small", rows[0], count=len(small), rows=row_list(rows),
            least=f"{given.value('teachers_small_group'):g}",
        )  # fmt: skip
    asks_age = {"age", "birth"} & known
    if has_staff and asks_age and "pension" not in known and "sex" not in known:
        table.tell("source_teacher_no_sex", table.columns.first_row)
