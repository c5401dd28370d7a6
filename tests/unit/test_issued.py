"""The register of recommendations: what was said, kept over the years and asked back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hand_made_year import year_of

from msoko_lib.forms.replies import with_last_years_advice
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.recommendations.apply import FINDING_COLUMNS
from msoko_lib.recommendations.issued import issued, record, standing
from msoko_lib.subsystems.last_year import given_last_year, was_issued
from msoko_lib.subsystems.year import open_year_of

BEFORE = "2023-2024"


def finding(rule: str, unit: str, weight: int = 3, **more: object) -> dict[str, object]:
    return {"rule_id": rule, "unit_id": unit, "subsystem": "07", "unit_kind": "school",
            "addressee": "руководитель", "advice": "Закрепить наставника.", "deadline": "сразу",
            "control": "ПП-09", "fact_id": "ПП-09", "weight": weight, "ground": "основание",
            "evidence": "полный учёт", "rank": 1, **more}  # fmt: skip


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=FINDING_COLUMNS)


def told(register: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(register["rule_id"], register["unit_id"], strict=True))


def test_only_findings_with_advice_of_fresh_reports_are_written_down(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert issued(project, BEFORE).empty
    found = frame(
        finding("ПП-Р01", "а"), finding("ПП-Р02", "а", advice=""),
        finding("КП-Р01", "б", subsystem="01"), finding("КП-Р02", "в", subsystem="01"),
    )  # fmt: skip
    register = record(project, BEFORE, found, 1, "2024-10-01", {"07", "в"})
    assert told(register) == {("ПП-Р01", "а"), ("КП-Р02", "в")}
    pd.testing.assert_frame_equal(issued(project, BEFORE), register, check_dtype=False)


def test_a_later_edition_may_take_a_word_back(tmp_path: Path) -> None:
    project = Project(tmp_path)
    first = frame(
        finding("ПП-Р01", "а"), finding("ПП-Р02", "а"), finding("КП-Р01", "б", subsystem="01")
    )
    record(project, BEFORE, first, 1, "2024-10-01", {"01", "07"})
    second = frame(finding("ПП-Р02", "а", advice="Иначе."), finding("ПП-Р03", "а"))
    register = record(project, BEFORE, second, 2, "2024-11-01", {"07"})
    assert len(register) == 4, "nothing that was said is forgotten"
    stands = standing(register).set_index("rule_id")
    assert set(stands.index) == {"ПП-Р02", "ПП-Р03", "КП-Р01"}, "01 was not made anew"
    assert stands.loc["ПП-Р02", "advice"] == "Иначе."
    assert stands.loc["ПП-Р02", ["first_edition", "issued_on"]].tolist() == [1, "2024-10-01"]
    assert stands.loc["ПП-Р03", ["first_edition", "issued_on"]].tolist() == [2, "2024-11-01"]


def test_the_next_year_speaks_of_what_was_really_said(tmp_path: Path) -> None:
    answers = {"а": {"teachers_n": 9}}
    year = year_of(tmp_path, answers, before=answers)
    computed = given_last_year(year)
    assert computed is not None and not was_issued(computed), "no report went out a year ago"
    record(year.project, BEFORE, frame(finding("ПП-Р99", "а")), 1, "2024-10-01", {"07"})
    given = given_last_year(open_year_of(year.project, year.school_year))
    assert given is not None and was_issued(given) and told(given) == {("ПП-Р99", "а")}


def test_the_blank_asks_for_what_has_no_answer_yet(tmp_path: Path) -> None:
    project = Project(tmp_path)
    many = [finding(f"ПП-Р{n:02}", "а", weight=9 - n) for n in range(1, 9)]
    found = frame(*many, finding("ПП-Р01", "закрыта"), finding("ПП-Р50", "*"))
    record(project, BEFORE, found, 1, "2024-10-01", {"07"})
    table = TABLES["recommendation_replies"]
    answered = table.conform(
        pd.DataFrame([{"school_id": "а", "rule_id": "ПП-Р02", "state": "выполнена"}])
    )
    asked = with_last_years_advice(project, "2024-2025", answered, ["а"])
    assert list(asked.columns) == table.columns
    assert asked["rule_id"].tolist() == [
        "ПП-Р02", "ПП-Р01", *(f"ПП-Р{n:02}" for n in range(3, 8))
    ], "what stood in «Что сделать», the answered first"  # fmt: skip
    assert asked["state"].notna().tolist() == [True] + [False] * 6
    assert set(asked["advice"].iloc[1:]) == {"Закрепить наставника."}
