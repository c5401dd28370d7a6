"""What the Tab key offers: years, numbers of reports, codes of organisations.

Read off names of files and one column of the bank; a fault offers nothing and says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from msoko_lib.project import Project

NEWEST = "newest"
_NUMBER = re.compile(r"(?P<number>\d\d)_\w+\.ipynb")
Offers = list[tuple[str, str]]


def _quiet(offer: Callable[[Project, Any], Iterator[tuple[str, str]]]) -> Callable[..., Offers]:
    @wraps(offer)
    def offered(ctx: Any, incomplete: str) -> Offers:
        try:
            project = Project.find(ctx.params.get("root"))
            return [pair for pair in offer(project, ctx) if pair[0].startswith(incomplete)]
        # The screen of somebody who types is no place for any message.
        except Exception:
            return []

    # Parameters are recognised by their annotations: those of the wrapper count.
    offered.__annotations__ = {"incomplete": str}
    del offered.__wrapped__
    return offered


@_quiet
def years(project: Project, ctx: Any) -> Iterator[tuple[str, str]]:
    """Years of data/raw, the newest first, and «newest»."""
    for year in reversed(project.raw_years()):
        yield year, "учебный год"
    yield NEWEST, "последний год из data/raw"


@_quiet
def numbers(project: Project, ctx: Any) -> Iterator[tuple[str, str]]:
    """Numbers of reports with their titles."""
    for path in sorted(project.notebooks.glob("*.ipynb")):
        match = _NUMBER.fullmatch(path.name)
        if match:
            yield match["number"], _title(path)


@_quiet
def units(project: Project, ctx: Any) -> Iterator[tuple[str, str]]:
    """Codes of organisations of the year with their names."""
    from pyarrow import parquet

    known = project.raw_years()
    year = ctx.params.get("year") or NEWEST
    bank = project.bank(known[-1] if year == NEWEST else year)
    columns = ["school_id", "short_name", "in_directory"]
    table = parquet.read_table(bank / "schools.parquet", columns=columns)
    for row in table.to_pylist():
        if row["in_directory"]:
            yield row["school_id"], row["short_name"] or ""


def _title(path: Path) -> str:
    """The first heading of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source = cells[0]["source"]
    first = source if isinstance(source, str) else "".join(source)
    return first.splitlines()[0].removeprefix("# ").strip()
