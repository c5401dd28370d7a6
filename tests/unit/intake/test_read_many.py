"""A reader that hangs is stopped, wherever it hangs, and its file alone is refused."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import builders_gia as gia
import pytest
from refusals import SCHOOLS, Desk, write_book

from msoko_lib.intake import read_many
from msoko_lib.intake.cache import ReadingCache
from msoko_lib.intake.files import raw_file
from msoko_lib.intake.layouts_gia import LAYOUTS
from msoko_lib.intake.read_many import READ_SECONDS
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.rules import all_rules
from msoko_lib.intake.time_limit import TimeIsOver, time_limit
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import Project
from msoko_lib.settings import Settings

GOOD = gia.ege(gia.sparse_pupil(1), gia.sparse_pupil(2, "Петров"))


def _hangs_in_a_library(book: Workbook, sheet: Sheet) -> bool:
    """As a compiled library that never gives Python its turn."""
    if sheet.rows[0][0] == "стоп":
        ctypes.PyDLL(None).sleep(600)
    return False


def _never(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    raise AssertionError("it claims nothing")


HANGING = Layout("hanging", "Список", _hangs_in_a_library, _never, order=1)


def within(settings: Settings, seconds: float) -> Settings:
    """The same settings with another limit of time."""
    limit = settings.threshold(READ_SECONDS).model_copy(update={"value": seconds})
    return settings.model_copy(update={"thresholds": {**settings.thresholds, READ_SECONDS: limit}})


@pytest.mark.skipif(os.name == "nt", reason="the hang is made with a function of POSIX")
def test_a_process_that_hangs_outside_python_is_ended(
    new_project: Callable[[], Project], tmp_path: Path
) -> None:
    write_book(tmp_path / "а.xlsx", {"Лист1": [["стоп"]]})
    write_book(tmp_path / "б.xlsx", {"Лист1": GOOD})
    files = [raw_file(tmp_path / name, tmp_path) for name in ("а.xlsx", "б.xlsx")]
    context = Desk(new_project()).context("2024-2025", "", SCHOOLS)
    context = replace(context, settings=within(context.settings, 3))
    cache, keys = ReadingCache(tmp_path / "kept"), {raw.name: raw.sha256 for raw in files}
    layouts = (HANGING, *LAYOUTS)
    read = dict(
        (raw.name, reading)
        for raw, reading in read_many._one_by_one(list(files), layouts, context, cache, keys)
    )
    (line,) = read["а.xlsx"].findings
    assert (line.rule, line.file) == ("too_slow", "а.xlsx") and "за 3 с" in line.found
    assert read["б.xlsx"].rows_n > 0
    # It may be quicker next time, so it is tried again; what was read is not.
    assert [cache.load(keys[name]) is None for name in ("а.xlsx", "б.xlsx")] == [True, False]


def endless_loop() -> None:
    while True:
        pass


def endless_search() -> None:
    re.match(r"(а|а|аа)*б", "а" * 60)


@pytest.mark.parametrize("work", [endless_loop, endless_search])
def test_what_lasts_too_long_is_stopped_in_this_process(work: Callable[[], None]) -> None:
    with pytest.raises(TimeIsOver), time_limit(0.05):
        work()
    with time_limit(600):
        assert True, "the next work has its own time"


@pytest.mark.skipif(
    sys.gettrace() is not None,
    reason="Python 3.11 never goes on where a thread is traced and is sent an exception",
)
def test_another_thread_is_stopped_by_an_exception_sent_to_it() -> None:
    """So it is in Windows too."""
    told: list[str] = []

    def work() -> None:
        try:
            with time_limit(0.05):
                endless_loop()
        except TimeIsOver:
            told.append("stopped")
        with time_limit(600):
            told.append("went on")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(60)
    assert told == ["stopped", "went on"]


def test_a_process_that_only_reads_knows_every_rule() -> None:
    """A reading process imports this module alone; a rule it does not know costs the file."""
    ask = "import msoko_lib.intake.read_many; from msoko_lib.intake.rules import all_rules; "
    ask += "print(*(rule.code for rule in all_rules()))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    # Told of a year as a whole, when everything has been read.
    assert {rule.code for rule in all_rules()} - {*done.stdout.split()} <= {
        "no_file", "personal_text",
    }  # fmt: skip
