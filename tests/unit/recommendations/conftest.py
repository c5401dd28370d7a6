"""A project of rule files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from msoko_lib.project import Project


@pytest.fixture
def with_rules(tmp_path: Path) -> Callable[..., Project]:
    """A project whose params hold the given rule files."""

    def write(**files: str) -> Project:
        folder = tmp_path / "params" / "recommendations"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        return Project(tmp_path)

    return write
