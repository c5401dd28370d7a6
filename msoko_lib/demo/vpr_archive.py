"""The tidy archives that regions keep: marks, scores and bias over all years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msoko_lib.demo.municipality import MUNICIPALITY
from msoko_lib.demo.vpr_groups import percent
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, SheetRows, Value, write_xlsx

_FRONT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников"]
_FLAGS = ("4 РУ", "4 МА", "5 РУ", "5 МА")
_FLAGGED = {"drop_4_5": (1, 1, 0, 0), "boundary_peak": (1, 0, 1, 0)}


class Archive:
    """Rows of the three archive tables, gathered work by work."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.marks: list[Row] = []
        self.scores: list[Row] = []
        self.widest = 0

    def take(self, work: VprWork, digits: int) -> None:
        """Add a work's schools, shares of marks with so many digits."""
        for index in work.schools:
            front = self._front(work, index)
            summary = work.summary(index)
            shares = [round(percent(int(count), summary.n), digits) for count in summary.marks]
            self.marks.append([*front, *(self._written(share, digits) for share in shares)])
            points = [percent(int(count), summary.n) for count in summary.scores]
            self.scores.append([*front, *points])
        self.widest = max(self.widest, work.form.max_score)

    def _front(self, work: VprWork, index: int) -> list[Value]:
        grade: Value = work.grade
        if work.session == "autumn":
            grade = f"по программе {work.grade} класса"
        elif self.town.planted and work.end_year == self.town.end_years[0]:
            grade = f"{work.grade} класс"
        return [
            work.vpr_year,
            grade,
            work.form.title,
            MUNICIPALITY,
            self.town.labels.login(index, work),
            self.town.labels.name(index, work.end_year),
            work.summary(index).n,
        ]

    def _written(self, share: float, digits: int) -> Value:
        """A share as the region writes it: text with a comma, where quirks are wanted."""
        return f"{share:.{digits}f}".replace(".", ",") if self.town.planted else share

    def write(self, folder: Path, end_year: int) -> list[Path]:
        """Write ``marks.xlsx``, ``scores.xlsx`` and ``bias.xlsx`` as they are after a year."""
        numbers: Sequence[Value] = range(self.widest + 1)
        tables: dict[str, list[Row]] = {
            "marks": [[*_FRONT, 2, 3, 4, 5], *self.marks],
            "scores": [[*_FRONT, *numbers], *self.scores],
            "bias": self._bias(end_year),
        }
        files = []
        for name, rows in tables.items():
            path = folder / "Архив региона" / f"{name}.xlsx"
            write_xlsx(path, [SheetRows("Лист1", rows)], saved=f"{end_year}-07-01T09:00:00Z")
            files.append(path)
        return files

    def _bias(self, end_year: int) -> list[Row]:
        rows: list[Row] = [["Год", "Муниципалитет", "Логин", "ОО", *_FLAGS, "Количество маркеров"]]
        flags = {self.town.plants.school(part): values for part, values in _FLAGGED.items()}
        for year in (item for item in self.town.end_years if item <= end_year):
            for school in self.town.schools:
                found = flags.get(school.index, (0, 0, 0, 0))
                name = self.town.labels.name(school.index, year)
                rows.append([year, MUNICIPALITY, school.login, name, *found, sum(found)])
        return rows
