"""The circle of recommendations: said in one year, asked back and answered for in the next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from msoko_lib.batch.intake_step import read_year
from msoko_lib.forms.registers import write_registers
from msoko_lib.forms.writer import FOLDER
from msoko_lib.intake.pipeline import silent
from msoko_lib.intake.register_columns import REGISTERS
from msoko_lib.project import previous_school_year
from msoko_lib.recommendations.apply import MUNICIPALITY
from msoko_lib.recommendations.issued import record
from msoko_lib.subsystems.advice_followed import followed, unit_followed
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.last_year import given_last_year, was_issued
from msoko_lib.subsystems.year import open_year_of

if TYPE_CHECKING:
    from conftest import Made

DOCUMENT = "приказ № 7 от 01.11.2024"
HEADER = 4


def test_what_was_said_is_asked_back_and_stands_beside_what_came_of_it(
    tiny_project: Made, tmp_path: Path
) -> None:
    project = tiny_project.copy_to(tmp_path / "project")
    now, before = tiny_project.newest, previous_school_year(tiny_project.newest)

    said = findings_of(open_year_of(project, before))
    unit = said[(said["advice"] != "") & (said["unit_kind"] == "school")]["unit_id"].mode()[0]
    record(project, before, said, 1, "2024-10-01", set(said["subsystem"]))

    # The office gets the register with last year's advice and answers for one school.
    write_registers(project, now)
    register = next(item for item in REGISTERS if item.table == "recommendation_replies")
    blank = project.outputs(now) / FOLDER / f"{register.title}.xlsx"
    book = openpyxl.load_workbook(blank)
    page = book[register.title]
    heads = {cell.value: cell.column for cell in page[HEADER]}
    name = open_year_of(project, now).unit_names[unit]
    own = [row for row in range(HEADER + 1, page.max_row + 1)
           if name in str(page.cell(row, heads["Организация"]).value)
           and page.cell(row, heads["Что сделано"]).value is None]  # fmt: skip
    assert own, "the school's advice is in the blank"
    answered = open_year_of(project, now).inputs.table(register.table)
    done, refused = own[0], own[-1]
    assert done != refused
    for row, state in ((done, "выполнена"), (refused, "отклонена")):
        page.cell(row, heads["Что сделано"], state)
    page.cell(done, heads["Документ и номер"], DOCUMENT)
    rules = [str(page.cell(row, heads["№ рекомендации"]).value) for row in (done, refused)]
    for name in set(answered["source_file"]):
        (project.raw(now) / name).unlink()
    book.save(project.raw(now) / "ответы школ.xlsx")

    read_year(project, now, 1, silent)
    year = open_year_of(project, now)
    replies = year.inputs.table(register.table)
    assert len(replies) == len(answered) + 2, "what nobody answered is no row"
    given = given_last_year(year)
    assert given is not None and was_issued(given)
    rows = followed(year, unit)
    assert rows is not None
    told = rows.set_index("rule_id")
    assert told.loc[rules[0], ["answer", "document"]].tolist() == ["выполнена", DOCUMENT]
    assert told.loc[rules[1], "answer"] == "отклонена"
    assert set(told["answer"]) <= {"выполнена", "отклонена", "ответа нет"}
    still = findings_of(year)
    holds = {rule for rule, state in told["state"].items() if state == "holds"}
    assert holds == set(told.index) & set(still[still["unit_id"] == unit]["rule_id"])
    text = unit_followed(year, unit).html()
    assert DOCUMENT in text and "Рекомендации прошлого года" in text
    assert MUNICIPALITY not in set(rows["unit_kind"])
