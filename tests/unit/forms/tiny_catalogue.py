"""A tiny municipality for the tests of forms: two subsystems, four organisations, two years."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

TINY = Path(__file__).parent / "tiny"
YEAR, BEFORE = "2024-2025", "2023-2024"
SCHOOLS = (
    ("edu100001", "МБОУ «СОШ № 1» г. Энск", "school"),
    ("edu100002", "МКОУ «ООШ» с. Липовка", "school"),
    ("ds200001", 'МБДОУ «Детский сад № 5 "Ромашка"»', "preschool"),
    ("ddt1", "Дом творчества", "additional"),
)
LAST_YEAR = {"pupils_n": 400.0, "pupils_tested_n": 100.0, "teachers_n": 40.0, "site_works": 1.0}


def write_catalogue(root: Path, **files: str) -> Project:
    """A project with the tiny catalogue and whatever files are given (name → YAML)."""
    folder = root / "params" / "indicators"
    folder.mkdir(parents=True, exist_ok=True)
    for path in TINY.glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    repository = Project.find(Path(__file__))
    (root / "params" / "common.yml").write_bytes((repository.params / "common.yml").read_bytes())
    return Project(root)


def schools_frame(year: str = YEAR) -> pd.DataFrame:
    """Bank table ``schools`` of the tiny municipality."""
    rows = [
        {"school_year": year, "school_id": school_id, "unit_kind": kind, "short_name": name,
         "in_directory": True, "source_file": "Справочник ОО.xlsx"}
        for school_id, name, kind in SCHOOLS
    ]  # fmt: skip
    return TABLES["schools"].conform(pd.DataFrame(rows))


def form_rows(year: str, school_id: str, answers: dict[str, float]) -> pd.DataFrame:
    """Rows of ``form_values``."""
    rows = [
        {"school_year": year, "school_id": school_id, "subsystem": "01", "field_id": name,
         "value": value, "source_file": "форма.xlsx"}
        for name, value in answers.items()
    ]  # fmt: skip
    return TABLES["form_values"].conform(pd.DataFrame(rows))


def write_banks(project: Project) -> None:
    """Directory of both years, last year's answers of the first school."""
    Bank(project, BEFORE).write(
        {
            "schools": schools_frame(BEFORE),
            "form_values": form_rows(BEFORE, "edu100001", LAST_YEAR),
        },
        {"school_year": BEFORE},
    )
    Bank(project, YEAR).write({"schools": schools_frame()}, {"school_year": YEAR})
