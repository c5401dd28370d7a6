"""The filled collection forms of a year: one from each organisation, one of the office."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from msoko_lib.catalogue import Catalogue
from msoko_lib.demo.answers import Answers
from msoko_lib.demo.form_faults import Sent, forms_sent
from msoko_lib.demo.municipality import Additional, Preschool
from msoko_lib.demo.source_fields import from_sources
from msoko_lib.demo.truth import Defect
from msoko_lib.demo.vpr_year import Town
from msoko_lib.forms.file_names import safe_name
from msoko_lib.forms.fill import fill_form, fill_office
from msoko_lib.forms.office import office_workbook
from msoko_lib.forms.plan import office_sheets, sheet_name, unit_sheets
from msoko_lib.forms.stamp import CellValue, Template
from msoko_lib.forms.unit_template import Answer, UnitTemplate, unit_template
from msoko_lib.forms.units import Unit
from msoko_lib.intake.form_marks import OFFICE_NAME
from msoko_lib.passports import FormField, UnitKind
from msoko_lib.project import school_year_of

FOLDER = "Формы"
_FOLDERS: dict[UnitKind, str] = {
    "school": "", "preschool": "Детские сады", "additional": "Дополнительное образование"
}  # fmt: skip
# How organisations name what they send; with quirks by turns, without them all alike.
_NAMES = ("{name}", "Форма МСОКО {name}", "{name} {year}", "форма сбора_{name}", "Копия {name}")
# Blank in the office's workbook and yet written about.
_DASHED, _COMMA = "niko_tested_n", "posts_n"
_SAVED_MONTH = 10


def units_of_town(
    town: Town, preschools: Sequence[Preschool], additional: Sequence[Additional]
) -> list[Unit]:
    """Organisations as the directory names them."""
    listed: list[tuple[UnitKind, Sequence[Preschool | Additional]]]
    listed = [("preschool", preschools), ("additional", additional)]
    units = [Unit(school.unit_id, school.short_name, "school") for school in town.schools]
    return units + [Unit(one.unit_id, one.short_name, kind) for kind, every in listed
                    for one in every]  # fmt: skip


class FormsOfYear:
    """Writes the forms of one school year.

    Parameters
    ----------
    town, preschools, additional
        The municipality.
    catalogue : Catalogue
    end_year : int
    answers, before : dict
        True answers of the year and of the year before (empty where there is none).
    with_sources : bool
        The office leaves to other sources of the year what they tell.
    """

    def __init__(
        self,
        town: Town,
        preschools: Sequence[Preschool],
        additional: Sequence[Additional],
        catalogue: Catalogue,
        end_year: int,
        answers: Answers,
        before: Answers,
        with_sources: bool,
    ) -> None:
        self.town, self.preschools, self.catalogue = town, preschools, catalogue
        self.units = units_of_town(town, preschools, additional)
        self.end_year, self.year = end_year, school_year_of(end_year)
        self.answers, self.before = answers, before
        self.with_sources = with_sources
        self.templates = {0: self._templates(self.year)}

    def _templates(self, school_year: str) -> dict[UnitKind, UnitTemplate]:
        kinds = dict.fromkeys(unit.kind for unit in self.units)
        return {
            kind: unit_template(unit_sheets(self.catalogue, kind, school_year), kind, school_year)
            for kind in kinds
        }

    def write(self, folder: Path) -> tuple[list[Path], list[Defect]]:
        """Write the forms below ``folder`` (that of the school year)."""
        files: list[Path] = []
        defects: list[Defect] = []
        used: Counter[str] = Counter()
        for place, unit in enumerate(self.units):
            cells = self._cells(unit, self._asked(unit.kind, "организация"))
            for sent in forms_sent(unit.school_id, cells, self.town, self.preschools,
                                   self.end_year, self.catalogue):  # fmt: skip
                path = folder / FOLDER / _FOLDERS[unit.kind] / self._name(unit, place, sent, used)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self._form(unit, sent))
                files.append(path)
                if sent.code:
                    name = path.relative_to(folder).as_posix()
                    details = {"unit_id": unit.school_id, **sent.details}
                    defects.append(Defect(sent.code, self.year, name, sent.idea, details))
        files.append(self._write_office(folder))
        return files, defects

    def _asked(self, kind: UnitKind, filled_by: str) -> list[FormField]:
        return [
            item for item in self.catalogue.fields.values()
            if kind in item.units and item.filled_by == filled_by and item.is_asked_in(self.year)
        ]  # fmt: skip

    def _cells(self, unit: Unit, asked: Sequence[FormField]) -> dict[str, CellValue]:
        given = self.answers.get(unit.school_id, {})
        return {item.id: _cell(given[item.id]) for item in asked if item.id in given}

    def _name(self, unit: Unit, place: int, sent: Sent, used: Counter[str]) -> str:
        pattern = _NAMES[place % len(_NAMES)] if self.town.planted else _NAMES[0]
        stem = pattern.format(name=safe_name(unit.name), year=self.end_year) + sent.suffix
        used[stem] += 1
        return f"{stem} ({used[stem]}).xlsx" if used[stem] > 1 else f"{stem}.xlsx"

    def _form(self, unit: Unit, sent: Sent) -> bytes:
        saved = f"{self.end_year}-{_SAVED_MONTH:02d}-{sent.day:02d}T09:00:00Z"
        if sent.years_back not in self.templates:
            school_year = school_year_of(self.end_year - sent.years_back)
            self.templates[sent.years_back] = self._templates(school_year)
        before = {} if sent.years_back else _answers(self.before.get(unit.school_id, {}))
        template = self.templates[sent.years_back][unit.kind]
        asked = {name: value for name, value in sent.cells.items() if name in template.cells}
        content = fill_form(template.for_unit(unit, before), asked, saved)
        if sent.lost_subsystem:
            content = _without_sheet(content, sent.lost_subsystem, self.catalogue)
            content = Template.of(content).stamped({}, saved)
        return content

    def _write_office(self, folder: Path) -> Path:
        kinds = dict.fromkeys(unit.kind for unit in self.units)
        sheets = office_sheets(self.catalogue, self.year, kinds)
        previous = {unit_id: _answers(given) for unit_id, given in self.before.items()}
        blank = office_workbook(sheets, self.units, self.year, previous)
        cells: dict[tuple[str, str], CellValue] = {}
        for unit in self.units:
            given = self._cells(unit, self._asked(unit.kind, "управление"))
            if self.with_sources:
                told = from_sources(unit.kind, self.answers.get(unit.school_id, {}), self.end_year)
                given = {name: value for name, value in given.items() if name not in told}
            cells |= {(unit.school_id, name): value for name, value in given.items()}
            if self.town.planted:
                cells |= _office_quirks(unit, given)
        path = folder / FOLDER / f"{OFFICE_NAME}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fill_office(blank, cells, f"{self.end_year}-10-20T09:00:00Z"))
        return path


def _office_quirks(unit: Unit, given: Mapping[str, CellValue]) -> dict[tuple[str, str], CellValue]:
    """Fractions typed as text with a comma; a dash where there is nothing to tell."""
    quirks: dict[tuple[str, str], CellValue] = {}
    posts = given.get(_COMMA)
    if isinstance(posts, float) and not posts.is_integer():
        quirks[unit.school_id, _COMMA] = f"{posts}".replace(".", ",")
    if unit.kind == "school" and _DASHED not in given:
        quirks[unit.school_id, _DASHED] = "–"
    return quirks


def _cell(value: object) -> CellValue:
    """A true answer as a person types it."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value  # type: ignore[return-value]


def _answers(given: Mapping[str, object]) -> dict[str, Answer]:
    """True answers as the blank of the next year shows them."""
    return {
        name: (float(value), None) if isinstance(value, (bool, int, float)) else (None, str(value))
        for name, value in given.items()
    }


def _without_sheet(content: bytes, number: str, catalogue: Catalogue) -> bytes:
    """The workbook after somebody deleted the sheet of a subsystem."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    part = catalogue.of_subsystem(number)
    del book[sheet_name(f"{part.number} {part.title}")]
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()
