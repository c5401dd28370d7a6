"""A tiny project with its blanks, made once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filled_forms import FIRST_SCHOOL
from python_calamine import CalamineWorkbook
from tiny_catalogue import YEAR, write_banks, write_catalogue

from msoko_lib.forms.writer import write_forms
from msoko_lib.project import Project

# Set to 1 where LibreOffice must be there (CI): its absence is then a failure.
NEED_OFFICE = "MSOKO_NEED_OFFICE"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Catalogue, two banks, the blanks of the year; not to be changed."""
    project = write_catalogue(tmp_path_factory.mktemp("tiny_forms"))
    write_banks(project)
    write_forms(project, YEAR)
    return project


@pytest.fixture(scope="session")
def blank(tiny: Project) -> Path:
    """The blank of the first school."""
    return tiny.outputs(YEAR) / "forms" / FIRST_SCHOOL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without LibreOffice the tests marked ``office`` are left out, unless it is demanded."""
    if shutil.which("soffice") or os.environ.get(NEED_OFFICE) == "1":
        return
    left_out = [item for item in items if item.get_closest_marker("office")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], CalamineWorkbook]:
    """Open a workbook in LibreOffice, recalculate it, save it, read it back."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.fail(f"{NEED_OFFICE}=1, but there is no soffice on this machine")
    profile = tmp_path_factory.mktemp("office_profile").as_uri()

    def convert(path: Path) -> CalamineWorkbook:
        folder = tmp_path_factory.mktemp("office")
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to",
                   "xlsx", "--outdir", str(folder), str(path)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert (folder / path.name).exists(), done.stdout + done.stderr
        return CalamineWorkbook.from_path(folder / path.name)

    return convert
