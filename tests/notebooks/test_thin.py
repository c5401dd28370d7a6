"""Report notebooks are thin: prose, parameters, one library call a cell, nothing stored."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import nbformat
import pytest

from msoko_lib.batch.parameters import SchoolParameters, SubsystemParameters
from msoko_lib.batch.plan import SUBSYSTEM_NOTEBOOKS, UNIT_NOTEBOOKS
from msoko_lib.project import Project

FOLDER = Project.find(Path(__file__).parent).notebooks
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
OF_UNITS = {name for name, _, _ in UNIT_NOTEBOOKS.values()}
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp, ast.Try, ast.With,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.BinOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.AugAssign, ast.JoinedStr,
)  # fmt: skip
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def is_parameters(cell: nbformat.NotebookNode) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def faults_of(source: str) -> list[str]:
    """What makes a cell more than one library call."""
    tree = ast.parse(source)
    faults = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
    if len(tree.body) != 1:
        faults.append(f"{len(tree.body)} statements")
    calls = sum(isinstance(node, ast.Call) for node in ast.walk(tree))
    if not all(isinstance(node, ast.ImportFrom) for node in tree.body) and calls != 1:
        faults.append(f"{calls} calls")
    return faults


def test_the_notebooks_of_the_plan_are_these() -> None:
    planned = {name for name, _ in SUBSYSTEM_NOTEBOOKS.values()} | OF_UNITS
    assert {path.name for path in NOTEBOOKS} == planned


@each
def test_every_code_cell_is_one_call(path: Path) -> None:
    cells = [cell for cell in code_cells(path) if not is_parameters(cell)]
    assert len(cells) > 5
    for cell in cells:
        assert faults_of(cell.source) == [], cell.source


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return 1", "for x in y:\n    f(x)", "[f(x) for x in y]", "f(g(x))",
        "f(x)\ng(x)", "class A:\n    pass", "x = frame['a']", "x = f(y) + 1", "lambda: f(1)",
        "f(x) if y else g(x)", "x = 1", "while f(x):\n    pass", "f'{g(x)}'",
    ],
)  # fmt: skip
def test_a_thick_cell_would_be_caught(source: str) -> None:
    assert faults_of(source)


@each
def test_every_import_is_of_the_library(path: Path) -> None:
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import), cell.source
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).startswith("msoko_lib"), cell.source


@each
def test_parameters_are_the_fields_of_the_model(path: Path) -> None:
    tagged = [cell for cell in code_cells(path) if is_parameters(cell)]
    assert len(tagged) == 1 and tagged[0] is not None
    assert is_parameters(code_cells(path)[0]), "parameters stand before everything that uses them"
    model = SchoolParameters if path.name in OF_UNITS else SubsystemParameters
    given = {}
    for statement in ast.parse(tagged[0].source).body:
        # With its type: `papermill --help-notebook` tells it.
        assert isinstance(statement, ast.AnnAssign) and statement.value is not None
        assert isinstance(statement.target, ast.Name)
        # A literal, because papermill replaces the cell and a date would break the save.
        given[statement.target.id] = ast.literal_eval(statement.value)
    assert set(given) == set(model.model_fields)
    assert model(**given).model_dump() == given


@pytest.mark.parametrize(
    "given",
    [
        {"school_year": "2024-2026", "school_id": "a"}, {"school_year": "2024-2025"},
        {"school_year": "2024-2025", "school_id": " "},
        {"school_year": "2024-2025", "school_id": "a", "shcool": "b"},
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_before_a_kernel_starts(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SchoolParameters(**given)


@each
def test_nothing_is_stored_but_the_source(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, cell.source
        assert set(cell.metadata) <= {"tags"}, "no traces of who opened it where"
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@each
def test_one_title_and_headings_in_order(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    headings = [
        len(match.group(1))
        for cell in cells
        if cell.cell_type == "markdown"
        for match in re.finditer(r"(?m)^(#+) \S", cell.source)
    ]
    assert cells[0].cell_type == "markdown" and headings[0] == 1
    assert headings.count(1) == 1
    for before, after in itertools.pairwise(headings):
        assert after <= before + 1, "no level of headings is skipped"


@each
def test_prose_is_russian_and_names_no_path(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            assert re.search(r"[А-Яа-яё]", cell.source), cell.source
            assert not re.search(r"\b[a-z]{3,}\b", cell.source), cell.source
        assert "../" not in cell.source and "data/" not in cell.source, cell.source
