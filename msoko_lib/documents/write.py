"""The documents of a year: all made in memory, then put in place together."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from msoko_lib.atomic import write_atomically
from msoko_lib.documents import placeholders as kinds
from msoko_lib.documents.contents import Told, advice, order, report, units_of
from msoko_lib.documents.stock import stock_templates
from msoko_lib.documents.templates import FOLDER, check_template, fill
from msoko_lib.forms.file_names import file_names
from msoko_lib.own import own_file
from msoko_lib.privacy.outgoing import outgoing_of
from msoko_lib.project import Project
from msoko_lib.subsystems.year import opened

ORDER = "Приказ об итогах мониторинга (проект).docx"
NOTES = "Аналитические справки"
ADVICE = "Адресные рекомендации"


def write_documents(project: Project, school_year: str) -> list[Path]:
    """Fill every template for a year and put the documents into ``outputs/<year>/documents``.

    What was there before is replaced as a whole, or stays as it was.

    Returns
    -------
    list of Path
        The documents: the order, the notes, the recommendations.

    Raises
    ------
    TemplateProblem
        If a template is absent, is no Word file or asks for what there is not.
    BankProblem
        If the year has not been read into the bank.
    PersonalData
        If a document seems to hold personal data beside the names of officials.
    """
    templates = {kind.file: own_file(project, f"{FOLDER}/{kind.file}") for kind in kinds.KINDS}
    for kind in kinds.KINDS:
        check_template(templates[kind.file], kind)
    told = Told.of(opened(project, school_year))
    made = dict(_documents(templates, told))
    outgoing = outgoing_of(project, school_year)
    for name, content in made.items():
        outgoing.check(f"{FOLDER}/{name}", content)
    target = project.outputs(school_year) / FOLDER
    _put(target, made)
    return [target / name for name in made]


def write_templates(project: Project) -> list[Path]:
    """Put back the templates that are missing; one that is there is never touched.

    What is delivered with an installed program is not to be written in: there they become the
    municipality's own.
    """
    params = project.own if project.is_laid_out else project.params
    written = []
    for name, content in stock_templates().items():
        path = params / FOLDER / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
            written.append(path)
    return written


def _documents(templates: Mapping[str, Path], told: Told) -> Iterator[tuple[str, bytes]]:
    """Path below the folder of documents → content."""
    yield ORDER, fill(templates[kinds.ORDER.file], kinds.ORDER, order(told))
    for part in told.year.catalogue.subsystems:
        content = fill(templates[kinds.REPORT.file], kinds.REPORT, report(told, part.number))
        yield f"{NOTES}/Справка {part.number}.docx", content
    units = units_of(told.year)
    names = file_names(zip(units["school_id"], units["name"], strict=True))
    for unit_id, name in names.items():
        content = fill(templates[kinds.ADVICE.file], kinds.ADVICE, advice(told, unit_id))
        yield f"{ADVICE}/{name}.docx", content


def _put(target: Path, made: dict[str, bytes]) -> None:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    old = target.with_name(f"{draft.name}.old")
    try:
        for name, content in made.items():
            place = draft / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        if target.exists():
            os.replace(target, old)
        os.replace(draft, target)
    finally:
        # Where the new folder did not come into its place, the old one goes back there.
        if old.exists() and not target.exists():
            os.replace(old, target)
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
