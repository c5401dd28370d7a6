"""The yearly run: which reports, made when, and what becomes of one that fails."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import nbformat
import openpyxl
import pytest
from click.testing import Result
from filelock import FileLock
from typer.testing import CliRunner

from msoko_lib.bank import Bank
from msoko_lib.batch.collection import PAGE
from msoko_lib.batch.editions import editions_of, to_freeze
from msoko_lib.batch.handing_out import PAGE as EDITIONS_PAGE
from msoko_lib.batch.index_step import CALENDAR
from msoko_lib.batch.lock import YearIsBusy
from msoko_lib.batch.plan import (
    ANNUAL,
    SUBSYSTEM_NOTEBOOKS,
    UnknownReport,
    plan,
    reported_preschools,
    reported_schools,
    safe_name,
    tables_path,
)
from msoko_lib.batch.runner import GONE, NEW, STATE, read_state, why_stale
from msoko_lib.cli import app
from msoko_lib.intake.pipeline import DRAFT_NAME
from msoko_lib.project import Project
from msoko_lib.recommendations.issued import issued
from msoko_lib.reporting.completeness_page import WORKBOOK
from msoko_lib.reporting.html_check import check_html

if TYPE_CHECKING:
    from conftest import Made

YEAR = "2024-2025"
SCHOOL = "edu991002"


@pytest.fixture
def project(tiny_project: Made, tmp_path: Path) -> Project:
    return tiny_project.copy_to(tmp_path / "project")


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(app, ["run", YEAR, *words, "--root", str(project.root)])


def shorten(project: Project) -> None:
    """Leave title, parameters, opening and the last section: tested here is the run alone."""
    for path in project.notebooks.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [*notebook.cells[:4], *notebook.cells[-2:]]
        nbformat.write(notebook, path)


def files_of(folder: Path) -> set[str]:
    """Files of the live year; its editions are looked at apart."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith("editions/")}


def stamps(folder: Path) -> dict[str, int]:
    names = sorted(name for name in files_of(folder) if name.endswith(".html"))
    return {name: (folder / name).stat().st_mtime_ns for name in names}


def counts(result: Result) -> tuple[int, int, int]:
    """Reports made, kept and failed, as the command tells them."""
    found = re.search(
        r"Сделано отчётов: (\d+), без изменений: (\d+), не удалось: (\d+)", result.output
    )
    assert found is not None, result.output + repr(result.exception)
    made, kept, failed = map(int, found.groups())
    return made, kept, failed


def test_a_report_and_a_school_are_in_place_with_all_that_goes_with_them(
    project: Project,
) -> None:
    result = run(project, "--only", "05", "--school", SCHOOL, "--jobs", "2")
    assert result.exit_code == 0, result.output
    assert counts(result) == (2, 0, 0)
    outputs = project.outputs(YEAR)
    reports = {"05_objectivity.html", f"schools/{SCHOOL}.html"}
    assert files_of(outputs) == reports | {
        "index.html", "intake.html", "intake.xlsx", "tables.xlsx", PAGE, WORKBOOK, STATE, ".lock",
        CALENDAR, DRAFT_NAME, EDITIONS_PAGE,
        ".tables/05_objectivity.json", f".tables/{SCHOOL}.json",
        ".reads/05_objectivity.json", f".reads/{SCHOOL}.json",
    }, "nothing half-written lies about"  # fmt: skip
    for name in reports:
        page = (outputs / name).read_text(encoding="utf-8")
        assert check_html(page) == []
        assert page.count("<h1") == 1 and 'lang="ru"' in page and "<script" not in page
        assert "<figure" in page and "<table" in page
    for path in outputs.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for place in (str(project.root), f"{Path.home()}/", tempfile.gettempdir(), "file://"):
            assert place not in page, path.name
    _assert_index(project)
    _assert_edition(outputs, 1, {"05", SCHOOL})
    _assert_tables(outputs / "tables.xlsx")


def _assert_index(project: Project) -> None:
    """The index links what is there, and every link leads somewhere."""
    outputs = project.outputs(YEAR)
    index = (outputs / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'<a [^>]*href="([^"#]+)"', index))
    assert links >= {
        "05_objectivity.html", f"schools/{SCHOOL}.html", "tables.xlsx", "intake.html",
        "intake.xlsx", PAGE, WORKBOOK,
    }  # fmt: skip
    assert "01_quality.html" not in links, "not made, so not offered"
    for link in links:
        assert (outputs / link).exists(), link


def _assert_edition(outputs: Path, number: int, made: set[str]) -> None:
    """The newest edition stands alone, says its number and leads nowhere outside itself."""
    newest, *_ = editions_of(outputs)
    assert newest.number == number and set(newest.made) == made
    folder = outputs / "editions" / f"{number:03d}"
    assert set(newest.files) == set(to_freeze(outputs))
    for path in folder.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for link in re.findall(r'<a [^>]*href="([^"#:]+)"', page):
            assert (path.parent / unquote(link)).exists(), (path.name, link)
    # A report that was not made anew keeps the number under which it was handed out.
    for key, name in (("05", "05_objectivity.html"), (SCHOOL, f"schools/{SCHOOL}.html")):
        own = number if key in made else number - 1
        assert f"издание {own}" in (folder / name).read_text(encoding="utf-8"), name
    assert f"издание {number}" in (folder / "index.html").read_text(encoding="utf-8")
    register = issued(Project(outputs.parents[1]), YEAR)
    assert set(register["first_edition"]) == {1}
    assert ((register["subsystem"] == "05") | (register["unit_id"] == SCHOOL)).all()


def _assert_tables(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    contents, *sheets = book.worksheets
    assert len(sheets) > 15
    linked = {
        cell.hyperlink.location or cell.hyperlink.target or cell.value
        for row in contents.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert len(linked) == len(sheets), "the contents sheet leads to every table"
    for sheet in sheets:
        assert sheet.max_row >= 2 and sheet.max_column >= 2, sheet.title
        for row in sheet.iter_rows(values_only=True):
            assert not any(isinstance(cell, str) and tempfile.gettempdir() in cell for cell in row)


def test_a_second_run_makes_only_what_changed(project: Project) -> None:
    shorten(project)
    words = ("--only", "05", "--school", SCHOOL, "--jobs", "1")
    assert counts(run(project, *words)) == (2, 0, 0)
    first = stamps(project.outputs(YEAR))
    assert counts(run(project, *words)) == (0, 2, 0)
    again = stamps(project.outputs(YEAR))
    assert [edition.number for edition in editions_of(project.outputs(YEAR))] == [1], "nothing new"
    assert {name: again[name] for name in again if name != "index.html"} == {
        name: first[name] for name in first if name != "index.html"
    }
    # A notebook touches its own reports alone.
    path = project.notebooks / "school.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("Новая строка."))
    nbformat.write(notebook, path)
    assert counts(run(project, *words)) == (1, 1, 0)
    _assert_edition(project.outputs(YEAR), 2, {SCHOOL})
    # Parameters touch everything, passports included.
    (project.params / "indicators" / "03_talents.yml").open("a", encoding="utf-8").write("\n")
    assert counts(run(project, "--only", "05", "--jobs", "1")) == (1, 0, 0)


def test_a_report_that_somebody_has_deleted_is_made_again(
    tiny_project: Made, tmp_path: Path
) -> None:
    outputs, (job, *_) = tmp_path, plan(tiny_project.project, YEAR, only=["05"])
    state = {job.key: dict(job.sources)}
    for path in (outputs / job.output, tables_path(outputs, job)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert why_stale(job, outputs, state) == ""
    assert why_stale(job, outputs, {}) == NEW
    tables_path(outputs, job).unlink()
    assert why_stale(job, outputs, state) == GONE
    tables_path(outputs, job).touch()
    (outputs / job.output).unlink()
    assert why_stale(job, outputs, state) == GONE


def test_a_notebook_that_fails_stops_no_other_and_leaves_the_old_report(project: Project) -> None:
    shorten(project)
    words = ("--only", "01", "--only", "05", "--jobs", "2", "--force")
    assert counts(run(project, *words)) == (2, 0, 0)
    outputs = project.outputs(YEAR)
    before = files_of(outputs)
    old = (outputs / "05_objectivity.html").read_bytes()
    tables = (outputs / ".tables" / "05_objectivity.json").read_bytes()
    path = project.notebooks / "05_objectivity.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("objectivity.no_such_section(year)"))
    nbformat.write(notebook, path)
    result = run(project, *words)
    assert result.exit_code == 1
    assert counts(result) == (1, 0, 1)
    assert re.search(r"05.*ячейк", result.output), "named with its reason"
    assert "AttributeError" not in result.output, "the details are for whoever mends the program"
    assert (outputs / "05_objectivity.html").read_bytes() == old
    assert (outputs / ".tables" / "05_objectivity.json").read_bytes() == tables
    assert files_of(outputs) - before == {".log/05.txt"}
    assert "AttributeError" in (outputs / ".log" / "05.txt").read_text(encoding="utf-8")
    index = (outputs / "index.html").read_text(encoding="utf-8")
    assert index.count("ячейк") == 1, "the index says what failed"
    # The next run tries again what failed, and only that.
    state = read_state(outputs)
    fresh = {
        job.key: not why_stale(job, outputs, state) for job in plan(project, YEAR, ["01", "05"])
    }
    assert fresh == {"01": True, "05": False}


def test_a_dead_kernel_is_a_failure_in_words(project: Project) -> None:
    path = project.notebooks / "05_objectivity.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [*notebook.cells[:2], nbformat.v4.new_code_cell("import os; os._exit(9)")]
    nbformat.write(notebook, path)
    result = run(project, "--only", "05", "--jobs", "1")
    assert result.exit_code == 1 and counts(result) == (0, 0, 1)
    assert "прервался" in result.output
    outputs = project.outputs(YEAR)
    assert not (outputs / "05_objectivity.html").exists()
    assert not [name for name in files_of(outputs) if re.search(r"\.[0-9a-f]{8}$", name)]


def test_a_page_that_fails_its_check_is_not_put_in_place(project: Project) -> None:
    path = project.notebooks / "05_objectivity.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_markdown_cell("[Смотрите здесь](#нет-такого-места)")
    notebook.cells = [*notebook.cells[:2], cell]
    nbformat.write(notebook, path)
    result = run(project, "--only", "05", "--jobs", "1")
    assert result.exit_code == 1 and counts(result) == (0, 0, 1)
    assert "проверк" in result.output
    assert not (project.outputs(YEAR) / "05_objectivity.html").exists()
    assert not (project.outputs(YEAR) / ".tables").exists()


def test_two_runs_of_a_year_do_not_meet(project: Project) -> None:
    outputs = project.outputs(YEAR)
    with FileLock(outputs / ".lock"):
        result = run(project, "--only", "05")
    assert isinstance(result.exception, YearIsBusy) and YEAR in str(result.exception)


def test_the_plan_of_a_year(tiny_project: Made) -> None:
    project = tiny_project.project
    schools = reported_schools(Bank(project, YEAR))
    preschools = reported_preschools(Bank(project, YEAR))
    assert len(preschools) > 2 and set(preschools["unit_kind"]) == {"preschool"}
    assert preschools["title"].is_unique, "namesakes are told apart on the index"
    assert len(schools) == 6
    assert set(schools["unit_kind"]) == {"school"} and schools["in_directory"].all()
    whole = plan(project, YEAR)
    assert [job.key for job in whole] == [
        *SUBSYSTEM_NOTEBOOKS, *schools["school_id"], *preschools["school_id"],
    ]  # fmt: skip
    kinds = ["annual" if key == ANNUAL else "subsystem" for key in SUBSYSTEM_NOTEBOOKS]
    kinds += ["school"] * 6
    assert [job.kind for job in whole] == kinds + ["preschool"] * len(preschools)
    assert {Path(job.output).parent.name for job in whole} == {"", "schools", "preschools"}
    assert len({job.output for job in whole}) == len(whole)
    assert len({tuple(job.sources.items()) for job in whole}) == len(whole)
    assert [job.key for job in plan(project, YEAR, only=["05"])] == ["05"]
    assert [job.key for job in plan(project, YEAR, schools=[SCHOOL])] == [SCHOOL]
    both = plan(project, YEAR, only=["01"], schools=[SCHOOL])
    assert [job.key for job in both] == ["01", SCHOOL]
    again = {job.key: job.sources for job in plan(project, YEAR)}
    assert again == {job.key: job.sources for job in whole}, "the same data, the same plan"


def test_the_plan_knows_what_it_cannot_do(tiny_project: Made) -> None:
    with pytest.raises(UnknownReport, match="99"):
        plan(tiny_project.project, YEAR, only=["01", "99"])
    with pytest.raises(UnknownReport, match="edu000000"):
        plan(tiny_project.project, YEAR, schools=["edu000000"])


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("params", "изменилось: параметры"),
        ("bank", f"изменилось: данные за {YEAR}"),
        ("bank of the year before", "изменилось: данные за 2023-2024"),
        ("notebook", "изменилось: тетрадь отчёта"),
    ],
)
def test_a_report_is_redone_when_what_it_is_made_from_changed_and_says_what(
    project: Project, what: str, told: str, tmp_path: Path
) -> None:
    outputs, whole = tmp_path / "outputs", plan(project, YEAR)
    before = {job.key: dict(job.sources) for job in whole}
    for job in whole:
        for path in (outputs / job.output, tables_path(outputs, job)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    if what == "params":
        (project.params / "indicators" / "03_talents.yml").open("a", encoding="utf-8").write("\n")
    elif what == "notebook":
        (project.notebooks / "01_quality.ipynb").open("a", encoding="utf-8").write("\n")
    else:
        path = project.bank(YEAR if what == "bank" else "2023-2024") / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["tables"]["vpr_pupils"]["sha256"] = "0"
        path.write_text(json.dumps(manifest), encoding="utf-8")
    reasons = {job.key: why_stale(job, outputs, before) for job in plan(project, YEAR)}
    changed = {key: why for key, why in reasons.items() if why}
    assert set(changed) == ({"01"} if what == "notebook" else set(before))
    assert set(changed.values()) == {told}


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_damaged_state_means_that_nothing_is_in_place(tmp_path: Path, text: str) -> None:
    assert read_state(tmp_path) == {}
    (tmp_path / STATE).write_text(text, encoding="utf-8")
    assert read_state(tmp_path) == {}


def test_a_school_code_makes_a_safe_file_name() -> None:
    assert safe_name("edu991002") == "edu991002"
    assert safe_name("../../тайна/1") == "------тайна-1"
    assert not set(safe_name('a/b\\c:d*e?f"g<h>i|j.k')) & set('/\\:*?"<>|.')


def test_the_copy_is_a_whole_project(project: Project, tiny_project: Made) -> None:
    """The tests above change copies: the shared project stays as it was made."""
    assert project.root != tiny_project.project.root
    assert Bank(project, YEAR).is_sound()
    shutil.rmtree(project.root)
    assert Bank(tiny_project.project, YEAR).is_sound()
