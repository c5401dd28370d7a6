"""What the year's reports are: the whole run is this list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.batch.parameters import SchoolParameters, SubsystemParameters
from msoko_lib.indicators.store import WINDOW
from msoko_lib.intake.workbook import file_hash
from msoko_lib.own import FOLDER
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.recommendations.issued import register_path
from msoko_lib.reporting.html import PageMeta
from msoko_lib.settings import load_settings
from msoko_lib.subsystems.labels import distinct_names
from msoko_lib.versions import build_date, library_fingerprint

Kind = Literal["subsystem", "annual", "school", "preschool"]
HISTORY_YEARS = 3
# How the data of a school year are named among what a report is made from.
DATA = "данные за "
SUBSYSTEM_NOTEBOOKS = {
    "01": ("01_quality.ipynb", "Качество подготовки обучающихся"),
    "02": (
        "02_low_results.ipynb",
        "Работа со школами с низкими результатами и в неблагоприятных условиях",
    ),
    "03": ("03_talents.ipynb", "Выявление, поддержка и развитие способностей и талантов"),
    "04": ("04_career.ipynb", "Самоопределение и профессиональная ориентация"),
    "05": ("05_objectivity.ipynb", "Объективность процедур оценки качества образования"),
    "06": ("06_heads.ipynb", "Мониторинг эффективности руководителей"),
    "07": ("07_teachers.ipynb", "Профессиональное развитие педагогов"),
    "08": ("08_methodical.ipynb", "Методическая работа"),
    "09": ("09_upbringing.ipynb", "Воспитание и социализация"),
    "10": ("10_preschool.ipynb", "Качество дошкольного образования"),
    "11": ("11_conditions.ipynb", "Условия и независимая оценка качества"),
    "12": (
        "12_clusters_factors.ipynb",
        "Группы сопоставимых школ, ожидаемый результат и связи",
    ),
    "13": ("13_effects.ipynb", "Динамика и эффективность мер"),
    "14": ("14_schedule.ipynb", "Единый график процедур"),
    "15": ("15_management.ipynb", "Самооценка управленческого цикла"),
    "16": ("16_levels.ipynb", "Система по уровням образования"),
    "17": ("17_data_quality.ipynb", "Качество и полнота данных"),
    "18": ("18_annual.ipynb", "О состоянии муниципальной системы образования"),
}
# The report on the whole system: offered apart from the reports that it is made of.
ANNUAL = "18"
SCHOOL_NOTEBOOK, PRESCHOOL_NOTEBOOK = "school.ipynb", "preschool.ipynb"
# Kind of organisation → its notebook, its title and the folder of its pages.
UNIT_NOTEBOOKS = {
    "school": (SCHOOL_NOTEBOOK, "Отчёт школы", "schools"),
    "preschool": (PRESCHOOL_NOTEBOOK, "Отчёт детского сада", "preschools"),
}
# Folder of params with the templates of documents.
TEMPLATES = "documents"
EDITIONS = {
    "annual": "для управления образования",
    "school": "для директора школы",
    "preschool": "для заведующего",
    "subsystem": "для управления образования и методической службы",
}


class UnknownReport(Problem):
    """Nobody can make the report that was asked for."""


def check_subsystems(numbers: Iterable[str]) -> None:
    """Refuse numbers of subsystems that have no report.

    Raises
    ------
    UnknownReport
    """
    unknown = [number for number in numbers if number not in SUBSYSTEM_NOTEBOOKS]
    if unknown:
        raise UnknownReport(
            f"Отчёта по подсистеме «{', '.join(unknown)}» нет. "
            f"Есть: {', '.join(SUBSYSTEM_NOTEBOOKS)}."
        )


@dataclass(frozen=True)
class Limits:
    """How long a cell may compute and how much memory a report may take, with its kernel."""

    cell_s: int
    memory_mb: int


@dataclass(frozen=True)
class Job:
    """One report to be made.

    ``key`` names it in states and messages, ``output`` is its path below outputs/<year>.
    ``sources`` is what it is made from, in words → hash.
    """

    key: str
    kind: Kind
    title: str
    notebook: Path
    parameters: SubsystemParameters
    output: str
    sources: Mapping[str, str]
    meta: PageMeta
    limits: Limits


def plan(
    project: Project,
    school_year: str,
    only: Iterable[str] = (),
    schools: Iterable[str] = (),
    edition: int | None = None,
) -> list[Job]:
    """Reports of a year: subsystems first, then schools, then preschools.

    Parameters
    ----------
    only : iterable of str
        Numbers of subsystems; empty: all. With ``schools`` alone no subsystem is planned.
    schools : iterable of str
        Ids of schools and preschools; empty: all, unless ``only`` names subsystems.
    edition : int, optional
        Number that reports made by this plan print; a report that need not be made keeps its own.

    Raises
    ------
    UnknownReport
        If there is no such subsystem or the year's directory has no such organisation.
    """
    only, schools = list(only), list(schools)
    check_subsystems(only)
    facts = _facts(project, school_year, edition)
    jobs = []
    if only or not schools:
        for number in only or SUBSYSTEM_NOTEBOOKS:
            name, title = SUBSYSTEM_NOTEBOOKS[number]
            parameters = SubsystemParameters(school_year=school_year)
            kind: Kind = "annual" if number == ANNUAL else "subsystem"
            jobs.append(_job(project, kind, number, title, name, parameters, facts))
    if schools or not only:
        bank = Bank(project, school_year)
        listed = pd.concat([reported_schools(bank), reported_preschools(bank)])
        unknown = [school for school in schools if school not in set(listed["school_id"])]
        if unknown:
            raise UnknownReport(
                f"В справочнике ОО за {school_year} нет школы или детского сада "
                f"«{', '.join(unknown)}». "
                f"Есть: {', '.join(listed['school_id'])}."
            )
        chosen = listed[listed["school_id"].isin(schools)] if schools else listed
        for of_kind, school_id, title in chosen[["unit_kind", "school_id", "title"]].to_numpy():
            unit = SchoolParameters(school_year=school_year, school_id=school_id)
            notebook = UNIT_NOTEBOOKS[of_kind][0]
            jobs.append(_job(project, of_kind, school_id, title, notebook, unit, facts))
    return jobs


def reported_schools(bank: Bank) -> pd.DataFrame:
    """Schools that get a report: those of the directory, preschools apart."""
    return _reported(bank, "school")


def reported_preschools(bank: Bank) -> pd.DataFrame:
    """Preschools that get a page of their own: those of the directory."""
    return _reported(bank, "preschool")


def _reported(bank: Bank, kind: str) -> pd.DataFrame:
    """Organisations of a kind with ``title``: their name, namesakes told apart by place."""
    units = bank.table("schools")
    chosen = units[(units["unit_kind"] == kind) & units["in_directory"]]
    twins = chosen["short_name"].duplicated(keep=False)
    titles = chosen["short_name"].mask(twins, distinct_names(chosen))
    chosen = chosen.assign(title=titles)
    return chosen.sort_values(["short_name", "title"], kind="stable").reset_index(drop=True)


def _job(
    project: Project,
    kind: Kind,
    key: str,
    title: str,
    notebook: str,
    parameters: SubsystemParameters,
    facts: Facts,
) -> Job:
    is_unit = kind in UNIT_NOTEBOOKS
    _, heading, folder = UNIT_NOTEBOOKS.get(kind, (notebook, title, ""))
    path = project.notebooks / notebook
    own = f"{path.read_text(encoding='utf-8')}\x1f{parameters.model_dump_json()}"
    return Job(
        key=key,
        kind=kind,
        title=title,
        notebook=path,
        parameters=parameters,
        output=f"{folder}/{safe_name(key)}.html" if is_unit else f"{path.stem}.html",
        sources={**facts.sources, "тетрадь отчёта": _short_hash(own)},
        meta=PageMeta(
            title=heading,
            subtitle=title if is_unit else facts.municipality,
            school_year=parameters.school_year,
            edition=f"{facts.edition} {EDITIONS[kind]}",
            made_on=build_date().isoformat(),
            department=facts.department,
        ),
        limits=facts.limits,
    )


def safe_name(key: str) -> str:
    """A code as a file name: whatever is no letter, digit, dash or underscore becomes a dash."""
    return "".join(ch if ch.isalnum() or ch in "-_" else "-" for ch in key)


def tables_path(outputs: Path, job: Job) -> Path:
    """Where the tables of a report wait for the year's workbook."""
    return outputs / ".tables" / f"{Path(job.output).stem}.json"


@dataclass(frozen=True)
class Facts:
    """What all reports of a year have in common."""

    sources: Mapping[str, str]
    municipality: str
    department: str
    edition: str
    limits: Limits


def _facts(project: Project, school_year: str, edition: int | None) -> Facts:
    """What the year's reports are made from; whose reports these are."""
    # No report is made from the templates of documents.
    params = {
        name: value for name, value in params_hashes(project).items() if not is_template(name)
    }
    # Last year's advice is no table of the bank, and this year's reports speak of it.
    registers = [register_path(project, bank.school_year) for bank in _window(project, school_year)]
    sources = {
        **data_sources(project, school_year),
        "параметры": _short_hash(json.dumps(params, sort_keys=True)),
        "рекомендации прошлых лет": _short_hash(
            "".join(file_hash(path) for path in registers[1:] if path.is_file())
        ),
        "версия программы": library_fingerprint(),
    }
    settings = load_settings(project, school_year)
    owner = settings.municipality
    limits = Limits(
        cell_s=int(settings.threshold("report_cell_seconds").value),
        memory_mb=int(settings.threshold("report_memory_mb").value),
    )
    told = "издание" if edition is None else f"издание {edition}"
    return Facts(sources, owner.name, owner.department, told, limits)


def _window(project: Project, school_year: str) -> list[Bank]:
    return [Bank(project, school_year).previous(back) for back in range(WINDOW)]


def banks_read(project: Project, school_year: str) -> list[Bank]:
    """Banks that the reports of a year may read, its own first."""
    return [bank for bank in _window(project, school_year) if bank.exists]


def data_sources(project: Project, school_year: str) -> dict[str, str]:
    """Data of each year that reports may read → hash: its tables and the files they came from."""
    return {
        f"{DATA}{bank.school_year}": _short_hash(
            json.dumps([bank.hashes(), bank.loaded().get("inputs")], sort_keys=True)
        )
        for bank in banks_read(project, school_year)
    }


def year_fingerprint(project: Project, school_year: str) -> str:
    """Changes when data, parameters or the program change; templates of documents apart."""
    return _short_hash(json.dumps(_facts(project, school_year, None).sources, sort_keys=True))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def notebooks_hashes(project: Project) -> dict[str, str]:
    """File of a report's notebook → SHA-256."""
    return {path.name: file_hash(path) for path in sorted(project.notebooks.glob("*.ipynb"))}


def params_hashes(project: Project) -> dict[str, str]:
    """Path below ``params`` → SHA-256 of every file there."""
    return {name: file_hash(path) for name, path in project.params_files().items()}


def is_template(name: str) -> bool:
    """True for a path below ``params`` that is a template of documents, an own one too."""
    return name.removeprefix(f"{FOLDER}/").startswith(f"{TEMPLATES}/")
