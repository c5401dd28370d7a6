"""Saved outputs of the notebooks for exploring are true: nbval compares them cell by cell."""

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

from msoko_lib.project import ROOT_VARIABLE, Project

if TYPE_CHECKING:
    from conftest import Made

HERE = Path(__file__).parent
FOLDER = Project.find(HERE).root / "notebooks" / "explore"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem[:2])


def nbval(folder: Path, names: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    """`pytest --nbval`, strict, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-cell-timeout=300", "-q",
         f"--nbval-sanitize-with={HERE / 'sanitize.cfg'}", "-p", "no:cacheprovider",
         "-p", "no:xdist", "--rootdir", str(folder), "-c", os.devnull, *names],
        cwd=folder, env={**os.environ, ROOT_VARIABLE: str(root)}, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip


@each
def test_saved_outputs_come_out_on_the_invented_municipality(
    path: Path, demo_project: Made, tmp_path: Path
) -> None:
    shutil.copy(path, tmp_path)
    done = nbval(tmp_path, [path.name], demo_project.project.root)
    cells = sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"{cells} passed" in done.stdout


def test_an_output_that_is_not_true_would_be_seen(tmp_path: Path) -> None:
    """One figure altered in a saved page, and one in what must not be compared."""
    saved = '<img src="data:image/png;base64,AAAA"><td>{} %</td>'
    cells = []
    for shown in ("61", "62"):
        cell = nbformat.v4.new_code_cell(
            "from IPython.display import HTML\n"
            "HTML('<img src=\"data:image/png;base64,BBBB\"><td>61 %</td>')"
        )
        cell.outputs = [
            nbformat.v4.new_output(
                "execute_result", {"text/plain": "<IPython.core.display.HTML object>",
                                   "text/html": saved.format(shown)}, execution_count=1,
            )
        ]  # fmt: skip
        cell.execution_count = 1
        cells.append(cell)
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )
    nbformat.write(notebook, tmp_path / "untrue.ipynb")
    done = nbval(tmp_path, ["untrue.ipynb"], tmp_path)
    assert done.returncode == 1 and "1 failed, 1 passed" in done.stdout, done.stdout


@each
def test_every_code_cell_that_shows_something_has_its_output_saved(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    shown = [cell for cell in cells if not cell.source.startswith("from ")]
    assert shown and all(cell.outputs for cell in shown)
    for cell in shown:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            # A saved page must be read without a kernel: no widget stands in for an answer.
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
        assert cell.metadata == {}, "no traces of who ran it where"


@each
def test_nothing_saved_tells_of_a_place_or_of_a_code(path: Path) -> None:
    """Neither paths nor pseudonyms of pupils are in what is stored."""
    text = re.sub(r"base64,[A-Za-z0-9+/=\\n]+", "", path.read_text(encoding="utf-8"))
    assert "/work" not in text and "/tmp" not in text and "/home" not in text
    assert not re.search(r"pupil_id|teacher_id|\b[0-9a-f]{16,}\b", text)


def test_report_notebooks_are_stored_without_outputs() -> None:
    """By nbstripout itself: a notebook that it would change is not clean."""
    paths = [str(path) for path in sorted(Project.find(HERE).notebooks.glob("*.ipynb"))]
    done = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", "--keep-id", *paths],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
