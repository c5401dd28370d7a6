""".pre-commit-config.yaml: the locked tools, nothing fetched, outputs only in notebooks/explore."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from pre_commit.clientlib import load_config

from msoko_lib.project import Project

ROOT = Project.find(Path(__file__).parent).root
CONFIG = ROOT / ".pre-commit-config.yaml"
LAUNCHER = ["sh", ".ci/locked"]


def hooks() -> dict[str, dict[str, str]]:
    repositories = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert [each["repo"] for each in repositories] == ["local"], "others are fetched"
    return {hook["id"]: hook for each in repositories for hook in each["hooks"]}


def test_pre_commit_itself_takes_the_file_and_nothing_names_an_address() -> None:
    load_config(str(CONFIG))
    assert not re.search(r"https?:|git@|\.(?:org|com|io)\b", CONFIG.read_text(encoding="utf-8"))


def test_every_hook_runs_a_locked_tool() -> None:
    locked = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().split()}
    assert {"ruff-format", "ruff", "nbstripout"} <= hooks().keys()
    for hook in hooks().values():
        assert hook["language"] == "system"
        words = hook["entry"].split()
        assert words[:2] == LAUNCHER and words[2] in locked, hook["entry"]
        assert shutil.which(words[2], path=str(Path(sys.executable).parent)), words[2]


def test_the_hooks_ask_what_the_makefile_asks() -> None:
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert lint is not None
    for command in ("ruff check", "ruff format"):
        assert command in lint[1]
        assert any(command in hook["entry"] for hook in hooks().values())


def test_outputs_are_stripped_from_reports_and_left_in_explore() -> None:
    files = re.compile(hooks()["nbstripout"]["files"])
    reports = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/reports/*.ipynb")]
    assert len(reports) > 10 and all(map(files.search, reports))
    assert not files.search("notebooks/explore/01_first.ipynb")


def strip(paths: list[Path], *options: str) -> int:
    command = hooks()["nbstripout"]["entry"].split()[3:]
    whole = [sys.executable, "-m", "nbstripout", *command, *options, *map(str, paths)]
    return subprocess.run(whole, capture_output=True, check=False).returncode


def test_the_delivered_notebooks_need_no_stripping() -> None:
    assert strip(sorted(ROOT.glob("notebooks/reports/*.ipynb")), "--verify") == 0


def test_a_notebook_that_was_run_is_stripped_and_keeps_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "04_career.ipynb"
    shutil.copy(ROOT / "notebooks" / "reports" / path.name, path)
    clean = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="Иванов")]
    cell.execution_count = 3
    nbformat.write(notebook, path)
    assert strip([path], "--verify") == 1
    strip([path])
    assert path.read_bytes() == clean


@pytest.mark.skipif(shutil.which("sh") is None, reason="Windows without git")
def test_the_launcher_prefers_the_environment_of_make(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "locked", tmp_path / ".ci" / "locked")
    command = ["sh", ".ci/locked", "made", "there"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode
    tool = tmp_path / ".venv" / "bin" / "made"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\necho the locked one, $1\n")
    tool.chmod(0o755)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode() == "the locked one, there\n"
