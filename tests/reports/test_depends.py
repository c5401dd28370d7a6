"""A report is made anew when what it has read changed: never too seldom, and not for nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from msoko_lib.bank import Bank
from msoko_lib.batch.depends import Present, record_path
from msoko_lib.batch.hands import Hands
from msoko_lib.batch.kernel_client import can_fork
from msoko_lib.batch.plan import Job, banks_read, plan, tables_path
from msoko_lib.batch.runner import read_state, run_plan, why_stale
from msoko_lib.batch.year import run_year
from msoko_lib.intake.pipeline import silent
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.reads import UNKNOWN
from msoko_lib.versions import EPOCH_VARIABLE

if TYPE_CHECKING:
    from conftest import Made

pytestmark = pytest.mark.skipif(not can_fork(), reason="who forks no kernel keeps no record")
YEAR, BEFORE = "2024-2025", "2023-2024"
# Every third row of the organisation that has most of them goes.
STEP = 3


@pytest.fixture(scope="module")
def other_olympiad(run_once: Made, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """After the whole run a protocol of the olympiad has changed; nothing was made since."""
    project = run_once.copy_to(tmp_path_factory.mktemp("olympiad") / "project")
    lose_rows(project, YEAR, "olympiad_results")
    return project


@pytest.fixture
def project(run_once: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    copy = run_once.copy_to(tmp_path / "project")
    monkeypatch.setenv(ROOT_VARIABLE, str(copy.root))
    yield copy


def lose_rows(project: Project, school_year: str, table: str) -> None:
    """As if a file of an organisation had been read anew with fewer rows of a table in it."""
    bank = Bank(project, school_year)
    manifest = bank.loaded()
    tables = {name: bank.table(name) for name in manifest["tables"]}
    frame = tables[table]
    column = next((name for name in ("school_id", "unit_id") if name in frame), None)
    rows = frame.index
    if column:
        rows = frame.index[frame[column] == frame[column].mode().iloc[0]]
    changed = set(frame.loc[rows[::STEP], "source_file"])
    tables[table] = frame.drop(index=rows[::STEP]).reset_index(drop=True)
    files = [
        {**each, "sha256": "0" * 64} if each["file"] in changed else each
        for each in manifest["files"]
    ]
    bank.write(tables, {**manifest, "files": files, "inputs": "1" * 64})


def reasons(project: Project) -> dict[str, str]:
    """Report → why it is to be made anew; empty where it stands."""
    outputs, present = project.outputs(YEAR), Present(project, banks_read(project, YEAR))
    state = read_state(outputs)
    return {job.key: why_stale(job, outputs, state, present) for job in plan(project, YEAR)}


def written(project: Project, jobs: Sequence[Job]) -> dict[str, bytes]:
    """Pages and tables of reports."""
    outputs = project.outputs(YEAR)
    paths = [path for job in jobs for path in (outputs / job.output, tables_path(outputs, job))]
    return {path.relative_to(outputs).as_posix(): path.read_bytes() for path in paths}


def spared_and_made_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch, only: Sequence[str] = ()
) -> list[str]:
    """Reports that the run would spare, made all the same: they must come out as they were."""
    why = reasons(project)
    # Under the number of the edition that they have.
    jobs = [job for job in plan(project, YEAR, edition=1) if not why[job.key]]
    jobs = [job for job in jobs if not only or job.key in only]
    before = written(project, jobs)
    if jobs:
        # On the day on which the reports were made: they bear it.
        made = (project.outputs(YEAR) / jobs[0].output).stat().st_mtime
        monkeypatch.setenv(EPOCH_VARIABLE, str(int(made)))
        result = run_plan(project, YEAR, jobs, Hands(1), True, silent)
        assert result.failed == {}
    after = written(project, jobs)
    assert [name for name in before if before[name] != after[name]] == []
    return [job.key for job in jobs]


def test_of_every_report_is_known_what_it_has_read(project: Project) -> None:
    outputs = project.outputs(YEAR)
    for job in plan(project, YEAR):
        told = json.loads(record_path(outputs, job).read_text(encoding="utf-8"))
        assert told["reads"] and told["sources"] == dict(job.sources), job.key
        assert UNKNOWN not in {*told["reads"], *told["reads"].values()}, job.key
    assert set(reasons(project).values()) == {""}


def test_a_record_that_cannot_be_relied_on_makes_the_report_stale(
    other_olympiad: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = other_olympiad
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    outputs, state = project.outputs(YEAR), read_state(project.outputs(YEAR))
    (job,) = plan(project, YEAR, only=["07"])
    path, coarse = record_path(outputs, job), f"изменилось: данные за {YEAR}"
    record = json.loads(path.read_text(encoding="utf-8"))
    present = Present(project, banks_read(project, YEAR))
    assert why_stale(job, outputs, state, present) == ""
    assert why_stale(job, outputs, state) == coarse, "nobody to ask: all data count"
    some = next(iter(record["reads"]))
    for reads in (
        {},
        {**record["reads"], UNKNOWN: UNKNOWN},
        {**record["reads"], some: UNKNOWN},
        {**record["reads"], '["os:system", "2024-2025", "true"]': "0"},
        {**record["reads"], '["msoko_lib.bank:Bank", "2024-2025"]': "0"},
        {**record["reads"], "не по-нашему": "0"},
    ):
        path.write_text(json.dumps({**record, "reads": reads}), encoding="utf-8")
        assert why_stale(job, outputs, state, present), reads
    other = {**record, "sources": {**record["sources"], "параметры": "0"}}
    for text in ("", "{", "[]", json.dumps(other)):
        path.write_text(text, encoding="utf-8")
        assert why_stale(job, outputs, state, present) == coarse
    path.unlink()
    assert why_stale(job, outputs, state, present) == coarse
    path.write_text(json.dumps(record), encoding="utf-8")
    assert why_stale(job, outputs, state, present) == ""


SPARED = {
    "olympiad_results": ({"01", "07", "10", "11", "14"}, {"03", "18"}, "результаты олимпиад"),
    "gia_results": ({"03", "07", "10", "11", "14"}, {"01", "18"}, "результаты экзаменов"),
    "teacher_groups": ({"14"}, {"07"}, "группы педагогов"),
}


def test_a_protocol_of_the_olympiad_touches_what_depends_on_it(
    other_olympiad: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(other_olympiad.root))
    _assert_spared(other_olympiad, "olympiad_results")
    assert spared_and_made_anew(other_olympiad, monkeypatch, ["07"]) == ["07"]


@pytest.mark.thorough
@pytest.mark.parametrize("table", ["gia_results", "teacher_groups"])
def test_files_of_other_kinds_touch_what_depends_on_them(project: Project, table: str) -> None:
    lose_rows(project, YEAR, table)
    _assert_spared(project, table)


def _assert_spared(project: Project, table: str) -> None:
    why, (spared, made, told) = reasons(project), SPARED[table]
    assert {key for key in spared if why[key]} == set()
    assert {why[key] for key in made} == {f"изменилось: {told} за {YEAR}"}


@pytest.mark.thorough
@pytest.mark.parametrize("table", TABLES)
def test_whatever_table_changed_what_is_spared_is_as_if_made_anew(
    project: Project, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if table not in Bank(project, YEAR).loaded()["tables"]:
        pytest.skip("the small municipality has no such table")
    lose_rows(project, YEAR, table)
    spared_and_made_anew(project, monkeypatch)


@pytest.mark.thorough
@pytest.mark.parametrize("table", ["schools", "vpr_pupils", "form_values", "measures", "context"])
def test_the_same_of_the_year_before(
    project: Project, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_rows(project, BEFORE, table)
    spared_and_made_anew(project, monkeypatch)


@pytest.mark.thorough
@pytest.mark.parametrize("file", ["ВсОШ/*/*.xlsx", "Формы/*/*.xlsx"])
def test_after_a_file_has_gone_all_files_are_those_of_a_whole_run(
    run_once: Made, tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The day of the first run: reports that are spared bear it.
    made = (run_once.project.outputs(YEAR) / "01_quality.html").stat().st_mtime
    monkeypatch.setenv(EPOCH_VARIABLE, str(int(made)))
    left = {}
    for name, force in (("changed", False), ("all", True)):
        project = run_once.copy_to(tmp_path / name)
        sorted(project.raw(YEAR).glob(file))[0].unlink()
        result = run_year(project, YEAR, [], [], 1, force, silent)
        assert result.failed == {} and bool(result.kept) != force
        left[name] = _everything(project)
    assert left["changed"].keys() == left["all"].keys()
    other = [name for name, content in left["changed"].items() if left["all"][name] != content]
    assert other == []


def _everything(project: Project) -> dict[str, bytes | str]:
    """All that a run leaves; a report that was spared keeps the number of its edition."""
    outputs = project.outputs(YEAR)
    found: dict[str, bytes | str] = {}
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs)
        # The page of editions tells which reports each of them made.
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_dir() or hidden or name.parts[0] in ("editions", "editions.html"):
            continue
        content: bytes | str = path.read_bytes()
        if path.suffix == ".html":
            content = re.sub(r"издание \d+", "издание", path.read_text(encoding="utf-8"))
        found[name.as_posix()] = content
    register = pd.read_parquet(project.root / "data" / "issued" / f"{YEAR}.parquet")
    return {**found, "advice": register.to_json(force_ascii=False)}
