"""Report 02 on towns made by hand: what is true of the town is what the report says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import work
from hand_made_year import year_of
from low_towns import HARD, INDEX, SCHOOLS, town_of

from msoko_lib.reporting.blocks import Block, Nothing
from msoko_lib.subsystems import low_results
from msoko_lib.subsystems.low_results import facts, gap, kinds, paths, resilience, tables
from msoko_lib.subsystems.low_results.help_given import given
from msoko_lib.subsystems.low_results.risks import without_profile
from msoko_lib.subsystems.low_results.staffing import staff
from msoko_lib.subsystems.school.opened import SchoolYear
from msoko_lib.subsystems.year import Year

# Every section of the report that takes the opened year alone.
SECTIONS = (
    low_results.indicators, low_results.history, low_results.who, low_results.types,
    low_results.dynamics, low_results.help_to_schools, low_results.risks, low_results.staffing,
    low_results.resilient, low_results.narrowing,
)  # fmt: skip
LISTED = {
    "shnor_listed": 1.0, "shnor_helped": 1.0, "visits_n": 3.0, "risks_n": 6.0,
    "risks_improved_n": 2.0, "posts_n": 20.0, "posts_filled_n": 17.0, "teachers_n": 18.0,
}  # fmt: skip
OTHERS = {"shnor_listed": 0.0, "posts_n": 20.0, "posts_filled_n": 20.0, "teachers_n": 18.0}


def answers_of(**more: dict[str, float]) -> dict[str, dict[str, float]]:
    return {name: dict(OTHERS) for name in SCHOOLS} | more


def school_of(year: Year, school_id: str) -> SchoolYear:
    return SchoolYear(year, school_id, year.school_names[school_id], "село")


def state(year: Year, school: str) -> pd.Series:
    return tables.now(year).set_index("school_id").loc[school]


def test_a_weak_school_is_named_surely_and_an_ordinary_one_is_not(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects={"s03": -1.4}, years=1)
    rows = tables.now(year)
    assert rows.loc[tables.named_by_rule(rows), "school_id"].tolist() == ["s03"]
    assert state(year, "s03")["probability"] > 0.99
    assert state(year, "s00")["probability"] < 0.05
    assert (rows["listed"] == "unknown").all() and not tables.list_is_known(rows)
    assert "перечень управления не внесён" in low_results.who(year).plain()


def test_three_pupils_a_grade_are_too_few_to_be_judged(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects={"s03": -3.0}, sizes={"s03": 3}, years=1)
    assert state(year, "s03")["computed"] == "few"
    found = facts.compute(year)
    own = found[(found["unit_id"] == "s03") & (found["fact_id"] == facts.LOW)]
    assert own["status"].tolist() == ["not_enough"]
    assert kinds.kinds(year).set_index("school_id").loc["s03", "kind"] == "unknown"


@pytest.mark.parametrize(("low", "computed"), [(3, "low"), (2, "not_low")])
def test_the_limit_itself_is_low(tmp_path: Path, low: int, computed: str) -> None:
    """Three of ten are 30 %: the rule says «not less than»."""
    marks = [2] * low + [4] * (10 - low)
    rows = [
        {**work(subject, 5), "school_id": "s", "pupil_id": f"{place}", "mark": mark,
         "score": None, "max_score": 20}
        for subject in ("Русский язык", "Математика") for place, mark in enumerate(marks)
    ]  # fmt: skip
    year = year_of(tmp_path, {"s": {}}, tables={"vpr_pupils": rows})
    own = state(year, "s")
    assert own["computed"] == computed and own["procedures"] == 2
    assert bool(own["at_border"]) is (computed == "low"), "ten pupils cannot make it sure"


def test_the_list_and_the_rule_are_compared_both_ways(tmp_path: Path) -> None:
    year = town_of(
        tmp_path, effects={"s03": -1.4, "s04": -1.4}, years=1,
        answered=answers_of(s03=LISTED, s05=LISTED),
    )  # fmt: skip
    found = facts.compute(year)
    noted = found[found["state"] == "attention"]
    assert set(noted.loc[noted["fact_id"] == facts.OUTSIDE, "unit_id"]) == {"s04"}
    assert set(noted.loc[noted["fact_id"] == facts.NOT_BY_RULE, "unit_id"]) == {"s05"}
    told = low_results.who(year).plain()
    assert "нет в перечне: Организация s04" in told
    assert "по расчёту нет: Организация s05" in told


def test_who_is_not_helped_is_named(tmp_path: Path) -> None:
    alone = {"shnor_listed": 1.0, "shnor_helped": 0.0, "visits_n": 0.0}
    partly = {"shnor_listed": 1.0, "shnor_helped": 0.0, "visits_n": 2.0}
    year = town_of(
        tmp_path, effects={"s03": -1.4}, years=1,
        answered=answers_of(s03=LISTED, s05=alone, s06=partly),
    )  # fmt: skip
    rows = given(year).set_index("school_id")["state"]
    assert rows.to_dict() == {"s03": "helped", "s05": "none", "s06": "partly"}
    assert without_profile(year) == ["Организация s05", "Организация s06"]
    named = staff(year)
    assert named.loc[named["is_named"], "school_id"].tolist() == ["s03"], "the others told no posts"


def test_steady_new_and_leaving_schools(tmp_path: Path) -> None:
    effects = {0: {"s03": -1.4, "s04": -1.4}, 1: {"s03": -1.4, "s05": -1.4}, 2: {"s03": -1.4}}
    found = paths.paths(town_of(tmp_path, effects=effects)).set_index("school_id")["by_rule"]
    assert found[["s03", "s04", "s05"]].tolist() == ["steady", "new", "left"]
    # An ordinary school may be named by chance, but not the whole town.
    assert (found == "quiet").sum() >= 9


def test_a_year_at_the_border_makes_no_school_steady(tmp_path: Path) -> None:
    """Ten pupils, three of them below the boundary in both works: chance decides every year."""
    year = town_of(tmp_path, effects={"s03": -1.4})
    rows = tables.states(year)
    rows = rows.assign(
        computed="low", probability=np.where(rows["school_id"] == "s05", 0.6, 0.99)
    )[rows["school_id"].isin(["s03", "s05"])]  # fmt: skip
    judged = paths.judged_states(year, rows)
    assert set(judged.loc[judged["school_id"] == "s05", "computed"]) == {"border"}
    assert set(judged.loc[judged["school_id"] == "s03", "computed"]) == {"low"}


def test_a_school_at_the_border_is_no_school_of_low_results(tmp_path: Path) -> None:
    marks = [2] * 3 + [4] * 7
    rows = [
        {**work(subject, 5), "school_id": "s", "pupil_id": f"{place}", "mark": mark,
         "score": None, "max_score": 20}
        for subject in ("Русский язык", "Математика") for place, mark in enumerate(marks)
    ]  # fmt: skip
    year = year_of(tmp_path, {"s": {}}, tables={"vpr_pupils": rows})
    assert paths.paths(year)["by_rule"].tolist() == ["border"]
    assert "сейчас у границы" in low_results.dynamics(year).plain() or "за один год" in (
        low_results.dynamics(year).plain()
    )
    found = facts.compute(year)
    border = found[found["fact_id"] == facts.BORDER]
    assert border["state"].tolist() == ["possible"]


def test_in_the_first_year_nobody_is_steady_new_or_leaving(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects={"s03": -1.4}, years=1)
    assert set(paths.paths(year)["by_rule"]) <= {"first", "quiet"}
    assert "за один год" in low_results.dynamics(year).plain()


def line(slope: float = 0.3, **more: float) -> dict[str, float]:
    """Results that follow conditions, and the schools that do not."""
    return {name: slope * index for name, index in zip(SCHOOLS, INDEX, strict=True)} | more


def test_the_resilient_school_is_found_and_no_other(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects=line(s12=0.5))
    found = resilience.hard(year).set_index("school_id")
    assert list(found.index) == list(HARD)
    assert found["state"].to_dict() | {"s11": "", "s13": ""} == {
        "s11": "", "s12": "resilient", "s13": "",
    }  # fmt: skip
    assert found.loc["s12", "probability_above_expected"] > 0.99
    assert not {"resilient"} & set(found.loc[["s11", "s13"], "state"])
    kind = kinds.kinds(year).set_index("school_id")["kind"]
    assert kind["s12"] == "resilient" and kind["s00"] == "fine"


def test_results_as_expected_make_nobody_resilient(tmp_path: Path) -> None:
    found = resilience.hard(town_of(tmp_path, effects=line()))
    assert len(found) == 3 and not (found["state"] == "resilient").any()


def test_one_year_is_not_enough_for_a_title(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects=line(s12=0.5), years=1)
    assert set(resilience.hard(year)["state"]) == {"not_enough"}
    assert "данных недостаточно" in low_results.resilient(year).plain()


def test_the_index_is_not_known_without_passports(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects={"s03": -1.4}, with_context=False)
    assert isinstance(low_results.resilient(year), Nothing)
    assert isinstance(low_results.narrowing(year), Nothing)
    assert isinstance(low_results.types(year), Nothing)
    assert "Полевая" not in low_results.who(year).plain()
    found = facts.compute(year)
    unknown = found[(found["fact_id"] == facts.NO_CONTEXT) & (found["state"] == "attention")]
    assert len(unknown) == len(SCHOOLS)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(-0.8, -0.1, "narrower"), (-0.1, -0.8, "wider"), (-0.5, -0.5, "same")],
)
def test_the_gap_is_followed_over_the_years(
    tmp_path: Path, first: float, last: float, expected: str
) -> None:
    effects = {2: dict.fromkeys(HARD, first), 0: dict.fromkeys(HARD, last)}
    effects[1] = dict.fromkeys(HARD, (first + last) / 2)
    year = town_of(tmp_path, effects=effects)
    lags = gap.gaps(year).set_index("school_year")
    assert lags["lag"].tolist() == pytest.approx([-first, -(first + last) / 2, -last], abs=0.2)
    moved = gap.change(year)
    assert gap.verdict(moved) == expected
    assert moved is not None and moved.low <= first - last <= moved.high
    told = low_results.narrowing(year).plain()
    assert {"narrower": "сократилось", "wider": "выросло", "same": "нет"}[expected] in told


def test_no_change_without_a_second_year(tmp_path: Path) -> None:
    year = town_of(tmp_path, effects=dict.fromkeys(HARD, -0.8), years=1)
    assert gap.change(year) is None
    assert "нужны хотя бы два года" in low_results.narrowing(year).plain()


def test_a_year_without_anything_says_what_to_collect(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"s": {}, "t": {}})
    for section in SECTIONS:
        block: Block = section(year)
        assert isinstance(block, Nothing), section
        assert "nan" not in block.html()
    assert isinstance(low_results.school_part(school_of(year, "s")), Block)


def test_the_part_of_a_school_names_no_other(tmp_path: Path) -> None:
    year = town_of(
        tmp_path, effects=line(s03=-1.4), answered=answers_of(s03=LISTED), sizes={"s05": 3},
        years=1,
    )  # fmt: skip
    assert "слишком мало" in low_results.school_part(school_of(year, "s05")).plain()
    for school_id in ("s03", "s05", "s12"):
        name = year.school_names[school_id]
        page = low_results.school_part(school_of(year, school_id)).html()
        assert all(other == name or other not in page for other in year.school_names.values())
    told = low_results.school_part(school_of(year, "s03")).plain()
    assert "школа в перечне" in told and "адресная помощь оказывается" in told
