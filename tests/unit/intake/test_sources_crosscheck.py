"""Figures of two sources: every difference with both sources, agreement in silence."""

from __future__ import annotations

from typing import Any

import builders_gia as b
import pandas as pd
import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.intake.crosscheck import SAME_FIGURES, SameFigure, cross_check_sources
from msoko_lib.intake.merge import newest_rows
from msoko_lib.intake.schemas import TABLES

CATALOGUE: Catalogue = load_catalogue(b.REPOSITORY)
YEAR = "2024-2025"


def table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    base = {"school_year": YEAR, "school_id": "edu1", "source_sheet": "Лист", "source_row": 5}
    frame = pd.DataFrame([{**base, **row} for row in rows])
    return TABLES[name].conform(frame)


def fields(file: str = "форма.xlsx", **values: float) -> list[dict[str, Any]]:
    return [
        {"field_id": name, "value": value, "subsystem": "11", "source_file": file}
        for name, value in values.items()
    ]


def schools() -> pd.DataFrame:
    return table("schools", {"short_name": "СОШ № 1", "unit_kind": "school", "source_file": "с"})


def enrolment(**grades: int) -> pd.DataFrame:
    return table("enrolment", *({"grade": int(name[1:]), "pupils_n": n, "source_file": "к.xlsx"}
                                for name, n in grades.items()))  # fmt: skip


def test_a_difference_names_both_values_and_both_files() -> None:
    tables = {
        "schools": schools(),
        "form_values": table("form_values", *fields(pupils_n=500),
                             *fields("оо1.xlsx", oo1_pupils_n=498.0)),
    }  # fmt: skip
    (found,) = cross_check_sources(tables, CATALOGUE)
    assert (found.rule, found.severity) == ("source_two_values", "question")
    assert (found.file, found.sheet, found.cell) == ("форма.xlsx", "Лист", "A5")
    assert found.found == (
        "Обучающиеся, СОШ № 1: 500 («Обучающихся всего», форма.xlsx) и 498 "
        "(«Обучающихся по ОО-1», оо1.xlsx)."
    )


def test_agreement_and_a_single_source_say_nothing() -> None:
    tables = {
        "form_values": table("form_values", *fields(pupils_n=30, teachers_n=4),
                             *fields("оо1.xlsx", oo1_pupils_n=30)),
        "enrolment": enrolment(g1=10, g2=20),
        "context": table("context", {"variable": "pupils_n", "value": 30, "source_file": "с"}),
    }  # fmt: skip
    assert cross_check_sources(tables, CATALOGUE) == []
    assert cross_check_sources({}, CATALOGUE) == []


def test_every_other_value_is_put_against_the_first_source() -> None:
    tables = {
        "form_values": table("form_values", *fields(pupils_n=30), *fields("о", oo1_pupils_n=31)),
        "enrolment": enrolment(g1=32),
        "context": table("context", {"variable": "pupils_n", "value": 33, "source_file": "с"}),
    }
    found = cross_check_sources(tables, CATALOGUE)
    assert [item.file for item in found] == ["форма.xlsx"] * 3
    for words in ("31 («Обучающихся по ОО-1», о)", "32 (к.xlsx)", "33 (с)"):
        assert sum(words in item.found for item in found) == 1


def test_three_sources_against_one_are_one_question() -> None:
    tables = {
        "form_values": table("form_values", *fields(pupils_n=30), *fields("о", oo1_pupils_n=31)),
        "enrolment": enrolment(g1=30),
        "context": table("context", {"variable": "pupils_n", "value": 30, "source_file": "с"}),
    }
    (item,) = cross_check_sources(tables, CATALOGUE)
    assert "30 («Обучающихся всего», форма.xlsx) и 31" in item.found
    del tables["form_values"]
    tables["form_values"] = table("form_values", *fields("о", oo1_pupils_n=31))
    (item,) = cross_check_sources(tables, CATALOGUE)
    assert item.file == "о" and "30 (к.xlsx)" in item.found


@pytest.mark.parametrize("figure", [f for f in SAME_FIGURES if len(f.sources) == 2])
def test_each_figure_of_two_fields(figure: SameFigure) -> None:
    left, right = figure.sources
    answers = [*fields(**{left: 10}), *fields("другой.xlsx", **{right: 11})]
    found = cross_check_sources({"form_values": table("form_values", *answers)}, CATALOGUE)
    assert [item.found.split(",")[0] for item in found] == [figure.what]


def test_two_fields_of_one_file_are_left_to_its_reader() -> None:
    answers = fields(pupils_n=30, oo1_pupils_n=31)
    assert cross_check_sources({"form_values": table("form_values", *answers)}, CATALOGUE) == []


def works(pupils: int, session: str = "spring") -> pd.DataFrame:
    return table("vpr_pupils", *(
        {"work_id": "2025 РУ 4", "vpr_year": 2025, "session": session, "comparable": True,
         "subject": "Русский язык", "grade": 4, "pupil_id": f"p{n}", "max_score": 10,
         "source_file": "впр.xlsx"} for n in range(pupils)
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("participants", "session", "told"),
    [(21, "spring", 1), (20, "spring", 0), (5, "spring", 0), (21, "autumn", 0)],
)
def test_participants_of_a_work_are_pupils_of_the_grade(
    participants: int, session: str, told: int
) -> None:
    tables = {"vpr_pupils": works(participants, session), "enrolment": enrolment(g4=20, g5=9)}
    found = cross_check_sources(tables, CATALOGUE)
    assert len(found) == told
    if told:
        assert found[0].found == (
            "ВПР, Русский язык, edu1, 4 класс: участников 21 (впр.xlsx), учеников 20 (к.xlsx)."
        )


def repeats(*rows: dict[str, Any], one_kind: bool = False) -> list[tuple[str, str]]:
    """Rules and files told of where two files give the same fields; the second is the newer."""
    kinds = {} if one_kind else {"форма.xlsx": "form", "список.xlsx": "source:teachers"}
    editions = {"форма.xlsx": "2025-01-01", "список.xlsx": "2025-02-01"}
    frame = table("form_values", *rows)
    kept, found = newest_rows(frame, TABLES["form_values"], editions, kinds)
    assert not kept.duplicated(["school_id", "field_id"]).any()
    return [(item.rule, item.file) for item in found]


def test_a_form_and_a_list_that_agree_are_no_news() -> None:
    form = fields(teachers_n=40, teachers_high_n=10)
    agreeing = fields("список.xlsx", teachers_n=40, teachers_high_n=10)
    assert repeats(*form, *agreeing) == []
    # Two forms of one kind: the older one is told of, though it says the same.
    assert repeats(*form, *agreeing, one_kind=True) == [("older_edition", "форма.xlsx")]


def test_a_form_and_a_list_that_differ_are_asked_about() -> None:
    form = fields(teachers_n=40, teachers_high_n=10)
    differing = fields("список.xlsx", teachers_n=41, teachers_high_n=10)
    assert repeats(*form, *differing) == [("conflict", "форма.xlsx")]
