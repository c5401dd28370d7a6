"""A town for the tests of faults, as it stands before and after each command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from killing import command, warm
from small_town import INTAKE, YEAR, add_later_file, lay_out

from msoko_lib.project import Project

if TYPE_CHECKING:
    from conftest import Made


@pytest.fixture(scope="session")
def raw_files(tiny_project: Made) -> Path:
    """The raw folder of a made year."""
    return tiny_project.project.raw(YEAR)


@pytest.fixture(scope="session")
def read_town(raw_files: Path, key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A town that has been read into its bank; not to be changed."""
    project = lay_out(raw_files, tmp_path_factory.mktemp("town") / "town")
    ended = command(project, INTAKE)
    assert ended.code == 0, ended.said
    warm(project, YEAR)
    return project


@pytest.fixture
def town(read_town: Project, tmp_path: Path) -> Project:
    """A copy of it that a test may change."""
    shutil.copytree(read_town.root, tmp_path / "town")
    return Project((tmp_path / "town").resolve())


@pytest.fixture
def with_news(raw_files: Path) -> Callable[[Project], None]:
    """Adds a file to a town's year: there is something to read."""
    return lambda project: add_later_file(raw_files, project)
