"""Read files each in a process of its own, under a limit of memory and time.

The library is loaded once; a file is read in a fork, so that whatever it does to the reader (a
crash, an endless loop, a gigabyte) is seen and harms no other. A file is put into a year alone:
read, merged, checked against the tables of the bank.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msoko_lib.bank import Bank
from msoko_lib.catalogue import load_catalogue
from msoko_lib.intake.directory import Directory, open_directory
from msoko_lib.intake.files import RawFile, edition_of
from msoko_lib.intake.gather import gather
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Workbook, file_hash, open_workbook
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.settings import load_settings

# What a file may cost: the contract. Address space is wider than memory (Arrow reserves some).
MOST_SECONDS = 30
MOST_MEMORY_MB = 1024
ADDRESS_SPACE = 4 * 2**30
# Processor time is what a file costs; by the clock a busy machine is given its time.
PROCESSOR_S = 3 * MOST_SECONDS
PATIENCE_S = 900

Check = Callable[[Reading, Workbook], list[str]]


class Desk:
    """Everything that reading a file needs, made once."""

    def __init__(self, root: Path, school_year: str) -> None:
        self.project = Project(root)
        self.school_year = school_year
        schools = Bank(self.project, school_year).table("schools")
        self.directory = Directory.from_frame(schools) if len(schools) else open_directory()
        self.layouts = all_layouts(self.project)
        self.settings = load_settings(self.project, school_year)
        self.pupils = Pseudonymiser(load_key(root))
        self.catalogue = load_catalogue(self.project)

    def reading_of(self, path: Path) -> tuple[Reading, RawFile]:
        """What the readers make of a file."""
        raw = RawFile(path, path.name, file_hash(path), edition_of(path))
        context = ReadContext(
            self.school_year, self.settings, self.directory, self.pupils, raw.name
        )
        return read_file(raw, self.layouts, context), raw

    def read(self, path: Path, check: Check | None = None) -> dict[str, Any]:
        """Read a file into the tables of a year that has no other."""
        reading, raw = self.reading_of(path)
        given = reading.rows_n
        faults = check(reading, open_workbook(path)) if check and given else []
        tables, told = gather(
            {raw.name: reading}, [raw], self.directory, self.school_year,
            TABLES["form_values"].empty(), self.catalogue,
        )  # fmt: skip
        for name, frame in tables.items():
            TABLES[name].validate(TABLES[name].conform(frame))
        return {
            "layout": reading.layout,
            "rows": given,
            "findings": [asdict(item) for item in [*reading.findings, *told]],
            "faults": faults,
        }


def read_apart(desk: Desk, path: Path, check: Check | None = None) -> dict[str, Any]:
    """What became of a file that was read in a process of its own.

    ``check`` looks at the reading there and says what is wrong with it.
    """
    reader, writer = os.pipe()
    begun = time.monotonic()
    child = os.fork()
    if not child:
        os.close(reader)
        _in_child(desk, path, check, writer)
    os.close(writer)
    told = _all_of(reader, begun + PATIENCE_S)
    if told is None:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    answer: dict[str, Any] = {
        "path": str(path),
        "rows": 0,
        "seconds": round(used.ru_utime + used.ru_stime, 2),
        "memory_mb": used.ru_maxrss // 1024,
    }
    if told is None:
        return answer | {"died": "time is over"}
    if status or not told:
        return answer | {"died": f"the process ended with {status}"}
    return answer | json.loads(told)


def _in_child(desk: Desk, path: Path, check: Check | None, writer: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S + 5))
        try:
            answer = desk.read(path, check)
        except BaseException:
            answer = {"traceback": traceback.format_exc()[-2000:]}
        with os.fdopen(writer, "w", encoding="utf-8") as stream:
            json.dump(answer, stream, ensure_ascii=False, default=str)
        os._exit(0)
    finally:
        os._exit(70)


def _all_of(reader: int, deadline: float) -> str | None:
    """Everything that comes through a pipe; None where it does not end in time."""
    parts = []
    with os.fdopen(reader, "rb") as stream:
        while True:
            ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            part = os.read(stream.fileno(), 1 << 16)
            if not part:
                return b"".join(parts).decode("utf-8", "replace")
            parts.append(part)


def fault_of(answer: dict[str, Any]) -> str:
    """What a file's end breaks of the contract, in words; empty: nothing.

    A result or a refusal with an address, in time and memory, never a traceback.
    """
    for key in ("died", "traceback"):
        if key in answer:
            return f"{key}: {answer[key]}"
    if answer["seconds"] > MOST_SECONDS:
        return f"took {answer['seconds']} s"
    if answer["memory_mb"] > MOST_MEMORY_MB:
        return f"took {answer['memory_mb']} MB"
    if not answer["rows"] and not answer["findings"]:
        return "neither a row nor a word"
    for item in answer["findings"]:
        if not (item["file"] and item["found"] and item["expected"] and item["action"]):
            return f"the line {item['rule']} lacks a part"
        if item["rule"] == "unreadable_content":
            return f"a reader stumbled: {item['found']}"
    return "; ".join(answer.get("faults", []))
