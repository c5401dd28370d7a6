"""Tables of the education office: graduates, career guidance, sites, supervision, plans."""

from __future__ import annotations

from msoko_lib.demo.csvfile import write_csv
from msoko_lib.demo.source_year import SourceUnit, SourceYear, shares_of
from msoko_lib.demo.xlsx import Row, SheetRows, Value

GRADUATES = "Выпускники/Распределение выпускников.xlsx"
CAREER = "Профориентация/Выгрузка платформы.csv"
SITES = "Сайты/Обзор сайтов.xlsx"
SUPERVISION = "Надзор/Надзор, лицензии и аккредитация.xlsx"
ASSIGNMENT = "Муниципальное задание/Выполнение муниципального задания.xlsx"
PROGRAMME = "Муниципальное задание/Программа «Развитие образования».xlsx"
# Shares of those who neither stay nor are undecided: college, university, work, army.
_WORK_AND_ARMY = (2.0, 1.0)
_ASSIGNMENT_TARGETS = (
    "Число обучающихся по программам начального образования",
    "Число обучающихся по программам основного образования",
    "Доля родителей, удовлетворённых качеством услуги", "Доля освоивших программу",
    "Доля педагогов с категорией", "Укомплектованность педагогами",
    "Доля выпускников, получивших аттестат", "Число посещений кружков",
    "Доля детей, охваченных питанием", "Полнота сведений на сайте",
    "Число мероприятий для родителей", "Доля устранённых нарушений", "Обеспеченность учебниками",
)  # fmt: skip
_PROGRAMME_TARGETS = (
    "Доля детей 5–18 лет в дополнительном образовании", "Доля педагогов до 35 лет",
    "Число участников олимпиад", "Доля обучающихся в первую смену",
    "Доля обученных оценке качества", "Доля обновлённого оборудования",
    "Доля детей с ОВЗ, для которых созданы условия", "Доля обучающихся в детских объединениях",
    "Доля отремонтированных помещений", "Число сетевых программ",
)  # fmt: skip
# Targets of the municipality itself: what, unit, plan, who answers for it, whether less is better.
_MUNICIPAL_TARGETS = (
    ("Доля детей 5–18 лет в дополнительном образовании", "%", 78, "Отдел воспитания", ""),
    ("Доля обучающихся в первую смену", "%", 90, "Отдел общего образования", ""),
    ("Доля детей 3–7 лет в очереди в детский сад", "%", 2, "Отдел дошкольного образования",
     "меньше"),
    ("Доля педагогов до 35 лет", "%", 24, "Методическая служба", ""),
    ("Доля выпускников без аттестата", "%", 1, "Отдел общего образования", "меньше"),
    ("Отремонтировано школ и детских садов", "ед.", 4, "Хозяйственный отдел", ""),
    ("Доля организаций с паспортом доступности", "%", 95, "Хозяйственный отдел", ""),
    ("Средняя зарплата педагогов к средней по региону", "%", 100, "Финансовый отдел", ""),
)  # fmt: skip
_WRONG_BY = 3


def write_office_tables(year: SourceYear) -> None:
    """Write them all; the graduates of the first year stand a school a row, later a grade a row."""
    if year.end_year == year.town.end_years[0] and len(year.town.end_years) > 1:
        _write_graduates_by_school(year)
    else:
        _write_graduates(year)
    _write_career(year)
    _write_sites(year)
    _write_supervision(year)
    title = f"Выполнение муниципального задания, {year.words_of_year}"
    _write_plan(year, ASSIGNMENT, title, "assignment", _ASSIGNMENT_TARGETS)
    title = f"Целевые показатели программы «Развитие образования», {year.words_of_year}"
    _write_plan(year, PROGRAMME, title, "programme", _PROGRAMME_TARGETS)


def _write_graduates(year: SourceYear) -> None:
    rows: list[Row] = []
    totals = [0] * 7
    for unit in year.schools:
        for grade, counts in _paths(unit).items():
            rows.append([unit.code, unit.name, grade, *counts])
            totals = [so_far + n for so_far, n in zip(totals, counts, strict=True)]
    if year.is_spoilt:
        totals[0] += _WRONG_BY
        year.spoilt(
            "total_differs", GRADUATES, "строка «Итого» не равна сумме строк",
            row=4 + len(rows), by=_WRONG_BY,
        )  # fmt: skip
    header: Row = ["Код ОО", "Школа", "Класс", "Всего выпускников", "10 класс", "СПО", "Вуз",
                   "Работа", "Армия", "Не определились"]  # fmt: skip
    title: Row = [f"Распределение выпускников, {year.words_of_year}"]
    total: Row = ["Итого", None, None, *totals]
    year.save(GRADUATES, SheetRows("Выпускники", [title, [], header, *rows, total]))


def _write_graduates_by_school(year: SourceYear) -> None:
    columns = {
        "Выпускников 9 и 11 классов": "graduates_n", "Выпускников 9 класса": "graduates9_n",
        "Выпускников 11 класса": "graduates11_n",
        "Продолжили в 10 классе": "graduates9_tenth_n",
        "Поступили в СПО после 9 класса": "graduates9_college_n",
        "По востребованным профессиям": "graduates9_demanded_n",
        "Поступили в вузы": "graduates11_university_n",
        "Поступили в СПО после 11 класса": "graduates11_college_n",
        "Поступили по профилю": "graduates11_by_profile_n",
        "Не определились": "graduates_unplaced_n",
    }  # fmt: skip
    rows: list[Row] = [
        [unit.code, unit.name, *(unit.written(name) for name in columns.values())]
        for unit in year.schools
    ]
    title: Row = [f"Пути выпускников, {year.words_of_year}"]
    year.save(
        GRADUATES, SheetRows("Выпускники", [title, [], ["Код ОО", "Школа", *columns], *rows])
    )  # fmt: skip


def _paths(unit: SourceUnit) -> dict[int, list[int]]:
    """Grade → graduates, grade 10, college, university, work, army, undecided."""
    ninth, college = unit.whole("graduates9_n"), unit.whole("graduates9_college_n")
    undecided = unit.whole("graduates_unplaced_n")
    here = min(undecided, ninth - college)
    tenth = unit.whole("graduates9_tenth_n")
    paths = {9: [ninth, tenth, college, 0, ninth - college - here - tenth, 0, here]}
    if "graduates11_n" in unit.answers:
        eleventh = unit.whole("graduates11_n")
        later = undecided - here
        in_college = unit.whole("graduates11_college_n")
        university = unit.whole("graduates11_university_n")
        rest = shares_of(eleventh - later - in_college - university, _WORK_AND_ARMY)
        paths[11] = [eleventh, 0, in_college, university, *rest, later]
    return paths


def _write_career(year: SourceYear) -> None:
    header: Row = ["Код ОО", "Школа", "Зарегистрировано", "Прошли диагностику", "Прошли пробы"]
    names = ("ticket_registered_n", "career_diagnosed_n", "ticket_trial_n")
    rows: list[Row] = [
        [unit.code, unit.name, *(unit.written(name) for name in names)] for unit in year.schools
    ]
    path = year.folder / CAREER
    write_csv(path, [header, *rows], "utf-8-sig")
    year.files.append(path)


def _write_sites(year: SourceYear) -> None:
    header: Row = ["ОГРН", "Наименование организации", "Набрано баллов", "Максимум баллов"]
    rows: list[list[Value]] = [
        [unit.ogrn, unit.name, unit.written("site_points"), unit.written("site_points_max")]
        for unit in year.everybody
    ]
    if year.is_spoilt:
        right = str(rows[-1][0])
        # Two digits changed places.
        wrong = f"{right[:-2]}{right[-1]}{right[-2]}"
        wrong = wrong if wrong != right else f"{right[:-1]}9"
        rows[-1][0] = wrong
        year.spoilt(
            "ogrn_typo", SITES, "ОГРН нет в справочнике", row=3 + len(rows), ogrn=right,
            typo=wrong, unit_id=year.everybody[-1].unit_id,
        )  # fmt: skip
    title: Row = [f"Обзор официальных сайтов, {year.words_of_year}"]
    year.save(SITES, SheetRows("Обзор", [title, [], header, *rows]))


def _write_supervision(year: SourceYear) -> None:
    header: Row = ["ОГРН", "Организация", "Выдано предписаний", "Исполнено", "Лицензия",
                   "Аккредитация"]  # fmt: skip
    rows: list[Row] = []
    for unit in year.everybody:
        left = unit.whole("orders_open_n")
        done = int(year.stream("orders", unit).integers(0, 3))
        # Only schools are accredited, and only of them is it asked.
        papers: list[Value] = [None, None]
        if unit.kind == "school":
            papers = ["да", "да" if unit.answers["accreditation"] else "нет"]
        rows.append([unit.ogrn, unit.name, left + done, done, *papers])
    title: Row = [f"Надзор, лицензия и аккредитация, {year.words_of_year}"]
    year.save(SUPERVISION, SheetRows("Надзор", [title, [], header, *rows]))


def _write_plan(
    year: SourceYear, name: str, title: str, kind: str, targets: tuple[str, ...]
) -> None:
    header: Row = ["ОГРН", "Организация", "Показатель", "Ед. изм.", "План", "Факт"]
    rows: list[Row] = []
    for unit in year.everybody:
        rng = year.stream(kind, unit)
        items, done = unit.whole(f"{kind}_items_n"), unit.whole(f"{kind}_done_n")
        for place in range(items):
            target = targets[place % len(targets)]
            plan = int(rng.integers(60, 96))
            fact = plan + int(rng.integers(0, 4) if place < done else -rng.integers(1, 9))
            words = "%" if target.startswith(("Доля", "Полнота", "Обеспеч", "Укомпл")) else "ед."
            # Merged cells: the organisation is named once for all its targets.
            named = place == 0 or not year.town.planted
            whose: list[Value] = [unit.ogrn, unit.name] if named else [None, None]
            rows.append([*whose, target, words, plan, fact])
    sheets = [SheetRows("План и факт", [[title], [], header, *rows])]
    if kind == "programme":
        sheets.append(_municipal_sheet(year, title))
    year.save(name, *sheets)


def _municipal_sheet(year: SourceYear, title: str) -> SheetRows:
    """Targets of the whole municipality; of the last one the fact is not known yet."""
    header: Row = ["№", "Целевой показатель", "Ед. изм.", "План", "Факт", "Чем лучше",
                   "Ответственный исполнитель"]  # fmt: skip
    rng = year.stream("municipal programme", year.everybody[0])
    rows: list[Row] = []
    for place, (target, unit, plan, who, better) in enumerate(_MUNICIPAL_TARGETS, start=1):
        moved = float(rng.integers(-3, 5)) * (0.3 if plan <= 4 else 1.0)
        fact = None if place == len(_MUNICIPAL_TARGETS) else round(max(plan + moved, 0.0), 1)
        fact = round(fact) if fact is not None and unit == "ед." else fact
        rows.append([place, target, unit, plan, fact, better or None, who])
    return SheetRows("Муниципалитет", [[title], [], header, *rows])
