"""Hundreds of invented people and a hostile name go through intake and a run: none comes out.

The people are hidden wherever a raw file can hide one, the name of a school is a script. What the
commands leave behind is looked through: bank, kept readings, executed notebooks, pages, workbooks
with their properties, logs, temporary files.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import openpyxl
import pytest
from canaries import hide, people, where
from playwright.sync_api import Dialog, sync_playwright
from small_town import REPOSITORY
from typer.testing import CliRunner

from msoko_lib.batch import report
from msoko_lib.batch.pdf import find_browser
from msoko_lib.cli import app
from msoko_lib.project import Project
from msoko_lib.reporting.html_check import check_html

if TYPE_CHECKING:
    from conftest import Made

SOURCES = ("Справочник ОО.xlsx", "Контингент.xlsx", "Ф1_*.xlsx")
HOSTILE = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
SCHOOL = "edu991001"


@dataclass(frozen=True)
class Passed:
    """A year after intake and run: the canaries, what the screen showed, what was left where."""

    project: Project
    year: str
    values: set[str]
    screen: str
    temporary: Path
    notebooks: Path

    @property
    def outputs(self) -> Path:
        return self.project.outputs(self.year)


@pytest.fixture(scope="module")
def passed(tiny_project: Made, tmp_path_factory: pytest.TempPathFactory) -> Passed:
    root, temporary, kept = (tmp_path_factory.mktemp(name) for name in ("a", "temporary", "kept"))
    year, honest = tiny_project.newest, tiny_project.project.raw(tiny_project.newest)
    for folder in ("params", "notebooks"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    project = Project(root)
    raw, crowd, values = project.raw(year), people(), set()
    for pattern in SOURCES:
        source = next(honest.rglob(pattern))
        values |= set(hide(source, raw / source.name, crowd))
    rename_a_school(raw / SOURCES[0])
    for person in crowd:
        # Files of people: by name, by number, in a folder of one.
        name = raw / person.name / f"{person.snils}.csv"
        name.parent.mkdir(parents=True)
        name.write_text(";".join(person.values) + "\nа;б\n", encoding="utf-8")
        values |= set(person.values)
    once = report._run

    def keeping(job, options):  # type: ignore[no-untyped-def]
        made = once(job, options)
        nbformat.write(made, kept / f"{job.notebook.stem}.ipynb")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(report, "_run", keeping)
        told = [
            CliRunner().invoke(app, [*words, "--root", str(root), "--jobs", "1"]).output
            for words in (["intake", year], ["run", year, "--only", "17", "--school", SCHOOL])
        ]
    return Passed(project, year, values, "".join(told), temporary, kept)


def rename_a_school(path: Path) -> None:
    """Give the first school of a directory a name that is a script."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(c.value == "Краткое название" for c in row))
    columns = {cell.value: cell.column for cell in head}
    for title in ("Краткое название", "Полное название"):
        sheet.cell(head[0].row + 1, columns[title], HOSTILE)
    assert sheet.cell(head[0].row + 1, columns["Логин ФИС ОКО"]).value == SCHOOL
    book.save(path)


def test_canaries_are_found_nowhere_after_intake_and_run(passed: Passed) -> None:
    root = passed.project.root
    assert len(passed.values) >= 450
    assert where(passed.values, root / "data" / "raw"), "the search itself must find them"
    assert len(list(passed.notebooks.iterdir())) >= 2, passed.screen
    made = {path.name for path in passed.outputs.rglob("*")}
    assert {"index.html", "tables.xlsx"} <= made, passed.screen
    for folder in (root / "data" / "processed", passed.outputs, passed.temporary, passed.notebooks):
        assert where(passed.values, folder) == []


def test_the_true_name_of_a_file_is_on_the_screen_and_its_contents_are_not(passed: Passed) -> None:
    raw = passed.project.root / "data" / "raw"
    folded = passed.screen.replace("\n", "")
    assert any(path.name in folded for path in raw.rglob("*.csv"))
    shown = {value for value in passed.values if value in folded}
    assert shown <= {
        value for value in passed.values for path in raw.rglob("*") if value in path.as_posix()
    }


def test_a_hostile_name_is_text_on_every_page(passed: Passed) -> None:
    pages = sorted(passed.outputs.rglob("*.html"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    assert any("&lt;script&gt;" in text for text in texts.values()), "the name is shown somewhere"
    for page, text in texts.items():
        assert "<script" not in text and "<img src=x" not in text, page.name
        assert "Content-Security-Policy" in text, page.name
    # The notebooks' markup is made before the page is: it must be harmless already.
    for path in passed.notebooks.iterdir():
        for cell in nbformat.read(path, 4).cells:
            for output in cell.get("outputs", ()):
                assert "<script>document" not in output.get("data", {}).get("text/html", "")


@pytest.fixture(scope="module")
def opened(passed: Passed) -> Iterator[dict[str, tuple[str, list[str]]]]:
    """Every page in a browser: its title and what it asked or said."""
    found = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page()
        told: list[str] = []

        def dialog(asked: Dialog) -> None:
            told.append(asked.message)
            asked.dismiss()

        page.on("dialog", dialog)
        # As if the escaping had failed: the policy of the page is the second wall.
        texts = {"without a policy": f"<!DOCTYPE html><title>x</title>{HOSTILE}"}
        for path in passed.outputs.rglob("*.html"):
            texts[path.name] = path.read_text(encoding="utf-8")
            texts[f"planted {path.name}"] = planted(texts[path.name])
        shown = passed.temporary / "shown.html"
        for name, text in texts.items():
            shown.write_text(text, encoding="utf-8")
            page.goto(shown.as_uri())
            found[name] = (page.title(), list(told))
            told.clear()
        shown.unlink()
        browser.close()
    yield found


def planted(page: str) -> str:
    """A page with the script in it as markup."""
    return page.replace("<main", f"{HOSTILE}<p onclick='1'>x</p><main", 1)


@pytest.mark.browser
def test_a_planted_script_does_not_run(opened: dict[str, tuple[str, list[str]]]) -> None:
    assert opened.pop("without a policy")[0] == "run", "the script itself works"
    assert any(name.startswith("planted") for name in opened)
    assert {name: told for name, told in opened.items() if told[0] == "run" or told[1]} == {}


def test_the_planted_page_differs(passed: Passed) -> None:
    text = (passed.outputs / "index.html").read_text(encoding="utf-8")
    assert HOSTILE in planted(text) and check_html(planted(text))
