"""How fast forms are written and read: 60 blanks, 300 filled forms of 11 sheets, one process.

Run: ``python tests/benchmarks/bench_forms.py``. Asserts nothing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.fill import answer_cells
from msoko_lib.forms.stamp import CellValue, Template
from msoko_lib.forms.writer import write_forms
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.forms import form_layouts
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser
from msoko_lib.settings import load_settings

REPOSITORY = Project.find(Path(__file__))
YEAR = "2024-2025"
SCHOOLS, COPIES, SUBSYSTEMS, FIELDS = 60, 5, 11, 20


def large_catalogue(folder: Path) -> None:
    """Eleven subsystems of twenty fields, each second one a part of the one before."""
    for number in range(1, SUBSYSTEMS + 1):
        lines = [f'number: "{number:02d}"', f"title: Подсистема {number:02d}", "goal: Цель.",
                 "indicators: []", "fields:"]  # fmt: skip
        for place in range(FIELDS):
            name, help_text = f"f{number:02d}_{place:02d}", "Пояснение к показателю. " * 4
            part = f", part_of: f{number:02d}_{place - 1:02d}" if place % 2 else ""
            lines.append(f"  - {{id: {name}, title: Показатель {number}.{place}, kind: целое, "
                         f"help: {help_text!r}{part}}}")  # fmt: skip
        (folder / f"{number:02d}_part.yml").write_text("\n".join(lines), encoding="utf-8")


def write_directory(project: Project) -> pd.DataFrame:
    """Sixty schools in the bank of the year."""
    rows = [
        {"school_year": YEAR, "school_id": f"edu{100_000 + place}", "unit_kind": "school",
         "short_name": f"МБОУ «СОШ № {place}» г. Энск", "in_directory": True, "source_file": "-"}
        for place in range(1, SCHOOLS + 1)
    ]  # fmt: skip
    schools = TABLES["schools"].conform(pd.DataFrame(rows))
    Bank(project, YEAR).write({"schools": schools}, {"school_year": YEAR})
    return schools


def measure(title: str, project: Project, schools: pd.DataFrame) -> None:
    """Write the blanks, fill them, read them back."""
    start = time.perf_counter()
    blanks = [path for path in write_forms(project, YEAR) if "Управление" not in path.name]
    seconds = time.perf_counter() - start
    print(f"{title}: {len(blanks)} blanks written in {seconds:.2f} s (office included)")
    filled = fill(project, blanks)
    catalogue = load_catalogue(project)
    layouts = [*form_layouts(catalogue), *all_layouts(REPOSITORY)]
    context = ReadContext(YEAR, load_settings(project, YEAR), Directory.from_frame(schools),
                          Pseudonymiser(b"0" * 32), "")  # fmt: skip
    start = time.perf_counter()
    rows = findings = 0
    for path in filled:
        reading = read_file(RawFile(path, path.name, "", ""), layouts,
                            replace(context, file=path.name))  # fmt: skip
        rows += reading.rows_n
        findings += len(reading.findings)
    seconds = time.perf_counter() - start
    print(f"{title}: {len(filled)} filled forms read in {seconds:.2f} s, "
          f"{rows:,} answers, {findings} findings")  # fmt: skip


def fill(project: Project, blanks: list[Path]) -> list[Path]:
    """Five filled copies of each blank, every whole-number field answered."""
    folder = project.root / "filled"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    places = answer_cells(blanks[0].read_bytes())
    whole = [item.id for item in load_catalogue(project).fields.values() if item.kind == "целое"]
    cells: dict[str, dict[str, CellValue]] = {}
    for field_id in whole:
        if field_id in places:
            sheet, address = places[field_id]
            cells.setdefault(sheet, {})[address] = 12
    filled = []
    for blank in blanks:
        content = Template.of(blank.read_bytes()).stamped(cells)
        for copy in range(COPIES):
            path = folder / f"{copy} {blank.name}"
            path.write_bytes(content)
            filled.append(path)
    return filled


def main() -> None:
    """Measure with a catalogue of 220 fields and with that of the repository."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        (project.params / "indicators").mkdir(parents=True)
        shutil.copy(REPOSITORY.params / "common.yml", project.params)
        large_catalogue(project.params / "indicators")
        schools = write_directory(project)
        measure(f"{SUBSYSTEMS} sheets × {FIELDS} fields", project, schools)
        shutil.rmtree(project.params / "indicators")
        shutil.copytree(REPOSITORY.params / "indicators", project.params / "indicators")
        shutil.rmtree(project.outputs(YEAR))
        measure("catalogue of the repository", project, schools)


if __name__ == "__main__":
    sys.exit(main())
