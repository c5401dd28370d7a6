"""Intake as a step of a year: the bank, and the pages that tell what was read and what was not."""

from __future__ import annotations

from collections.abc import Callable

from msoko_lib.batch.collection import write_collection
from msoko_lib.batch.pages import page_meta, write_page
from msoko_lib.intake.directory_draft import write_directory_draft
from msoko_lib.intake.pipeline import IntakeResult, draft_path, intake_year
from msoko_lib.intake.rules import findings_frame
from msoko_lib.privacy.outgoing import outgoing_of, write_checked
from msoko_lib.project import Project
from msoko_lib.reporting.intake_page import intake_page, intake_workbook

Progress = Callable[[str, int, int], None]


def read_year(project: Project, school_year: str, jobs: int, progress: Progress) -> IntakeResult:
    """Read a year into the bank and write the intake report and the directory draft."""
    result = intake_year(project, school_year, jobs, progress)
    outputs = project.outputs(school_year)
    files, findings = result.files, findings_frame(result.findings)
    meta = page_meta(project, school_year, "Загрузка данных")
    outgoing = outgoing_of(project, school_year)
    write_page(outputs / "intake.html", intake_page(findings, files, meta), outgoing)
    book = intake_workbook(findings, files, meta.title)
    write_checked(outputs, "intake.xlsx", book, outgoing)
    if any(item.rule == "no_directory" for item in result.findings) or any(
        item.rule == "unknown_school" for item in result.findings
    ):
        write_directory_draft(result.draft, draft_path(project, school_year))
    write_collection(project, school_year)
    return result
