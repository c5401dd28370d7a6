"""``msoko`` alone says what to do next; each state of a folder has its own command."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from msoko_lib import bank, next_step
from msoko_lib.batch import editions
from msoko_lib.cli import app
from msoko_lib.forms.writer import FOLDER as FORMS
from msoko_lib.intake.files import is_junk
from msoko_lib.intake.rules import REFUSING
from msoko_lib.new_folder import lay_out
from msoko_lib.project import Project
from msoko_lib.versions import library_fingerprint

if TYPE_CHECKING:
    from conftest import Made

YEAR = "2024-2025"
HEAVY = ("pandas", "numpy", "scipy", "jsonschema", "pyarrow", "matplotlib", "openpyxl", "yaml",
         "papermill", "nbconvert", "python_calamine")  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    lay_out(tmp_path)
    return Project.find(tmp_path)


def said(project: Project) -> str:
    lines = next_step.next_step(project.root)
    assert 3 <= len(lines) <= 6
    return "\n".join(lines)


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_into_bank(project: Project, texts: list[str], severities: list[str]) -> None:
    manifest = {
        "files": [{"file": f"{text}.csv", "sha256": digest(text)} for text in texts],
        "findings": [{"severity": each} for each in severities],
        "tables": {"schools": {"rows": 1, "sha256": "s"}},
    }
    put(project.bank(YEAR) / bank.MANIFEST, json.dumps(manifest))


def make_reports(project: Project, names: list[str], **changed: object) -> None:
    for name in names:
        put(project.outputs(YEAR) / f"{name}.html", "")
    card = {
        "tables": {YEAR: {"schools": "s"}},
        "params": {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in project.params_files().items()
        },
        "program": f"0.1.0 {library_fingerprint()}",
        **changed,
    }
    put(project.outputs(YEAR) / editions.FOLDER / "001" / editions.CARD, json.dumps(card))


def all_reports(project: Project) -> list[str]:
    return [path.stem for path in project.notebooks.glob("[0-9][0-9]_*.ipynb")]


def test_outside_a_folder_it_is_init(tmp_path: Path) -> None:
    text = "\n".join(next_step.next_step(tmp_path))
    assert "msoko init ." in text and "msoko doctor" in text


def test_without_data_it_is_demo_or_files_of_the_current_year(project: Project) -> None:
    assert "msoko demo" in said(project) and "params/own/common.yml" in said(project)
    for day, year in (("2026-08-31", "2025-2026"), ("2026-09-01", "2026-2027")):
        lines = next_step.next_step(project.root, dt.date.fromisoformat(day))
        assert f"data/raw/{year}" in "\n".join(lines)
    put(project.own / "common.yml", "municipality:\n  name: Наш\n")
    assert "Название муниципалитета" not in said(project)


def test_files_without_a_bank_are_to_be_read(project: Project) -> None:
    put(project.raw(YEAR) / "а.csv", "а")
    put(project.raw(YEAR) / "~$а.csv", "")
    text = said(project)
    assert "файлов 1" in text and f"msoko intake {YEAR}" in text and "msoko check" in text


def test_the_newest_year_counts(project: Project) -> None:
    put(project.raw("2023-2024") / "а.csv", "а")
    put(project.raw(YEAR) / "а.csv", "а")
    assert YEAR in said(project) and "2023-2024" not in said(project)


@pytest.mark.parametrize("change", ["changed", "added", "taken away"])
def test_files_that_changed_after_reading_are_read_again(project: Project, change: str) -> None:
    first, second = (put(project.raw(YEAR) / f"{text}.csv", text) for text in "аб")
    read_into_bank(project, ["а", "б"], [])
    later = (project.bank(YEAR) / bank.MANIFEST).stat().st_mtime + 5
    assert "после чтения" not in said(project)
    os.utime(first, (later, later))
    assert "после чтения" not in said(project), "saved again, the same inside"
    if change == "changed":
        os.utime(put(second, "иное"), (later, later))
    elif change == "added":
        os.utime(put(project.raw(YEAR) / "в.csv", "в"), (later, later))
    else:
        second.unlink()
    assert "после чтения новых, изменённых или убранных файлов – 1" in said(project)
    assert f"msoko intake {YEAR}" in said(project)


def test_refused_files_say_where_to_read_of_them(project: Project) -> None:
    put(project.raw(YEAR) / "а.csv", "а")
    read_into_bank(project, ["а"], ["refused_file", "refused_rows", "set_aside", "note"])
    text = said(project)
    assert "не принято файлов – 1, сообщений о строках – 2" in text
    assert f"outputs/{YEAR}/intake.html" in text and f"msoko run {YEAR}" in text
    read_into_bank(project, ["а"], ["note", "question"])
    assert "все файлы приняты" in said(project)


def test_reports_missing_partly_made_stale_and_ready(project: Project) -> None:
    put(project.raw(YEAR) / "а.csv", "а")
    read_into_bank(project, ["а"], [])
    assert "Отчёты ещё не сделаны" in said(project) and f"msoko run {YEAR}" in said(project)
    names = all_reports(project)
    make_reports(project, names[:1])
    assert f"1 из {len(names)}" in said(project)
    make_reports(project, names)
    text = said(project)
    assert "Отчёты готовы" in text and "msoko run" not in text
    assert f"msoko forms {YEAR}" in text and f"msoko publish {YEAR}" in text
    (project.outputs(YEAR) / FORMS).mkdir()
    assert f"msoko forms {YEAR} --status" in said(project)
    put(project.outputs(YEAR) / "public" / "index.html", "")
    assert "msoko publish" not in said(project)
    put(project.own / f"{YEAR}.yml", "thresholds: {publication_days: {value: 25}}\n")
    text = said(project)
    assert "устарели: изменились параметры." in text and f"msoko run {YEAR}" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tables": {YEAR: {"schools": "other"}}}, "изменились данные"),
        ({"program": "0.0.9 0000"}, "обновилась программа"),
        ({"params": {}}, "изменились параметры"),
    ],
)
def test_why_reports_are_out_of_date(
    project: Project, changed: dict[str, object], words: str
) -> None:
    put(project.raw(YEAR) / "а.csv", "а")
    read_into_bank(project, ["а"], [])
    make_reports(project, all_reports(project), **changed)
    assert f"Отчёты устарели: {words}." in said(project)


def test_a_damaged_manifest_is_no_bank(project: Project) -> None:
    put(project.raw(YEAR) / "а.csv", "а")
    put(project.bank(YEAR) / bank.MANIFEST, "{")
    assert f"msoko intake {YEAR}" in said(project)


def test_a_real_bank_is_understood(tiny_project: Made) -> None:
    text = said(tiny_project.project)
    assert tiny_project.newest in text and "не принято файлов" in text
    assert "msoko run" in text, "its reports have not been made"


def test_names_are_those_of_the_rooms_that_write_them() -> None:
    assert next_step.MANIFEST == bank.MANIFEST and next_step.FORMS == FORMS
    assert (next_step.EDITIONS, next_step.CARD) == (editions.FOLDER, editions.CARD)
    assert {next_step._REFUSED_FILE, *next_step._REFUSED_ROWS} == REFUSING
    for name in ("~$a.xlsx", "._a", ".~lock.a#", "Thumbs.db", "desktop.ini", ".gitkeep",
                 "a.xlsx", ".a.xlsx", "b"):  # fmt: skip
        assert next_step.is_junk(name) == is_junk(Path(name)), name


def test_the_command_without_words_prints_it(project: Project) -> None:
    code = ("import sys; sys.argv = ['msoko']\nfrom msoko_lib.cli import main\n"
            "try: main()\nexcept SystemExit: pass\n"
            f"print('LOADED', sorted(set({HEAVY}) & set(sys.modules)))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True,
                          text=True, encoding="utf-8", check=True)  # fmt: skip
    assert "msoko demo" in done.stdout and re.search(r"LOADED \[\]", done.stdout), done.stdout


def test_help_and_version_load_nothing_heavy() -> None:
    code = ("import sys\nfrom msoko_lib.cli import app\n"
            "try: app(sys.argv[1:])\nexcept SystemExit: pass\n"
            f"print('LOADED', sorted(set({HEAVY}) & set(sys.modules)))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code, "run", "--help"], capture_output=True,
                          text=True, encoding="utf-8", check=True)  # fmt: skip
    assert "msoko run" in done.stdout and "LOADED []" in done.stdout, done.stdout
    assert CliRunner().invoke(app, ["--version"]).output.startswith("msoko ")
