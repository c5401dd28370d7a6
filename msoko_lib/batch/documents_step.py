"""Documents of a year as a step of the run: made again only where something changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import quote

from msoko_lib.atomic import write_atomically
from msoko_lib.bank import Bank
from msoko_lib.batch.editions import owe
from msoko_lib.batch.plan import TEMPLATES, is_template, params_hashes, year_fingerprint
from msoko_lib.documents.write import ADVICE, NOTES, ORDER, write_documents
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.reporting.site import ReportLink
from msoko_lib.versions import build_date

STATE = ".documents.json"
KEY = "Документы в Word"
_FINGERPRINT, _MADE_ON = "fingerprint", "made_on"


def make_documents(project: Project, school_year: str, force: bool) -> str:
    """Write the documents of a year if anything they are made from changed, and note it.

    Returns
    -------
    str
        Why they were not written, in words; empty where they are in place.
    """
    try:
        if not documents_due(project, school_year, force):
            return ""
    except Problem as problem:
        return str(problem)
    return documents_written(project, school_year) or note_documents(project, school_year)


def documents_due(project: Project, school_year: str, force: bool) -> bool:
    """True if the year has documents to be written: anything they are made from changed."""
    if not Bank(project, school_year).exists:
        return False
    return force or not _is_fresh(project.outputs(school_year), _stamp(project, school_year))


def documents_written(project: Project, school_year: str) -> str:
    """Write the documents of a year; says nothing of them to the run.

    Returns
    -------
    str
        Why they were not written, in words; empty where they are in place. A wrong template stops
        no report.
    """
    try:
        write_documents(project, school_year)
    except Problem as problem:
        return str(problem)
    return ""


def note_documents(project: Project, school_year: str) -> str:
    """Note that the documents lie as they are now made: an edition is owed if that is news.

    Gives an empty text: nothing has gone wrong.
    """
    outputs, stamp = project.outputs(school_year), _stamp(project, school_year)
    if documents_stamp(outputs) != stamp:
        owe(outputs, KEY)
    noted = {_FINGERPRINT: stamp, _MADE_ON: build_date().isoformat()}
    write_atomically(outputs / STATE, json.dumps(noted).encode())
    return ""


def documents_stamp(outputs: Path) -> str:
    """What the documents that lie there were made from; empty where there are none."""
    return _noted(outputs, _FINGERPRINT)


def documents_day(outputs: Path) -> str:
    """ISO date that the documents there bear; empty where there are none."""
    return _noted(outputs, _MADE_ON)


def _noted(outputs: Path, name: str) -> str:
    try:
        return str(json.loads((outputs / STATE).read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def documents_links(outputs: Path) -> list[ReportLink]:
    """Links of the index: the order, the notes; the recommendations lie in their folder."""
    folder = outputs / TEMPLATES
    if not (folder / ORDER).is_file():
        return []
    notes = [f"{NOTES}/{path.name}" for path in sorted((folder / NOTES).glob("*.docx"))]
    count = len(list((folder / ADVICE).glob("*.docx")))
    told = f"Адресные рекомендации – в папке documents/{ADVICE}, по файлу на организацию: {count}"
    titles = {name: f"Аналитическая справка {Path(name).stem.split()[-1]}" for name in notes}
    return [
        ReportLink("Проект приказа об итогах мониторинга", _href(ORDER), told),
        *(ReportLink(titles[name], _href(name)) for name in notes),
    ]


def _href(name: str) -> str:
    return quote(f"{TEMPLATES}/{name}")


def _stamp(project: Project, school_year: str) -> str:
    templates = {name: value for name, value in params_hashes(project).items() if is_template(name)}
    parts = [year_fingerprint(project, school_year), json.dumps(templates, sort_keys=True)]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def _is_fresh(outputs: Path, stamp: str) -> bool:
    return documents_stamp(outputs) == stamp and (outputs / TEMPLATES / ORDER).is_file()
