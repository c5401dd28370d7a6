"""What a kept table was computed by: the modules it imports, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hand_made import YEAR, pupils, town, work

import msoko_lib
from msoko_lib.bank import Bank
from msoko_lib.indicators import store
from msoko_lib.project import Project
from msoko_lib.versions import code_fingerprint, imported_sources

LIBRARY = Path(msoko_lib.__file__).parent
ENGINE = "msoko_lib.indicators.engine"
SOURCES = {
    "__init__.py": "",
    "top.py": "from lib.parts import low\nfrom lib import side\n",
    "side.py": "def late():\n    from .parts.inner import deep\n    return deep\n",
    "page.py": "import lib.top\n",
    "parts/__init__.py": "from . import low\n",
    "parts/low.py": "import json\n",
    "parts/inner/__init__.py": "",
    "parts/inner/deep.py": "from ...outer import thing\n",
    "outer.py": "thing = 1\n",
    "unused.py": "",
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        path = tmp_path / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "lib"


def test_imports_are_followed_to_the_end(library: Path) -> None:
    found = {path.relative_to(library).as_posix()
             for path in imported_sources("lib.top", library=library)}  # fmt: skip
    assert found == set(SOURCES) - {"page.py", "unused.py"}


@pytest.mark.parametrize("name", SOURCES)
def test_only_what_is_imported_changes_the_stamp(library: Path, name: str) -> None:
    code_fingerprint.cache_clear()
    before = code_fingerprint("lib.top", library=library)
    (library / name).open("a", encoding="utf-8").write("\n# changed\n")
    code_fingerprint.cache_clear()
    after = code_fingerprint("lib.top", library=library)
    assert (after != before) == (name not in ("page.py", "unused.py"))


def test_indicators_do_not_depend_on_pages_and_commands() -> None:
    found = {path.relative_to(LIBRARY).as_posix() for path in imported_sources(ENGINE)}
    rooms = {path.split("/")[0] for path in found}
    assert not rooms & {"reporting", "subsystems", "batch", "demo", "cli", "recommendations"}
    assert {"indicators/vpr.py", "formula.py", "methods/intervals.py", "bank.py"} <= found


def test_what_is_read_off_the_sources_is_what_is_loaded() -> None:
    code = (f"import sys, {ENGINE}; print(*(m.__file__ for n, m in sys.modules.items() "
            "if n.split('.')[0] == 'msoko_lib'), sep='\\n')")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {Path(line).resolve() for line in done.stdout.split("\n") if line}
    assert loaded and loaded <= {path.resolve() for path in imported_sources(ENGINE)}


def test_a_table_is_kept_until_its_own_sources_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = town(tmp_path, {"vpr_pupils": pupils("a", work("Русский язык", 4), [3, 4, 5, 5, 2])})
    shutil.copytree(Project.find(Path(__file__).parent).params, tmp_path / "params")
    project, computed = given.inputs.bank.project, []

    def compute(inputs: object) -> object:
        computed.append(inputs)
        return given.inputs.table("vpr_pupils")

    def ask() -> int:
        store.kept_table(project, YEAR, "trial", "", compute, ENGINE)  # type: ignore[arg-type]
        return len(computed)

    assert [ask(), ask()] == [1, 1]
    monkeypatch.setattr(store, "code_fingerprint", lambda module: f"other {module}")
    assert [ask(), ask()] == [2, 2]
    assert Bank(project, YEAR).path("trial").is_file()


def test_a_date_that_passes_computes_the_calendar_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = {"school_year": YEAR, "item_id": "1", "title": "План", "deadline": "2025-03-01",
            "state": "идёт"}  # fmt: skip
    given = town(tmp_path, {"roadmap": [item]})
    counts = []
    for day in ("2025-03-01", "2025-03-02"):
        noon = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(noon.timestamp())))
        counts.append(store.dates_passed(given.inputs))
    assert counts == [0, 1]
