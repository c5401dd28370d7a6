"""docs/новый-учебный-год.md: numbered steps whose commands, files and names are the real ones."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from msoko_lib.batch.collection import PAGE
from msoko_lib.batch.editions import FOLDER as EDITIONS
from msoko_lib.batch.handing_out import PAGE as EDITIONS_PAGE
from msoko_lib.batch.plan import TEMPLATES
from msoko_lib.cli import app
from msoko_lib.forms.writer import FOLDER
from msoko_lib.intake.directory_cells import TITLES as DIRECTORY_TITLES
from msoko_lib.intake.directory_reader import match_directory
from msoko_lib.intake.form_marks import CONTENTS_SHEET, OFFICE_NAME
from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.pipeline import DRAFT_NAME
from msoko_lib.intake.register_columns import REGISTERS
from msoko_lib.passports import Passport
from msoko_lib.project import OWN, Project
from msoko_lib.pseudonym import KEY_VARIABLE
from msoko_lib.publication.editions import folder_of as published_folder
from msoko_lib.recommendations.issued import register_path
from msoko_lib.reporting.completeness_page import WORKBOOK
from msoko_lib.settings import load_settings
from msoko_lib.subsystems.values_table import NAME as VALUES_SHEET

REPOSITORY = Project.find(Path(__file__).parent)
GUIDE = (REPOSITORY.root / "docs" / "новый-учебный-год.md").read_text(encoding="utf-8")
YEAR = "2025-2026"
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPANS = re.findall(r"`([^`\n]+)`", FENCE.sub("", GUIDE))
BLOCKS = [
    (kind, re.sub(rf"^ {{{len(text) - len(text.lstrip(' '))}}}", "", text, flags=re.MULTILINE))
    for kind, text in FENCE.findall(GUIDE)
]
COMMAND_LINES = [line for kind, text in BLOCKS if not kind for line in text.splitlines()]
COMMANDS = [line for line in [*COMMAND_LINES, *SPANS] if line.startswith("msoko ")]
NAMES = re.findall(r"\*\*([^*]+)\*\*", GUIDE)
# What stands in outputs/<year>; the run of the year is held to these names by test_batch.
OUTPUTS = {"index.html", "intake.html", "intake.xlsx", "tables.xlsx", "schools", PAGE, WORKBOOK,
           DRAFT_NAME, FOLDER, TEMPLATES, EDITIONS, EDITIONS_PAGE}  # fmt: skip
KEYS = {"Ctrl+C", r"C:\msoko", "msoko"}


def test_steps_are_numbered_without_gaps() -> None:
    numbers = [int(found) for found in re.findall(r"^(\d+)\. ", GUIDE, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 20
    for step in re.findall(r"шаг\w* (\d+)", GUIDE):
        assert int(step) in numbers


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_one_that_msoko_takes(line: str) -> None:
    assert is_taken(line)


@pytest.mark.parametrize("line", ["msoko form 2025-2026", "msoko run 2025-2026 --onyl 01"])
def test_a_wrong_command_would_be_noticed(line: str) -> None:
    assert not is_taken(line)


def is_taken(line: str) -> bool:
    """Whether the command line parses; nothing is run."""
    commands: Any = getattr(typer.main.get_command(app), "commands")  # noqa: B009
    _, name, *rest = shlex.split(line.replace("\\", "/"))
    if "--help" in (name, *rest):
        return name == "--help" or name in commands
    if name not in commands:
        return False
    try:
        commands[name].make_context(name, rest)
    except Exception as problem:
        assert "Нет такого параметра" in str(problem)
        return False
    return True


def test_other_command_lines_are_conda_and_the_folder() -> None:
    others = [line for line in COMMAND_LINES if not line.startswith("msoko ")]
    environment = yaml.safe_load((REPOSITORY.root / "environment.yml").read_text(encoding="utf-8"))
    assert others == [r"cd C:\msoko", f"conda activate {environment['name']}"]


def known_place(span: str) -> bool:
    """A path of the guide: in the repository, or where the program puts or looks for it."""
    parts = span.replace("\\", "/").split("/")
    if parts[0] == "params":
        # Own files are named like the delivered ones, or like the year.
        parts = [part for part in parts if part != OWN]
        yearly = parts == ["params", f"{YEAR}.yml"]
        return yearly or (REPOSITORY.root / Path(*parts)).exists()
    if parts[0] == "docs":
        return (REPOSITORY.root / Path(*parts)).is_file()
    if parts[0] == "outputs":
        assert (REPOSITORY.root / "outputs" / YEAR) == REPOSITORY.outputs(YEAR)
        return parts[1] == YEAR and len(parts) == 3 and parts[2] in OUTPUTS
    path = REPOSITORY.root / Path(*parts)
    places = [REPOSITORY.raw(YEAR), REPOSITORY.raw(YEAR).parent, REPOSITORY.bank(YEAR).parent,
              register_path(REPOSITORY, YEAR).parent, published_folder(REPOSITORY, YEAR).parent,
              ]  # fmt: skip
    return path in places or span in OUTPUTS


@pytest.mark.parametrize("span", sorted({span for span in SPANS if not span.startswith("msoko ")}))
def test_every_file_and_word_in_code_is_real(span: str) -> None:
    key, _, value = span.partition(": ")
    is_key = key in Passport.model_fields or key in ("fields", "indicators")
    assert known_place(span) or span in KEYS or span == KEY_VARIABLE or is_key, span
    assert not value or value.isdigit()


def test_the_names_on_the_screen_are_real() -> None:
    known = {
        "Miniforge Prompt", OFFICE_NAME, CONTENTS_SHEET, VALUES_SHEET, "Справочник ОО",
        *DIRECTORY_TITLES.values(), *(register.title for register in REGISTERS),
        *sheets_of_completeness(),
    }  # fmt: skip
    assert set(NAMES) - known == set()
    columns = set(NAMES) & set(DIRECTORY_TITLES.values())
    assert len(columns) >= 5 and all(match_directory(fold_header(name)) for name in columns)


def sheets_of_completeness() -> set[str]:
    """Sheet names of «Полнота сбора», read off a workbook."""
    import io

    import openpyxl
    import pandas as pd

    from msoko_lib.forms.completeness import COLUMNS
    from msoko_lib.forms.completeness_book import completeness_workbook

    empty = completeness_workbook(pd.DataFrame(columns=COLUMNS), {}, YEAR)
    return set(openpyxl.load_workbook(io.BytesIO(empty)).sheetnames)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(REPOSITORY.params, tmp_path / "params")
    return Project(tmp_path)


def test_the_parameters_of_the_example_are_taken(project: Project) -> None:
    (text,) = [text for kind, text in BLOCKS if kind == "yaml" and "deadlines" in text]
    (project.own / f"{YEAR}.yml").write_text(text, encoding="utf-8")
    settings = load_settings(project, YEAR)
    assert settings.deadline("forms", YEAR) == "2026-06-15"
    assert settings.threshold("publication_days").value == 20
    common = load_settings(project, "2024-2025")
    assert common.threshold("publication_days").value != 20


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)", GUIDE)
    assert targets
    for target in targets:
        assert (REPOSITORY.root / "docs" / target).is_file(), target
    readme = (REPOSITORY.root / "README.ru.md").read_text(encoding="utf-8")
    assert "docs/новый-учебный-год.md" in readme and "docs/словарь-данных.md" in readme
