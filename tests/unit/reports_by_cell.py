"""A report's notebook run cell by cell in this process, over a year made by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat

from msoko_lib.project import Project
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.year import Year

FOLDER = Project.find(Path(__file__).parent).notebooks


def blocks_of(name: str, year: Year) -> dict[str, Block]:
    """Call → the block that its cell ends with; every cell after the opened year."""
    names: dict[str, object] = {"school_year": year.school_year, "year": year}
    made: dict[str, Block] = {}
    for cell in nbformat.read(FOLDER / name, as_version=4).cells:
        if cell.cell_type != "code" or "open_year" in cell.source:
            continue
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        if not isinstance(last, ast.Expr):
            exec(cell.source, names)
            continue
        block = eval(compile(ast.Expression(last.value), name, "eval"), names)
        assert isinstance(block, Block), cell.source
        made[cell.source] = block
    return made
