"""What all tests share: a key outside the tree, small projects made once for all workers."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from msoko_lib.batch.year import read_year
from msoko_lib.demo import DemoTruth, write_demo
from msoko_lib.indicators.store import (
    cluster_table,
    indicator_table,
    screening_table,
    similar_table,
)
from msoko_lib.intake.pipeline import silent
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.pseudonym import KEY_VARIABLE

REPOSITORY = Project(Path(__file__).resolve().parents[1])

# Doctests are looked for in every module; two files of the name conftest cannot both be modules.
collect_ignore_glob = ["**/conftest.py"]


@dataclass(frozen=True)
class Made:
    """A project that holds a demo municipality, already read into the bank; not to be changed."""

    project: Project
    truth: DemoTruth

    @property
    def newest(self) -> str:
        return self.truth.school_years[-1]

    def copy_to(self, root: Path) -> Project:
        """A copy that a test may change (the readings' cache stays behind: nothing needs it)."""
        shutil.copytree(
            self.project.root, root, ignore=shutil.ignore_patterns(".readings"), dirs_exist_ok=True
        )
        return Project(root)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all xdist workers of this run share, and no other run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def key_file(shared_folder: Path) -> Path:
    """The key of the tests; the same for every worker, so that projects can be shared."""
    return shared_folder / "key" / "pupil.key"


@pytest.fixture(scope="session", autouse=True)
def _key_of_the_session(shared_folder: Path) -> Iterator[None]:
    """Before any fixture of a wider scope can ask for a key: never the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(shared_folder / "key" / "pupil.key"))
        patch.delenv(ROOT_VARIABLE, raising=False)
        yield


@pytest.fixture(autouse=True)
def _key_of_the_test(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key that the test's own folder names, whatever another folder has set before."""
    monkeypatch.setenv(KEY_VARIABLE, str(key_file))
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)


@pytest.fixture(scope="session")
def made_once(shared_folder: Path) -> Callable[..., Made]:
    """Make a demo municipality once for all workers: written, read, indicators computed."""
    key = shared_folder / "key" / "pupil.key"

    def make(name: str, **options: object) -> Made:
        root, told = shared_folder / name, shared_folder / f"{name}.pickle"
        with FileLock(shared_folder / f"{name}.lock"), pytest.MonkeyPatch.context() as patch:
            patch.setenv(KEY_VARIABLE, str(key))
            if not told.exists():
                told.write_bytes(pickle.dumps(_make(root, options)))
        truth: DemoTruth = pickle.loads(told.read_bytes())
        return Made(Project(root), truth)

    return make


def _make(root: Path, options: dict[str, object]) -> DemoTruth:
    shutil.copytree(REPOSITORY.params, root / "params")
    shutil.copytree(REPOSITORY.root / "notebooks", root / "notebooks")
    truth = write_demo(root, **options)  # type: ignore[arg-type]
    project = Project(root)
    for school_year in truth.school_years:
        read_year(project, school_year, 1, silent)
        indicator_table(project, school_year)
        screening_table(project, school_year)
        similar_table(project, school_year)
        cluster_table(project, school_year)
    return truth


@pytest.fixture(scope="session")
def tiny_project(made_once: Callable[..., Made]) -> Made:
    """Six schools at half size, two years."""
    return made_once("tiny", schools=6, years=2, pupils_scale=0.5)


@pytest.fixture(scope="session")
def demo_project(made_once: Callable[..., Made]) -> Made:
    """The demo municipality as ``msoko demo`` writes it: 14 schools, three years."""
    return made_once("demo")
