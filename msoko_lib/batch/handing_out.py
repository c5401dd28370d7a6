"""What a run hands out besides its reports: a numbered edition and the register of advice."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

from msoko_lib import __version__
from msoko_lib.bank import Bank
from msoko_lib.batch.documents_step import documents_day
from msoko_lib.batch.editions import Edition, editions_of, folder_of, freeze
from msoko_lib.batch.pages import page_meta, write_page
from msoko_lib.batch.plan import SUBSYSTEM_NOTEBOOKS, notebooks_hashes, params_hashes
from msoko_lib.batch.result import RunResult
from msoko_lib.indicators.store import WINDOW
from msoko_lib.privacy.outgoing import outgoing_of
from msoko_lib.project import Project
from msoko_lib.recommendations.issued import record
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.editions_page import (
    Changes,
    EditionEntry,
    changed_names,
    editions_page,
)
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.values_table import values_frame
from msoko_lib.subsystems.year import Year, open_year_of
from msoko_lib.versions import build_date, commit, library_fingerprint, versions

PAGE = "editions.html"


def hand_out(
    project: Project,
    school_year: str,
    number: int,
    made: Sequence[str],
    result: RunResult,
    pages: Mapping[str, str],
) -> None:
    """Freeze the year as an edition, record its recommendations, tell what changed.

    Parameters
    ----------
    number : int
        Number of the edition, as its reports print it.
    made : sequence of str
        Keys of the reports made since the edition before.
    result : RunResult
        What the run came to: its reports tell the recommendations that are recorded.
    pages : mapping
        Pages that stand in the edition otherwise than among the live files: path → text.
    """
    outputs, bank = project.outputs(school_year), Bank(project, school_year)
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    made_on = build_date().isoformat()
    banks = [each for each in map(bank.previous, range(WINDOW)) if each.exists]
    if bank.exists:
        year = open_year_of(project, school_year)
        values = _values(year)
        sources = {str(item["file"]): str(item["sha256"]) for item in bank.manifest()["files"]}
        fresh = {*result.made, *result.kept}
        record(project, school_year, findings_of(year), number, made_on, fresh)
    freeze(
        outputs,
        Edition(
            number=number,
            made_on=made_on,
            made=tuple(made),
            files={},
            sources=sources,
            params=params_hashes(project),
            program=f"{__version__} {library_fingerprint()}",
            values=values,
            versions={"python": platform.python_version(), **versions()},
            commit=commit(project.delivery),
            notebooks=notebooks_hashes(project),
            tables={each.school_year: each.hashes() for each in banks},
            read_on={each.school_year: str(each.manifest().get("read_on", "")) for each in banks},
            documents_on=documents_day(outputs),
        ),
        pages,
    )
    write_editions_page(project, school_year)


def write_editions_page(project: Project, school_year: str) -> None:
    """Page with every edition of a year and its changes."""
    outputs = project.outputs(school_year)
    editions = editions_of(outputs)
    older = [*editions[1:], None]
    titles = _titles(project, school_year)
    entries = [
        EditionEntry(
            edition.number,
            edition.made_on,
            (folder_of(outputs, edition.number) / "index.html").relative_to(outputs).as_posix(),
            len(edition.files),
            None if before is None else _changes(before, edition, titles),
        )
        for edition, before in zip(editions, older, strict=True)
    ]
    page = editions_page(entries, page_meta(project, school_year, "Издания года"))
    outgoing = outgoing_of(project, school_year)
    write_page(outputs / PAGE, page, outgoing, tuple(entry.href for entry in entries))


def _changes(before: Edition, now: Edition, titles: Mapping[str, str]) -> Changes:
    new, other, gone = changed_names(before.sources, now.sources)
    made = set(now.made)
    return Changes(
        new_sources=new,
        other_sources=other,
        gone_sources=gone,
        params=[name for names in changed_names(before.params, now.params) for name in names],
        program=before.program != now.program,
        subsystems=[
            f"{number} {title}"
            for number, (_, title) in SUBSYSTEM_NOTEBOOKS.items()
            if number in made
        ],
        schools_n=len(made - set(SUBSYSTEM_NOTEBOOKS)),
        values=[
            (f"{name} «{titles[name]}»" if name in titles else name, before.values[name], value)
            for name, value in now.values.items()
            if name in before.values and before.values[name] != value
        ],
    )


def _titles(project: Project, school_year: str) -> dict[str, str]:
    passports = open_year_of(project, school_year).catalogue.passports
    return {name: item.title for name, item in passports.items()}


def _values(year: Year) -> dict[str, str]:
    """Values of the municipality as people read them: one a whole indicator."""
    frame = values_frame(year)
    whole = frame[(frame["level"] == "municipality") & frame["cut"].isna()]
    return {
        str(name): f"{ru.number(shown, 1)} {unit}" if isinstance(shown, float) else str(shown)
        for name, shown, unit in whole[["indicator_id", "shown", "unit"]].itertuples(index=False)
    }
