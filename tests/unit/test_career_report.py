"""Report 04 on hand-made answers: hours, steps, paths; a handful is never told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting.blocks import Section
from msoko_lib.reporting.numbers_ru import NBSP
from msoko_lib.subsystems.career import facts, hours, paths
from msoko_lib.subsystems.career.profile import chosen_subjects, flow_steps
from msoko_lib.subsystems.career.trials import trial_steps, tried_of_registered
from msoko_lib.subsystems.year import Year


def text_of(block: object) -> str:
    assert isinstance(block, Section)
    markup = re.sub(r'src="[^"]*"', "", block.html())
    return re.sub(r"<[^>]+>", " ", markup).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("given", "level", "missing"),
    [(39, "ниже базового", 1), (40, "базовый", 20), (59, "базовый", 1), (60, "основной", 20),
     (80, "продвинутый", None), (0, "ниже базового", 40)],
)  # fmt: skip
def test_a_level_begins_exactly_at_its_hours(
    tmp_path: Path, given: int, level: str, missing: int | None
) -> None:
    row = hours.hours_levels(year_of(tmp_path, {"a": {"career_hours": given}})).iloc[0]
    assert row["level"] == level
    assert (row["missing"] == missing) if missing is not None else row["missing"] != row["missing"]


def test_steps_count_only_schools_that_answered_both(tmp_path: Path) -> None:
    given = {
        "a": {"pupils_6_11_n": 100, "horizons_n": 90, "ticket_registered_n": 50,
              "ticket_trial_n": 40},
        "b": {"pupils_6_11_n": 60, "ticket_registered_n": 20, "ticket_trial_n": 5},
        "c": {"horizons_n": 30, "ticket_trial_n": 9},
    }  # fmt: skip
    year = year_of(tmp_path, given)
    steps = trial_steps(year).set_index("step")
    course = steps.loc["занимаются по курсу «Россия – мои горизонты»"]
    assert course[["n", "whole", "schools_n"]].tolist() == [90, 100, 1]
    tried = tried_of_registered(year)
    assert tried[["numerator", "denominator"]].sum().tolist() == [45, 70]
    told = facts.career_facts(year)
    whole = told[(told["fact_id"] == facts.TRIED) & (told["level"] == "municipality")].iloc[0]
    assert whole["value"] == pytest.approx(45 / 70)


def test_the_flow_takes_schools_that_answered_every_step(tmp_path: Path) -> None:
    whole = {"graduates11_n": 20, "profile_graduates_n": 16, "profile_exam_n": 12,
             "graduates11_by_profile_n": 13}  # fmt: skip
    year = year_of(tmp_path, {"a": whole, "b": {"graduates11_n": 30}})
    assert flow_steps(year)["n"].tolist() == [20, 16, 12, 13]


def test_chosen_subjects_are_pupils_not_results(tmp_path: Path) -> None:
    rows = [
        {"exam": "ege", "subject": subject, "exam_date": day, "school_id": "a", "pupil_id": pupil,
         "grade": 11, "appealed": False}
        for pupil, subject, day in (
            ("1", "Русский язык", "2025-06-01"), ("1", "Физика", "2025-06-05"),
            ("1", "Физика", "2025-06-20"), ("2", "Математика", "2025-06-03"),
        )
    ]  # fmt: skip
    year = year_of(tmp_path, {}, kinds={"a": "school"}, tables={"gia_results": rows})
    assert chosen_subjects(year)[["subject", "n", "whole"]].to_numpy().tolist() == [
        ["Физика", 1, 2]
    ]


def graduates(**unplaced: int) -> dict[str, dict[str, object]]:
    return {
        school: {"graduates_n": 60, "graduates_unplaced_n": number}
        for school, number in unplaced.items()
    }


@pytest.fixture
def some_unplaced(tmp_path: Path) -> Year:
    return year_of(tmp_path, graduates(a=11, b=2, c=0, d=0))


def test_a_handful_without_a_path_is_never_told(some_unplaced: Year) -> None:
    text = text_of(paths.unplaced(some_unplaced))
    assert "13 из 240" in text and "11 из 60" in text
    # Two of sixty in one school: neither the number nor that it is this school.
    assert not re.search(r"\b2 (из|выпуск)", text)
    found = facts.career_facts(some_unplaced)
    noted = found[(found["fact_id"] == facts.UNPLACED) & (found["state"] == "attention")]
    assert noted["unit_id"].tolist() == ["a"]


def test_a_handful_in_the_whole_municipality_is_not_counted(tmp_path: Path) -> None:
    text = text_of(paths.unplaced(year_of(tmp_path, graduates(a=1, b=2, c=0))))
    assert "меньше пяти выпускников из 180" in text and not re.search(r"\b3 из", text)


def test_children_with_disabilities_are_told_without_numbers(tmp_path: Path) -> None:
    given = {"a": {"ovz_6_11_n": 7, "ovz_career_n": 6}, "b": {"ovz_6_11_n": 4, "ovz_career_n": 4}}
    found = facts.career_facts(year_of(tmp_path, given))
    own = found[found["fact_id"] == facts.OVZ].set_index("unit_id")
    assert own["state"].to_dict() == {"a": "attention", "b": "same"}
    told = " ".join(own["ground"]).replace("6–11 классов", "")
    assert not re.search(r"\b[4-7]\b", told)
    assert own[["value", "numerator", "denominator"]].isna().all().all()


def test_paths_add_up_to_the_graduates(tmp_path: Path) -> None:
    given = {
        "a": {"graduates9_n": 50, "graduates9_tenth_n": 30, "graduates9_college_n": 18},
        "b": {"graduates9_n": 20, "graduates9_tenth_n": 25, "graduates9_college_n": 1},
        "c": {"graduates9_n": 20, "graduates9_tenth_n": 12},
    }
    rows = paths.path_counts(year_of(tmp_path, given), *paths.NINTH)
    # b says more than it has, c left a path out: neither is shown.
    assert rows["unit"].tolist() == ["Организация a"]
    assert rows[["10 класс", "СПО региона", paths.OTHER]].to_numpy().tolist() == [[30, 18, 2]]
