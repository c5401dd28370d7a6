"""Every statistical function that reports may call has a docstring with an example pytest runs."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
from types import ModuleType

import pytest
from documents import ROOT

METHODS = sorted((ROOT / "msoko_lib" / "methods").glob("[a-z]*.py"))
# Steps that a longer example runs through: their doors show them at work.
MOST_WITHOUT = 40


def public_functions(path_text: str) -> list[ast.FunctionDef]:
    tree = ast.parse(path_text)
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [node for node in found if not node.name.startswith("_")]


def doors() -> list[ModuleType]:
    """Modules that name what they offer: what reports import from."""
    modules = [importlib.import_module(f"msoko_lib.methods.{path.stem}") for path in METHODS]
    return [module for module in modules if hasattr(module, "__all__")]


def offered() -> dict[str, object]:
    return {
        f"{module.__name__}.{name}": getattr(module, name)
        for module in doors()
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    }


OFFERED = offered()


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_what_the_doors_offer_has_an_example(name: str) -> None:
    text = inspect.getdoc(OFFERED[name]) or ""
    assert ">>> " in text, "add an example with its true output"


def test_most_other_functions_have_one_too() -> None:
    nodes = [node for path in METHODS for node in public_functions(path.read_text("utf-8"))]
    without = [node.name for node in nodes if ">>> " not in (ast.get_docstring(node) or "")]
    assert len(nodes) > 150 and len(without) <= MOST_WITHOUT, without


def test_pytest_runs_the_examples() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    assert "--doctest-modules" in options["ini_options"]["addopts"]
    assert "msoko_lib" in options["ini_options"]["testpaths"]


def test_the_generator_of_make_api_reads_numpydoc() -> None:
    import pdoc

    pdoc.render.configure(docformat="numpy", show_source=False)
    page = pdoc.pdoc("msoko_lib.methods.low_share")
    for heading in ("Parameters", "Raises", "References", "Examples"):
        assert f">{heading}</h6>" in page
    assert "----" not in page.split("<main")[1] and "&gt;&gt;&gt; </span>" in page
    command = (ROOT / "Makefile").read_text(encoding="utf-8").split("\napi:")[1].split("\n\n")[0]
    assert "--docformat numpy" in command and "build/api" in command
    assert "build/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
