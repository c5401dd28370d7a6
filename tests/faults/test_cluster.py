"""Several machines make the reports of a year: a real scheduler, real workers, real deaths."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import Result
from typer.testing import CliRunner

import msoko_lib
from msoko_lib.batch import cluster, cluster_link, cluster_worker
from msoko_lib.batch.cluster_files import files_of_reports, hashes_of
from msoko_lib.batch.cluster_link import ClusterProblem
from msoko_lib.batch.depends import FOLDER as READS
from msoko_lib.batch.editions import editions_of
from msoko_lib.batch.runner import STATE, read_state
from msoko_lib.cli import app
from msoko_lib.problems import Problem
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.versions import EPOCH_VARIABLE

if TYPE_CHECKING:
    from conftest import Made

YEAR = "2024-2025"
REPORTS = ("01", "05", "edu991001")
# Nothing here waits longer, whatever happens.
LIMIT_S = 300.0
# Who the worker is: its kernels inherit the variable.
NAME = "MSOKO_TEST_WORKER"
WAITS = """
import os, time
from pathlib import Path
begun = Path({begun!r})
is_first = not begun.exists()
with begun.open("a") as notes:
    notes.write(os.environ.get("{name}", "") + "\\n")
if is_first:
    time.sleep({limit})
"""


def until(what: Callable[[], object], told: str) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + LIMIT_S
    while not what():
        assert time.monotonic() < deadline, told
        time.sleep(0.05)


class Machines:
    """A scheduler and workers, each a process of its own on the loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        told = folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", str(told))
        until(lambda: told.is_file() and told.read_text(), "the scheduler does not come")
        self.address = json.loads(told.read_text())["address"]

    def add_worker(self, name: str, **environment: str) -> Path:
        """Start a worker of one thread; its folder."""
        folder = self._folder / name
        self._start(
            "worker", self.address, "--no-nanny", "--nthreads", "1", "--name", name,
            "--death-timeout", "60", "--local-directory", str(folder),
            called=name, environment={NAME: name, **environment},
        )  # fmt: skip
        return folder

    def wait_for(self, number: int) -> list[str]:
        """Addresses of so many workers, once they have joined."""
        with cluster_link.connected(self.address) as client:
            client.wait_for_workers(number, timeout=LIMIT_S)
            return list(cluster_link.workers_of(client))

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait(LIMIT_S)

    def close(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(LIMIT_S)

    def _start(
        self, what: str, *words: str, called: str = "", environment: dict[str, str] | None = None
    ) -> None:
        known = {name: value for name, value in os.environ.items() if name != ROOT_VARIABLE}
        lines = (self._folder / f"{called or what}.log").open("wb")
        self.processes[called or what] = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words,
             "--host", "127.0.0.1", "--no-dashboard"],
            cwd=self._folder, stdout=lines, stderr=lines, env={**known, **(environment or {})},
        )  # fmt: skip


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    folder = tmp_path / "machines"
    folder.mkdir()
    started = Machines(folder)
    yield started
    started.close()


@pytest.fixture(autouse=True)
def _the_same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EPOCH_VARIABLE, "1750000000")


@pytest.fixture
def project(tiny_project: Made, tmp_path: Path) -> Project:
    """Short notebooks; that of report 05 stops at its first beginning until it is killed."""
    made = tiny_project.copy_to(tmp_path / "project")
    for path in made.notebooks.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [*notebook.cells[:4], *notebook.cells[-2:]]
        if path.name.startswith("05_"):
            begun = str(tmp_path / "begun.txt")
            waits = WAITS.format(begun=begun, name=NAME, limit=LIMIT_S)
            notebook.cells.insert(4, nbformat.v4.new_code_cell(waits))
        nbformat.write(notebook, path)
    return made


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(app, ["run", YEAR, *words, "--root", str(project.root)])


def chosen(*keys: str) -> list[str]:
    return [
        word for key in keys for word in ("--only" if key.isdigit() else "--school", key)
    ]  # fmt: skip


def files_of(folder: Path) -> dict[str, bytes]:
    """Files of a year but for the run's notes: they stand in the order in which reports end."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (".lock", STATE) and path.parent.name != READS
    }


def when_begun(begun: Path, then: Callable[[str], None]) -> threading.Thread:
    """In the background: once report 05 has begun, do something with the worker that makes it."""

    def watch() -> None:
        until(lambda: begun.is_file() and begun.read_text(), "report 05 does not begin")
        then(begun.read_text().strip())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_machine_dies_in_the_middle_and_nothing_is_lost_or_made_twice(
    project: Project, machines: Machines, tmp_path: Path
) -> None:
    begun = tmp_path / "begun.txt"
    alone = Project(tmp_path / "alone")
    shutil.copytree(project.root, alone.root)
    folders = {name: machines.add_worker(name) for name in ("first", "second")}
    machines.wait_for(2)
    watching = when_begun(begun, machines.kill)
    result = run(project, *chosen(*REPORTS), "--scheduler", machines.address)
    assert result.exit_code == 0, result.output + repr(result.exception)
    watching.join(LIMIT_S)
    assert f"Сделано отчётов: {len(REPORTS)}, без изменений: 0, не удалось: 0" in result.output
    outputs = project.outputs(YEAR)
    assert sorted(read_state(outputs)) == sorted(REPORTS)
    (edition,) = editions_of(outputs)
    assert sorted(edition.made) == sorted(REPORTS)
    dead, living = begun.read_text().split()
    assert {dead, living} == set(folders), "the report was begun twice, on two machines"
    assert machines.processes[dead].returncode == -signal.SIGKILL
    # What was sent to the machine that lives is taken away again.
    until(lambda: not list(folders[living].rglob("*.parquet")), "the bank stays on the machine")

    here = run(alone, *chosen(*REPORTS), "--jobs", "1")
    assert here.exit_code == 0, here.output
    assert read_state(outputs) == read_state(alone.outputs(YEAR))
    expected = files_of(alone.outputs(YEAR))
    assert {f"{stem}.html" for stem in ("01_quality", "05_objectivity")} < set(expected)
    found = files_of(outputs)
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_a_lost_scheduler_is_told_and_what_was_made_stays(
    project: Project, machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_link, "CONNECT_S", 3.0)
    machines.add_worker("only")
    machines.wait_for(1)
    watching = when_begun(tmp_path / "begun.txt", lambda _: machines.kill("scheduler"))
    result = run(project, *chosen("01", "05"), "--scheduler", machines.address)
    assert isinstance(result.exception, ClusterProblem), result.output
    watching.join(LIMIT_S)
    assert "потеряна" in str(result.exception) and "повторите" in str(result.exception)
    outputs = project.outputs(YEAR)
    assert list(read_state(outputs)) == ["01"]
    assert (outputs / "01_quality.html").is_file()
    assert not (outputs / "05_objectivity.html").exists()


def test_a_machine_with_another_version_is_refused_by_name(
    project: Project, machines: Machines, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "msoko_lib"
    shutil.copytree(
        Path(msoko_lib.__file__).parent, other, ignore=shutil.ignore_patterns("__pycache__")
    )
    (other / "project.py").open("a", encoding="utf-8").write("# changed\n")
    machines.add_worker("other", PYTHONPATH=str(other.parent))
    (worker,) = machines.wait_for(1)
    result = run(project, *chosen("01"), "--scheduler", machines.address)
    assert isinstance(result.exception, ClusterProblem)
    told = str(result.exception)
    assert worker in told and "версия программы" in told and "pandas" not in told
    assert not (project.outputs(YEAR) / "01_quality.html").exists()


def test_without_workers_or_a_scheduler_or_dask_it_is_told_plainly(
    tiny_project: Made, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tiny_project.project
    monkeypatch.setattr(cluster_link, "CONNECT_S", 1.0)
    told = {}
    for address in (machines.address, "tcp://127.0.0.1:1", "10.0.0.5:8786", "tcp://нет порта"):
        result = run(project, "--only", "01", "--force", "--scheduler", address)
        assert isinstance(result.exception, ClusterProblem), address
        told[address] = str(result.exception)
    first, second, third, fourth = told.values()
    assert "ни одной рабочей машины" in first and "не отвечает" in second
    assert "tcp://имя-машины" in third and "не отвечает" in fourth
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run(project, "--only", "01", "--force", "--scheduler", machines.address)
    assert "pip install distributed" in str(result.exception)
    for text in told.values():
        assert not re.search(r"[A-Z][a-z]+(Error|Problem)", text)


def test_a_machine_with_a_project_of_its_own_must_hold_the_same_files(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = hashes_of(files_of_reports(project, YEAR))
    assert not [name for name in hashes if "raw" in name or ".key" in name]
    monkeypatch.setattr(cluster_worker, "_STARTED_ON", str(project.root))
    worker = SimpleNamespace(local_directory="")
    one = cluster_worker.Run("one", YEAR, (), 0, {})
    assert cluster_worker.take_part(one, hashes, worker) == []
    (project.params / "common.yml").open("a", encoding="utf-8").write("\n")
    (project.bank(YEAR) / "indicators.json").unlink()
    other = cluster_worker.Run("other", YEAR, (), 0, {})
    with pytest.raises(Problem, match=r"params/common\.yml$"):
        cluster_worker.take_part(other, hashes, worker)
    cluster_worker.leave("one")
    assert (project.params / "common.yml").is_file(), "a folder that was not sent is left alone"


def test_a_report_that_kills_machine_after_machine_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The team's own rule, without processes: every worker dies of the same report."""
    given: list[str] = []
    job = SimpleNamespace(key="01")
    client = SimpleNamespace(cancel=lambda *_, **__: None, status="running")
    run_ = cluster_worker.Run("one", YEAR, (), 0, {})
    team = cluster._Team(client, "tcp://x:1", run_, {})

    def give(_: object, worker: str) -> None:
        given.append(worker)
        team._attempts[job.key] += 1
        team._under_way[object()] = (job, worker)  # type: ignore[index]

    monkeypatch.setattr(cluster, "LOOK_S", 0.0)
    monkeypatch.setattr(cluster, "workers_of", lambda _: {f"tcp://w:{len(given)}": 1})
    monkeypatch.setattr(team, "_prepare", lambda new, there: team._ready.update(there))
    monkeypatch.setattr(team, "_give", give)
    monkeypatch.setattr(team, "_ended", list)
    ((_, made),) = team.make_all([job])  # type: ignore[list-item]
    assert len(given) == cluster.ATTEMPTS == len(set(given))
    assert "прерывались" in made.outcome.problem and not made.files
