"""Passports: all load, each is whole, a wrong one is named with file, line, indicator and field."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from msoko_lib.catalogue import Catalogue, CatalogueProblem, load_catalogue
from msoko_lib.indicators.engine import DERIVED, FUNCTIONS
from msoko_lib.project import Project

REPOSITORY = Project.find(Path(__file__).parent)
Change = Callable[[str, str, str], str]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(REPOSITORY)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(REPOSITORY.params / "indicators", tmp_path / "params" / "indicators")
    return Project(tmp_path)


@pytest.fixture
def after_change(project: Project) -> Change:
    """Replace the first occurrence of a text in a file; what the loader then says."""

    def change(name: str, old: str, new: str) -> str:
        path = project.params / "indicators" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(CatalogueProblem) as caught:
            load_catalogue(project)
        return str(caught.value)

    return change


def numbered(prefix: str, last: int) -> list[str]:
    return [f"{prefix}-{number:02d}" for number in range(1, last + 1)]


def test_all_passports_load(catalogue: Catalogue) -> None:
    ids = {part.number: [item.id for item in part.indicators] for part in catalogue.subsystems}
    assert list(ids) == [f"{number:02d}" for number in range(1, 12)]
    assert set(ids["01"]) >= set(numbered("КП", 16)) and set(ids["05"]) >= set(numbered("ОБ", 8))
    assert catalogue["КП-08"].title.startswith("Преодолели порог ОГЭ")


def test_every_passport_is_whole(catalogue: Catalogue) -> None:
    for passport in catalogue.passports.values():
        texts = (passport.title, passport.question, passport.formula, passport.source)
        assert all(text.strip() for text in texts), passport.id
        assert passport.question.endswith("?"), passport.id
        by_function = passport.computed_by in FUNCTIONS or passport.computed_by in DERIVED
        assert by_function != (passport.from_fields is not None), passport.id
        assert passport.levels and len(set(passport.levels)) == len(passport.levels), passport.id
        if passport.target is not None:
            assert passport.target.words and passport.target.source, passport.id


def test_no_function_is_used_twice_and_none_is_left_over(catalogue: Catalogue) -> None:
    named = [passport.computed_by for passport in catalogue.passports.values()]
    used = [name for name in named if name is not None]
    assert sorted(used) == sorted([*FUNCTIONS, *DERIVED])


def test_a_subsystem_by_its_number(catalogue: Catalogue) -> None:
    assert catalogue.of_subsystem("05").title.startswith("Объективность")
    with pytest.raises(CatalogueProblem, match=r"«99».*01, 02, 03.*11"):
        catalogue.of_subsystem("99")


@pytest.mark.parametrize(
    ("since", "until", "year", "valid"),
    [
        (None, None, "2024-2025", True), (2025, None, "2024-2025", True),
        (2026, None, "2024-2025", False), (None, 2024, "2024-2025", False),
        (2023, 2025, "2024-2025", True), (None, 2025, "2024-2025", True),
    ],
)  # fmt: skip
def test_years_in_force(
    catalogue: Catalogue, since: int | None, until: int | None, year: str, valid: bool
) -> None:
    passport = catalogue["КП-01"].model_copy(update={"since": since, "until": until})
    assert passport.is_valid_in(year) is valid


def line_of(project: Project, name: str, text: str) -> int:
    lines = (project.params / "indicators" / name).read_text(encoding="utf-8").splitlines()
    return 1 + next(place for place, line in enumerate(lines) if text in line)


def test_an_unknown_field_is_named_with_its_place(project: Project, after_change: Change) -> None:
    line = line_of(project, "03_talents.yml", "title: Результативность")
    message = after_change("03_talents.yml", "title: Результативность", "titel: Результативность")
    for part in ("03_talents.yml", f"строка {line}", "ТЛ-03", "«titel»", "неизвестное поле",
                 "«title»", "не заполнено"):  # fmt: skip
        assert part in message


def test_a_missing_field_is_named_with_its_place(project: Project, after_change: Change) -> None:
    line = line_of(project, "05_objectivity.yml", "- id: ОБ-05")
    message = after_change("05_objectivity.yml", "    minimum_n: 50\n", "")
    for part in ("05_objectivity.yml", f"строка {line}", "ОБ-05", "«minimum_n»", "не заполнено"):
        assert part in message


def test_a_wrong_value_is_named_with_its_place(project: Project, after_change: Change) -> None:
    line = line_of(project, "01_quality.yml", "unit: балл")
    message = after_change("01_quality.yml", "    unit: балл\n", "    unit: попугаи\n")
    for part in ("01_quality.yml", f"строка {line}", "КП-13", "«unit»", "попугаи"):
        assert part in message


def test_a_wrong_field_inside_a_target_is_named(after_change: Change) -> None:
    message = after_change("03_talents.yml", "{value: 60, words:", "{value: 60, wrods:")
    for part in ("03_talents.yml", "ТЛ-01", "target → words", "target → wrods"):
        assert part in message


def test_a_wrong_id_is_named(after_change: Change) -> None:
    message = after_change("03_talents.yml", "- id: ТЛ-03", "- id: ТЛ3")
    assert "ТЛ3" in message and "«id»" in message


def test_an_id_that_stands_twice_is_named(after_change: Change) -> None:
    message = after_change("03_talents.yml", "- id: ТЛ-03", "- id: КП-16")
    assert "КП-16" in message and "дважды" in message


def test_a_file_that_is_not_yaml_is_named_with_its_line(
    project: Project, after_change: Change
) -> None:
    line = line_of(project, "03_talents.yml", "title: Результативность")
    message = after_change(
        "03_talents.yml", "    title: Результативность", "   title: Результативность"
    )
    assert "03_talents.yml" in message and f"строка {line}" in message and "YAML" in message


def test_a_fault_of_the_file_itself_is_named(after_change: Change) -> None:
    message = after_change("03_talents.yml", 'number: "03"', 'number: "3"')
    assert "03_talents.yml" in message and "«number»" in message


@pytest.mark.parametrize("text", ["", "- один\n", "indicators: [текст]\nnumber: '03'\n"])
def test_a_file_of_another_shape_is_refused_in_words(project: Project, text: str) -> None:
    (project.params / "indicators" / "03_talents.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"03_talents\.yml"):
        load_catalogue(project)


def test_a_file_in_another_encoding_is_refused_in_words(project: Project) -> None:
    path = project.params / "indicators" / "03_talents.yml"
    path.write_bytes("title: Таланты\n".encode("cp1251"))
    with pytest.raises(CatalogueProblem, match=r"03_talents\.yml"):
        load_catalogue(project)


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblem, match="params/indicators"):
        load_catalogue(Project(tmp_path))
