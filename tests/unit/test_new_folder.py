"""``msoko init``: a municipality's folder apart from the program, safe to lay out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from msoko_lib import __version__
from msoko_lib.batch.again import copy_of_inputs
from msoko_lib.batch.plan import params_hashes
from msoko_lib.catalogue import load_catalogue
from msoko_lib.cli import app
from msoko_lib.documents.write import write_templates
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.new_folder import CannotLayOut, lay_out
from msoko_lib.own import shown
from msoko_lib.project import FOLDER_MARKER, Project, delivery
from msoko_lib.settings import load_settings

REPOSITORY = Project.find(Path(__file__).parent)
YEAR = "2024-2025"


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    lay_out(tmp_path / "Сосновский")
    return Project.find(tmp_path / "Сосновский")


def test_a_new_folder_has_its_rooms_and_nothing_of_the_delivery(project: Project) -> None:
    names = set(content(project.root))
    assert {"README.md", ".gitignore", FOLDER_MARKER, "params/own/README.md",
            "params/own/common.yml"} <= names  # fmt: skip
    assert not any(name.startswith("params/") and "/own/" not in name for name in names)
    for folder in ("data/raw", "data/processed", "outputs"):
        assert (project.root / folder).is_dir()
    assert project.is_laid_out and project.raw_years() == []
    readme = (project.root / "README.md").read_text(encoding="utf-8")
    assert "params/own" in readme and "msoko doctor" in readme


def test_what_is_delivered_comes_from_the_program(project: Project) -> None:
    assert delivery() == REPOSITORY.root, "a clone is its own delivery"
    assert project.params == REPOSITORY.params and project.notebooks == REPOSITORY.notebooks
    assert project.own == project.root / "params" / "own"
    assert load_catalogue(project) == load_catalogue(REPOSITORY)
    mine, theirs = load_settings(project, YEAR), load_settings(REPOSITORY, YEAR)
    assert mine == theirs, "a starter with comments alone changes nothing"
    assert [each.code for each in all_layouts(project)]


def test_own_parameters_are_laid_over_the_delivered(project: Project) -> None:
    own = project.own / "common.yml"
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("# ", "").replace("Только то", "# Только то"), encoding="utf-8")
    assert load_settings(project, YEAR).municipality.name == "Сосновский муниципальный округ"
    assert load_settings(REPOSITORY, YEAR).municipality.name != "Сосновский муниципальный округ"
    assert shown(project, own) == "params/own/common.yml"
    hashes = params_hashes(project)
    assert {"common.yml", "own/common.yml", "indicators/01_quality.yml"} <= set(hashes)


def test_what_lies_in_the_own_folder_of_the_program_is_another_ones(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two municipalities work with one program: neither sees the other's parameters."""
    import shutil

    program = tmp_path / "program"
    shutil.copytree(REPOSITORY.params, program / "params")
    shutil.copytree(REPOSITORY.root / "notebooks", program / "notebooks")
    (program / "params" / "own").mkdir(exist_ok=True)
    (program / "params" / "own" / "annual.yml").write_text("source: чужое", encoding="utf-8")
    monkeypatch.setattr("msoko_lib.project.delivery", lambda: program)
    assert "own/annual.yml" not in params_hashes(project)
    assert "own/annual.yml" in params_hashes(Project(program))


def test_inputs_of_an_edition_are_copied_whole(project: Project, tmp_path: Path) -> None:
    raw = project.raw(YEAR) / "a.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text("1", encoding="utf-8")
    (tmp_path / "again").mkdir()
    place = copy_of_inputs(project, YEAR, tmp_path / "again")
    assert not place.is_laid_out
    assert params_hashes(place) == params_hashes(project)
    assert content(place.notebooks) == content(project.notebooks)
    assert place.raw_years() == [YEAR]


def test_templates_of_documents_become_own(project: Project) -> None:
    before = content(REPOSITORY.params)
    names = {path.relative_to(project.root).as_posix() for path in write_templates(project)}
    assert "params/own/documents/приказ.docx" in names
    assert content(REPOSITORY.params) == before, "nothing is written in the delivery"
    assert write_templates(project) == []


def test_laying_out_again_changes_nothing_and_says_so(project: Project) -> None:
    (project.own / "common.yml").write_text("municipality: {name: Наш}\n", encoding="utf-8")
    (project.root / "README.md").write_text("наше", encoding="utf-8")
    before = content(project.root)
    said = CliRunner().invoke(app, ["init", str(project.root)])
    assert said.exit_code == 0 and content(project.root) == before
    assert "уже папка муниципалитета" in said.output and __version__ in said.output
    assert "Ничего вашего не изменено" in said.output and "Всё на месте" in said.output
    (project.own / "README.md").unlink()
    again = CliRunner().invoke(app, ["init", str(project.root)])
    assert "Добавлено недостающее: params/own/README.md" in again.output
    assert content(project.root) == before


def test_files_that_were_there_before_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("моё", encoding="utf-8")
    done = lay_out(tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "моё"
    assert "README.md" not in done.written and done.before == ""


def test_the_program_itself_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "файл").write_text("", encoding="utf-8")
    with pytest.raises(CannotLayOut, match="файл"):
        lay_out(tmp_path / "файл")
    with pytest.raises(CannotLayOut, match="сама программа"):
        lay_out(REPOSITORY.root)


def test_outside_any_folder_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["init", "Новый"])
    assert said.exit_code == 0 and 'cd "' in said.output and "msoko demo" in said.output
    assert Project.find(tmp_path / "Новый" / "data").root == (tmp_path / "Новый").resolve()
