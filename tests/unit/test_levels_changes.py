"""Report 16 tells what changed over the year, level of education by level."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Nothing
from msoko_lib.subsystems import levels
from msoko_lib.subsystems.levels.changes import _moved
from msoko_lib.subsystems.levels.cuts import cut_values
from msoko_lib.subsystems.year import Year

UNITS = [f"s{place}" for place in range(6)]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Volunteers went up far beyond chance, associations stayed, meals went down."""
    now = {"pupils_n": 400.0, "volunteers_n": 200.0, "movement_n": 201.0, "hot_meals_n": 200.0}
    then = {"pupils_n": 400.0, "volunteers_n": 100.0, "movement_n": 200.0, "hot_meals_n": 390.0}
    root = tmp_path_factory.mktemp("levels")
    return year_of(root, dict.fromkeys(UNITS, now), before=dict.fromkeys(UNITS, then))


def test_only_what_chance_does_not_explain_is_called_a_change(year: Year) -> None:
    moved = _moved(year, cut_values(year)).set_index("fact_id")
    assert moved.loc["ВС-11", "change"] == "better" and moved.loc["ВС-03", "change"] == ""
    assert moved.loc["УС-13", "change"] == "worse"
    for levels_of in moved["levels"]:
        assert levels_of, "every indicator belongs to a level of education"


def test_the_section_counts_by_level_and_names_the_indicators(year: Year) -> None:
    page = levels.changes(year).html().replace(ru.NBSP, " ")
    text = re.sub(r"\|+", "|", re.sub(r"<[^>]+>", "|", page))
    assert "заметно лучше стало по 1, хуже – по 1" in text
    assert "ВС-11" in text and "УС-13" in text and "ВС-03" not in text
    assert "+25,0 п.п." in text and "▲ лучше" in text and "▼ хуже" in text
    assert "эффект мер" in text, "a change is not called an effect"


def test_a_first_year_has_nothing_to_compare_with(tmp_path: Path) -> None:
    first = year_of(tmp_path, {"a": {"pupils_n": 10.0}})
    assert isinstance(levels.changes(first), Nothing)
