"""Report notebooks run as a reader runs them: opened, every cell, from their default parameters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from msoko_lib.bank import Bank
from msoko_lib.batch.plan import reported_preschools, reported_schools
from msoko_lib.project import ROOT_VARIABLE, Project

if TYPE_CHECKING:
    from conftest import Made

FOLDER = Project.find(Path(__file__).parent).notebooks
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# A whole run of the year executes every notebook too; opened by nbval, one of each kind is enough
# for every day.
EVERY_DAY = ("05_objectivity", "17_data_quality", "school", "preschool")


def defaults(path: Path) -> dict[str, str]:
    """Values of the parameters cell."""
    cells = nbformat.read(path, as_version=4).cells
    source = next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
    return dict(re.findall(r'(?m)^(\w+): str = "([^"]*)"', source))


@pytest.mark.parametrize("made", ["tiny_project", "demo_project"])
def test_default_parameters_exist_in_the_demo(made: str, request: pytest.FixtureRequest) -> None:
    """A newcomer opens a notebook after `msoko demo` and presses “run all”."""
    project: Made = request.getfixturevalue(made)
    for path in NOTEBOOKS:
        given = defaults(path)
        assert given["school_year"] == project.newest
        if "school_id" in given:
            bank = Bank(project.project, project.newest)
            reported = reported_preschools if path.stem == "preschool" else reported_schools
            assert given["school_id"] in set(reported(bank)["school_id"])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.stem in EVERY_DAY else pytest.mark.thorough)
        for path in NOTEBOOKS
    ],
    ids=lambda path: path.stem,
)
def test_nbval_runs_every_cell(path: Path, tiny_project: Made, tmp_path: Path) -> None:
    """`pytest --nbval-lax` in a process of its own, the notebook outside the project folder."""
    copy = Path(shutil.copy(path, tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=300", "-q",
         "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path),
         "-c", os.devnull, str(copy)],
        cwd=tmp_path,
        env={**os.environ, ROOT_VARIABLE: str(tiny_project.project.root)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )  # fmt: skip
    cells = sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert f"{cells} passed" in done.stdout


def test_nbval_would_see_a_broken_cell(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("1 / 0")],
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )  # fmt: skip
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider",
         "-p", "no:xdist", "--rootdir", str(tmp_path), "-c", os.devnull, "broken.ipynb"],
        cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "1 failed, 1 passed" in done.stdout
