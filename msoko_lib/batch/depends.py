"""On what a report in place depends: the record of what it read, and whether that is still so.

A record lies beside the tables of a report. It can only spare work where the data of a year have
changed and the report has read nothing of what changed; whatever is amiss with it – none was
written, it is damaged, it belongs to another making of the report – leaves the coarse rule: all
data of the year count.
"""

from __future__ import annotations

import ast
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msoko_lib.atomic import write_atomically
from msoko_lib.bank import ALL_TABLES, INVENTORY, TABLE, Bank
from msoko_lib.intake.table_titles import TITLES
from msoko_lib.project import Project
from msoko_lib.reads import UNKNOWN, Reads, digest_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from msoko_lib.batch.plan import Job
    from msoko_lib.subsystems.year import Year

FOLDER = ".reads"
# What is told of a report made anew: so many things by name.
MOST_NAMED = 3
_OF_BANK = (TABLE, ALL_TABLES, INVENTORY)
_LIBRARY = "msoko_lib"
# School year → table of its bank → hash.
Tables = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Record:
    """What a report has read.

    Attributes
    ----------
    sources : mapping
        What the report is made from, in words → hash; it counts only while the state of the run
        says the same of the report.
    reads : mapping
        What was read → hash of it.
    tables : mapping
        Tables of the banks as they stood then, to say what has changed since.
    """

    sources: Mapping[str, str]
    reads: Reads
    tables: Tables


def record_path(outputs: Path, job: Job) -> Path:
    """Where the record of a report lies."""
    return outputs / FOLDER / f"{Path(job.output).stem}.json"


def write_record(outputs: Path, job: Job, record: Record | None) -> None:
    """Put the record of a report in place; None: nobody knows what it has read."""
    path = record_path(outputs, job)
    if record is None:
        path.unlink(missing_ok=True)
        return
    told = {"sources": dict(record.sources), "reads": record.reads, "tables": record.tables}
    write_atomically(path, json.dumps(told, ensure_ascii=False).encode())


def read_record(outputs: Path, job: Job, then: Mapping[str, str]) -> Record | None:
    """The record of a report that was made from ``then``; None where there is none to rely on."""
    try:
        told = json.loads(record_path(outputs, job).read_text(encoding="utf-8"))
        record = Record(told["sources"], dict(told["reads"]), dict(told["tables"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A report that read nothing was not watched.
    return record if record.sources == then and record.reads else None


def tables_of(banks: list[Bank]) -> Tables:
    """Tables of the banks as they stand."""
    return {bank.school_year: bank.hashes() for bank in banks}


class Present:
    """What a report would read now.

    Asked only of reports that coarse hashes cannot clear: what has to be computed for it is kept
    beside the banks, so that the reports made afterwards find it there.
    """

    def __init__(self, project: Project, banks: list[Bank]) -> None:
        self._project, self._banks = project, banks
        self._years: dict[str, Year] = {}
        self._known: Reads = {}
        self._tables: Tables = {}

    def changed(self, reads: Mapping[str, str]) -> list[str]:
        """Names of what is no longer as it was read: enough of them to know that it is so.

        What must be computed is asked last and no longer than until something has changed: most
        reports that are to be made anew are known by a table or by what another has asked.
        """
        of_bank = {name for name in reads if name == UNKNOWN or _is_of_bank(name)}
        others = [name for name in reads if name not in of_bank]
        told = [name for name in reads if name in of_bank and self._is_other(name, reads[name])]
        if told:
            return told
        others.sort(key=lambda name: name not in self._known)
        return list(islice((name for name in others if self._is_other(name, reads[name])), 1))

    def _is_other(self, name: str, then: str) -> bool:
        return then == UNKNOWN or self._digest(name) != then

    def in_words(self, changed: list[str], record: Record) -> str:
        """What of a record is no longer as it was read, in plain words."""
        if not self._tables:
            self._tables = tables_of(self._banks)
        return why_changed(changed, record.tables, self._tables)

    def _digest(self, name: str) -> str:
        if name not in self._known:
            try:
                self._known[name] = self._asked(*json.loads(name))
            # Whatever cannot be told now cannot be called the same.
            except Exception:
                self._known[name] = UNKNOWN
        return self._known[name]

    def _asked(self, what: str, school_year: str, *args: Any) -> str:
        if what in _OF_BANK:
            return Bank(self._project, school_year).digest(what, *args)
        function = _derived(what)
        if school_year not in self._years:
            from msoko_lib.subsystems.year import open_year_of

            self._years[school_year] = open_year_of(self._project, school_year)
        return digest_of(function(self._years[school_year], *args))


def _is_of_bank(name: str) -> bool:
    """True if a record names a table of a bank, all of them or its inventory."""
    return any(what in _OF_BANK for what, *_ in _parts(name))


def _parts(name: str) -> list[tuple[Any, ...]]:
    """What a name in a record says; empty where it says nothing."""
    try:
        what, school_year, *args = json.loads(name)
    except (ValueError, TypeError):
        return []
    return [(str(what), str(school_year), *args)]


def _derived(what: str) -> Any:
    module, _, name = what.partition(":")
    if module.partition(".")[0] != _LIBRARY:
        raise ValueError(f"{what} is none of the library's")
    function = getattr(importlib.import_module(module), name)
    if not hasattr(function, "in_words"):
        raise ValueError(f"{what} is not derived")
    return function


def why_changed(changed: list[str], then: Tables, now: Tables) -> str:
    """What has changed, in plain words.

    Parameters
    ----------
    changed : list of str
        Names of what is no longer as it was read.
    then, now : dict
        Tables of the banks when the report was made, and as they stand.
    """
    read = [parts for name in changed for parts in _parts(name)]
    tables = [(year, args[0]) for what, year, *args in read if what == TABLE and args]
    if not tables:
        tables = [
            (year, name)
            for year in now
            for name in dict.fromkeys([*now[year], *then.get(year, {})])
            if now[year].get(name) != then.get(year, {}).get(name)
        ]
    told = [f"{TITLES[name]} за {year}" for year, name in tables if name in TITLES]
    if not told:
        told = [f"{_in_words(what, args)} за {year}" for what, year, *args in read]
    told = list(dict.fromkeys(told)) or ["данные"]
    more = len(told) - MOST_NAMED
    return ", ".join(told[:MOST_NAMED]) + (f" и ещё {more}" if more > 0 else "")


def _in_words(what: str, args: list[Any]) -> str:
    if what in _OF_BANK:
        return "данные" if what == ALL_TABLES else "загрузка данных"
    try:
        return str(_derived(what).in_words).format(*args)
    except (ImportError, AttributeError, ValueError, IndexError):
        return "данные"


def reads_by_the_library_alone(notebook: NotebookNode) -> bool:
    """True if the cells take nothing but the library: only there is known what is read."""
    try:
        cells = [ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    # A command of the console or of the notebook.
    except SyntaxError:
        return False
    return all(_is_known(node) for tree in cells for node in ast.walk(tree))


def _is_known(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    elif isinstance(node, ast.Name):
        return node.id not in _WAYS_OUT
    else:
        return True
    return all(name.partition(".")[0] == _LIBRARY for name in names)


_WAYS_OUT = frozenset(
    {"open", "exec", "eval", "compile", "__import__", "get_ipython", "__builtins__"}
)
