"""Report 09 on hand-made answers: rates, change, psychologists; a handful is never told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting.blocks import Nothing, Section
from msoko_lib.reporting.numbers_ru import NBSP
from msoko_lib.subsystems.upbringing import facts, registered_sections
from msoko_lib.subsystems.upbringing.help import (
    absences,
    psychologist_rows,
    psychologists,
    social_testing,
)
from msoko_lib.subsystems.upbringing.places import lacking, school_places
from msoko_lib.subsystems.upbringing.registered import (
    limits_of_chance,
    registered_changes,
    registered_rates,
)
from msoko_lib.subsystems.year import Year

Answers = dict[str, dict[str, object]]


def text_of(block: object) -> str:
    assert isinstance(block, Section | Nothing)
    markup = re.sub(r'src="[^"]*"', "", block.html())
    return re.sub(r"<[^>]+>", " ", markup).replace(NBSP, " ")


def listed(**schools: tuple[int, int]) -> Answers:
    """School → (registered, pupils)."""
    return {
        name: {"registered_n": number, "pupils_n": pupils}
        for name, (number, pupils) in schools.items()
    }


USUAL = {"b": (14, 500), "c": (13, 450), "d": (16, 600), "e": (12, 480), "f": (3, 90)}


def test_rates_are_exact_and_one_school_stands_out(tmp_path: Path) -> None:
    rows = registered_rates(year_of(tmp_path, listed(a=(60, 520), **USUAL))).set_index("school_id")
    assert rows.loc["a", "rate"] == pytest.approx(115.38, abs=0.01)
    # Exact Poisson of 60 cases: 45,79 … 77,23.
    assert rows.loc["a", "low"] == pytest.approx(1000 * 45.79 / 520, abs=0.1)
    assert rows.loc["a", "high"] == pytest.approx(1000 * 77.23 / 520, abs=0.1)
    assert rows["mark"].to_dict() == {"a": "attention", **dict.fromkeys("bcdef", "same")}


def test_schools_that_usually_differ_flag_nobody(tmp_path: Path) -> None:
    """Over-dispersion: where all schools differ much, none of them is the odd one."""
    spread = {"a": (40, 500), "b": (4, 500), "c": (25, 500), "d": (10, 500), "e": (50, 600),
              "f": (8, 400), "g": (30, 450), "h": (14, 480)}  # fmt: skip
    year = year_of(tmp_path, listed(**spread))
    rows = registered_rates(year)
    assert not (rows["mark"] == "attention").any()
    limits, rate, is_spread = limits_of_chance(rows)
    assert is_spread and rate == pytest.approx(1000 * 181 / 3930, abs=0.01)
    assert (limits["low"] <= rate).all() and (limits["high"] >= rate).all()
    assert (limits["high_far"] >= limits["high"]).all()


def test_a_handful_on_the_list_is_never_told(tmp_path: Path) -> None:
    given = listed(a=(60, 520), **USUAL, g=(0, 40), h=(0, 50))
    text = text_of(registered_sections.registered(year_of(tmp_path, given)))
    row = re.search(r"Организация f\s+90\s+(\S+)\s+(\S+)", text)
    assert row is not None and row.groups() == ("мало", "мало")
    assert "33,3" not in text, "the rate would tell the number"
    assert re.search(r"Организация g\s+40\s+мало", text)


@pytest.mark.parametrize(("now", "mark"), [(48, "attention"), (14, "same"), (2, "up")])
def test_a_change_is_told_where_chance_does_not_explain_it(
    tmp_path: Path, now: int, mark: str
) -> None:
    before, after = listed(a=(16, 520), **USUAL), listed(a=(now, 530), **USUAL)
    year = year_of(tmp_path, after, before=before)
    rows = registered_changes(year).set_index("school_id")
    assert rows.loc["a", "mark"] == mark
    assert set(rows.drop("a")["mark"]) == {"same"}
    text = text_of(registered_sections.changes(year))
    if mark == "up":
        assert "с 16 до меньше чем пяти" in text
    found = facts.upbringing_facts(year).set_index(["fact_id", "unit_id"])
    noted = found.loc[(facts.GROWN, "a"), "state"] == "attention"
    assert noted == (mark == "attention")


def test_without_last_year_nothing_is_compared(tmp_path: Path) -> None:
    year = year_of(tmp_path, listed(**USUAL))
    assert registered_changes(year).empty
    assert isinstance(registered_sections.changes(year), Nothing)


@pytest.fixture
def helped(tmp_path: Path) -> Year:
    return year_of(
        tmp_path,
        {
            "a": {"pupils_n": 600, "psychologist_posts": 2, "absent_n": 2},
            "b": {"pupils_n": 400, "psychologist_posts": 1, "absent_n": 9},
            "c": {"pupils_n": 100, "psychologist_posts": 0, "absent_n": 0},
        },
    )


def test_who_has_no_psychologist_is_in_the_table(helped: Year) -> None:
    """The indicator cannot divide by nought; the report must not lose the school."""
    rows = psychologist_rows(helped).set_index("school_id")
    assert rows["per_post"].fillna(-1).to_dict() == {"a": 300, "b": 400, "c": -1}
    assert rows["missing"].round(2).to_dict() == {"a": 0, "b": 0.33, "c": 0.33}
    text = text_of(psychologists(helped))
    assert "психолога нет: Организация c (100 учеников)" in text
    assert "больше ориентира: Организация b" in text
    found = facts.upbringing_facts(helped)
    own = found[found["fact_id"] == facts.NO_PSYCHOLOGIST].set_index("unit_id")["state"]
    assert own.to_dict() == {"a": "same", "b": "same", "c": "attention"}


def test_absences_of_a_few_are_not_printed(helped: Year) -> None:
    text = text_of(absences(helped))
    assert "11 из 1 100 учеников" in text
    # One of three counts is five or more; it guards the other two, so nobody is named.
    assert not re.search(r"\b2 из 600", text)


def test_risk_is_told_of_the_municipality_alone(tmp_path: Path) -> None:
    given: Answers = {
        name: {"spt_due_n": 100, "spt_done_n": 90, "spt_risk_n": risk}
        for name, risk in (("a", 17), ("b", 6), ("c", 5))
    }
    year = year_of(tmp_path, given)
    text = text_of(social_testing(year))
    assert "28 из 270" in text
    assert not re.search(r"\b17\b", text) and "18,9" not in text
    values = year.indicators
    own = values[(values["indicator_id"] == "ВС-09") & values["numerator"].notna()]
    assert set(own["level"]) == {"municipality"}


def test_yes_and_no(tmp_path: Path) -> None:
    given: Answers = {
        "a": {"upbringing_programme": 1, "adviser": 0, "theatre": 1, "museum": 0},
        "k": {"upbringing_programme": 0},
    }
    year = year_of(tmp_path, given, kinds={"k": "preschool"})
    assert lacking(year, "upbringing_programme", ("school", "preschool")) == ["Организация k"]
    rows = school_places(year)
    assert rows[["place", "has"]].to_numpy().tolist() == [["музей", 0.0], ["театр", 1.0]]
    found = facts.upbringing_facts(year)
    noted = found[found["state"] == "attention"]
    assert set(zip(noted["fact_id"], noted["unit_id"], strict=True)) == {
        (facts.NO_PROGRAMME, "k"), (facts.NO_ADVISER, "a"), (facts.NO_PLACE, "a"),
    }  # fmt: skip


@pytest.mark.parametrize(("now", "noted"), [(90, True), (20, False)])
def test_growth_of_the_whole_is_told_only_beyond_chance(
    tmp_path: Path, now: int, noted: bool
) -> None:
    """A school that did not answer last year is no growth."""
    before, after = listed(a=(16, 520), **USUAL), listed(a=(now, 530), **USUAL, z=(40, 300))
    found = facts.upbringing_facts(year_of(tmp_path, after, before=before))
    (row,) = found[found["fact_id"] == facts.GROWN_WHOLE].to_dict("records")
    assert (row["state"] == "attention") == noted
    assert row["n"] == now + sum(number for number, _ in USUAL.values())


def test_a_quarter_of_a_post_is_not_too_few(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"a": {"pupils_n": 60, "psychologist_posts": 0.25}})
    rows = year.values("ВС-10", "school")
    assert rows["value"].tolist() == [240]
