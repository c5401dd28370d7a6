"""docs/зависимости.md names every direct dependency with its licence and its reason."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from msoko_lib.project import Project

ROOT = Project.find(Path(__file__).parent).root
PAGE = (ROOT / "docs" / "зависимости.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([a-z][\w-]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# Word of the page → what the package itself says, in any of its ways.
SAYS = {
    "MIT": r"\bMIT\b", "MIT-0": r"MIT-0", "BSD": r"\bBSD\b", "Apache-2.0": r"Apache",
    "MPL-2.0": r"MPL", "LGPL-2.1": r"LGPL", "GPL": r"(?<!L)GPL|GNU GENERAL PUBLIC",
    "PSF": r"Python Software|PSF",
}  # fmt: skip


# Extra of pyproject.toml → its heading.
PARTS = {"": "Для работы", "cluster": "Для нескольких машин", "test": "Для проверок"}


def rows(part: str) -> dict[str, tuple[str, str]]:
    text = PAGE.split(f"## {PARTS[part]}\n")[1].split("\n## ")[0]
    return {name: (terms, why) for name, terms, why in ROW.findall(text)}


@pytest.mark.parametrize("part", PARTS)
def test_every_direct_dependency_has_its_row(part: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["optional-dependencies"][part] if part else project["dependencies"]
    names = [re.match(r"[\w.-]+", item) for item in listed]
    assert list(rows(part)) == [name.group() for name in names if name], "and in the same order"
    assert all((len(why.split()) >= 1 and why[0].islower()) or why[0] == "`"
               for _, why in rows(part).values())  # fmt: skip


def test_the_licences_are_what_the_packages_say() -> None:
    for name, (terms, _) in {**rows(""), **rows("cluster"), **rows("test")}.items():
        told = metadata.metadata(name)
        said = " ".join(
            [told.get("License-Expression") or "", (told.get("License") or "")[:300],
             *(line for line in told.get_all("Classifier") or [] if line.startswith("License"))]
        )  # fmt: skip
        if said.strip():
            assert re.search(SAYS[terms], said), f"{name}: {terms}, the package says {said[:80]}"


def test_what_is_delivered_asks_nothing_that_an_office_cannot_give() -> None:
    """GPL would oblige whoever passes the program on; it may stand among the tests alone."""
    assert "GPL" not in {terms for part in ("", "cluster") for terms, _ in rows(part).values()}
