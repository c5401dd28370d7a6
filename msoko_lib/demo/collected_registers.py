"""The registers that the office keeps, one workbook each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.demo.advice_rows import advice_rows
from msoko_lib.demo.answers import Answers
from msoko_lib.demo.calendar_rows import Row, observers, procedures, roadmap
from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.cycle_rows import cycle_documents
from msoko_lib.demo.vpr_year import Town
from msoko_lib.forms.registers import lists_of, register_workbook
from msoko_lib.forms.stamp import Template
from msoko_lib.forms.units import Unit
from msoko_lib.intake.register_columns import REGISTERS
from msoko_lib.project import school_year_of

FOLDER = "Реестры"
# Part of a school → what it explains: subsystem and words.
_REPLIES = {
    "journal_gap": (
        "05", "Отметки в журнале ставились и за домашние работы. С сентября критерии единые, "
              "положение о системе оценки пересмотрено."
    ),
    "low_results": (
        "01", "В школе две вакансии учителей-предметников, часть уроков ведут учителя другого "
              "профиля. Заявка в программу привлечения педагогов подана."
    ),
    "drop_4_5": (
        "09", "На учёт поставлена группа учеников после одного происшествия осенью. План работы с "
              "ними согласован с комиссией."
    ),
}  # fmt: skip
_USUAL_REPLY = (
    "07",
    "Педагоги, у которых срок курсов истекает, записаны на обучение в новом учебном году.",
)


def replies(town: Town, end_year: int) -> list[Row]:
    """Explanations of organisations; where nothing is planted, one of no importance."""
    found = [
        (town.schools[town.plants.school(part)].login, *told)
        for part, told in _REPLIES.items()
        if end_year == town.newest and town.plants.school(part) >= 0
    ]
    found = found or [(town.schools[-1].login, *_USUAL_REPLY)]
    return [
        {"school_id": login, "subsystem": subsystem, "text": words,
         "reply_date": f"{end_year}-09-{10 + place:02d}"}
        for place, (login, subsystem, words) in enumerate(found)
    ]  # fmt: skip


def write_registers_of(
    folder: Path,
    town: Town,
    units: Sequence[Unit],
    catalogue: Catalogue,
    end_year: int,
    measures: Sequence[Row],
    parts: CollectedParts,
    true: Answers,
) -> list[Path]:
    """Write the registers of a school year below ``folder`` (that of the year)."""
    year = school_year_of(end_year)
    rows: Mapping[str, Sequence[Row]] = {
        "measures": measures,
        "roadmap": roadmap(town, end_year),
        "procedures": procedures(town, end_year),
        "observers": observers(town, end_year),
        "replies": replies(town, end_year),
        "cycle_documents": cycle_documents(town, end_year),
        "recommendation_replies": advice_rows(town, parts, true, end_year),
    }
    lists = lists_of(catalogue, units, year)
    files = []
    for register in REGISTERS:
        if not rows.get(register.table):
            continue
        names = [column.name for column in register.columns]
        frame = pd.DataFrame(list(rows[register.table]), columns=names).astype(object)
        content = register_workbook(register, frame, lists, year)
        path = folder / FOLDER / f"{register.title}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Template.of(content).stamped({}, f"{end_year}-10-21T09:00:00Z"))
        files.append(path)
    return files
