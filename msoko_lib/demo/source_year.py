"""What every writer of other sources is given: the organisations of a year and their answers."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from msoko_lib.demo.municipality import Additional, Preschool, School
from msoko_lib.demo.truth import Defect, Phenomenon
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import SheetRows, Value, write_xlsx
from msoko_lib.passports import UnitKind
from msoko_lib.project import school_year_of


@dataclass(frozen=True)
class SourceUnit:
    """An organisation as a file of the year writes it; ``answers`` are the true ones."""

    unit_id: str
    kind: UnitKind
    name: str
    ogrn: str
    code: str
    answers: Mapping[str, object]

    def number(self, name: str) -> float:
        """Answer to a field in numbers; nought where the organisation gives none."""
        value = self.answers.get(name, 0)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def whole(self, name: str) -> int:
        """Answer to a field of people or things."""
        return round(self.number(name))

    def written(self, name: str) -> Value:
        """Answer as a cell: whole numbers without a fraction, nothing where there is none."""
        if name not in self.answers:
            return None
        value = self.number(name)
        return int(value) if value.is_integer() else round(value, 2)


@dataclass
class SourceYear:
    """A year whose sources are being written, and what came of it."""

    town: Town
    preschools: Sequence[Preschool]
    additional: Sequence[Additional]
    answers: Mapping[str, Mapping[str, object]]
    end_year: int
    folder: Path
    files: list[Path] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    phenomena: list[Phenomenon] = field(default_factory=list)

    @property
    def school_year(self) -> str:
        return school_year_of(self.end_year)

    @property
    def words_of_year(self) -> str:
        """As titles write it: «2024/2025 учебный год»."""
        return f"{self.end_year - 1}/{self.end_year} учебный год"

    @property
    def is_spoilt(self) -> bool:
        """True in the year whose files have the planted faults."""
        return self.town.planted and self.end_year == self.town.newest

    @property
    def schools(self) -> list[SourceUnit]:
        return [self._unit(each) for each in self.town.schools]

    @property
    def gardens(self) -> list[SourceUnit]:
        return [self._unit(each) for each in self.preschools]

    @property
    def everybody(self) -> list[SourceUnit]:
        """Schools, preschools, organisations of additional education."""
        return [*self.schools, *self.gardens, *(self._unit(each) for each in self.additional)]

    def _unit(self, each: School | Preschool | Additional) -> SourceUnit:
        if isinstance(each, School):
            kind: UnitKind = "school"
            name, code = self.town.labels.name(each.index, self.end_year), each.ris_code
        else:
            kind = "preschool" if isinstance(each, Preschool) else "additional"
            name, code = each.short_name, ""
        return SourceUnit(each.unit_id, kind, name, each.ogrn, code, self.answers[each.unit_id])

    def stream(self, what: str, unit: SourceUnit) -> np.random.Generator:
        """Random numbers of one thing of one organisation and year."""
        name = f"{what} {unit.unit_id}"
        return np.random.default_rng([self.town.seed, self.end_year, zlib.crc32(name.encode())])

    def save(self, name: str, *sheets: SheetRows) -> Path:
        """Write a workbook; ``name`` is its path below the folder of the year."""
        path = self.folder / name
        write_xlsx(path, list(sheets), saved=f"{self.end_year}-06-20T09:00:00Z")
        self.files.append(path)
        return path

    def spoilt(self, code: str, name: str, idea: str, **details: object) -> None:
        """Note a planted fault of the file with this name."""
        self.defects.append(Defect(code, self.school_year, name, idea, details))


def shares_of(whole: int, weights: Sequence[float]) -> list[int]:
    """Part a whole number by weights, the largest remainders rounded up.

    >>> shares_of(10, [1, 1, 1])
    [4, 3, 3]
    """
    total = sum(weights)
    exact = [whole * weight / total for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: whole - sum(parts)]:
        parts[at] += 1
    return parts
