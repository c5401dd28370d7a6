"""environment.yml, pyproject.toml and requirements.lock are one list of packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from msoko_lib.project import Project

ROOT = Project.find(Path(__file__).parent).root
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# conda itself: the interpreter and the installer of the `pip:` part.
OF_CONDA = {"python", "pip"}


def canonical(requirement: str) -> str:
    """Name of a requirement as PEP 503 writes it."""
    match = NAME.match(requirement.strip())
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """Packages that pyproject.toml names, those for tests included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        listed += extra
    names = [canonical(item) for item in listed]
    assert len(names) == len(set(names)), "a package stands twice"
    return set(names)


@pytest.fixture(scope="module")
def conda() -> set[str]:
    """Packages that environment.yml names, those from pip included."""
    whole = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    names: list[str] = []
    for item in whole["dependencies"]:
        if isinstance(item, dict):
            names += [canonical(line) for line in item["pip"] if not line.startswith("-")]
        else:
            names.append(canonical(item))
    assert len(names) == len(set(names)), "a package stands twice"
    return set(names) - OF_CONDA


@pytest.fixture(scope="module")
def lock_lines() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_conda_and_pip_name_the_same_packages(declared: set[str], conda: set[str]) -> None:
    assert conda == declared


def test_conda_installs_the_project_itself() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert re.search(r"--editable \.|-e \.", text), "without it there is no `msoko` command"


def test_every_declared_package_is_locked(declared: set[str], lock_lines: list[str]) -> None:
    assert declared <= {canonical(line) for line in lock_lines}


def test_every_locked_line_is_a_name_and_an_exact_version(lock_lines: list[str]) -> None:
    for line in lock_lines:
        # No address, path, index, editable install, marker with a place: nothing but name==version.
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.!+]*", line), line
    names = [canonical(line) for line in lock_lines]
    assert len(names) == len(set(names)), "a package is locked twice"
    assert "msoko" not in names
    assert len(names) > 80, "what the packages need is locked too"


def test_the_python_of_all_three_is_the_same() -> None:
    whole = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(item for item in whole["dependencies"] if str(item).startswith("python="))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=" + python.removeprefix("python=")


def test_the_tests_run_with_the_locked_versions(declared: set[str], lock_lines: list[str]) -> None:
    """A lock that nobody has run is no promise."""
    locked = {canonical(line): line.split("==")[1] for line in lock_lines}
    found = {name: metadata.version(name) for name in declared}
    assert found == {name: locked[name] for name in declared}


def imported(folder: Path) -> set[str]:
    """Top packages that the sources below a folder import."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names |= imported_by(node)
    return names


def imported_by(node: ast.AST) -> set[str]:
    """Top packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.split(".")[0]}
    return set()


def test_the_library_imports_only_what_it_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = {canonical(item) for item in project["dependencies"]}
    packages = metadata.packages_distributions()
    outside = imported(ROOT / "msoko_lib") - set(sys.stdlib_module_names) - {"msoko_lib"}

    def undeclared(names: set[str], allowed: set[str]) -> set[str]:
        return {
            name
            for name in names
            if not {canonical(item) for item in packages.get(name, [name])} & allowed
        }

    # What an extra brings is imported only where it is asked for, never with a module.
    optional = {"dask", "distributed"}
    assert {canonical(item) for item in project["optional-dependencies"]["cluster"]} <= optional
    assert undeclared(outside, allowed) == optional
    loaded = {
        name
        for path in (ROOT / "msoko_lib").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in imported_by(node)
    }
    assert not loaded & optional
