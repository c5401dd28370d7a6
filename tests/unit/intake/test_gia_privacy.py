"""Names, documents and dates of birth leave the reader in no table and no message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import builders_gia as b
import pytest
from cases_gia import CASES

from msoko_lib.intake.directory import draft_directory, open_directory

NAME, OTHER, DOCUMENT, BIRTH = "Канарейкина", "Желторотова", "8765432", "31.12.2007"
CANARIES = ("анарейкин", "елторотов", DOCUMENT, BIRTH, "2007-12-31")


def leaks(reading: b.Reading) -> list[str]:
    """Canaries that a reading lets out, anywhere."""
    told = [f"{item.sentence} {item.cell}" for item in reading.findings]
    cells = [
        str(value)
        for frame in reading.tables.values()
        for value in frame.astype("str").to_numpy().ravel()
    ]
    everything = " ".join([reading.title, reading.edition_key, *told, *cells])
    return [canary for canary in CANARIES if canary in everything]


def birth_column(header: b.Row) -> b.Row:
    return [*header, "Дата рождения", None]


SHEETS: dict[str, list[b.Row]] = {
    "protocol with filler columns": [
        [b.RUSSIAN], birth_column(b.SPARSE),
        [*b.sparse_pupil(1, NAME, name=(OTHER, NAME), document=(DOCUMENT, DOCUMENT)), BIRTH],
    ],
    "protocol, dense": [
        [b.MATHEMATICS], birth_column(b.DENSE),
        [*b.dense_pupil(1, NAME, document=DOCUMENT), BIRTH],
        [*b.dense_pupil(2, NAME, document=DOCUMENT), BIRTH],
    ],
    "technical headers": [
        ["SchoolCode", "ClassCode", "SurnameCell", "NameCell", "SecondNameCell",
         "DocumentSeriesCode", "DocumentNumberCode", "PrimaryMark", "Mark5", "ColumnName"],
        [111001, 9, NAME, OTHER, NAME, DOCUMENT, DOCUMENT, 4, 2, b.MATHEMATICS],
    ],
    "appeals": b.appeals(b.appeal(surname=NAME, document=DOCUMENT)),
    "olympiad": b.olympiad(b.entrant(1, f"{NAME} {OTHER}")),
    "medals": b.medals([1, 111001, "СОШ №1", NAME, OTHER, NAME, "I", 90]),
    "annual marks": [
        ["ФИО", "Код ОО", "Класс", "Предмет", "Годовая отметка"],
        [f"{NAME} {OTHER}", 111001, 9, "Физика", 4],
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SHEETS))
@pytest.mark.parametrize("directory", ["known", "open"])
def test_identifying_cells_leave_no_trace(kind: str, directory: str) -> None:
    given = b.context() if directory == "known" else b.open_context()
    reading = b.read_rows(SHEETS[kind], given)
    assert reading.rows_n > 0
    assert leaks(reading) == []


@pytest.mark.parametrize("kind", sorted(SHEETS))
@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
def test_a_shifted_row_tells_nobody_either(kind: str, shift: int) -> None:
    rows = [list(row) for row in SHEETS[kind]]
    wide = [None] * max(shift, 0) + rows[-1][max(-shift, 0) :]
    reading = b.read_rows([*rows[:-1], wide], b.open_context())
    assert leaks(reading) == []


# A bare number in the school's column is a school code, whatever else it may be elsewhere.
PLACES = [
    (column, canary)
    for column in range(len(b.DENSE))
    for canary in (NAME, DOCUMENT, f"{NAME} {OTHER}", BIRTH)
    if (b.DENSE[column], canary) != ("Код ОО", DOCUMENT)
]


@pytest.mark.parametrize(("column", "canary"), PLACES)
def test_a_name_or_document_in_any_column_of_a_protocol(column: int, canary: Any) -> None:
    row: b.Row = b.dense_pupil(1)
    row[column] = canary
    reading = b.read_rows(b.oge(row, b.dense_pupil(2, "Яров")), b.open_context())
    assert leaks(reading) == []


@pytest.mark.parametrize("column", range(len(b.OLYMPIAD)))
def test_a_name_in_any_column_of_an_olympiad(column: int) -> None:
    row: b.Row = b.entrant(1)
    row[column] = f"{NAME} {OTHER}"
    assert leaks(b.read_rows(b.olympiad(row), b.open_context())) == []


def test_the_bad_inputs_of_all_rules_name_nobody() -> None:
    for code, case in CASES.items():
        rows = [
            [cell.replace("Иванов", NAME).replace("Сидоров", NAME) if isinstance(cell, str)
             else cell for cell in row]
            for row in case.rows
        ]  # fmt: skip
        assert leaks(b.read_rows(rows, case.given)) == [], code


def test_the_directory_draft_names_nobody() -> None:
    reading = b.read_rows(SHEETS["olympiad"], b.open_context())
    draft = draft_directory(reading.tables, open_directory())
    assert not [canary for canary in CANARIES if canary in draft.to_string()]


def test_the_same_pupil_has_the_same_hash_in_every_file(tmp_path: Path) -> None:
    name = ["Ёлкин", "Пётр ", "Ильич"]
    protocol = b.ege(b.sparse_pupil(1, name[0], name=(name[1], name[2])))
    candidate = b.medals([1, None, "СОШ № 1 г.Энск", *name, "I", 80])
    entrant = b.olympiad(b.entrant(1, " ".join(name).upper().replace("Ё", "Е"), grade=11))
    marks = [
        ["Фамилия", "Имя", "Отчество", "Логин", "Класс", "Предмет", "Отметка за год"],
        [*name, "EDU100011 ", "11Б", "физика", "5"],
    ]
    ids = {
        table: b.read_path(b.save(tmp_path, rows)).tables[table]["pupil_id"].tolist()
        for table, rows in (
            ("gia_results", protocol), ("medal_candidates", candidate),
            ("olympiad_results", entrant), ("annual_marks", marks),
        )
    }  # fmt: skip
    assert len({tuple(found) for found in ids.values()}) == 1
    # Two years earlier the same pupil sat the ОГЭ: the graduation year joins both.
    earlier = b.oge(b.dense_pupil(1), title="02 - Математика 2023.06.06")
    earlier[2][5:8] = name
    ninth = b.read_rows(earlier, b.context("2022-2023")).tables["gia_results"]["pupil_id"]
    assert ninth.tolist() == ids["gia_results"]
