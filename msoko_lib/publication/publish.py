"""``msoko publish``: gather, decide, prove, print, check, and only then put in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.bank import Bank
from msoko_lib.bank_migrations import ready_banks
from msoko_lib.batch.lock import only_run
from msoko_lib.indicators.store import WINDOW
from msoko_lib.privacy.outgoing import outgoing_of
from msoko_lib.problems import Problem
from msoko_lib.project import Project, previous_school_year
from msoko_lib.publication.editions import (
    Edition,
    changes_between,
    earlier_records,
    editions_of,
    freeze,
    frozen_files,
    write_files,
)
from msoko_lib.publication.figures import gather
from msoko_lib.publication.pages_annual import annual_page
from msoko_lib.publication.protect import audit, decide
from msoko_lib.publication.rules import load_rules, undecided
from msoko_lib.publication.shown import Row, protected_rows
from msoko_lib.publication.site import Heading, site_files, site_problems
from msoko_lib.subsystems.annual.params import load_annual
from msoko_lib.subsystems.year import Year, open_year_of
from msoko_lib.versions import build_date

FOLDER = "public"
Progress = Callable[[str, int, int], None]
STEPS = ("что можно показать", "проверка защиты", "страницы", "запись")


class NothingToPublish(Problem):
    """The year has no number that is meant for the public."""


class FaultySite(Problem):
    """A page of the site did not pass its check; nothing is put in place."""


@dataclass(frozen=True)
class Published:
    """What the command did.

    Attributes
    ----------
    is_new : bool
        False: nothing has changed since the last edition, which stays.
    undecided : tuple of str
        Indicators that the rules do not name: not published.
    """

    folder: Path
    number: int
    is_new: bool
    shown_n: int
    withheld_n: int
    tried_n: int
    undecided: tuple[str, ...]


def publish_year(project: Project, school_year: str, progress: Progress) -> Published:
    """Make the public edition of a year; either all of it stands in place or nothing changes.

    Raises
    ------
    NotProtected
        If the audit finds that a withheld number can be worked out.
    NothingToPublish
        If the year has nothing for the public.
    FaultySite
        If a page is faulty.
    PersonalData
        If a file seems to hold personal data.
    """
    with only_run(project, school_year):
        ready_banks(project, school_year, WINDOW)
        Bank(project, school_year).require_sound()
        return _publish(project, school_year, progress)


def _publish(project: Project, school_year: str, progress: Progress) -> Published:
    year = open_year_of(project, school_year)
    rules = load_rules(project, year.catalogue)
    progress(STEPS[0], 0, len(STEPS))
    figures = gather(year.indicators, rules, year.catalogue)
    if not figures:
        raise NothingToPublish(
            f"За {school_year} нет показателей, которые можно опубликовать. Выполните msoko intake "
            f"{school_year} и посмотрите, что не принято."
        )
    earlier = earlier_records(project, school_year)
    decision = decide(figures, rules, earlier, year.inputs.answers)
    progress(STEPS[1], 1, len(STEPS))
    tried = audit(decision.records, earlier, rules)
    progress(STEPS[2], 2, len(STEPS))
    rows = protected_rows(
        figures, decision, rules, year.catalogue, _organisations(year), _last_year(year)
    )
    mine = editions_of(project, school_year)
    further = [annual_page(load_annual(project, year.catalogue))]

    def printed(number: int, made_on: str, changes: tuple[str, ...]) -> dict[str, bytes]:
        owner = year.settings.municipality
        top = Heading(owner.name, owner.department, school_year, number, made_on)
        return site_files(rows, rules, year.catalogue, top, tried, changes, further)

    last = mine[-1] if mine else None
    is_new = True
    number = 1
    if last is not None:
        files = printed(last.number, last.made_on, last.changes)
        is_new = files != frozen_files(project, school_year, last.number)
        number = last.number + is_new
    if is_new:
        changes = tuple(changes_between(last.rows, rows)) if last is not None else ()
        made_on = build_date().isoformat()
        files = printed(number, made_on, changes)
    faults = site_problems(
        files, list(year.unit_names.values()), [str(name) for name in year.unit_names]
    )
    outgoing = outgoing_of(project, school_year)
    for name, content in files.items():
        outgoing.check(name, content)
    if faults:
        raise FaultySite(
            "Открытый выпуск не записан, страницы не прошли проверку: " + "; ".join(faults[:5])
        )
    progress(STEPS[3], 3, len(STEPS))
    if is_new:
        edition = Edition(school_year, number, made_on, changes, tuple(rows), decision.records)
        freeze(project, edition, files)
    folder = project.outputs(school_year) / FOLDER
    _put_in_place(folder, files)
    progress(STEPS[3], 4, len(STEPS))
    return Published(
        folder=folder,
        number=number,
        is_new=is_new,
        shown_n=sum(row.is_told for row in rows),
        withheld_n=sum(not row.is_told for row in rows),
        tried_n=tried,
        undecided=tuple(undecided(rules, year.catalogue)),
    )


def _put_in_place(folder: Path, files: dict[str, bytes]) -> None:
    """The site whole: written beside, then put in place of the one that stood there."""
    draft, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    write_files(draft, files)
    if folder.exists():
        os.replace(folder, old)
    os.replace(draft, folder)
    shutil.rmtree(old, ignore_errors=True)


def _organisations(year: Year) -> dict[str, tuple[str, str]]:
    kinds = year.inputs.schools.set_index("school_id")["unit_kind"]
    return {name: (title, str(kinds[name])) for name, title in year.unit_names.items()}


def _last_year(year: Year) -> dict[str, str]:
    """Values as last year's public edition printed them; nothing else is told of last year."""
    editions = editions_of(year.project, previous_school_year(year.school_year))
    rows: tuple[Row, ...] = editions[-1].rows if editions else ()
    return {row.name: row.value for row in rows}
