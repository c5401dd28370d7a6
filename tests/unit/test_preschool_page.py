"""The page of one preschool: its numbers, its areas, nobody else named, whatever is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hand_made_year import year_of

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.reporting.blocks import Block, Nothing, Section
from msoko_lib.reporting.numbers_ru import NBSP
from msoko_lib.subsystems import preschool, preschool_page
from msoko_lib.subsystems.answers import PRESCHOOL
from msoko_lib.subsystems.preschool.mkdo import area_scores, stands_apart
from msoko_lib.subsystems.preschool_page.opened import UnknownPreschool
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from conftest import Made

GARDENS = "абвгд"
CALLS = (
    preschool_page.lead, preschool_page.numbers, preschool_page.over_years, preschool_page.areas,
    preschool_page.self_rating, preschool_page.staff, preschool_page.conditions,
    preschool_page.decisions, preschool_page.explanation, preschool_page.passport,
)  # fmt: skip


def garden(level: float, rated: float | None = None, **more: object) -> dict[str, object]:
    """Answers of a preschool: every area at one level, its own rating at another."""
    own = level if rated is None else rated
    areas = {f"mkdo_{n}": level for n in range(1, 10)}
    ratings = {f"mkdo_self_{n}": own for n in range(1, 10)}
    return {**areas, **ratings, "mkdo_self": own, "children_n": 90, "teachers_n": 9, **more}


def gardens(**own: object) -> dict[str, dict[str, object]]:
    others = {name: garden(3.4 + 0.1 * place) for place, name in enumerate(GARDENS)}
    return others | {"а": {**garden(2.6, 4.0), **own}}


def opened(year: Year, unit: str = "а") -> SchoolYear:
    return SchoolYear(year, unit, year.unit_names[unit], "")


def text_of(block: Block) -> str:
    return re.sub(r"data:image/[^\"']*", "", block.html()).replace(NBSP, " ")


def test_low_areas_are_counted_and_the_others_stay_unnamed(tmp_path: Path) -> None:
    ours = opened(year_of(tmp_path, gardens(), kind=PRESCHOOL))
    block = preschool_page.areas(ours)
    assert isinstance(block, Section) and block.finding == "Ниже базового уровня 9 из 9 областей"
    assert "ОВЗ" in text_of(block)
    told = preschool_page.self_rating(ours)
    assert isinstance(told, Section)
    assert told.finding.startswith("Самооценка в среднем на 1,4 балла выше оценки эксперта")
    for call in CALLS:
        text = text_of(call(ours))
        assert not any(ours.year.unit_names[name] in text for name in GARDENS[1:]), call.__name__


def test_two_others_are_not_drawn(tmp_path: Path) -> None:
    """With two others a mean tells each of them what the other has."""
    given = {name: garden(3.5) for name in "абв"}
    block = preschool_page.areas(opened(year_of(tmp_path, given, kind=PRESCHOOL)))
    assert isinstance(block, Section) and block.table is not None
    assert {row["mean"] for row in block.table.records()} == {"мало"}


@pytest.mark.parametrize("given", [{}, {"а": {"children_n": 3}}])
def test_a_page_comes_out_whatever_is_missing(
    given: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    kinds = dict.fromkeys(GARDENS, PRESCHOOL)
    ours = opened(year_of(tmp_path, given, kinds=kinds))
    for call in CALLS:
        block = call(ours)
        text = text_of(block)
        assert block.plain().strip() and not re.search(r"\bnan\b|NaN|\bNone\b|\{", text), call
    assert isinstance(preschool_page.areas(ours), Nothing)


def test_years_are_told_and_a_change_beyond_chance_is_named(tmp_path: Path) -> None:
    now = {"а": garden(3.5, parents_asked_n=200, parents_satisfied_n=120)}
    before = {"а": garden(3.5, parents_asked_n=200, parents_satisfied_n=180)}
    year = year_of(tmp_path, now, kind=PRESCHOOL, before=before)
    block = preschool_page.over_years(opened(year))
    assert isinstance(block, Section)
    assert "удовлетворённость родителей (90 % → 60 %)" in block.finding.replace(NBSP, " ")


def test_a_school_is_no_preschool(tiny_project: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(tiny_project.project.root))
    with pytest.raises(UnknownPreschool, match="нет детского сада «edu991002»"):
        preschool_page.open_preschool(tiny_project.newest, "edu991002")


def test_an_area_is_named_lowest_only_if_it_stands_apart(tmp_path: Path) -> None:
    given = {
        name: garden(3.4 + 0.1 * place) | {"mkdo_4": 2.9 + 0.1 * place + 0.02 * (place % 2)}
        for place, name in enumerate(GARDENS)
    }
    year = year_of(tmp_path, given, kind=PRESCHOOL)
    assert stands_apart(area_scores(year), "ДО-16")
    block = preschool.areas(year)
    assert isinstance(block, Section)
    assert block.finding.startswith("Ниже других областей – организация образовательного процесса")


def test_areas_that_differ_by_chance_are_not_ranked(tmp_path: Path) -> None:
    given = {
        name: garden(3.5) | {"mkdo_4": 3.5 + (0.4, -0.5, 0.3, -0.4, 0.1)[place]}
        for place, name in enumerate(GARDENS)
    }
    year = year_of(tmp_path, given, kind=PRESCHOOL)
    block = preschool.areas(year)
    assert isinstance(block, Section)
    assert "друг от друга они заметно не отличаются" in block.finding
