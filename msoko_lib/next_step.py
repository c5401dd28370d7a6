"""What to do next in this folder: read off its state, said in a few lines with exact commands.

Loads no table and no library of numbers: the answer must be there at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msoko_lib.project import Project, ProjectNotFound, school_year_of

# Names that the bank, the editions and the forms give; a test holds them to theirs.
MANIFEST = "manifest.json"
EDITIONS, CARD = "editions", "edition.json"
FORMS, PUBLIC = "forms", "public"
JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitkeep"})
JUNK_STARTS = ("~$", ".~lock", "._")
_REFUSED_FILE, _REFUSED_ROWS = "refused_file", ("refused_rows", "set_aside")
_REPORT = re.compile(r"\d\d_\w+")
_NEW_YEAR_MONTH = 9
ALL_COMMANDS = "Все команды: msoko --help"


def next_step(start: Path | None = None, today: dt.date | None = None) -> list[str]:
    """Where the folder stands and which command comes next.

    Parameters
    ----------
    start : Path, optional
        Folder from which the project is looked for upward; by default the current one.
    today : date, optional
        For the example of a school year's folder.
    """
    try:
        project = Project.find(start)
    except ProjectNotFound:
        return [
            "Папки муниципалитета здесь нет.",
            "Завести её здесь: msoko init . (в новой папке: msoko init Муниципалитет)",
            "Проверить, готов ли компьютер: msoko doctor",
            ALL_COMMANDS,
        ]
    years = project.raw_years()
    head = f"Папка муниципалитета: {project.root}"
    if not years:
        return [head, *_without_data(project, today or dt.date.today())]
    return [head, *_of_year(project, years[-1])]


def _without_data(project: Project, today: dt.date) -> list[str]:
    year = school_year_of(today.year + (today.month >= _NEW_YEAR_MONTH))
    return [
        "Файлов учебного года ещё нет.",
        f"Свои выгрузки положите в папку data/raw/{year} (свой учебный год) и повторите: msoko",
        "Познакомиться на вымышленном муниципалитете: msoko demo",
        *([] if _has_own(project) else ["Название муниципалитета впишите в params/own/common.yml"]),
        "Проверить, готов ли компьютер: msoko doctor",
    ]


def _has_own(project: Project) -> bool:
    own = project.own / "common.yml"
    if not own.is_file():
        return False
    lines = own.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.startswith("municipality:") for line in lines)


def _of_year(project: Project, year: str) -> list[str]:
    raw = list(_raw_files(project.raw(year)))
    bank = _read_json(project.bank(year) / MANIFEST)
    if bank is None:
        return [
            f"{year}: файлов {len(raw)}, в банк они ещё не прочитаны.",
            f"Прочитать: msoko intake {year}",
            "Узнать о файле, ничего не загружая: msoko check ФАЙЛ",
        ]
    changed = _unread(raw, bank, project.bank(year) / MANIFEST)
    if changed:
        return [
            f"{year}: после чтения новых, изменённых или убранных файлов – {changed}.",
            f"Прочитать их: msoko intake {year}",
            f"Прочитать и сразу сделать отчёты: msoko run {year}",
        ]
    refused = _refused(project, year, bank)
    return [*refused, *_reports(project, year)]


def _refused(project: Project, year: str, bank: dict[str, Any]) -> list[str]:
    counted = Counter(str(item.get("severity")) for item in bank.get("findings", []))
    files = counted[_REFUSED_FILE]
    rows = sum(counted[name] for name in _REFUSED_ROWS)
    if not files + rows:
        return [f"{year}: все файлы приняты."]
    page = f"outputs/{year}/intake.html"
    return [f"{year}: не принято файлов – {files}, сообщений о строках – {rows}. Причины и что "
            f"сделать: {page}; исправив файлы, повторите: msoko intake {year}"]  # fmt: skip


def _reports(project: Project, year: str) -> list[str]:
    outputs = project.outputs(year)
    planned = {path.stem for path in project.notebooks.glob("*.ipynb")}
    planned = {name for name in planned if _REPORT.fullmatch(name)}
    made = {name for name in planned if (outputs / f"{name}.html").is_file()}
    if not made:
        return [f"Отчёты ещё не сделаны. Сделать: msoko run {year}"]
    why = _out_of_date(project, year)
    if why:
        return [f"Отчёты устарели: {why}. Сделать заново то, что изменилось: msoko run {year}"]
    if made != planned:
        return [f"Сделаны не все отчёты: {len(made)} из {len(planned)}. "
                f"Остальные: msoko run {year}"]  # fmt: skip
    told = [f"Отчёты готовы, откройте: {outputs / 'index.html'}"]
    if (outputs / FORMS).is_dir():
        told.append(f"Кто ещё не ответил на бланки: msoko forms {year} --status")
    else:
        told.append(f"Бланки для того, чего нет в выгрузках: msoko forms {year}")
    if not (outputs / PUBLIC / "index.html").is_file():
        told.append(f"Открытый выпуск для сайта: msoko publish {year}")
    told.append(f"Доказать, что издание никто не правил: msoko verify {year}")
    return told


def _out_of_date(project: Project, year: str) -> str:
    """What has changed since the newest edition; empty if nothing has."""
    cards = sorted((project.outputs(year) / EDITIONS).glob(f"*/{CARD}"))
    card = _read_json(cards[-1]) if cards else None
    if card is None:
        return "издание не записано"
    what = []
    bank = _read_json(project.bank(year) / MANIFEST) or {}
    tables = {name: item.get("sha256") for name, item in bank.get("tables", {}).items()}
    if card.get("tables") and card["tables"].get(year) != tables:
        what.append("изменились данные")
    params = {name: _hash(path) for name, path in project.params_files().items()}
    if card.get("params") != params:
        what.append("изменились параметры")
    if str(card.get("program", "")).split(" ")[-1] != _program():
        what.append("обновилась программа")
    return ", ".join(what)


@cache
def _program() -> str:
    from msoko_lib.versions import library_fingerprint

    return library_fingerprint()


def _unread(raw: list[Path], bank: dict[str, Any], manifest: Path) -> int:
    """How many files were added, taken away or changed since the bank was written.

    A file saved later than the bank is looked into; the others are those of then.
    """
    known = {item.get("sha256") for item in bank.get("files", [])}
    read_at = manifest.stat().st_mtime_ns
    later = [path for path in raw if _saved_at(path) > read_at]
    changed = sum(_hash(path) not in known for path in later)
    return changed or abs(len(raw) - len(bank.get("files", [])))


def _saved_at(path: Path) -> int:
    """When a file was put here or saved, whichever is later."""
    status = path.stat()
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _raw_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not is_junk(path.name):
            yield path


def is_junk(name: str) -> bool:
    """As the intake sees it: lock files of open workbooks, leavings of operating systems."""
    return name.lower() in JUNK_NAMES or name.startswith(JUNK_STARTS)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) else None
