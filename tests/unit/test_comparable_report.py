"""Report 12 comes out whatever is missing: nothing, a few schools, conditions without results."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made import YEAR, Row, exam
from hand_made_year import year_of

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting.blocks import Nothing
from msoko_lib.subsystems import comparable
from msoko_lib.subsystems.comparable import facts
from msoko_lib.subsystems.year import Year

NAMES = [f"s{place:02d}" for place in range(16)]
SECTIONS = (
    comparable.goals, comparable.conditions, comparable.groups, comparable.similar,
    comparable.expected, comparable.added, comparable.links,
)  # fmt: skip


def enrolment(sizes: dict[str, int]) -> list[Row]:
    return [{"school_id": name, "grade": 1, "pupils_n": size} for name, size in sizes.items()]


def opened(root: Path, count: int, **tables: list[Row]) -> Year:
    return year_of(root, {}, kinds={name: "school" for name in NAMES[:count]}, tables=tables)


def told(year: Year) -> set[str]:
    """Facts noted on the municipality."""
    rows = facts.compute(year)
    noted = (rows["state"] == "attention") & (rows["level"] == MUNICIPALITY)
    return set(rows.loc[noted, "fact_id"])


def check(year: Year) -> None:
    for section in SECTIONS:
        block = section(year)
        text = re.sub(r"data:image/[^\"']*", "", block.html())
        assert block.plain().strip(), section
        assert not re.search(r"\bnan\b|\bNone\b|NaN|\{[a-z_]+\}", text), section


def test_a_year_without_anything(tmp_path: Path) -> None:
    year = opened(tmp_path, 0)
    check(year)
    assert isinstance(comparable.conditions(year), Nothing)
    assert {facts.NO_CONDITIONS, facts.NO_EXPECTATION, facts.NO_GROUPS} <= told(year)


def test_a_school_alone(tmp_path: Path) -> None:
    year = opened(tmp_path, 1, enrolment=enrolment({"s00": 300}))
    check(year)
    assert facts.NO_GROUPS in told(year)


def test_conditions_without_results(tmp_path: Path) -> None:
    sizes = {name: 20 + place if place < 8 else 700 + 10 * place
             for place, name in enumerate(NAMES)}  # fmt: skip
    year = opened(tmp_path, 16, enrolment=enrolment(sizes))
    check(year)
    noted = told(year)
    assert {facts.GROUPS_LOOSE, facts.SIMILAR, facts.NO_EXPECTATION} <= noted
    assert "ВПР" in comparable.expected(year).plain() or "результатов" in (
        comparable.expected(year).plain()
    )
    assert isinstance(comparable.added(year), Nothing)


def test_results_of_few_schools_without_conditions(tmp_path: Path) -> None:
    rows = [
        {**exam(f"{name}{pupil}", "Математика", mark=3 + pupil % 3), "school_id": name}
        for name in NAMES[:6]
        for pupil in range(12)
    ]
    check(opened(tmp_path, 6, gia_results=rows))


@pytest.mark.parametrize("lacking", ["s03", "s11"])
def test_a_school_without_size_is_asked_for_it(tmp_path: Path, lacking: str) -> None:
    sizes = {name: 20 + place if place < 8 else 700 + 10 * place
             for place, name in enumerate(NAMES) if name != lacking}  # fmt: skip
    year = opened(tmp_path, 16, enrolment=enrolment(sizes))
    check(year)
    rows = facts.compute(year)
    asked = rows[(rows["fact_id"] == facts.LACKING) & (rows["state"] == "attention")]
    assert asked["unit_id"].tolist() == [lacking]
    assert asked["detail"].tolist() == ["число обучающихся"]
    assert year.school_year == YEAR
