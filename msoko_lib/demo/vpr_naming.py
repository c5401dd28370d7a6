"""How the exports name things: works, groups, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msoko_lib.demo.forms import Form
from msoko_lib.demo.forms_vpr import COMPULSORY
from msoko_lib.demo.municipality import MUNICIPALITY, MUNICIPALITY_CODE, REGION, School
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.xlsx import Row

COUNTRY_GROUP = "Вся выборка"
MUNICIPALITY_GROUP = f"{MUNICIPALITY}({MUNICIPALITY_CODE})"
REGION_GROUP = REGION


def group_cell(name: str, login: str) -> str:
    """A group with its code in brackets at the end, no space between."""
    return f"{name}({login})"


def work_line(work: VprWork) -> str:
    """«ВПР 2026 Русский язык 4 класс»; in autumn the grade of the pupils and the programme."""
    form = work.form
    if work.session == "autumn":
        where = f"{form.grade + 1} класс (по программе {form.grade} класса)"
    else:
        where = f"{form.grade} класс"
    return f"ВПР {work.vpr_year} {form.title} {where}"


def head_rows(report: str, work: VprWork) -> list[Row]:
    """Rows 1–7 of every export."""
    return [
        [report],
        [],
        [work_line(work)],
        ["Предмет:", work.form.title],
        ["Максимальный первичный балл:", work.form.max_score],
        ["Дата:", work.date],
        [],
    ]


def sheet_name(form: Form, report: str) -> str:
    """«РУ 4 Статистика по отметкам», cut at 31 characters as Excel cuts it."""
    return f"{form.code} {form.grade} {report}"[:31]


@dataclass(frozen=True)
class Labels:
    """Names and logins of the schools in a given work.

    Parameters
    ----------
    schools : sequence of School
    changed_in : int
        Calendar year in which the newest school year ends: from it on a renamed school bears
        its new name and a school with two logins uses the first one alone.
    """

    schools: Sequence[School]
    changed_in: int

    def name(self, index: int, end_year: int) -> str:
        """Name of a school; the former one before it was renamed."""
        school = self.schools[index]
        old = school.old_name and end_year < self.changed_in
        return school.old_name if old else school.short_name

    def login(self, index: int, work: VprWork) -> str:
        """Login of a school; the second one in the older works that fell to it by lot."""
        school = self.schools[index]
        lot = work.form.code not in COMPULSORY and work.end_year < self.changed_in
        return school.second_login if school.second_login and lot else school.login

    def group(self, index: int, work: VprWork) -> str:
        """Group cell of a school."""
        return group_cell(self.name(index, work.end_year), self.login(index, work))
