"""How forms come back from schools: numbers as text, a sheet gone, sent twice, not sent at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from msoko_lib.catalogue import Catalogue
from msoko_lib.demo.municipality import Preschool
from msoko_lib.demo.vpr_year import Town
from msoko_lib.forms.stamp import CellValue

Cells = Mapping[str, CellValue]
_WITH_WORDS = ("pupils_6_11_n", "hot_meals_n", "gifted_n", "volunteers_n")
_HALF_UPTO = "06"
_TEN_TIMES = "experience_n"
_ABOVE = ("horizons_n", "pupils_6_11_n")
_WRONG_AT_FIRST = "hot_meals_n"
_DATE = "self_examination_date"
_LOST_SUBSYSTEM = "09"
_LATE_PRESCHOOL = 3
_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня")


@dataclass(frozen=True)
class Sent:
    """A form as an organisation sends it.

    Parameters
    ----------
    cells : mapping
        Field → what is written into its cell.
    suffix : str
        Added to the file's name.
    years_back : int
        1 for the blank of the year before.
    lost_subsystem : str
        Number of the subsystem whose sheet was deleted; empty for none.
    day : int
        Day of the month on which it was saved; a later one makes a newer edition.
    code, idea, details
        The fault, for the truth; an empty code where there is none.
    """

    cells: Cells
    suffix: str = ""
    years_back: int = 0
    lost_subsystem: str = ""
    day: int = 10
    code: str = ""
    idea: str = ""
    details: dict[str, object] = field(default_factory=dict)


def silent_school(town: Town) -> int:
    """Index of the school that sends no form in the newest year, -1 where all do."""
    if not town.planted:
        return -1
    idle = [school.index for school in town.schools
            if school.index not in town.plants.parts.values()]  # fmt: skip
    return idle[0] if idle else -1


def half_filled_part() -> str:
    """Part of the school that fills half of its form in the newest year."""
    return "no_observers"


def late_preschool(town: Town, preschools: Sequence[Preschool]) -> str:
    """Code of the preschool that sends the form of the year before; empty where none does."""
    return preschools[_LATE_PRESCHOOL].unit_id if town.planted else ""


def forms_sent(
    unit_id: str, cells: Cells, town: Town, preschools: Sequence[Preschool], end_year: int,
    catalogue: Catalogue,
) -> list[Sent]:  # fmt: skip
    """What an organisation sends in a year: usually one form without a fault.

    Parameters
    ----------
    unit_id : str
    cells : mapping
        Field → true answer as the form wants it.
    town, preschools
        The municipality.
    end_year : int
    catalogue : Catalogue
    """
    whole = Sent(cells)
    if not town.planted:
        return [whole]
    if end_year != town.newest:
        host = _login(town, "annual_not_confirmed")
        is_first = end_year == town.end_years[0]
        return [_none_for_zero(whole)] if unit_id == host and is_first else [whole]
    silent = silent_school(town)
    if silent >= 0 and unit_id == town.schools[silent].login:
        return []
    if unit_id == late_preschool(town, preschools) and len(town.end_years) > 1:
        return [replace(whole, years_back=1, code="form_last_year",
                        idea="прислана форма прошлого года")]  # fmt: skip
    if unit_id == _login(town, half_filled_part()):
        return [replace(whole, cells=_first_half(cells, catalogue))]
    if unit_id == _login(town, "drop_4_5"):
        return _sent_twice(whole)
    for part, spoil in _FAULTS.items():
        if unit_id == _login(town, part):
            return [spoil(whole)]
    return [whole]


def _login(town: Town, part: str) -> str:
    index = town.plants.school(part)
    return town.schools[index].login if index >= 0 else ""


def _first_half(cells: Cells, catalogue: Catalogue) -> dict[str, CellValue]:
    numbers = {item.id: part.number for part in catalogue.subsystems for item in part.fields}
    return {name: value for name, value in cells.items() if numbers[name] < _HALF_UPTO}


def _numbers_as_text(sent: Sent) -> Sent:
    cells = dict(sent.cells)
    for name in _WITH_WORDS:
        if name in cells:
            cells[name] = f"{cells[name]} чел."
    details: dict[str, object] = {"fields": _WITH_WORDS}
    return replace(sent, cells=cells, code="form_numbers_as_text",
                   idea="числа записаны текстом с единицей", details=details)  # fmt: skip


def _sheet_deleted(sent: Sent) -> Sent:
    return replace(sent, lost_subsystem=_LOST_SUBSYSTEM, code="form_sheet_deleted",
                   idea="в форме удалён лист", details={"subsystem": _LOST_SUBSYSTEM})  # fmt: skip


def _sent_twice(sent: Sent) -> list[Sent]:
    wrong = dict(sent.cells)
    right = wrong[_WRONG_AT_FIRST]
    wrong[_WRONG_AT_FIRST] = int(right * 0.9) if isinstance(right, int) else right
    details: dict[str, object] = {"field": _WRONG_AT_FIRST}
    first = replace(sent, cells=wrong, code="form_corrected", details=details,
                    idea="форма прислана второй раз с исправлением")  # fmt: skip
    return [first, replace(sent, suffix=" (исправлено)", day=sent.day + 3)]


def _part_above_whole(sent: Sent) -> Sent:
    part, whole = _ABOVE
    cells = dict(sent.cells)
    total = cells[whole]
    cells[part] = total + 5 if isinstance(total, int) else total
    return replace(sent, cells=cells, code="form_part_above",
                   idea="часть больше целого", details={"field": part, "whole": whole})  # fmt: skip


def _date_in_words(sent: Sent) -> Sent:
    """A date as people write it; it is read all the same."""
    cells, day = dict(sent.cells), sent.cells.get(_DATE)
    if isinstance(day, date):
        cells[_DATE] = f"{day.day} {_MONTHS[day.month - 1]} {day.year} г."
    return replace(sent, cells=cells)


def _date_unreadable(sent: Sent) -> Sent:
    cells = dict(sent.cells)
    cells[_DATE] = "апрель"
    return replace(sent, cells=cells, code="form_date_unreadable",
                   idea="дата не прочитана", details={"field": _DATE})  # fmt: skip


def _ten_times(sent: Sent) -> Sent:
    cells, value = dict(sent.cells), sent.cells.get(_TEN_TIMES)
    cells[_TEN_TIMES] = 10 * value if isinstance(value, int) else value
    return replace(sent, cells=cells, code="form_jump", idea="значение выросло в десять раз",
                   details={"field": _TEN_TIMES, "times": 10})  # fmt: skip


def _none_for_zero(sent: Sent) -> Sent:
    name = next((name for name, value in sent.cells.items() if value == 0 and type(value) is int),
                "")  # fmt: skip
    if not name:
        return sent
    return replace(sent, cells={**sent.cells, name: "нет"}, code="form_none_is_zero",
                   idea="вместо нуля слово «нет»", details={"field": name})  # fmt: skip


_FAULTS: dict[str, Callable[[Sent], Sent]] = {
    "journal_gap": _numbers_as_text,
    "resilient": _sheet_deleted,
    "two_logins": _part_above_whole,
    "boundary_peak": _date_in_words,
    "tiny": _date_unreadable,
    "vpr_oge_gap": _ten_times,
}
