"""The commands: what they do, what they say, how they end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import Result
from typer.testing import CliRunner

from msoko_lib.bank import Bank
from msoko_lib.batch.collection import collection_of
from msoko_lib.cli import app
from msoko_lib.problems import Problem
from msoko_lib.project import Project

if TYPE_CHECKING:
    from conftest import Made

REPOSITORY = Project.find(Path(__file__).parent)
YEAR = "2024-2025"
DIRECTORY = "Справочники/Справочник ОО.xlsx"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without data."""
    shutil.copytree(REPOSITORY.params, tmp_path / "project" / "params")
    return Project((tmp_path / "project").resolve())


def call(project: Project, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--root", str(project.root)])


def give(project: Project, made: Made, *names: str) -> list[Path]:
    """Copy raw files of the demo's newest year into the project."""
    given = []
    for name in names:
        target = project.raw(YEAR) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        given.append(Path(shutil.copy(made.project.raw(YEAR) / name, target)))
    return given


def good_files(made: Made) -> list[str]:
    """The directory and three files of the demo that nothing is wrong with."""
    manifest = Bank(made.project, YEAR).manifest()
    doubtful = {item["file"] for item in manifest["findings"] if item["severity"] != "note"}
    fine = [
        entry["file"]
        for entry in manifest["files"]
        if entry["status"] == "прочитан" and entry["file"] not in doubtful
    ]
    works = [name for name in fine if name.startswith("ВПР/")]
    assert len(works) > 50
    return [DIRECTORY, *works[:3]]


def faulty_file(made: Made, code: str) -> str:
    return next(item.file for item in made.truth.defects if item.code == code)


def test_demo_writes_the_years_and_never_mingles(project: Project) -> None:
    result = call(project, "demo", "--schools", "3", "--years", "2", "--seed", "5",
                  "--until", "2023-2024")  # fmt: skip
    assert result.exit_code == 0
    assert project.raw_years() == ["2022-2023", "2023-2024"]
    assert "2022-2023" in result.output and "2023-2024" in result.output
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    again = call(project, "demo", "--seed", "6")
    assert again.exit_code == 2 and "data/raw" in again.output
    quiet = call(project, "demo", "--seed", "6", "--if-empty")
    assert quiet.exit_code == 0 and quiet.output == ""
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("year", ["2024", "2024-2026", "2025-2024", "24-25", "текст", ""])
@pytest.mark.parametrize("command", ["intake", "run"])
def test_a_wrong_year_is_refused_in_words(project: Project, command: str, year: str) -> None:
    result = call(project, command, year)
    assert result.exit_code == 2
    assert "2024-2025" in result.output
    assert not (project.root / "outputs").exists(), "nothing was begun"


@pytest.mark.parametrize("command", ["intake", "run"])
def test_newest_without_any_year_says_what_to_do(project: Project, command: str) -> None:
    result = call(project, command, "newest")
    assert result.exit_code == 2
    assert "data/raw" in result.output and "msoko demo" in result.output


def test_check_says_what_a_file_is_and_leaves_the_bank_alone(
    project: Project, tiny_project: Made, tmp_path: Path
) -> None:
    directory, *works = good_files(tiny_project)
    give(project, tiny_project, directory)
    outside = [Path(shutil.copy(tiny_project.project.raw(YEAR) / name, tmp_path / f"{i}.xlsx"))
               for i, name in enumerate(works)]  # fmt: skip
    result = call(project, "check", *map(str, outside))
    assert result.exit_code == 0, result.output
    assert all(path.name in result.output for path in outside)
    assert not Bank(project, YEAR).exists


def test_check_ends_with_1_for_a_missing_or_refused_file(
    project: Project, tiny_project: Made, tmp_path: Path
) -> None:
    directory, good, *_ = good_files(tiny_project)
    give(project, tiny_project, directory)
    good_path = shutil.copy(tiny_project.project.raw(YEAR) / good, tmp_path / "good.xlsx")
    missing = call(project, "check", str(tmp_path / "нет.xlsx"))
    assert missing.exit_code == 1 and "нет.xlsx" in missing.output
    truncated = tiny_project.project.raw(YEAR) / faulty_file(tiny_project, "truncated")
    both = call(project, "check", str(good_path), str(truncated))
    assert both.exit_code == 1
    assert "good.xlsx" in both.output and truncated.name in both.output
    assert "Что сделать" in both.output


def test_intake_of_clean_files_ends_with_0(project: Project, tiny_project: Made) -> None:
    names = good_files(tiny_project)
    give(project, tiny_project, *names)
    result = call(project, "intake", YEAR, "--jobs", "1")
    assert result.exit_code == 0, result.output
    bank = Bank(project, YEAR)
    assert bank.is_sound() and set(bank.manifest()["tables"]) >= {"schools"}
    assert {entry["file"] for entry in bank.manifest()["files"]} == set(names)
    for page in ("intake.html", "intake.xlsx"):
        assert (project.outputs(YEAR) / page).stat().st_size > 1000
    assert call(project, "intake", "newest", "--jobs", "1").exit_code == 0


def test_intake_with_a_refused_file_ends_with_1_and_keeps_the_rest(
    project: Project, tiny_project: Made
) -> None:
    broken = faulty_file(tiny_project, "truncated")
    give(project, tiny_project, *good_files(tiny_project), broken)
    result = call(project, "intake", YEAR, "--jobs", "1")
    assert result.exit_code == 1
    assert broken in result.output and "Что сделать" in result.output
    statuses = {entry["file"]: entry["status"] for entry in Bank(project, YEAR).manifest()["files"]}
    assert statuses.pop(broken) == "не принят"
    assert set(statuses.values()) == {"прочитан"}


def test_intake_of_nothing_usable_ends_with_2(project: Project) -> None:
    folder = project.raw(YEAR)
    folder.mkdir(parents=True)
    assert call(project, "intake", YEAR).exit_code == 2
    (folder / "заметки.xlsx").write_bytes(b"not a workbook")
    result = call(project, "intake", YEAR)
    assert result.exit_code == 2 and "заметки.xlsx" in result.output


def test_what_the_year_does_not_have_is_refused_in_words(
    project: Project, tiny_project: Made
) -> None:
    number = call(project, "run", YEAR, "--only", "99")
    assert isinstance(number.exception, Problem) and "99" in str(number.exception)
    assert re.search(r"Есть: 01, .*\b05\b", str(number.exception))
    copy = tiny_project.copy_to(project.root)
    school = call(copy, "run", YEAR, "--school", "edu000000", "--jobs", "1")
    assert isinstance(school.exception, Problem) and "edu000000" in str(school.exception)
    assert not (project.outputs(YEAR) / "schools").exists()


def test_forms_status_says_who_has_not_answered(project: Project, tiny_project: Made) -> None:
    unread = call(project, "forms", YEAR, "--status")
    assert isinstance(unread.exception, Problem) and "msoko intake" in str(unread.exception)
    copy = tiny_project.copy_to(project.root)
    told = call(copy, "forms", YEAR, "--status")
    assert told.exit_code == 0, told.output
    units = len(collection_of(copy, YEAR).units)
    assert f"{units} организаций: заполнено –" in told.output.replace("\u00a0", " ")
    assert "completeness.html" in told.output
    assert not (copy.outputs(YEAR) / "forms").exists(), "nothing is written"


def msoko(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The installed command, as a person calls it."""
    command = Path(sys.executable).with_name("msoko.exe" if os.name == "nt" else "msoko")
    return subprocess.run(
        [str(command), *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_outside_a_project_the_command_says_so_without_a_traceback(tmp_path: Path) -> None:
    done = msoko(tmp_path, "run", YEAR)
    assert done.returncode == 2
    assert "--root" in done.stdout and "Traceback" not in done.stdout + done.stderr


def test_wrong_parameters_are_told_without_a_traceback(project: Project) -> None:
    (project.params / f"{YEAR}.yml").write_text("threshold: {}\n", encoding="utf-8")
    (project.raw(YEAR)).mkdir(parents=True)
    done = msoko(project.root, "intake", YEAR)
    assert done.returncode == 2
    assert "threshold" in done.stdout and "Traceback" not in done.stdout + done.stderr
