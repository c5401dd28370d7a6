"""Parameters of a year: merged, checked before any data is read, wrong ones named in Russian."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from msoko_lib.project import Project
from msoko_lib.settings import Scale, Settings, SettingsProblem, load_settings

REPOSITORY = Project.find(Path(__file__).parent)
YEAR = "2024-2025"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(REPOSITORY.params, tmp_path / "params")
    return Project(tmp_path)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(REPOSITORY, YEAR)


def write_year(project: Project, text: str) -> None:
    (project.params / f"{YEAR}.yml").write_text(text, encoding="utf-8")


def problem_of(project: Project) -> str:
    with pytest.raises(SettingsProblem) as caught:
        load_settings(project, YEAR)
    return str(caught.value)


def test_a_year_changes_only_what_it_names(project: Project) -> None:
    common = load_settings(project, YEAR)
    write_year(project, "thresholds:\n  report_minimum_n: {value: 7}\n")
    changed = load_settings(project, YEAR)
    assert changed.threshold("report_minimum_n").value == 7
    assert (
        changed.threshold("report_minimum_n").source == common.threshold("report_minimum_n").source
    )
    others = {name: item for name, item in common.thresholds.items() if name != "report_minimum_n"}
    assert {name: changed.thresholds[name] for name in others} == others
    assert changed.municipality == common.municipality
    assert load_settings(project, "2023-2024") == common


def test_a_list_of_a_year_replaces_the_common_list(project: Project) -> None:
    write_year(
        project,
        "oge_scales:\n- {subject: Химия, grade: 9, first_year: 2025, last_year: 2025,"
        " max_score: 40, from_3: 9, from_4: 21, from_5: 31, status: нормативный, source: МР}\n",
    )
    assert [scale.subject for scale in load_settings(project, YEAR).oge_scales] == ["Химия"]


def test_an_empty_year_file_changes_nothing(project: Project) -> None:
    common = load_settings(project, YEAR)
    write_year(project, "# пока без отличий\n")
    assert load_settings(project, YEAR) == common


def test_the_fingerprint_follows_the_values(project: Project) -> None:
    before = load_settings(project, YEAR).fingerprint
    assert load_settings(project, YEAR).fingerprint == before
    write_year(project, "thresholds:\n  report_minimum_n: {value: 6}\n")
    assert load_settings(project, YEAR).fingerprint != before


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("municipality: {nmae: Город}\n", (f"{YEAR}.yml", "municipality → nmae", "неизвестное")),
        ("threshold: {}\n", (f"{YEAR}.yml", "threshold", "неизвестное поле")),
        (
            "thresholds:\n  report_minimum_n: {value: пять}\n",
            (f"{YEAR}.yml", "thresholds → report_minimum_n → value", "ожидалось число", "пять"),
        ),
        (
            "thresholds:\n  новый: {value: 5, unit: чел.}\n",
            (f"{YEAR}.yml", "thresholds → новый → source", "поле не заполнено"),
        ),
        (
            "thresholds:\n  report_minimum_n: {status: мнение}\n",
            (f"{YEAR}.yml", "thresholds → report_minimum_n → status", "мнение"),
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_file(
    project: Project, text: str, parts: tuple[str, ...]
) -> None:
    write_year(project, text)
    message = problem_of(project)
    for part in parts:
        assert part in message


def test_every_wrong_field_is_named_at_once(project: Project) -> None:
    write_year(project, "municipality: {nmae: Город}\nthreshold: {}\n")
    message = problem_of(project)
    assert "nmae" in message and "threshold:" in message


def test_bad_yaml_is_named_with_its_line(project: Project) -> None:
    write_year(project, "thresholds:\n  report_minimum_n:\n    value: 5\n   unit: чел.\n")
    message = problem_of(project)
    assert f"{YEAR}.yml" in message and "строка 4" in message and "отступы" in message


def test_a_file_that_is_no_mapping_and_a_missing_file_are_named(project: Project) -> None:
    write_year(project, "- один\n- два\n")
    assert f"{YEAR}.yml" in problem_of(project)
    (project.params / "common.yml").unlink()
    assert "common.yml" in problem_of(project)


def test_a_file_in_another_encoding_is_named(project: Project) -> None:
    (project.params / f"{YEAR}.yml").write_bytes("municipality: {name: Город}".encode("cp1251"))
    assert f"{YEAR}.yml" in problem_of(project)


def test_a_wrong_school_year_is_refused_before_reading(project: Project) -> None:
    with pytest.raises(ValueError, match="2024-2026"):
        load_settings(project, "2024-2026")


@pytest.mark.parametrize("cuts", [(10, 10, 20), (0, 10, 20), (10, 9, 20), (10, 20, 41)])
def test_scales_whose_marks_do_not_ascend_are_refused(
    project: Project, cuts: tuple[int, int, int]
) -> None:
    scale = {
        "subject": "Химия", "grade": 9, "first_year": 2025, "last_year": 2025, "max_score": 40,
        "from_3": cuts[0], "from_4": cuts[1], "from_5": cuts[2], "status": "нормативный",
        "source": "письмо",
    }  # fmt: skip
    write_year(project, yaml.safe_dump({"oge_scales": [scale]}, allow_unicode=True))
    message = problem_of(project)
    assert "oge_scales → 0" in message and "не по порядку" in message


def test_all_scales_of_the_repository_ascend(settings: Settings) -> None:
    scales = (*settings.vpr_scales, *settings.oge_scales)
    assert len(scales) >= 13
    for scale in scales:
        assert 0 < scale.from_3 < scale.from_4 < scale.from_5 <= scale.max_score, scale
        assert scale.first_year <= scale.last_year, scale


def test_every_number_that_decides_has_source_and_status(settings: Settings) -> None:
    decided = [
        *settings.thresholds.values(), *settings.vpr_scales, *settings.oge_scales,
        *settings.ege_minimums, *settings.medal_rules,
    ]  # fmt: skip
    assert len(decided) > 40
    for item in decided:
        assert item.source.strip(), item
        assert item.status in ("нормативный", "муниципальный", "системный"), item
    for name, threshold in settings.thresholds.items():
        assert threshold.unit.strip() and threshold.meaning.strip(), name


def test_a_rule_is_picked_by_subject_grade_and_year(settings: Settings) -> None:
    # Published: letter of Рособрнадзор of 21.02.2023 № 04-57, Russian 15/23/29 of 33.
    found = settings.oge_scale("Русский язык", 2023)
    assert isinstance(found, Scale)
    assert (found.from_3, found.from_4, found.from_5, found.max_score) == (15, 23, 29, 33)
    assert settings.oge_scale("Русский язык", 2019) is None
    assert settings.vpr_scale("Русский язык", 4, 2023) is None
    minimum = settings.ege_minimum("Математика базовая", 2025)
    assert minimum is not None and (minimum.minimum, minimum.measured_in) == (3, "отметка")
    rule = settings.medal_rule("II", 2025)
    assert rule is not None and (rule.russian, rule.other) == (60, 60)
    # The silver medal came with 2023/24: earlier years have no rule for it.
    assert settings.medal_rule("II", 2022) is None


def test_autumn_sessions_of_2020_and_2022_are_not_comparable(settings: Settings) -> None:
    for year in (2020, 2022):
        assert not settings.session_is_comparable(year, "autumn")
        assert settings.session_is_comparable(year, "spring")
    assert settings.session_is_comparable(2023, "autumn")


def test_a_threshold_that_nobody_defined_is_named(settings: Settings) -> None:
    with pytest.raises(SettingsProblem, match="нет_такого"):
        settings.threshold("нет_такого")


def test_a_deadline_lies_in_its_school_year(project: Project) -> None:
    common = load_settings(project, YEAR)
    assert common.deadline("forms", YEAR) == "2025-06-20"
    assert common.deadline("forms", "2023-2024") == "2024-06-20"
    assert common.deadline("нет такого", YEAR) == ""
    write_year(project, "deadlines: {forms: {day: 15, month: 9}}\n")
    autumn = load_settings(project, YEAR)
    assert autumn.deadline("forms", YEAR) == "2024-09-15"
    assert autumn.fingerprint == common.fingerprint, "no number depends on it"
    write_year(project, "deadlines: {forms: {day: 15, month: 9, calendar_year: 2025}}\n")
    assert load_settings(project, YEAR).deadline("forms", YEAR) == "2025-09-15"
    write_year(project, "deadlines: {forms: {day: 29, month: 2}}\n")
    assert load_settings(project, YEAR).deadline("forms", YEAR) == "2025-02-28"
    write_year(project, "deadlines: {forms: {day: 31, month: 4}}\n")
    assert "такого дня нет: 31.04" in problem_of(project)
