"""The director's memo: the page is the text, and it is one sheet."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pypdf
import pytest
from documents import ROOT, document

from msoko_lib.batch.pdf import print_pages
from msoko_lib.intake.pipeline import silent
from msoko_lib.reporting.markup import MARKS

NAME = "docs/как-читать-отчёт.md"
PAGE = (ROOT / NAME).with_suffix(".html")


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_handout", ROOT / "docs/make_handout.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_in_the_repository_is_the_text() -> None:
    made = maker().handout(document(NAME).text)
    assert PAGE.read_text(encoding="utf-8") == made, "write it anew: make docs"
    assert "](" not in made and "src=" not in made and "href=" not in made


def test_the_marks_and_words_are_those_of_the_reports() -> None:
    text = document(NAME).text
    for shape, _ in MARKS.values():
        assert f"| {shape} |" in text
    from msoko_lib.reporting import numbers_ru as ru

    for word in (ru.FEW, ru.NO_DATA, ru.WITHHELD, ru.NOT_APPLICABLE, ru.NO_TARGET):
        assert f"| {word} |" in text, word


def test_it_is_plain_russian() -> None:
    words = re.sub(r"`[^`]*`|\]\([^)]*\)", "", document(NAME).text)
    assert not re.search(r"[A-Za-z]{2,}", words)


@pytest.mark.browser
def test_it_is_one_sheet(tmp_path: Path) -> None:
    copy = tmp_path / "memo.html"
    copy.write_bytes(PAGE.read_bytes())
    assert print_pages([copy], 1, silent) == {}
    assert len(pypdf.PdfReader(copy.with_suffix(".pdf")).pages) == 1
