"""Links, anchors, pictures and names of files in all documentation lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from documents import ROOT, Document, anchor_of, document, documents

from msoko_lib.pseudonym import KEY_VARIABLE

PAGES = documents()
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
# Names that stand for what a user has, or for what a program of others brings.
MADE_UP = re.compile(r"NAME|ГОД|<|…|\*|Сосновск|20\d\d|\.\.\.")
ROOMS = ("msoko_lib/", "params/", "docs/", "tests/", "notebooks/", ".ci/")
# Where CONTRIBUTING.md shows files that a change would add.
ADDED = {"msoko_lib/intake/busing.py", "msoko_lib/subsystems/conditions/busing.py",
         "msoko_lib/methods/coverage_gap.py", "params/column_maps/подвоз.csv"}  # fmt: skip
# What a command writes and the repository may not have yet.
WRITTEN = {"docs/benchmarks.md": "make bench"}
LARGEST_PICTURE = 120_000


@each_page
def test_every_link_leads_to_a_file_and_a_heading(page: Document) -> None:
    for link in page.links:
        if re.match(r"https?://", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.path.parent / target).resolve() if target else page.path
        assert path.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in Document(path).anchors, f"{page.name}: {link}"


def test_a_broken_link_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Один\n[есть](page.md#один) [нет](other.md) [нет](page.md#два)\n")
    broken = Document(page)
    assert broken.links == ["page.md#один", "other.md", "page.md#два"]
    assert broken.anchors == {anchor_of("Один")}


@each_page
def test_every_named_file_of_the_repository_exists(page: Document) -> None:
    for span in page.spans:
        path = span.replace("\\", "/").split(":")[0].rstrip("/")
        if not path.startswith(ROOMS) or MADE_UP.search(path) or " " in path:
            continue
        own = path.startswith("params/own/")
        # A file of the municipality's own is named like the delivered one that it changes.
        path = path.replace("params/own/", "params/") if own else path
        known = (ROOT / path).exists() or path in ADDED or path in WRITTEN
        assert known or own_folder(path, own), f"{page.name}: {span}"


def own_folder(path: str, own: bool) -> bool:
    """An own map or template may have any name; its folder is one of the delivered ones."""
    return own and Path(path).parent.as_posix() in ("params/column_maps", "params/documents")


@each_page
def test_every_picture_has_words_and_is_small(page: Document) -> None:
    for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.text):
        assert len(words.split()) >= 3, f"{page.name}: {target} needs an alt text"
        size = (page.path.parent / target).stat().st_size
        assert size <= LARGEST_PICTURE, f"{page.name}: {target} has {size} bytes"


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (page.path.parent / target).resolve() for page in PAGES for target in page.links
    }  # fmt: skip
    assert {path for path in (ROOT / "docs" / "images").iterdir()} - shown == set()


def test_every_page_can_be_reached_from_the_readmes() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md", ROOT / "README.ru.md"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        links = (link.partition("#")[0] for link in Document(path).links)
        found = ((path.parent / link).resolve() for link in links if link.endswith(".md"))
        waiting += [path for path in found if path.is_file()]
    # The folder of a municipality's own explains itself where it lies.
    lost = {page.name for page in PAGES} - {path.relative_to(ROOT).as_posix() for path in seen}
    assert lost <= {"params/own/README.md"}


def test_addresses_of_the_network_are_none_of_a_registry() -> None:
    for page in PAGES:
        assert not re.search(r"https?://[^\s)]*(?:pypi|conda|npmjs|index)", page.text), page.name


def test_the_licence_is_the_one_that_is_named() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence and "Version 2.0" in licence
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in project
    for name in ("README.md", "CONTRIBUTING.md"):
        assert re.search(r"Apache[- ](?:License )?2\.0", document(name).text), name


def test_the_variables_of_the_environment_are_read_by_the_program() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bMSOKO_[A-Z_]+\b", page.text)}
    assert KEY_VARIABLE in named
    command = ["git", "grep", "-l", "-w", "-F"]
    for name in sorted(named):
        found = subprocess.run([*command, name, "--", "*.py"], cwd=ROOT, capture_output=True,
                               check=False)  # fmt: skip
        assert found.stdout, name
