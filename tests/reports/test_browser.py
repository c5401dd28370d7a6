"""Every kind of page in a browser: accessible, valid, printable, readable on a phone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from msoko_lib.batch.pdf import NoBrowser, find_browser, print_pages
from msoko_lib.batch.plan import plan
from msoko_lib.intake.pipeline import silent
from msoko_lib.publication.publish import publish_year

if TYPE_CHECKING:
    from conftest import Made

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"width": 390, "height": 844}
# Twice enlarged on a screen of 1280 pixels, a page has 640 of its own.
ENLARGED = {"width": 640, "height": 400}
KILOBYTE = 1024
LARGEST = {"school": 600, "preschool": 600, "subsystem": 1536, "annual": 1536}
MOST_SHEETS = {"school": 12, "preschool": 6}
WORKING_PAGES = ("index.html", "intake.html", "completeness.html", "editions.html")


@pytest.fixture(scope="module")
def outputs(run_once: Made) -> Path:
    return run_once.project.outputs(run_once.newest)


@pytest.fixture(scope="module")
def reports(run_once: Made, outputs: Path) -> dict[Path, str]:
    """Every report of the run: page → its kind."""
    return {outputs / job.output: job.kind for job in plan(run_once.project, run_once.newest)}


@pytest.fixture(scope="module")
def chosen(reports: dict[Path, str], outputs: Path) -> list[Path]:
    """Reports of subsystems, the longest school and preschool, the working pages."""
    longest = {}
    for path, kind in reports.items():
        key = kind if kind in MOST_SHEETS else path.name
        if key not in longest or path.stat().st_size > longest[key].stat().st_size:
            longest[key] = path
    return [*longest.values(), *(outputs / name for name in WORKING_PAGES)]


@pytest.fixture(scope="module")
def public(run_once: Made, shared_folder: Path) -> list[Path]:
    """Pages of the public site."""
    folder = run_once.project.outputs(run_once.newest) / "public"
    with FileLock(shared_folder / "public.lock"):
        if not folder.is_dir():
            publish_year(run_once.project, run_once.newest, silent)
    pages = sorted(folder.glob("*.html"))
    assert len(pages) > 10
    return pages


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def test_every_page_is_valid_markup(
    reports: dict[Path, str], outputs: Path, public: list[Path]
) -> None:
    for path in (*reports, *(outputs / name for name in WORKING_PAGES), *public):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text(encoding="utf-8"))
        assert [(code, place) for place, code, _ in parser.errors] == [], path.name


def test_the_validator_sees_invalid_markup() -> None:
    parser = html5lib.HTMLParser()
    parser.parse("<!DOCTYPE html><title>x</title><p><table><p>y</table>")
    assert parser.errors


def test_every_report_has_a_size_that_can_be_sent(reports: dict[Path, str]) -> None:
    sizes = {path.name: path.stat().st_size / KILOBYTE for path in reports}
    too_big = {
        path.name: sizes[path.name]
        for path, kind in reports.items()
        if sizes[path.name] >= LARGEST[kind]
    }
    assert too_big == {}


@pytest.mark.browser
def test_no_page_breaks_the_rules_of_accessibility(
    page: Page, chosen: list[Path], public: list[Path]
) -> None:
    found = {}
    for path in (*chosen, *public):
        page.goto(path.as_uri())
        told = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        if told:
            found[path.name] = [(item["id"], item["nodes"][0]["html"][:200]) for item in told]
    assert found == {}


@pytest.mark.browser
def test_the_check_of_accessibility_sees_a_fault(page: Page) -> None:
    page.set_content('<html lang="ru"><title>x</title><img src="x.png"><main>y</main></html>')
    told = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert "image-alt" in {item["id"] for item in told}


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "enlarged"])
def test_no_page_is_wider_than_the_screen(
    page: Page, chosen: list[Path], public: list[Path], size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    for path in (*chosen, *public):
        page.goto(path.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], (path.name, width)


@pytest.mark.browser
def test_the_keyboard_reaches_the_content_first(page: Page, chosen: list[Path]) -> None:
    """The first stop of the Tab key leads past the contents to the report itself."""
    for path in chosen:
        page.goto(path.as_uri())
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if focused.startswith("#"):
            assert page.evaluate("id => document.querySelector(id) !== null", focused), path.name
        else:
            assert focused, path.name


@pytest.mark.browser
def test_reports_print_on_a4_with_their_numbers(
    chosen: list[Path], reports: dict[Path, str]
) -> None:
    """Nothing is cut at the edge: every sheet is A4, says which it is, and is not too many."""
    printed = [path for path in chosen if reports.get(path) in MOST_SHEETS or "01_" in path.name]
    assert print_pages(printed, 2, silent) == {}
    for path in printed:
        reader = PdfReader(path.with_suffix(".pdf"))
        kind = reports[path]
        assert len(reader.pages) <= MOST_SHEETS.get(kind, 40), (path.name, len(reader.pages))
        for number, sheet in enumerate(reader.pages, start=1):
            assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
            text = re.sub(r"\s+", " ", sheet.extract_text())
            assert f"стр. {number} из {len(reader.pages)}" in text, (path.name, number)
            # The first sheet is the summary: all of «Что сделать», none of its grounds.
            assert ("Основания рекомендаций" in text) == (number == 2), (path.name, number)
        path.with_suffix(".pdf").unlink()


def test_without_a_browser_the_command_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MSOKO_BROWSER", str(tmp_path / "нет такого"))
    with pytest.raises(NoBrowser, match="MSOKO_BROWSER"):
        find_browser()
    monkeypatch.delenv("MSOKO_BROWSER")
    monkeypatch.setattr("msoko_lib.batch.pdf.shutil.which", lambda name: None)
    monkeypatch.setattr("msoko_lib.batch.pdf._PLACES", ())
    with pytest.raises(NoBrowser, match="Установите"):
        find_browser()


def test_a_browser_that_fails_leaves_no_half_of_a_pdf(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "отчёт.html"
    page.write_text("<p>текст</p>", encoding="utf-8")
    monkeypatch.setattr("msoko_lib.batch.pdf.find_browser", lambda: "браузер")

    def silent_end(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], 1)

    monkeypatch.setattr("msoko_lib.batch.pdf.subprocess.run", silent_end)
    assert print_pages([page], 1, silent) == {"отчёт.html": "браузер закончил работу без PDF"}
    assert list(tmp_path.iterdir()) == [page]
