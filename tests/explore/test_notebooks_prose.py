"""Notebooks for exploring: thin cells, Russian prose that is true of any municipality."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from msoko_lib.demo.municipality import make_schools
from msoko_lib.project import Project
from msoko_lib.subsystems.labels import plain_names

FOLDER = Project.find(Path(__file__).parent).root / "notebooks" / "explore"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FORBIDDEN = (
    ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BinOp, ast.BoolOp,
    ast.Compare, ast.AugAssign, ast.JoinedStr,
)  # fmt: skip
MOST_STATEMENTS = 4
SCHOOLS = make_schools(14, 1.0, np.random.default_rng(1))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem[:2])


def cells_of(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def prose_of(path: Path) -> str:
    """Prose without names of calls, files and fields."""
    text = "\n".join(cell.source for cell in cells_of(path, "markdown"))
    # «4» and «5» are marks, not figures.
    return re.sub(r"`[^`]*`|«[2-5]»", "", text)


def test_there_is_a_notebook_for_each_question() -> None:
    assert len(NOTEBOOKS) >= 9
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{n:02d}" for n in range(len(NOTEBOOKS))]


@each
def test_cells_are_thin(path: Path) -> None:
    cells = cells_of(path, "code")
    assert cells[0].source == "from msoko_lib import municipality"
    for cell in cells:
        tree = ast.parse(cell.source)
        assert len(tree.body) <= MOST_STATEMENTS, cell.source
        assert not [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)], cell.source
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Import), cell.source
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).startswith("msoko_lib"), cell.source


@each
def test_each_ends_with_what_to_conclude_and_what_not(path: Path) -> None:
    last = cells_of(path, "markdown")[-1].source
    assert "## Что заключить" in last and re.search("не заключать", last)
    assert nbformat.read(path, as_version=4).cells[-1].cell_type == "markdown"


@each
def test_prose_is_russian_and_calm(path: Path) -> None:
    prose = prose_of(path)
    assert not re.search(r"[A-Za-z]{2,}", prose.replace("matplotlib", "").replace("Shift", "")
                         .replace("Enter", "")), prose  # fmt: skip
    assert "!" not in prose
    assert "необъективн" not in prose.lower() and "рейтинг" not in re.sub(
        r"рейтингов здесь нет", "", prose
    )
    assert prose.count("# ") >= 3 and prose.startswith("# ")


@each
def test_prose_names_no_school_and_no_figure_of_the_demo(path: Path) -> None:
    """The words must remain true of another municipality: figures come from calls."""
    prose = prose_of(path)
    assert not re.search(r"\d", prose), "a figure in the prose would be of the invented data"
    code = "\n".join(cell.source for cell in cells_of(path, "code"))
    for school in SCHOOLS:
        assert school.login not in prose + code
        for part in plain_names(pd.Series([school.short_name])):
            assert part not in prose + code
