"""The documentation as tests read it: pages, links, code, headings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from msoko_lib.project import Project

PROJECT = Project.find(Path(__file__).parent)
ROOT = PROJECT.root
FENCE = re.compile(r"^(?P<lead> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
# Folders of a working copy that hold no documentation of the repository.
_OUTSIDE = {"data", "outputs", "build", "dist", "notebooks"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its text without the list's indent."""

    kind: str
    text: str


@dataclass(frozen=True)
class Document:
    """A page of the documentation."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        found = FENCE.finditer(self.text)
        return [Block(match["kind"], textwrap.dedent(match["text"])) for match in found]

    @cached_property
    def prose(self) -> str:
        """The page without its fenced blocks."""
        return FENCE.sub("", self.text)

    @property
    def spans(self) -> list[str]:
        """What stands in the line between single backticks."""
        return [" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`", self.prose)]

    @property
    def links(self) -> list[str]:
        return re.findall(r"\]\(([^)\s]+)\)", self.prose)

    @cached_property
    def anchors(self) -> set[str]:
        return {anchor_of(title) for title in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)}

    def command_lines(self) -> Iterator[str]:
        """Lines of shell blocks and commands within the text, without their remarks."""
        for block in self.blocks:
            if block.kind in ("", "bash"):
                yield from (line.split("  #")[0].strip() for line in block.text.splitlines())
        yield from self.spans

    def file_block(self, name: str) -> str:
        """The block that begins with ``# file: NAME``, without that line."""
        first = f"# file: {name}\n"
        (found,) = [block.text for block in self.blocks if block.text.startswith(first)]
        return found.removeprefix(first)


def anchor_of(title: str) -> str:
    """Anchor of a heading, as hosts of repositories make it.

    >>> anchor_of("1. Спросите «программу»")
    '1-спросите-программу'
    """
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def documents() -> list[Document]:
    """Every page of the repository, the packages' memos included."""
    found = [
        path
        for path in ROOT.rglob("*.md")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        and path.relative_to(ROOT).parts[0] not in _OUTSIDE
    ]
    return [Document(path) for path in sorted(found)]


def document(name: str) -> Document:
    return Document(ROOT / name)
