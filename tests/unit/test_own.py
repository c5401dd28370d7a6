"""A municipality's own parameters, texts and indicators live apart and outlast an update."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from msoko_lib.batch.plan import is_template, params_hashes
from msoko_lib.catalogue import CatalogueProblem, load_catalogue
from msoko_lib.intake.layouts import maps_fingerprint
from msoko_lib.noko import load_noko
from msoko_lib.own import OwnProblem, laid_over, own_file
from msoko_lib.project import OWN_VARIABLE, Project
from msoko_lib.publication.rules import RulesProblem as PublicationProblem
from msoko_lib.publication.rules import load_rules as load_publication
from msoko_lib.recommendations.rules import RulesProblem, load_rules
from msoko_lib.settings import SettingsProblem, load_settings

YEAR = "2024-2025"
REPOSITORY = Project.find(Path(__file__).parent)
CATALOGUE = load_catalogue(REPOSITORY)
FIRST = CATALOGUE.subsystems[0].indicators[0]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    left_out = shutil.ignore_patterns("own")
    shutil.copytree(REPOSITORY.params, tmp_path / "params", ignore=left_out)
    return Project(tmp_path)


def give(project: Project, name: str, text: str) -> Path:
    path = project.own / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def update(project: Project) -> None:
    """What an update does: every delivered file is put back as it was delivered."""
    left_out = shutil.ignore_patterns("own")
    shutil.copytree(REPOSITORY.params, project.params, ignore=left_out, dirs_exist_ok=True)


def test_own_parameters_outlast_an_update_and_the_rest_is_the_deliverys(project: Project) -> None:
    give(project, "common.yml", "municipality: {name: Сосновский округ}\n"
         "thresholds:\n  publication_days: {value: 20, source: приказ № 100}\n")  # fmt: skip
    give(project, f"{YEAR}.yml", "thresholds: {publication_days: {value: 25}}\n")
    for _ in range(2):
        delivered = load_settings(REPOSITORY, YEAR)
        mine = load_settings(project, YEAR)
        assert mine.municipality.name == "Сосновский округ"
        assert mine.municipality.region == delivered.municipality.region
        days = mine.threshold("publication_days")
        assert (days.value, days.source) == (25, "приказ № 100")
        assert days.meaning == delivered.threshold("publication_days").meaning
        assert load_settings(project, "2022-2023").threshold("publication_days").value == 20
        update(project)


def test_own_indicators_and_texts(project: Project) -> None:
    give(project, "indicators/01_quality.yml", f"indicators:\n  - id: {FIRST.id}\n"
         "    title: Свой заголовок\n")  # fmt: skip
    catalogue = load_catalogue(project)
    assert catalogue[FIRST.id].title == "Свой заголовок"
    assert catalogue[FIRST.id].unit == FIRST.unit
    assert list(catalogue.passports) == list(CATALOGUE.passports), "nothing is lost or moved"
    known = load_rules(REPOSITORY)
    rule = known[0].rule
    (path,) = [
        path
        for path in (project.params / "recommendations").glob("*.yml")
        if f"id: {rule.id}\n" in path.read_text(encoding="utf-8")
    ]
    give(project, f"recommendations/{path.name}", f"rules:\n  - id: {rule.id}\n    weight: 5\n")
    mine = {each.rule.id: each.rule for each in load_rules(project)}
    assert mine[rule.id].weight == 5 and mine[rule.id].finding == rule.finding
    assert len(mine) == len(known)


def test_own_maps_templates_and_public_rules(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = maps_fingerprint(project)
    hashes = params_hashes(project)
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "Общий диск"))
    give(project, "publication.yml", "most_sentences: 3\n")
    assert load_publication(project, CATALOGUE).most_sentences == 3
    give(project, "column_maps/своя.csv", "")
    assert maps_fingerprint(project) != before, "files are read again"
    template = give(project, "documents/приказ.docx", "")
    assert own_file(project, "documents/приказ.docx") == template
    assert own_file(project, "common.yml") == project.params / "common.yml"
    now = params_hashes(project)
    assert {*now} - {*hashes} == {
        "own/publication.yml", "own/column_maps/своя.csv", "own/documents/приказ.docx",
    }  # fmt: skip
    assert is_template("own/documents/приказ.docx") and not is_template("own/publication.yml")


@pytest.mark.parametrize(
    ("name", "text", "kind", "parts"),
    [
        ("common.yml", "thresholds:\n  publication_days: {value: много}\n", SettingsProblem,
         ("params/own/common.yml, строка 2", "thresholds → publication_days → value",
          "найдено «много»", "ожидалось число")),
        ("common.yml", "\n\nmunicipalty: {}\n", SettingsProblem,
         ("params/own/common.yml, строка 3", "municipalty", "известное поле")),
        ("common.yml", "thresholds:\n  новый:\n    value: 5\n", SettingsProblem,
         ("params/own/common.yml, строка 2", "source", "найдено ничего", "заполненное поле")),
        ("common.yml", "a: [\n", OwnProblem, ("params/own/common.yml, строка", "YAML")),
        ("common.yml", "- 1\n", OwnProblem, ("params/own/common.yml", "ожидались пары")),
    ],
)  # fmt: skip
def test_a_fault_of_an_own_file_is_told_by_file_line_key_found_expected(
    project: Project, name: str, text: str, kind: type[Exception], parts: tuple[str, ...]
) -> None:
    give(project, name, text)
    with pytest.raises(kind) as problem:
        load_settings(project, YEAR)
    for part in parts:
        assert part in str(problem.value)


def test_faults_of_own_indicators_rules_and_sources(project: Project) -> None:
    path = give(project, "indicators/01_quality.yml",
                f"indicators:\n  - id: {FIRST.id}\n    direction: вбок\n")  # fmt: skip
    with pytest.raises(CatalogueProblem, match=r"own/indicators/01_quality\.yml, строка 3.*вбок"):
        load_catalogue(project)
    path.write_text("indicators:\n  - id: своё\n    title: Т\n", encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"own/indicators/01_quality\.yml, строка 2.*ничего"):
        load_catalogue(project)
    path.unlink()
    give(project, "recommendations/01_quality.yml", "rules:\n  - id: КП-Р99\n    weight: 9\n")
    with pytest.raises(RulesProblem, match=r"own/recommendations/01_quality\.yml.*не больше 5"):
        load_rules(project)
    give(project, "publication.yml", "most_sentences: 0\n")
    with pytest.raises(PublicationProblem, match=r"own/publication\.yml, строка 1.*не меньше 1"):
        load_publication(project, CATALOGUE)
    give(project, "noko.yml", "лишнее: 1\n")
    with pytest.raises(SettingsProblem, match=r"own/noko\.yml, строка 1.*лишнее"):
        load_noko(project)


def test_a_fault_of_the_delivery_is_not_laid_at_the_own_files_door(project: Project) -> None:
    give(project, "common.yml", "municipality: {name: Сосновский округ}\n")
    path = project.params / f"{YEAR}.yml"
    path.write_text("thresholds: {publication_days: {value: много}}\n", encoding="utf-8")
    with pytest.raises(SettingsProblem) as problem:
        load_settings(project, YEAR)
    assert f"{YEAR}.yml" in str(problem.value) and "own" not in str(problem.value)


def test_lists_without_ids_are_replaced_and_null_says_nothing_there() -> None:
    assert laid_over({"a": {"b": [1, 2], "c": 3}}, {"a": {"b": []}}) == {"a": {"b": [], "c": 3}}
    assert laid_over([{"id": "a", "n": 1}], [{"id": "b"}]) == [{"id": "a", "n": 1}, {"id": "b"}]
    assert laid_over({"a": 1}, {}) == {"a": 1}
    assert laid_over({"a": 1}, {"a": None}) == {"a": None}
