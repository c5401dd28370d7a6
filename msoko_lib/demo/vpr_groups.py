"""The rows of aggregated exports: country, region, municipality, then the schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msoko_lib.demo.vpr_naming import (
    COUNTRY_GROUP,
    MUNICIPALITY_GROUP,
    REGION_GROUP,
    Labels,
    head_rows,
    sheet_name,
)
from msoko_lib.demo.vpr_summary import Summary
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.xlsx import Row, SheetRows, Value


@dataclass(frozen=True)
class Group:
    """A group of an export: its cell and its counts."""

    cell: str
    summary: Summary
    is_school: bool = False

    @property
    def schools_cell(self) -> int | None:
        """Number of schools; empty for a school."""
        return None if self.is_school else self.summary.schools_n


def groups_of(work: VprWork, labels: Labels) -> list[Group]:
    """Groups of a work, from the country down; the order is the only marker of hierarchy."""
    found = [
        Group(COUNTRY_GROUP, work.country),
        Group(REGION_GROUP, work.region),
        Group(MUNICIPALITY_GROUP, work.summary()),
    ]
    for index in work.schools:
        found.append(Group(labels.group(index, work), work.summary(index), is_school=True))
    return found


def percent(part: float, whole: float, digits: int = 2) -> float:
    """Per cent of a whole, rounded as the exports round (each on its own, so sums may miss 100)."""
    return round(100 * part / whole, digits)


def _counts(group: Group) -> list[Value]:
    return [group.cell, group.schools_cell, group.summary.participants]


def marks_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Статистика по отметкам»; the mark headers are numbers, an eighth column stands empty."""
    title = "Статистика по отметкам"
    header: Row = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
    rows = [
        [*_counts(g), *(percent(int(count), g.summary.n) for count in g.summary.marks)]
        for g in groups
    ]
    return SheetRows(sheet_name(work.form, title), [*head_rows(title, work), header, *rows])


JOURNAL_TITLE = "Сравнение отметок с отметками по журналу"
JOURNAL_KINDS = (
    "Понизили (Отметка < Отметка по журналу)",
    "Подтвердили (Отметка = Отметке по журналу)",
    "Повысили (Отметка > Отметка по журналу)",
)


def journal_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Сравнение отметок с отметками по журналу», one row a group, from the region down."""
    header: list[Value] = ["Группы участников", "Кол-во участников(всего)"]
    for kind in JOURNAL_KINDS:
        header += [f"{kind} %", f"{kind} Кол-во участников"]
    rows: list[Row] = []
    for group in groups[1:]:
        summary = group.summary
        row: list[Value] = [group.cell, summary.participants]
        for count, people in zip(summary.journal, summary.journal_people, strict=True):
            row += [percent(int(count), summary.n), people]
        rows.append(row)
    name = sheet_name(work.form, JOURNAL_TITLE)
    return SheetRows(name, [*head_rows(JOURNAL_TITLE, work), header, *rows])


def old_journal_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """The older layout: the group's name, three rows and «Всего»."""
    header: Row = ["Группы участников", "Кол-во участников", "%"]
    rows: list[Row] = []
    for group in groups[1:]:
        summary = group.summary
        rows.append([group.cell])
        counts = zip(JOURNAL_KINDS, summary.journal, summary.journal_people, strict=True)
        for kind, count, people in counts:
            rows.append([f"{kind} %", people, percent(int(count), summary.n)])
        rows.append(["Всего", summary.participants, 100])
    name = sheet_name(work.form, JOURNAL_TITLE)
    return SheetRows(name, [*head_rows(JOURNAL_TITLE, work), header, *rows])


def scores_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Распределение первичных баллов»: per cent of participants at every score."""
    title = "Распределение первичных баллов"
    header: Row = [
        "Группы участников", "Кол-во ОО", "Кол-во участников", *range(work.form.max_score + 1)
    ]  # fmt: skip
    rows = [
        [*_counts(g), *(percent(int(count), g.summary.n) for count in g.summary.scores)]
        for g in groups
    ]
    return SheetRows(sheet_name(work.form, title), [*head_rows(title, work), header, *rows])


def tasks_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Выполнение заданий»: mean per cent of the maximum, a second header row with the maxima."""
    title = "Выполнение заданий"
    header: Row = ["Группы участников", "Кол-во ОО", "Кол-во участников", *work.form.labels]
    maxima: Row = [None, None, "Макс балл", *work.form.maxima.tolist()]
    rows = [[*_counts(g), *_percents(g.summary.task_shares)] for g in groups]
    return SheetRows(sheet_name(work.form, title), [*head_rows(title, work), header, maxima, *rows])


def skills_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Достижение планируемых результатов»: a row a task, a column a group, participants below."""
    title = "Достижение планируемых результатов"
    skills = (
        "Блоки ПООП обучающийся научится / получит возможность научиться или проверяемые "
        "требования (умения) в соответствии с ФГОС (ФК ГОС)"
    )
    ordered = [*groups[3:], groups[2], groups[1], groups[0]]
    header: Row = ["Номер задания", skills, "Макс балл", *(g.cell for g in ordered)]
    people: Row = [None, None, None, *(f"{g.summary.participants} уч." for g in ordered)]
    shares = [_percents(g.summary.task_shares) for g in ordered]
    rows: list[Row] = [
        [task.label, task.skill, task.max_score, *(column[place] for column in shares)]
        for place, task in enumerate(work.form.tasks)
    ]
    return SheetRows(sheet_name(work.form, title), [*head_rows(title, work), header, people, *rows])


def mark_groups_sheet(work: VprWork, groups: Sequence[Group]) -> SheetRows:
    """«Выполнение заданий группами участников»: under each group a row for each mark."""
    title = "Выполнение заданий группами участников"
    header: Row = ["Группы участников", "Кол-во участников", *work.form.labels]
    maxima: Row = [None, "Макс балл", *work.form.maxima.tolist()]
    rows: list[Row] = []
    for group in groups:
        summary = group.summary
        rows.append([group.cell, summary.participants, *_percents(summary.task_shares)])
        for place, mark in enumerate((2, 3, 4, 5)):
            shares = summary.mark_task_shares(mark)
            if shares is not None:
                people = round(int(summary.marks[place]) * summary.weight)
                rows.append([f"Ср.% вып. уч. гр.баллов {mark}", people, *_percents(shares)])
    return SheetRows(sheet_name(work.form, title), [*head_rows(title, work), header, maxima, *rows])


def _percents(shares: object) -> list[Value]:
    return [round(100 * share, 2) for share in shares.tolist()]  # type: ignore[attr-defined]


AGGREGATED: dict[str, Callable[[VprWork, Sequence[Group]], SheetRows]] = {
    "Ф2_Достижение планируемых результатов": skills_sheet,
    "Ф3_Статистика по отметкам": marks_sheet,
    "Ф4_Выполнение заданий": tasks_sheet,
    "Ф5_Распределение первичных баллов": scores_sheet,
    "Ф6_Сравнение отметок с отметками по журналу": journal_sheet,
    "Ф7_Выполнение заданий группами участников": mark_groups_sheet,
}
