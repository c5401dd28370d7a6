"""Values of a federal form: each line of its map becomes a field or an age group of teachers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.coordinate_blocks import Block
from msoko_lib.intake.coordinate_map_file import Coordinate, CoordinateMap, FieldCoordinate
from msoko_lib.intake.lines import quoted, row_list
from msoko_lib.intake.source_values import FieldRows, SourceValueError, count_of
from msoko_lib.intake.teacher_groups import STATISTICS, GroupCount, GroupRows
from msoko_lib.intake.workbook import Sheet

_LISTED = 8


@dataclass(frozen=True)
class _Found:
    """Sum of the cells of a line, None where all are empty, and where the first of them stands."""

    line: FieldCoordinate
    value: float | None
    place: int
    sheet: Sheet


@dataclass
class FormValues:
    """A form that is being read: its map, its tables, its organisation, what became of the lines.

    ``ages`` are the age groups of teachers, the youngest first.
    """

    form: CoordinateMap
    ages: Sequence[str]
    blocks: Sequence[Block]
    unit: str
    fields: FieldRows
    missing: list[FieldCoordinate] = field(default_factory=list)
    empty: list[FieldCoordinate] = field(default_factory=list)
    unverified: list[FieldCoordinate] = field(default_factory=list)

    def read(self) -> None:
        """Read every line of the map and tell once of what is missing, empty, unverified."""
        year = self.fields.context.school_year
        found: list[_Found] = []
        for line in self.form.fields:
            coordinate = line.coordinate(year)
            if coordinate is not None and (one := self._find(line, coordinate)) is not None:
                found.append(one)
        for one in found:
            if one.line.age_group is None:
                self._put_field(one)
        self._put_ages([one for one in found if one.line.age_group is not None])
        self._tell()

    def _put_field(self, one: _Found) -> None:
        if one.value is None:
            self.empty.append(one.line)
            return
        line = one.line
        self.fields.put(
            self.unit, line.subsystem, line.field_id, one.value, one.place, one.sheet
        )  # fmt: skip
        self._remember(line)

    def _put_ages(self, found: Sequence[_Found]) -> None:
        """Age groups: in a table that is filled an empty one is nought."""
        if all(one.value is None for one in found):
            self.empty += [one.line for one in found]
            return
        groups = GroupRows(self.fields.sheet, self.fields.context, STATISTICS)
        for one in found:
            group = str(one.line.age_group)
            order = self.ages.index(group)
            count = GroupCount("age", group, order, "teachers", int(one.value or 0))
            groups.put(self.unit, count, one.place, one.sheet)
            self._remember(one.line)
        groups.put_into(self.fields.reading)

    def _remember(self, line: FieldCoordinate) -> None:
        if not line.verified:
            self.unverified.append(line)

    def _find(self, line: FieldCoordinate, coordinate: Coordinate) -> _Found | None:
        """Sum of the cells of a line: a form leaves noughts empty, so an empty part adds none."""
        parts: list[float] = []
        first: tuple[Sheet, int] | None = None
        for row in coordinate.rows:
            for graph in coordinate.graphs:
                found = self._cell(coordinate.section, row, graph)
                if found is None:
                    self.missing.append(line)
                    return None
                sheet, cell, place, column = found
                first = first or (sheet, place)
                try:
                    value = count_of(cell)
                except SourceValueError:
                    self._refuse(coordinate, cell, sheet, place, column)
                    return None
                if value is not None:
                    parts.append(value)
        if first is None:
            return None
        return _Found(line, sum(parts) if parts else None, first[1], first[0])

    def _cell(self, section: str, row: int, graph: int) -> tuple[Sheet, Cell, int, int] | None:
        for block in self.blocks:
            if block.section == section and (found := block.cell(row, graph)) is not None:
                return block.sheet, *found
        return None

    def _refuse(
        self, coordinate: Coordinate, cell: Cell, sheet: Sheet, place: int, column: int
    ) -> None:
        words = coordinate.words[0].upper() + coordinate.words[1:]
        where = self.fields.context.place(sheet, place, column)
        self.fields.reading.add(
            "source_coordinate_value", where, coordinate=words, value=quoted(cell)
        )

    def _tell(self) -> None:
        place = self.fields.context.place(self.fields.sheet)
        reading, year = self.fields.reading, self.fields.context.school_year
        if self.missing:
            words = [line.coordinate(year) for line in self.missing]
            reading.add(
                "source_coordinates_missing", place, map_file=self.form.file,
                missing=_listed(each.words for each in words if each is not None),
                lines=_lines(self.missing),
            )  # fmt: skip
        if self.empty:
            reading.add(
                "source_empty_cells", place, count=len(self.empty),
                missing=_listed(f"«{line.title}»" for line in self.empty),
            )  # fmt: skip
        if self.unverified:
            reading.add(
                "source_map_unverified", place, count=len(self.unverified),
                map_file=self.form.file, lines=_lines(self.unverified),
            )  # fmt: skip


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    rest = len(every) - _LISTED
    return "; ".join(every[:_LISTED]) + (f" и ещё {rest}" if rest > 0 else "")


def _lines(fields: Sequence[FieldCoordinate]) -> str:
    """Lines of the map in words: «9–30»."""
    return row_list([each.line - 1 for each in fields])
