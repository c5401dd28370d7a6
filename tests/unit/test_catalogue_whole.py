"""The catalogue as a whole: nothing of the documents is left out, nothing is asked in vain.

The list of ids comes from the subsystems' sizes in the domain description, the properties of
shares from arithmetic; neither is read off the files under test.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.passports import FieldFormula, FormField, Passport
from msoko_lib.project import Project

LISTED = "КП 21 ШН 11 ТЛ 12 ПР 11 ОБ 12 РК 12 ПП 12 МР 10 ВС 12 ДО 12 УС 14"
SUBSYSTEM_OF = {prefix: f"{place:02d}" for place, prefix in enumerate(LISTED.split()[::2], start=1)}
MOST_SCHOOL_FIELDS = 150
LONGEST_TITLE = 120
NO_INDICATOR = "Отдельного показателя нет"
PROPOSAL = "утверждается муниципалитетом"
YEARS = ("2022-2023", "2023-2024", "2024-2025", "2025-2026")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Project.find(Path(__file__).parent))


@pytest.fixture(scope="module")
def by_formula(catalogue: Catalogue) -> dict[str, FieldFormula]:
    return {item.id: item.from_fields for item in catalogue.passports.values() if item.from_fields}


def listed_ids() -> list[str]:
    words = LISTED.split()
    return [
        f"{prefix}-{number:02d}"
        for prefix, last in zip(words[::2], words[1::2], strict=True)
        for number in range(1, int(last) + 1)
    ]


def test_every_listed_indicator_has_a_passport(catalogue: Catalogue) -> None:
    ids = listed_ids()
    assert len(ids) == 139
    assert [each for each in ids if each not in catalogue.passports] == []


def test_ids_stand_in_their_subsystem_and_run_without_gaps(catalogue: Catalogue) -> None:
    for part in catalogue.subsystems:
        prefixes = {item.id[:2] for item in part.indicators}
        assert {SUBSYSTEM_OF[each] for each in prefixes} == {part.number}
        numbers = sorted(int(item.id[3:]) for item in part.indicators)
        free = min(set(range(1, len(numbers) + 2)) - set(numbers))
        assert numbers == list(range(1, len(numbers) + 1)), (
            f"{part.number}: the next free number is {free:02d}, found {numbers[-1]:02d}"
        )


def test_what_the_documents_name_beside_the_list_is_there(catalogue: Catalogue) -> None:
    titles = " · ".join(f"{item.title} {item.source}" for item in catalogue.passports.values())
    for words in (
        "Введение обновлённого ФГОС", "Введение ФГОС для детей с ОВЗ", "соответствует ФГОС",
        "приказа № 1324", "Подготовка экспертов", "план и факт", "НИКО", "Репетиционные",
        "Безопасность", "Зарплата педагогов", "Лицензия и аккредитация", "дорожная карта",
    ):  # fmt: skip
        assert words in titles, words


def test_every_passport_tells_what_it_is(catalogue: Catalogue) -> None:
    for item in catalogue.passports.values():
        texts = (item.title, item.question, item.formula, item.source)
        assert all(text.strip() for text in texts), item.id
        assert item.question.endswith("?"), item.id
        assert len(item.title) <= LONGEST_TITLE, item.id
        for target in (item.target, *item.other_targets):
            assert target is None or (target.words.strip() and target.source.strip()), item.id


def test_questions_and_titles_do_not_repeat(catalogue: Catalogue) -> None:
    for texts in (
        [item.title for item in catalogue.passports.values()],
        [item.title for item in catalogue.fields.values()],
    ):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_no_target_is_called_a_norm_without_a_document(catalogue: Catalogue) -> None:
    """Targets of the list are proposals; a norm would have to name its document and number."""
    for item in catalogue.passports.values():
        for target in (item.target, *item.other_targets):
            if target is None:
                continue
            if target.status == "нормативный":
                assert "№" in target.source, item.id
            if target.status == "муниципальный":
                assert PROPOSAL in target.source, item.id


def test_sources_name_kinds_of_documents_not_places(catalogue: Catalogue) -> None:
    place = re.compile(r"\b(район|округ|республик|край\b|края\b|област|посёлк|город )", re.I)
    for item in catalogue.passports.values():
        sources = [item.source, *(t.source for t in (item.target, *item.other_targets) if t)]
        assert not any(place.search(text) for text in sources), item.id


def test_objects_levels_and_kinds_of_units_are_all_present(catalogue: Catalogue) -> None:
    passports = list(catalogue.passports.values())
    assert {item.assesses for item in passports} == {"программы", "условия", "результаты"}
    for level in ("дошкольное", "НОО", "ООО", "СОО", "дополнительное"):
        objects = {item.assesses for item in passports if level in item.education_levels}
        assert objects == {"программы", "условия", "результаты"}, level
    for unit in ("school", "preschool", "additional"):
        assert any(item.units == (unit,) for item in passports), unit
        assert any(unit in field.units for field in catalogue.fields.values()), unit


def test_units_and_levels_of_education_agree(catalogue: Catalogue) -> None:
    of_schools = {"НОО", "ООО", "СОО"}
    for item in catalogue.passports.values():
        levels = set(item.education_levels)
        assert ("preschool" in item.units) <= ("дошкольное" in levels), item.id
        assert ("дошкольное" in levels) == ("preschool" in item.units), item.id
        assert ("school" in item.units) == bool(levels & of_schools), item.id
        assert ("additional" in item.units) <= ("дополнительное" in levels), item.id


def test_nothing_is_asked_in_vain(
    catalogue: Catalogue, by_formula: dict[str, FieldFormula]
) -> None:
    used = {name for formula in by_formula.values() for name in formula.fields}
    idle = [field for field in catalogue.fields.values() if field.id not in used]
    assert [field.id for field in idle if NO_INDICATOR not in field.help] == []
    assert [field.id for field in catalogue.fields.values()
            if field.id in used and NO_INDICATOR in field.help] == []  # fmt: skip


def test_every_field_can_be_read_alone(catalogue: Catalogue) -> None:
    """Refusals and reminders quote a title without the line above it."""
    for field in catalogue.fields.values():
        assert 0 < len(field.title) <= LONGEST_TITLE, field.id
        assert not field.title.lower().startswith(("из них", "в том числе", "из общего")), field.id
        assert field.help.endswith("."), field.id
        assert len(field.help) <= 300, field.id


def test_every_number_has_an_upper_bound(catalogue: Catalogue) -> None:
    """Its own, or that of the whole it is part of: a telephone in a cell must be refused."""
    for field in catalogue.fields.values():
        if field.kind in ("целое", "число", "балл", "доля, %"):
            assert field.part_of or field.high is not None, field.id
            assert field.high is None or field.low is None or field.low < field.high, field.id


@pytest.mark.parametrize("year", YEARS)
def test_a_school_is_not_asked_too_much(catalogue: Catalogue, year: str) -> None:
    asked = [
        field for field in catalogue.fields.values()
        if field.filled_by == "организация" and field.is_asked_in(year)
    ]  # fmt: skip
    counts = {
        unit: sum(unit in field.units for field in asked)
        for unit in ("school", "preschool", "additional")
    }
    assert 0 < counts["additional"] <= counts["preschool"] <= counts["school"]
    assert counts["school"] <= MOST_SCHOOL_FIELDS


@pytest.mark.parametrize("year", YEARS)
def test_an_indicator_in_force_has_its_fields_asked(catalogue: Catalogue, year: str) -> None:
    for item in catalogue.passports.values():
        if item.from_fields and item.is_valid_in(year):
            asked = [catalogue.fields[name].is_asked_in(year) for name in item.from_fields.fields]
            assert all(asked), item.id


def test_computed_functions_follow_one_scheme(catalogue: Catalogue) -> None:
    named = [item.computed_by for item in catalogue.passports.values() if item.computed_by]
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", name) for name in named)
    assert len(set(named)) == len(named)


INTERVALS = {
    "доля": "уилсона", "доля организаций": "уилсона", "среднее": "стьюдента",
    "отношение": "нет", "сумма": "нет",
}  # fmt: skip


def test_formulas_fit_unit_interval_and_levels(catalogue: Catalogue) -> None:
    for item in catalogue.passports.values():
        formula = item.from_fields
        if formula is None:
            continue
        assert item.interval == INTERVALS[formula.kind], item.id
        assert not item.cuts, item.id
        assert {"school", "cluster", "municipality"} >= set(item.levels), item.id
        if formula.kind in ("доля", "доля организаций"):
            assert item.unit == "%" and formula.times == 1, item.id
        if formula.kind == "доля организаций":
            assert "school" not in item.levels, item.id
        if item.unit == "%":
            assert formula.times == 1, f"{item.id}: shares are kept as 0…1"
        if item.unit == "‰":
            assert formula.times == 1000, item.id


def chain(field: FormField, fields: dict[str, FormField]) -> list[str]:
    """The wholes a field is part of, the nearest first."""
    found = []
    while field.part_of:
        field = fields[field.part_of]
        found.append(field.id)
    return found


def test_a_share_of_two_fields_cannot_exceed_the_whole(
    catalogue: Catalogue, by_formula: dict[str, FieldFormula]
) -> None:
    for indicator_id, formula in by_formula.items():
        plain = formula.numerator in catalogue.fields and formula.denominator in catalogue.fields
        if formula.kind == "доля" and plain:
            whole = chain(catalogue.fields[formula.numerator], catalogue.fields)
            assert formula.denominator in whole, indicator_id


def an_answer(field: FormField, fields: dict[str, FormField]) -> float:
    """A possible answer: 100 at the top, two fifths of the whole for a part; yes to questions."""
    if field.kind == "да/нет":
        return 1.0
    if field.kind == "балл":
        return (0 if field.low is None else field.low) + 1.0
    return 100 * 0.4 ** len(chain(field, fields))


def test_every_formula_gives_a_value_for_a_possible_answer(
    catalogue: Catalogue, by_formula: dict[str, FieldFormula]
) -> None:
    for indicator_id, formula in by_formula.items():
        answers = {
            name: pd.Series([an_answer(catalogue.fields[name], catalogue.fields)])
            for name in formula.fields
        }
        numerator, *rest = (float(part.evaluate(answers).iloc[0]) for part in formula.parts)
        assert numerator == numerator, indicator_id
        if rest:
            assert rest[0] > 0, indicator_id
        if formula.kind == "доля":
            assert 0 < numerator <= rest[0], indicator_id


def meets(passport: Passport, field_id: str, value: float) -> bool:
    assert passport.from_fields is not None
    part = passport.from_fields.parts[0]
    return bool(part.evaluate({field_id: pd.Series([value])}).iloc[0] > 0)


@pytest.mark.parametrize(
    ("indicator_id", "field_id", "enough", "not_enough"),
    [
        ("ПР-01", "career_hours", 40, 39), ("ПР-12", "career_hours", 60, 59),
        ("ПР-13", "career_hours", 80, 79), ("УС-10", "oo2_internet_mbit", 50, 49.9),
        ("УС-19", "oo2_internet_mbit", 100, 99.9),
    ],
)  # fmt: skip
def test_limits_written_in_formulas(
    catalogue: Catalogue, indicator_id: str, field_id: str, enough: float, not_enough: float
) -> None:
    passport = catalogue[indicator_id]
    assert meets(passport, field_id, enough)
    assert not meets(passport, field_id, not_enough)


def test_targets_differ_by_year_and_by_cluster(catalogue: Catalogue) -> None:
    cases = {
        ("ТЛ-08", "2024-2025", None): 0.16, ("ТЛ-08", "2029-2030", None): 1.0,
        ("ПП-08", "2024-2025", "город"): 5, ("ПП-08", "2024-2025", "малокомплектные"): 15,
    }  # fmt: skip
    for (indicator_id, year, cluster), expected in cases.items():
        target = catalogue[indicator_id].target_for(year, cluster)
        assert target is not None and target.value == expected


def test_sensitive_counts_are_told_for_the_municipality_alone(catalogue: Catalogue) -> None:
    for item in catalogue.passports.values():
        if item.from_fields and "spt_risk_n" in item.from_fields.fields:
            assert item.levels == ("municipality",) and item.minimum_n >= 10
