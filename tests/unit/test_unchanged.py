"""A run with nothing to do: known by how the files stand, and by nothing less."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from msoko_lib.batch.lock import YearIsBusy, only_run
from msoko_lib.batch.unchanged import (
    GRAIN_NS,
    SEEN,
    banks_seen,
    inputs_seen,
    nothing_to_do,
    remember,
)
from msoko_lib.project import OWN_VARIABLE, Project
from msoko_lib.pseudonym import KEY_VARIABLE
from msoko_lib.versions import EPOCH_VARIABLE

YEAR, BEFORE = "2024-2025", "2023-2024"
KEYS = ["01", "05", "edu991001"]
FILES = {
    "raw": "data/raw/2024-2025/ВПР/Ф1.xlsx",
    "raw of the year before": "data/raw/2023-2024/Ф1.xlsx",
    "bank": "data/processed/2024-2025/vpr_marks.parquet",
    "bank of the year before": "data/processed/2023-2024/manifest.json",
    "advice of the year before": "data/issued/2023-2024.parquet",
    "advice of the year": "data/issued/2024-2025.parquet",
    "parameters": "params/common.yml",
    "own parameters": "params/own/common.yml",
    "notebook": "notebooks/reports/01_quality.ipynb",
    "report": "outputs/2024-2025/01_quality.html",
    "tables of a report": "outputs/2024-2025/.tables/01_quality.json",
    "index": "outputs/2024-2025/index.html",
    "index of another year": "outputs/2023-2024/index.html",
}
# The index of a year only leads to the other; of such files there is one.
OF_NO_MATTER = {
    ("changed", "index of another year"),
    ("came", "index of another year"),
    ("came", "advice of the year"),
}
HOUR_NS = 3600 * 10**9


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv(EPOCH_VARIABLE, "1750000000")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "keys" / "pupil.key"))
    root = tmp_path / "project"
    for name in FILES.values():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    project = Project(root)
    end_a_run(project)
    return project


def end_a_run(project: Project, after_ns: int = HOUR_NS) -> None:
    """What a run leaves that began so long after the last change of a file."""
    seen = inputs_seen(project, YEAR)
    remember(project, YEAR, seen, banks_seen(project), seen.latest_ns + after_ns, KEYS)


def left(project: Project) -> list[str] | None:
    return nothing_to_do(project, YEAR, [], [])


def test_where_all_stands_as_it_stood_every_report_is_in_place(project: Project) -> None:
    assert left(project) == KEYS
    assert left(project) == KEYS, "looking leaves no trace"
    assert nothing_to_do(project, YEAR, ["05"], ["edu991001"]) == ["05", "edu991001"]


@pytest.mark.parametrize(
    ("happened", "what"),
    sorted({*product(("changed", "removed", "came"), FILES)} - OF_NO_MATTER),
)
def test_whatever_happens_to_a_file_sends_the_run_the_long_way(
    project: Project, happened: str, what: str
) -> None:
    path = project.root / FILES[what]
    if happened == "changed":
        then = path.stat()
        path.write_text(path.read_text(encoding="utf-8")[::-1], encoding="utf-8")
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns + 1))
    elif happened == "removed":
        path.unlink()
    else:
        path.with_name(f"ещё {path.name}").write_text("", encoding="utf-8")
    assert left(project) is None


def test_an_edition_is_not_what_a_run_is_made_from(project: Project) -> None:
    kept = project.outputs(YEAR) / "editions" / "001" / "index.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("", encoding="utf-8")
    assert left(project) == KEYS


def _another_day(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.setenv(EPOCH_VARIABLE, str(1750000000 + 86400))


def _another_key(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.setenv(KEY_VARIABLE, str(project.root.parent / "keys" / "another.key"))


def _another_own_folder(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.setenv(OWN_VARIABLE, str(project.root.parent / "own"))


def _another_program(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("msoko_lib.batch.unchanged.library_fingerprint", lambda: "another")


def _damaged_page(project: Project, patch: pytest.MonkeyPatch) -> None:
    (project.outputs(YEAR) / SEEN).write_text('{"inputs": ', encoding="utf-8")


def _no_page(project: Project, patch: pytest.MonkeyPatch) -> None:
    (project.outputs(YEAR) / SEEN).unlink()


@pytest.mark.parametrize(
    "happens",
    [_another_day, _another_key, _another_own_folder, _another_program, _damaged_page, _no_page],
)
def test_other_circumstances_send_the_run_the_long_way(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Project, pytest.MonkeyPatch], None],
) -> None:
    happens(project, monkeypatch)
    assert left(project) is None


def test_a_report_that_is_not_there_is_left_to_the_run_to_refuse(project: Project) -> None:
    assert nothing_to_do(project, YEAR, ["99"], []) is None
    assert nothing_to_do(project, YEAR, [], ["edu000000"]) is None


def test_files_changed_a_moment_before_the_run_are_not_trusted(project: Project) -> None:
    (project.outputs(YEAR) / SEEN).unlink()
    end_a_run(project, after_ns=GRAIN_NS - 1)
    assert left(project) is None, "such a file could change once more within the clock's grain"
    end_a_run(project, after_ns=-HOUR_NS)
    assert left(project) is None, "the clock was set back"
    end_a_run(project, after_ns=GRAIN_NS)
    assert left(project) == KEYS


def test_another_run_of_the_year_is_waited_for(project: Project) -> None:
    with only_run(project, YEAR), pytest.raises(YearIsBusy):
        left(project)
