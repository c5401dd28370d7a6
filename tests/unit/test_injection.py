"""Whatever stands in a name or a reply comes out as harmless text; nothing is run from data."""

from __future__ import annotations

import ast
from pathlib import Path

import openpyxl
import pytest
from papermill.translators import PythonTranslator

from msoko_lib.console import plain
from msoko_lib.forms.file_names import safe_name
from msoko_lib.intake.cells import text
from msoko_lib.publication.open_data import harmless
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.html_check import check_html
from msoko_lib.reporting.markup import esc
from msoko_lib.reporting.sheets import SheetColumn, write_sheet

PACKAGE = Path(__file__).resolve().parents[2] / "msoko_lib"
HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "</style><script>1</script>", "{{ 7*7 }}", "{% for x in y %}", "${7*7}", "=cmd|'/c calc'!A0",
    "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\u202eкод", "\u2066x\u2069", "../../etc/passwd",
    "..\\..\\a", "CON", 'a"b\'c`', "a\x00b\x1b[31m", "**жирно** [a](javascript:1)", "$x^2$",
    "'; import os; os.abort() #", "[red]x[/red]",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_harmless_everywhere(words: str) -> None:
    read = text(words)  # as every reader takes it from its cell
    page = render_page(PageMeta(read, read, "2024-2025", read, "", read), f"<p>{esc(read)}</p>")
    assert check_html(page) == [] and "<script" not in page and "<svg" not in page
    sheet = openpyxl.Workbook().worksheets[0]
    write_sheet(sheet, words, [SheetColumn(words)], [(words,)])
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert harmless(words)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    name = safe_name(words)
    assert not set('/\\:*?"<>|\x00') & set(name) and not name.startswith(".")
    assert "\x1b" not in plain(words) and "\u202e" not in plain(words)
    assert "\x00" not in text(words) and "\u202e" not in text(words)
    assert ast.literal_eval(PythonTranslator.translate(words)) == words


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
