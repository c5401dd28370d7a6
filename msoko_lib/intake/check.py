"""Say what files are and whether they will be read, leaving the bank alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.bank import Bank
from msoko_lib.intake.directory import Directory, open_directory
from msoko_lib.intake.files import raw_file
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.rules import REFUSING, Finding, Place, Rule, finding, register
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.settings import load_settings

register(
    Rule(
        "no_file",
        "refused_file",
        "Файла нет",
        "Такого файла нет.",
        "путь к существующему файлу.",
        "Проверьте имя и папку; путь с пробелами возьмите в кавычки.",
    ),
)


@dataclass(frozen=True)
class FileReport:
    """What a file is and what intake would say of it."""

    file: str
    title: str
    rows: int
    findings: list[Finding]

    @property
    def refuses(self) -> bool:
        return any(item.severity in REFUSING for item in self.findings)


def check_files(project: Project, school_year: str, paths: Sequence[Path]) -> list[FileReport]:
    """Read files as intake would, in the light of the year's directory if the bank has one."""
    schools = Bank(project, school_year).table("schools")
    directory = Directory.from_frame(schools) if not schools.empty else open_directory()
    layouts = all_layouts(project)
    settings = load_settings(project, school_year)
    pupils = Pseudonymiser(load_key(project.root))
    reports = []
    for path in paths:
        if not path.is_file():
            missing = finding("no_file", Place(str(path)))
            reports.append(FileReport(path.name, "нет такого файла", 0, [missing]))
            continue
        raw = raw_file(path, path.parent)
        context = ReadContext(school_year, settings, directory, pupils, path.name)
        reading = read_file(raw, layouts, context)
        title = reading.title or "не распознан"
        reports.append(FileReport(path.name, title, reading.rows_n, reading.findings))
    return reports
