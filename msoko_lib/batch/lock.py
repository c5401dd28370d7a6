"""One run of a year at a time; the lock says whose it is and goes with its owner.

The lock is the operating system's: it ends with the process that holds it, however that ended, so
neither a number of a process used again nor a clock set back can make it stand for ever or fall
too early. What is written beside it only tells people whom to wait for.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from msoko_lib.atomic import write_atomically
from msoko_lib.problems import Problem
from msoko_lib.project import Project

LOCK, OWNER = ".lock", ".owner.json"
# What a write leaves when it is killed: see write_atomically and the folders put in place whole.
_DRAFT = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{8}(?P<old>\.old)?")


class YearIsBusy(Problem):
    """Another run of the same year is under way."""


@contextmanager
def only_run(project: Project, school_year: str) -> Iterator[None]:
    """Hold a year for one run, and clear away what a killed run has left.

    Raises
    ------
    YearIsBusy
        If another run holds it; the message names that run.
    """
    folder = project.outputs(school_year)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise YearIsBusy(_busy(folder, school_year)) from None
    try:
        for place in (folder, project.bank(school_year)):
            clear_drafts(place)
        write_atomically(folder / OWNER, json.dumps(_me(), ensure_ascii=False).encode())
        yield
    finally:
        with suppress(OSError):
            (folder / OWNER).unlink(missing_ok=True)
        lock.release()


def clear_drafts(folder: Path) -> None:
    """Take away half-written files of a killed run; a folder caught between two moves goes back."""
    for path in drafts_of(folder):
        match = _DRAFT.fullmatch(path.name)
        if match is None:
            continue
        home = path.with_name(match["name"])
        if match["old"] and not home.exists():
            os.replace(path, home)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def drafts_of(folder: Path) -> list[Path]:
    """Half-written files and folders that a killed run has left below a folder."""
    found = sorted(folder.rglob(".*")) if folder.is_dir() else []
    return [path for path in found if _DRAFT.fullmatch(path.name)]


def busy_with(project: Project, school_year: str) -> str:
    """Which run holds a year, in a sentence; empty if none does."""
    folder = project.outputs(school_year)
    if not (folder / LOCK).is_file():
        return ""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return _busy(folder, school_year)
    lock.release()
    return ""


def _me() -> dict[str, object]:
    """Who holds the lock, for whoever has to wait."""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": dt.datetime.now().astimezone().strftime("%d.%m.%Y %H:%M"),
        "command": " ".join(["msoko", *sys.argv[1:]]),
    }


def _busy(folder: Path, school_year: str) -> str:
    told = f"Год {school_year} уже обрабатывает другой запуск msoko. "
    with suppress(OSError, ValueError, KeyError, TypeError):
        owner = json.loads((folder / OWNER).read_text(encoding="utf-8"))
        told = (
            f"Год {school_year} уже обрабатывает другой запуск: {owner['command']} (компьютер "
            f"{owner['host']}, процесс {owner['pid']}, с {owner['since']}). "
        )
    return f"{told}Дождитесь его конца и повторите команду. Ничего не изменено."
