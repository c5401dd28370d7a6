"""What all tests share: a key outside the tree, small projects made once for all workers."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from filelock import FileLock

from msoko_lib.batch.intake_step import read_year
from msoko_lib.batch.pdf import NoBrowser, find_browser
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
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import open_year_of
from msoko_lib.versions import code_fingerprint

CACHE_VARIABLE = "MSOKO_TEST_CACHE"
# Set to 1 where a browser must be there (CI): its absence is then a failure.
NEED_BROWSER = "MSOKO_NEED_BROWSER"
KEPT_PARTS = ("data", "outputs")
REPOSITORY = Project(Path(__file__).resolve().parents[1])

# Doctests are looked for in every module; two files of the name conftest cannot both be modules.
collect_ignore_glob = ["**/conftest.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser the tests marked ``browser`` are left out, unless it is demanded."""
    if os.environ.get(NEED_BROWSER) == "1":
        return
    try:
        find_browser()
    except NoBrowser:
        left_out = [item for item in items if item.get_closest_marker("browser")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]


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
    return _key_path(shared_folder)


def _key_path(shared_folder: Path) -> Path:
    """With municipalities kept between runs their key is kept beside them."""
    return Path(os.environ.get(CACHE_VARIABLE) or shared_folder) / "key" / "pupil.key"


@pytest.fixture(scope="session", autouse=True)
def _key_of_the_session(shared_folder: Path) -> Iterator[None]:
    """Before any fixture of a wider scope can ask for a key: never the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(_key_path(shared_folder)))
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
    key = _key_path(shared_folder)

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
    kept = kept_between_runs(root.name, options)
    if kept is None:
        return _write_and_read(root, options)
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            truth = _write_and_read(root, options)
            draft = kept.with_name(f"{kept.name}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            for part in KEPT_PARTS:
                shutil.copytree(root / part, draft / part)
            (draft / "truth.pickle").write_bytes(pickle.dumps(truth))
            draft.rename(kept)
            return truth
    for part in KEPT_PARTS:
        shutil.copytree(kept / part, root / part, dirs_exist_ok=True)
    truth = pickle.loads((kept / "truth.pickle").read_bytes())
    files = tuple(root / path.relative_to(truth.root) for path in truth.files)
    return replace(truth, root=root, files=files)


def kept_between_runs(name: str, options: dict[str, object]) -> Path | None:
    """Where a made municipality is kept for the next run of the tests; None: it is not.

    For whoever works on reports all day: with ``MSOKO_TEST_CACHE`` naming a folder, what was
    written and read is taken from there as long as the demo, the intake and the parameters of
    reading are the same. CI sets no such folder.
    """
    folder = os.environ.get(CACHE_VARIABLE)
    if not folder:
        return None
    digest = hashlib.sha256(repr(sorted(options.items())).encode())
    digest.update(code_fingerprint("msoko_lib.demo.build", "msoko_lib.intake.pipeline").encode())
    for path in sorted(REPOSITORY.params.rglob("*")):
        if path.is_file() and path.parent.name != "recommendations":
            digest.update(path.read_bytes())
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) / f"{name}-{digest.hexdigest()[:16]}"


def _write_and_read(root: Path, options: dict[str, object]) -> DemoTruth:
    truth = write_demo(root, **options)  # type: ignore[arg-type]
    project = Project(root)
    for school_year in truth.school_years:
        read_year(project, school_year, 1, silent)
        indicator_table(project, school_year)
        screening_table(project, school_year)
        similar_table(project, school_year)
        cluster_table(project, school_year)
        # Every report reads these: computed here once, not by each kernel that a test starts.
        findings_of(open_year_of(project, school_year))
    return truth


@pytest.fixture(scope="session")
def tiny_project(made_once: Callable[..., Made]) -> Made:
    """Six schools at half size, two years."""
    return made_once("tiny", schools=6, years=2, pupils_scale=0.5)


@pytest.fixture(scope="session")
def demo_project(made_once: Callable[..., Made]) -> Made:
    """The demo municipality as ``msoko demo`` writes it: 14 schools, three years."""
    return made_once("demo")
