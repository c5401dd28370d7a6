"""The circle: forms made, filled with errors, read, corrected, read again, indicators computed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from filled_forms import only, read
from tiny_catalogue import (
    BEFORE,
    LAST_YEAR,
    SCHOOLS,
    YEAR,
    form_rows,
    schools_frame,
    write_banks,
    write_catalogue,
)

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.forms.fill import answer_cells, fill_form
from msoko_lib.forms.stamp import CellValue
from msoko_lib.forms.writer import write_forms
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.intake import merge
from msoko_lib.intake.files import edition_of
from msoko_lib.intake.form_checks import accept_forms, check_forms
from msoko_lib.intake.rules import Finding
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.settings import load_settings

FIRST_ROUND: dict[str, dict[str, CellValue]] = {
    "edu100001": {
        "pupils_n": "410 чел.", "pupils_tested_n": 420, "site_works": "да", "teachers_n": 9,
        "teachers_high_n": "12,5", "mean_mark": 37, "courses_share": "45 %",
    },
    "edu100002": {"pupils_n": 90, "pupils_tested_n": 45, "programme": "своя", "teachers_n": 12},
    "ds200001": {"pupils_n": "-", "site_works": "не знаю", "teachers_n": 8},
    "ddt1": {"teachers_n": "нет данных", "courses_share": 140},
}  # fmt: skip
# (organisation, rule, field): what must be refused, and nothing else.
REFUSED = {
    ("edu100001", "form_part_above_whole", "pupils_tested_n"),
    ("edu100001", "form_not_whole", "teachers_high_n"),
    ("edu100001", "form_out_of_range", "mean_mark"),
    ("edu100002", "form_not_choice", "programme"),
    ("ds200001", "form_not_yes_no", "site_works"),
    ("ddt1", "form_out_of_range", "courses_share"),
}
SECOND_ROUND: dict[str, dict[str, CellValue]] = {
    "edu100001": {"pupils_tested_n": 120, "teachers_high_n": 5, "mean_mark": 3.7},
    "edu100002": {"programme": "базовая"},
    "ds200001": {"pupils_n": 60, "site_works": "да"},
    "ddt1": {"courses_share": 14, "teachers_n": 20},
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = write_catalogue(tmp_path)
    write_banks(made)
    return made


def hand_in(
    project: Project, answers: dict[str, dict[str, CellValue]], round_name: str, saved: str
) -> tuple[dict[str, Path], dict[str, Path]]:
    """Blanks filled and put into the year's folder under names of their own."""
    blanks = dict(zip([one for one, _, _ in SCHOOLS], write_forms(project, YEAR), strict=False))
    handed = {}
    for school_id, given in answers.items():
        path = project.raw(YEAR) / round_name / f"{len(handed)} от школы.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fill_form(blanks[school_id].read_bytes(), given, saved))
        handed[school_id] = path
    return blanks, handed


def merged(frames: dict[Path, pd.DataFrame]) -> pd.DataFrame:
    """As the pipeline does it: of two answers to one question the later file's stays."""
    editions = {path.name: edition_of(path) for path in frames}
    table = TABLES["form_values"]
    joined = table.conform(pd.concat(list(frames.values()), ignore_index=True))
    return merge.newest_rows(joined, table, editions)[0]


def test_forms_made_filled_refused_corrected(project: Project) -> None:
    blanks, first = hand_in(project, FIRST_ROUND, "1 круг", "2024-10-01T10:00:00Z")
    readings = {school_id: read(project, path) for school_id, path in first.items()}
    refused = set()
    for school_id, reading in readings.items():
        at = {place: name for name, place in answer_cells(blanks[school_id].read_bytes()).items()}
        for item in reading.findings:
            if item.severity == "refused_rows":
                refused.add((school_id, item.rule, at[item.sheet, item.cell]))
    assert refused == REFUSED

    _, second = hand_in(project, SECOND_ROUND, "2 круг", "2024-10-20T10:00:00Z")
    corrected = {school_id: read(project, path) for school_id, path in second.items()}
    assert not [item for reading in corrected.values() for item in reading.findings
                if item.severity != "note"]  # fmt: skip
    frames = {first[one]: readings[one].tables["form_values"] for one in first}
    for school_id, reading in corrected.items():
        path = second[school_id].rename(second[school_id].with_name(f"исправлено {school_id}.xlsx"))
        frames[path] = reading.tables["form_values"].assign(source_file=path.name)
    catalogue = load_catalogue(project)
    previous = Bank(project, BEFORE).table("form_values")
    values, findings = accept_forms(merged(frames), previous, catalogue)
    # 40 teachers became 9: asked about, not refused.
    assert [item.rule for item in findings] == ["form_jump"]
    assert "было 40, стало 9" in findings[0].found

    wide = values.pivot(index="school_id", columns="field_id", values="value")
    assert wide.loc["edu100001"].dropna().to_dict() == {
        "pupils_n": 410, "pupils_tested_n": 120, "site_works": 1, "teachers_n": 9,
        "teachers_high_n": 5, "mean_mark": 3.7, "courses_share": 45,
    }  # fmt: skip
    assert wide.loc["edu100002"].dropna().to_dict() == {
        "pupils_n": 90, "pupils_tested_n": 45, "teachers_n": 12,
    }  # fmt: skip
    assert values[values["field_id"] == "programme"]["text"].tolist() == ["базовая"]
    assert wide.loc["ds200001"].dropna().to_dict() == {
        "pupils_n": 60, "site_works": 1, "teachers_n": 8,
    }  # fmt: skip
    assert wide.loc["ddt1"].dropna().to_dict() == {"courses_share": 14, "teachers_n": 20}

    Bank(project, YEAR).write(
        {"schools": schools_frame(), "form_values": values}, {"school_year": YEAR}
    )
    inputs = Inputs(Bank(project, YEAR), load_settings(project, YEAR))
    table = compute_indicators(catalogue, inputs)
    town = table[(table["indicator_id"] == "КП-01") & (table["level"] == "municipality")].iloc[0]
    assert (town["numerator"], town["denominator"]) == (165, 500)
    assert town["value"] == pytest.approx(0.33)


NEW_INDICATOR = """
number: "08"
title: Методическая работа
goal: Методисты помогают школам.
fields:
  - {id: seminars_n, title: Проведено семинаров, kind: целое, high: 100, help: За год.}
indicators:
  - id: МР-99
    title: Семинары
    question: Сколько семинаров провели школы?
    formula: сумма по школам
    from_fields: {kind: сумма, numerator: seminars_n}
    unit: шт.
    direction: больше – лучше
    period: год
    source: форма сбора
    assesses: условия
    education_levels: [ООО]
    levels: [school, municipality]
    minimum_n: 1
    interval: нет
"""


def test_an_indicator_added_in_yaml_alone(project: Project) -> None:
    """One file of YAML: the question in the form, its validation, its value, its indicator."""
    (project.params / "indicators" / "08_methods.yml").write_text(NEW_INDICATOR, encoding="utf-8")
    answers: dict[str, dict[str, CellValue]] = {
        "edu100001": {"seminars_n": 4}, "edu100002": {"seminars_n": 120},
    }  # fmt: skip
    blanks, handed = hand_in(project, answers, "формы", "2024-10-01T10:00:00Z")
    places = answer_cells(blanks["edu100001"].read_bytes())
    assert places["seminars_n"] == ("08 Методическая работа", "C7")
    assert "seminars_n" not in answer_cells(blanks["ds200001"].read_bytes())
    readings = [read(project, path) for path in handed.values()]
    finding = only(readings[1].findings, "form_out_of_range")
    assert finding.expected == "целое число от 0 до 100."
    values = pd.concat([reading.tables["form_values"] for reading in readings])
    Bank(project, YEAR).write(
        {"schools": schools_frame(), "form_values": values}, {"school_year": YEAR}
    )
    inputs = Inputs(Bank(project, YEAR), load_settings(project, YEAR))
    table = compute_indicators(load_catalogue(project), inputs)
    own = table[table["indicator_id"] == "МР-99"].set_index(["level", "unit_id"])
    assert own.loc[("school", "edu100001"), "value"] == 4
    assert own.loc[("municipality", "municipality"), "value"] == 4
    assert own.loc[("municipality", "municipality"), "n"] == 1


def checked(project: Project, now: dict[str, float], before: dict[str, float]) -> list[Finding]:
    return check_forms(form_rows(YEAR, "edu100001", now), form_rows(BEFORE, "edu100001", before),
                       load_catalogue(project))  # fmt: skip


@pytest.mark.parametrize(
    ("field", "before", "now", "asked"),
    [
        ("pupils_n", 400, 801, True), ("pupils_n", 400, 800, False), ("pupils_n", 400, 199, True),
        ("pupils_n", 0, 2, False), ("pupils_n", 0, 30, True), ("pupils_n", 30, 0, True),
        ("salary", 100, 290, False), ("salary", 100, 310, True), ("site_works", 1, 0, False),
        ("pupils_tested_n", 100, 151, True), ("pupils_tested_n", 100, 149, False),
    ],
)  # fmt: skip
def test_jumps_are_asked_about(
    project: Project, field: str, before: float, now: float, asked: bool
) -> None:
    found = checked(project, {field: now}, {field: before})
    assert [item.rule for item in found] == ["form_jump"] * asked
    assert all(item.severity == "question" for item in found)


def test_a_part_that_came_with_another_file_is_compared_too(project: Project) -> None:
    now = form_rows(YEAR, "edu100001", {"pupils_n": 10, "pupils_tested_n": 11, "teachers_n": 3})
    previous = form_rows(BEFORE, "edu100001", {})
    kept, found = accept_forms(now, previous, load_catalogue(project))
    assert [item.rule for item in found] == ["form_part_above_whole"]
    assert kept["field_id"].tolist() == ["pupils_n", "teachers_n"]


def test_no_answers_and_no_year_before(project: Project) -> None:
    empty = TABLES["form_values"].empty()
    kept, found = accept_forms(empty, empty, load_catalogue(project))
    assert kept.empty and not found
    assert checked(project, LAST_YEAR, LAST_YEAR) == []


def with_sum(catalogue: Catalogue, total: str, *parts: str) -> Catalogue:
    """The catalogue after one of its fields has got ``sum_of``."""
    subsystems = []
    for part in catalogue.subsystems:
        fields = tuple(
            item.model_copy(update={"sum_of": parts}) if item.id == total else item
            for item in part.fields
        )
        subsystems.append(part.model_copy(update={"fields": fields}))
    return Catalogue(subsystems=tuple(subsystems))


def test_a_sum_that_differs_is_asked_about(project: Project) -> None:
    catalogue = with_sum(load_catalogue(project), "teachers_n", "pupils_n", "salary")
    none = form_rows(BEFORE, "edu100001", {})
    right = form_rows(YEAR, "edu100001", {"teachers_n": 9, "pupils_n": 4, "salary": 5})
    wrong = form_rows(YEAR, "edu100001", {"teachers_n": 8, "pupils_n": 4, "salary": 5})
    part = form_rows(YEAR, "edu100001", {"teachers_n": 8, "pupils_n": 4})
    assert check_forms(right, none, catalogue) == []
    assert check_forms(part, none, catalogue) == []
    (told,) = check_forms(wrong, none, catalogue)
    assert (told.rule, told.severity) == ("form_sum_differs", "question")
