"""Years of the demo opened as a notebook does, and of municipalities where nothing was planted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from msoko_lib.batch.unchanged import nothing_to_do
from msoko_lib.batch.year import run_year
from msoko_lib.intake.pipeline import silent
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made

NULL_SEEDS = (101, 102, 103)
Open = Callable[[str], Year]


@pytest.fixture(scope="session")
def run_once(tiny_project: Made, shared_folder: Path) -> Made:
    """The small municipality after one whole run of its newest year: every page and workbook."""
    root, done = shared_folder / "run", shared_folder / "run.done"
    with FileLock(shared_folder / "run.lock"):
        if not done.exists():
            project = tiny_project.copy_to(root)
            result = run_year(project, tiny_project.newest, [], [], 2, False, silent)
            assert result.failed == {}
            # Asked at once: tests print pages and put files there later.
            left = nothing_to_do(project, tiny_project.newest, [], [])
            done.write_text(json.dumps(left), encoding="utf-8")
    return replace(tiny_project, project=Project(root))


@pytest.fixture(scope="session")
def in_place_after_the_run(run_once: Made, shared_folder: Path) -> list[str] | None:
    """Reports that a second run would have found in place at a glance."""
    kept: list[str] | None = json.loads((shared_folder / "run.done").read_text(encoding="utf-8"))
    return kept


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
