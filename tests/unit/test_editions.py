"""Frozen editions: what was handed out stays as it was, and each says what it changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from msoko_lib.batch import documents_step
from msoko_lib.batch.editions import (
    CARD,
    OWED,
    Edition,
    editions_of,
    folder_of,
    freeze,
    next_number,
    owed,
    to_freeze,
)
from msoko_lib.project import Project
from msoko_lib.reporting.editions_page import Changes, EditionEntry, editions_page
from msoko_lib.reporting.html import PageMeta
from msoko_lib.reporting.html_check import check_html

YEAR = "2024-2025"
CARD_OF_FIRST = Edition(1, "2025-10-01", ("01",), {}, {"Ф1.xlsx": "а"}, {}, "1", {"КП-01": "61 %"})


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    for name, text in {
        "index.html": "живой указатель", "01_quality.html": "первый", "schools/а.html": "школа",
        ".state.json": "{}", ".log/01.txt": "подробности", "forms/бланк.xlsx": "бланк",
        "editions.html": "издания", "public/index.html": "открытое",
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def text_in(outputs: Path, number: int, name: str) -> str:
    return (folder_of(outputs, number) / name).read_text(encoding="utf-8")


def test_an_edition_holds_the_reports_and_none_of_the_workings(outputs: Path) -> None:
    assert set(to_freeze(outputs)) == {"index.html", "01_quality.html", "schools/а.html"}
    freeze(outputs, CARD_OF_FIRST, {"index.html": "указатель издания"})
    assert text_in(outputs, 1, "index.html") == "указатель издания"
    assert text_in(outputs, 1, "schools/а.html") == "школа"
    (card,) = editions_of(outputs)
    assert card.number == 1 and card.sources == {"Ф1.xlsx": "а"} and len(card.files) == 3


def test_an_old_edition_stays_when_live_files_and_editions_change(outputs: Path) -> None:
    freeze(outputs, CARD_OF_FIRST, {})
    # In place, as somebody typing into the page would: what is frozen must not share it.
    with (outputs / "01_quality.html").open("r+", encoding="utf-8") as stream:
        stream.write("ВТОРОЙ")
    freeze(outputs, replace(CARD_OF_FIRST, number=2), {})
    assert text_in(outputs, 1, "01_quality.html") == "первый"
    assert text_in(outputs, 2, "01_quality.html") == "ВТОРОЙ"
    kept, again = (folder_of(outputs, number) / "schools" / "а.html" for number in (1, 2))
    assert kept.samefile(again), "what did not change takes no room twice"
    assert not again.samefile(outputs / "schools" / "а.html")


def test_numbers_go_on_even_after_a_damaged_edition(outputs: Path) -> None:
    assert next_number(outputs) == 1
    freeze(outputs, CARD_OF_FIRST, {})
    (folder_of(outputs, 1) / CARD).write_text("{", encoding="utf-8")
    assert editions_of(outputs) == [] and next_number(outputs) == 2


def test_a_failure_leaves_no_half_of_an_edition(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("msoko_lib.batch.editions.os.replace", full_disk)
    with pytest.raises(OSError, match="no space"):
        freeze(outputs, CARD_OF_FIRST, {})
    assert list((outputs / "editions").iterdir()) == []


def page_with(changes: Changes | None) -> str:
    entry = EditionEntry(2, "2025-11-05", "editions/002/index.html", 3, changes)
    page = editions_page([entry], PageMeta(title="Издания года", made_on="2025-11-05"))
    assert check_html(page, allowed_links=(entry.href,)) == []
    return page


def test_the_page_tells_each_kind_of_change_in_words() -> None:
    page = page_with(
        Changes(
            new_sources=["Ф1.xlsx"], other_sources=["форма.xlsx"], gone_sources=["старый.csv"],
            params=["settings.yml"], program=True, subsystems=["01 Качество"], schools_n=3,
            values=[("КП-01 «Доля»", "61,0 %", "62,0 %")],
        )
    )  # fmt: skip
    for words in (
        "Поступили файлы: Ф1.xlsx.", "Заменены файлы: форма.xlsx.", "Больше нет файлов: старый.csv",
        "Изменены параметры: settings.yml.", "Изменилась программа.", "01 Качество",
        "отчётов организаций: 3.", "было 61,0 %, стало 62,0 %",
    ):  # fmt: skip
        assert words in page.replace("\u00a0", " "), words


def test_many_names_are_counted_and_the_first_edition_says_so() -> None:
    page = page_with(Changes(new_sources=[f"{n}.xlsx" for n in range(9)]))
    assert "и ещё 3." in page.replace("\u00a0", " ") and "8.xlsx" not in page
    assert "Первое издание года." in page_with(None)
    assert "данные и показатели те же" in page_with(Changes())


@pytest.mark.parametrize(("after", "is_new"), [("other", True), ("same", False)])
def test_documents_alone_make_an_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str, is_new: bool
) -> None:
    """A template changed in Word changes no report, but what the office hands out."""
    project = Project(tmp_path)
    outputs = project.outputs(YEAR)
    outputs.mkdir(parents=True)
    monkeypatch.setattr(documents_step.Bank, "exists", True)
    monkeypatch.setattr(documents_step, "write_documents", lambda *args: None)
    monkeypatch.setattr(documents_step, "_stamp", lambda *args: "same")
    assert documents_step.make_documents(project, YEAR, force=False) == ""
    (outputs / OWED).unlink()
    monkeypatch.setattr(documents_step, "_stamp", lambda *args: after)
    # Made by force they count as others only if what they are made from changed.
    assert documents_step.make_documents(project, YEAR, force=True) == ""
    assert owed(outputs) == ({documents_step.KEY} if is_new else set())
