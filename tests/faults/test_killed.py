"""Killed at any moment a command spoils nothing, and the next one brings the work to its end.

The short form; ``make torture`` kills two hundred times.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from killing import command, copy_of, kill_many
from small_town import INTAKE, PUBLISH, RUN, YEAR, State, what_is_broken

from msoko_lib.batch.editions import OWED, editions_of, owe, owed, paid
from msoko_lib.batch.lock import clear_drafts
from msoko_lib.project import Project

News = Callable[[Project], None]


def test_an_intake_that_is_killed(town: Project, with_news: News, tmp_path: Path) -> None:
    count = kill_many(INTAKE, town, with_news, times=2, seed=1, folder=tmp_path)
    assert count.broken == []
    assert count.tried == 2 and count.killed >= 1


def test_a_run_killed_before_its_edition_and_a_publication(town: Project, tmp_path: Path) -> None:
    """Killed after the report and before the edition: the report must not be lost to editions."""
    whole = copy_of(town, tmp_path / "whole")
    assert command(whole, RUN).code == 0
    new = State.of(whole)
    killed = copy_of(town, tmp_path / "whole")
    assert command(killed, RUN, prepare=die_before_the_edition).code == -signal.SIGKILL
    assert editions_of(killed.outputs(YEAR)) == []
    assert what_is_broken(killed, State.of(town), new) == []
    again = command(killed, RUN)
    assert again.code == 0 and "без изменений: 1" in again.said
    (edition,) = editions_of(killed.outputs(YEAR))
    assert edition.made == ("14",) and edition.number == 1
    assert State.of(killed).differs_from(new) == []
    published = kill_many(PUBLISH, killed, lambda project: None, 2, seed=4, folder=tmp_path)
    assert published.broken == [] and published.tried == 2


def die_before_the_edition() -> None:
    from msoko_lib.batch import year

    def die(*words: object, **named: object) -> None:
        os.killpg(os.getpid(), signal.SIGKILL)

    year.hand_out = die


def test_what_is_owed_to_the_next_edition(tmp_path: Path) -> None:
    assert owed(tmp_path) == set() and not paid(tmp_path)
    for key in ("14", "edu991002", "14"):
        owe(tmp_path, key)
    assert owed(tmp_path) == {"14", "edu991002"} and not paid(tmp_path)
    (tmp_path / "editions" / "001").mkdir(parents=True)
    assert owed(tmp_path) == set(), "they are in edition 1"
    assert paid(tmp_path) and not paid(tmp_path)
    (tmp_path / OWED).write_text("{", encoding="utf-8")
    assert owed(tmp_path) == set() and not paid(tmp_path)


def test_a_half_written_file_is_seen(town: Project) -> None:
    """The check itself: a page, a workbook, a table of the bank that break off are all found."""
    state = State.of(town)
    assert what_is_broken(town, state, state) == []
    for name in ("intake.html", "intake.xlsx"):
        path = town.outputs(YEAR) / name
        path.write_bytes(path.read_bytes()[:-200])
    table = town.bank(YEAR) / "schools.parquet"
    table.write_bytes(table.read_bytes()[:-20])
    try:
        told = what_is_broken(town, state, state)
    except Exception as problem:
        told = [repr(problem)]
    assert told, "nothing was noticed"


def test_what_a_killed_run_leaves_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    whole = tmp_path / "documents"
    for name in (
        ".index.html.0123abcd", "index.html", ".state.json", ".owner.json", ".log/05.txt",
        "editions/.004.0123abcd/index.html", "editions/003/index.html",
        ".documents.0123abcd/Приказ.docx", ".documents.0123abcd.old/Приказ.docx",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    clear_drafts(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {
        "index.html", ".state.json", ".owner.json", ".log/05.txt", "editions/003/index.html",
        "documents/Приказ.docx",
    }  # fmt: skip
    # Killed between the two moves, the documents that stood there are put back.
    assert (whole / "Приказ.docx").read_text(encoding="utf-8").startswith(".documents.0123abcd.old")
