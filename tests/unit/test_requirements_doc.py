"""docs/требования.md: whatever the page names is really there, and no document is cut short.

The numbers of requirements come from counting points and lists of the five documents, which are
not in the repository; the points of the road map are its own numbering.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
import typer.main

from msoko_lib.batch.plan import SCHOOL_NOTEBOOK, SUBSYSTEM_NOTEBOOKS
from msoko_lib.catalogue import load_catalogue
from msoko_lib.cli import app
from msoko_lib.intake.register_columns import REGISTERS
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE

PROJECT = Project.find(Path(__file__).parent)
PAGE = PROJECT.root / "docs" / "требования.md"
STATES = ("есть", "частично", "не выполнено", "дело управления")
LEAST = {
    "Шкотовский": 16, "Майминский": 70, "Магдагачинский": 29, "Сосьвинский": 75, "Чегемский": 20,
}  # fmt: skip
ROAD_MAP = {1: 3, 2: 12, 3: 3, 4: 4, 5: 4, 6: 3}  # section → its points
ON_FIRST_SCREEN = {"Главное", "Что сделать"}  # written by a call, not by a heading

_TITLES = r"((?:, «[^»]+»)+)"
_SECTIONS = re.compile(rf"(?<![\d-])(\d\d){_TITLES}")
_SCHOOL = re.compile(r"отчёт школы: ((?:«[^»]+»(?:, )?)+)")
_BARE = re.compile(r"отчёт (\d\d)\b")
_CODE = re.compile(r"`([^`]+)`")
_ID = re.compile(r"[А-Я]{2}-\d\d")
_RANGE = re.compile(r"([А-Я]{2})-(\d\d)…([А-Я]{2})-(\d\d)")
_QUOTED = re.compile(r"«([^»]+)»")
_LINK = re.compile(r"\]\(([^)]+)\)")
_BLANK = re.compile(r"бланки? ((?:«[^»]+»(?: и )?)+)")


def tables(text: str) -> dict[str, list[list[str]]]:
    """Heading of each document → rows: number, place, requirement, state, where."""
    found: dict[str, list[list[str]]] = {}
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in body.splitlines()
            if re.match(r"\| \d+ \| .+\|", line)
        ]
        if rows and len(rows[0]) == 5:
            found[title] = rows
    return found


def headings(notebook: str) -> set[str]:
    cells = json.loads((PROJECT.notebooks / notebook).read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return set(re.findall(r"^#+ (.+?)\s*$", prose, re.M)) | ON_FIRST_SCREEN


def faults(text: str) -> list[str]:
    """What the page names and the project has not."""
    return [
        *_report_faults(text), *_indicator_faults(text), *_code_faults(text),
        *(f"бланк {name}" for group in _BLANK.findall(text) for name in _QUOTED.findall(group)
          if name not in {item.title for item in REGISTERS}),
        *(f"ссылка {link}" for link in _LINK.findall(text) if not (PAGE.parent / link).is_file()),
    ]  # fmt: skip


def _report_faults(text: str) -> list[str]:
    found = [
        f"отчёт {number}" for number in _BARE.findall(text) if number not in SUBSYSTEM_NOTEBOOKS
    ]
    for number, titles in _SECTIONS.findall(text):
        if number not in SUBSYSTEM_NOTEBOOKS:
            found.append(f"отчёт {number}")
            continue
        known = headings(SUBSYSTEM_NOTEBOOKS[number][0])
        found += [f"{number}, {name}" for name in _QUOTED.findall(titles) if name not in known]
    school = headings(SCHOOL_NOTEBOOK)
    found += [
        f"отчёт школы, {name}"
        for group in _SCHOOL.findall(text)
        for name in _QUOTED.findall(group)
        if name not in school
    ]
    listed = re.findall(r"^\| (\d\d) \| ([^|]+?) \|$", text, re.M)
    found += [
        f"название {number}"
        for number, title in listed
        if number not in SUBSYSTEM_NOTEBOOKS or SUBSYSTEM_NOTEBOOKS[number][1] != title
    ]
    return found


def _indicator_faults(text: str) -> list[str]:
    known = load_catalogue(PROJECT).passports
    found = [name for name in _ID.findall(text) if name not in known]
    found += [
        f"{first}-{low}…{last}-{high}"
        for first, low, last, high in _RANGE.findall(text)
        if first != last or low >= high
    ]
    return found


def _code_faults(text: str) -> list[str]:
    """Commands, their options, files and folders."""
    commands = typer.main.get_group(app).commands
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("batch", "reporting")
        for path in sorted((PROJECT.root / "msoko_lib" / folder).glob("*.py"))
    )
    bank = PROJECT.bank("2024-2025").parent  # a fresh clone has none yet
    found = []
    for code in _CODE.findall(text):
        words = shlex.split(code)
        if words[0] == "msoko":
            command = commands.get(words[1])
            known = {name for item in command.params for name in item.opts} if command else set()
            options = {word for word in words if word.startswith("--")}
            right = command is not None and options <= known
        elif "/" in code:
            right = (PROJECT.root / code).exists() or PROJECT.root / code == bank
        else:
            right = code == KEY_VARIABLE or f'"{code}"' in sources
        if not right:
            found.append(code)
    return found


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_everything_named_exists(page: str) -> None:
    assert faults(page) == []


@pytest.mark.parametrize(
    "wrong",
    ["77, «Мониторинг»", "14, «Такого раздела нет»", "отчёт 99", "КП-99", "КП-05…КП-02",
     "`msoko fly`", "`msoko run --fly`", "`params/nothing`", "`nothing.html`", "бланк «Чужой»",
     "[нет](нет.md)", "отчёт школы: «ЕГЭ», «Такого раздела нет»", "| 14 | Не то название |"],
)  # fmt: skip
def test_what_does_not_exist_is_caught(page: str, wrong: str) -> None:
    assert faults(f"{page}\n{wrong}\n")


def test_each_document_has_its_requirements(page: str) -> None:
    found = tables(page)
    assert len(found) == len(LEAST)
    for word, least in LEAST.items():
        rows = next(rows for title, rows in found.items() if title.startswith(word))
        assert len(rows) >= least, word
        assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
        assert all(all(row) for row in rows), word
        assert {row[3] for row in rows} <= set(STATES)


def test_every_point_of_the_road_map_is_there(page: str) -> None:
    rows = next(rows for title, rows in tables(page).items() if title.startswith("Магдагачинский"))
    points = {f"{section}.{n}" for section, most in ROAD_MAP.items() for n in range(1, most + 1)}
    assert {row[1] for row in rows} == points


def test_the_summary_counts_the_rows(page: str) -> None:
    for title, rows in tables(page).items():
        counts = Counter(row[3] for row in rows)
        told = " | ".join(str(counts[state]) for state in STATES)
        assert f"| {title} | {len(rows)} | {told} |" in page


def test_what_is_not_whole_says_what_is_missing(page: str) -> None:
    """«Частично» and «не выполнено» carry words beside references."""
    for rows in tables(page).values():
        for _, place, what, state, where in rows:
            if state in ("частично", "не выполнено"):
                plain = _QUOTED.sub("", _CODE.sub("", _ID.sub("", where)))
                assert re.search(r"[а-яё]{3,}", plain), (place, what)
