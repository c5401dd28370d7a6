"""What the tests of the intake share: a key outside the tree and small projects."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE

REPOSITORY = Project.find(Path(__file__))


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A key of the tests' own; the user's key is never touched."""
    path = tmp_path_factory.mktemp("key") / "pupil.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(path))
        yield path


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Callable[[], Project]:
    """Make an empty project with the repository's parameters."""

    def make() -> Project:
        root = tmp_path_factory.mktemp("project")
        shutil.copytree(REPOSITORY.params, root / "params")
        return Project(root)

    return make
