"""Years of the demo opened as a notebook does, and of municipalities where nothing was planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made

NULL_SEEDS = (101, 102, 103)
Open = Callable[[str], Year]


@pytest.fixture
def open_demo(demo_project: Made, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a year of the demo as a notebook does."""
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    return open_year


@pytest.fixture(scope="session")
def quiet(made_once: Callable[..., Made]) -> list[Project]:
    """Three municipalities in which schools differ as schools do and nothing was planted."""
    options = {"schools": 14, "years": 2, "pupils_scale": 0.6, "planted": False}
    return [made_once(f"quiet{seed}", seed=seed, **options).project for seed in NULL_SEEDS]


@pytest.fixture
def quiet_years(quiet: list[Project], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Year]]:
    years = []
    for project in quiet:
        monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
        years += [open_year(school_year) for school_year in project.raw_years()]
    yield years
