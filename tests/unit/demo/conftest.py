"""One demo of usual size for all tests of this folder, and ways to find its sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from msoko_lib.demo import DemoTruth, write_demo
from msoko_lib.intake.workbook import Sheet, WorkbookProblem, open_workbook


@dataclass(frozen=True)
class Found:
    """A sheet of a demo file."""

    path: Path
    sheet: Sheet

    @property
    def rows(self) -> list[list[object]]:
        return [[None if cell == "" else cell for cell in row] for row in self.sheet.rows]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoTruth:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def quiet_demo(tmp_path_factory: pytest.TempPathFactory) -> DemoTruth:
    return write_demo(tmp_path_factory.mktemp("quiet"), planted=False)


@pytest.fixture(scope="session")
def sheets_of(demo: DemoTruth) -> Callable[[str], list[Found]]:
    """School year → every ВПР sheet of the demo that opens."""
    cache: dict[str, list[Found]] = {}

    def find(year: str) -> list[Found]:
        if year not in cache:
            folder = demo.root / "data" / "raw" / year / "ВПР"
            cache[year] = [
                found for path in sorted(folder.rglob("*.xlsx")) for found in _open(path)
            ]
        return cache[year]

    return find


def _open(path: Path) -> list[Found]:
    try:
        return [Found(path, sheet) for sheet in open_workbook(path).sheets]
    except WorkbookProblem:
        return []


@pytest.fixture(scope="session")
def report(sheets_of: Callable[[str], list[Found]]) -> Callable[[str, str, str], Found]:
    """School year, report title and work line → the newest sheet of that report."""

    def find(year: str, title: str, line: str) -> Found:
        matching = [
            found
            for found in sheets_of(year)
            if str(found.sheet.cell(0, 0)).strip() == title and found.sheet.cell(2, 0) == line
        ]
        return max(matching, key=lambda found: len(found.sheet.rows))

    return find
