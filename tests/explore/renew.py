"""Renew the saved outputs of the notebooks for exploring: ``make explore``.

They are outputs on the invented municipality of the tests, so that anybody can prove them true.
With ``MSOKO_ROOT`` naming a project that holds it (``msoko demo`` and ``msoko intake`` of all its
years), that one is read; else it is made in a temporary folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from msoko_lib.project import ROOT_VARIABLE, Project

REPOSITORY = Project(Path(__file__).resolve().parents[2])
FOLDER = REPOSITORY.root / "notebooks" / "explore"
TIMEOUT = 600


def renew(path: Path, root: Path) -> None:
    """Run a notebook on a project and save what came out, without traces of the place."""
    notebook = nbformat.read(path, as_version=4)
    os.environ[ROOT_VARIABLE] = str(root)
    client = NotebookClient(
        notebook, timeout=TIMEOUT, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(root)}},
    )  # fmt: skip
    client.execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


def made(root: Path) -> Path:
    """The municipality of the tests, written and read."""
    for link in ("params", "notebooks"):
        (root / link).symlink_to(REPOSITORY.root / link)
    msoko = [sys.executable, "-c", "from msoko_lib.cli import main; main()"]
    subprocess.run([*msoko, "demo", "--root", str(root)], check=True)
    for year in Project(root).raw_years():
        # Something is always refused in it: 1 is no failure.
        subprocess.run([*msoko, "intake", year, "--root", str(root)], check=False)
    return root


if __name__ == "__main__":
    chosen = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        told = os.environ.get(ROOT_VARIABLE)
        project = Path(told) if told else made(Path(folder))
        for notebook_path in sorted(FOLDER.glob("*.ipynb")):
            if not chosen or any(part in notebook_path.name for part in chosen):
                renew(notebook_path, project)
                print(notebook_path.name)
