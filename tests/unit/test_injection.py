"""Whatever stands in a name or a reply comes out as harmless text; nothing is run from data."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from lxml import etree
from papermill.translators import PythonTranslator

from msoko_lib.batch.report import Outcome
from msoko_lib.batch.runner import LOGS, _keep_details
from msoko_lib.console import plain
from msoko_lib.documents.placeholders import COMMON, KINDS, Kind
from msoko_lib.documents.templates import FOLDER, fill
from msoko_lib.forms.file_names import safe_name
from msoko_lib.intake.cells import text
from msoko_lib.publication.open_data import harmless
from msoko_lib.reporting.book import Book
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.html_check import check_html
from msoko_lib.reporting.markup import esc
from msoko_lib.reporting.sheets import SheetColumn, write_sheet
from msoko_lib.subsystems.schedule.ics import _event, _folded

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "msoko_lib"
WORD_TAB = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tab"
HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "</style><script>1</script>", "{{ 7*7 }}", "{% for x in y %}", "${7*7}", "=cmd|'/c calc'!A0",
    "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\u202eкод", "\u2066x\u2069", "../../etc/passwd",
    "..\\..\\a", "CON", 'a"b\'c`', "a\x00b\x1b[31m", "**жирно** [a](javascript:1)", "$x^2$",
    "'; import os; os.abort() #", "[red]x[/red]",
    "<r><t>x</t></r>", "<r>", "_x0041_",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_harmless_everywhere(words: str) -> None:
    read = text(words)  # as every reader takes it from its cell
    page = render_page(PageMeta(read, read, "2024-2025", read, "", read), f"<p>{esc(read)}</p>")
    assert check_html(page) == [] and "<script" not in page and "<svg" not in page
    with Book(words) as book:
        write_sheet(book, "Т", words, [SheetColumn(words)], [(words,)], note=words)
        sheet = openpyxl.load_workbook(io.BytesIO(book.finish())).worksheets[0]
    shown = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.data_type for cell in shown] == ["s"] * 4
    assert len({cell.value for cell in shown}) == 1
    assert harmless(words)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    name = safe_name(words)
    assert not set('/\\:*?"<>|\x00') & set(name) and not name.startswith(".")
    assert "\x1b" not in plain(words) and "\u202e" not in plain(words)
    assert "\x00" not in text(words) and "\u202e" not in text(words)
    assert ast.literal_eval(PythonTranslator.translate(words)) == words


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.file)
def test_a_document_takes_it_as_text(kind: Kind) -> None:
    """No field, link or macro comes into a document with what it is filled with."""
    path = REPOSITORY / "params" / FOLDER / kind.file
    plain, odd = (
        fill(path, kind, dict.fromkeys((*COMMON, *kind.names), words)
             | {name: [dict.fromkeys(fields, words)] for name, fields in kind.lists.items()})
        for words in ("слова", " ".join(map(text, HOSTILE)))
    )  # fmt: skip
    parts, changed = zipfile.ZipFile(io.BytesIO(plain)), zipfile.ZipFile(io.BytesIO(odd))
    assert parts.namelist() == changed.namelist()
    for name in parts.namelist():
        if name.endswith((".xml", ".rels")):
            tags = [[element.tag for element in etree.fromstring(book.read(name)).iter()]
                    for book in (parts, changed)]  # fmt: skip
            # A tab is an element of its own; nothing else may come in.
            assert {tag for tag in tags[1] if tag not in tags[0]} <= {WORD_TAB}, name
    written = changed.read("word/document.xml").decode()
    author = Document(io.BytesIO(odd)).core_properties.author
    assert text(HOSTILE[0]) in author, "no entities in a property"
    assert "{{ 7*7 }}" in written and "&lt;script&gt;" in written


@pytest.mark.parametrize("words", HOSTILE)
def test_a_calendar_takes_it_as_text(words: str) -> None:
    """No property of its own, no line longer than the format allows, the words as they are."""
    day = dt.date(2025, 4, 1)
    hidden = f"{words}\r\nATTACH:file:///etc/passwd\nBEGIN:VALARM\u2028DTSTART:1"
    for title in (words, hidden, hidden * 9):
        lines = _event("2024-2025-1", title, day, day)
        pieces = [piece for line in lines for piece in _folded(line)]
        assert all(len(piece) <= 75 for piece in pieces)
        whole = b"\r\n".join(pieces).decode().replace("\r\n ", "")
        names = [re.split("[:;]", line)[0] for line in re.split("[\r\n\u2028]+", whole)]
        assert names == ["BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "END"]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_log_stays_in_its_folder(words: str, tmp_path: Path) -> None:
    """A key of a report is no path, and a log holds no person."""
    outputs = tmp_path / "outputs"
    _keep_details(outputs, Outcome(words, "сбой", f"KeyError: {words}"))
    _keep_details(outputs, Outcome(f"{words} 1", "сбой", "KeyError: 'Иванова Мария'"))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in kept} == {outputs / LOGS} and len(kept) == 2
    assert not any("Мария" in path.read_text(encoding="utf-8") for path in kept)


def test_nothing_is_run_from_data() -> None:
    banned = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not banned & {item.name.split(".")[0] for item in node.names}, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in banned, path
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    assert node.func.id not in ("eval", "exec", "compile"), path
                elif ast.unparse(node.func) == "yaml.load":
                    assert "SafeLoader" in ast.unparse(node), path
