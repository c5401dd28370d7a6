"""«Похожие школы» in a school's report: which, why, and where the school stands among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Nothing
from msoko_lib.subsystems.comparable.school_similar import MINIMUM, SHOWN, similar_part
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

SMALL = [f"s{place:02d}" for place in range(8)]
LARGE = [f"b{place:02d}" for place in range(8)]
# Volunteers of a hundred: the first small school stands out.
VOLUNTEERS = {"s00": 90.0} | {name: 30.0 + place for place, name in enumerate(SMALL[1:])}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    answers = {name: {"volunteers_n": told, "pupils_n": 100.0} for name, told in VOLUNTEERS.items()}
    # Told by too few of the small schools to have a middle.
    for name in SMALL[:4]:
        answers[name] |= {"teachers_n": 20.0, "teachers_first_n": 5.0, "teachers_high_n": 5.0}
    answers |= {name: {"volunteers_n": 650.0, "pupils_n": 700.0} for name in LARGE}
    sizes = {name: 100 + place for place, name in enumerate(SMALL)}
    sizes |= {name: 700 + 10 * place for place, name in enumerate(LARGE)}
    rows = [{"school_id": name, "grade": 1, "pupils_n": size} for name, size in sizes.items()]
    return year_of(tmp_path_factory.mktemp("similar"), answers, tables={"enrolment": rows})


def part(year: Year, school_id: str) -> Block:
    return similar_part(SchoolYear(year, school_id, year.school_names[school_id], ""))


def cells(block: Block) -> str:
    text = re.sub(r"<[^>]+>", "|", block.html())
    return re.sub(r"\|+", "|", text).replace(ru.NBSP, " ").replace("\u202f", " ")


def test_names_and_the_reason_stand_there(year: Year) -> None:
    told = cells(part(year, "s00"))
    for name in SMALL[1:]:
        assert year.school_names[name] in told
    assert not any(year.school_names[name] in told for name in LARGE)
    assert "размер – от 101 до 107 обучающихся, здесь 100" in told


def test_own_value_stands_beside_middle_and_range_of_the_others(year: Year) -> None:
    told = cells(part(year, "s00"))
    assert "90 % (90 из 100)" in told
    # The seven others have 30 … 36 %: neither the own value nor the large schools are among them.
    assert "|33 %|" in told and "|30 % … 36 %|" in told and "|7|▲ выше|" in told
    assert "● так же" in cells(part(year, "s03"))


def test_where_few_tell_there_is_neither_middle_nor_range(year: Year) -> None:
    assert year.points(MINIMUM) == 4
    told = cells(part(year, "s00"))
    row = told[told.index("50 % (10 из 20)") :]
    assert row.startswith("50 % (10 из 20)|мало|мало|3|○ мало|")


def test_no_name_stands_beside_a_number_of_its_school(year: Year) -> None:
    """The range says that somebody has 36 %, not who."""
    table = part(year, "s00").table  # type: ignore[attr-defined]
    assert not any(name in table.html() for name in year.school_names.values())


def test_schools_are_not_compared_by_vpr(year: Year) -> None:
    for name in SHOWN:
        passport = year.catalogue[name]
        assert "ВПР" not in passport.source + passport.formula
        assert not str(passport.computed_by).startswith("vpr.")


def test_nobody_similar_is_said_plainly(tmp_path: Path) -> None:
    rows = [{"school_id": name, "grade": 1, "pupils_n": size}
            for name, size in (("a", 20), ("b", 900))]  # fmt: skip
    alone = year_of(tmp_path, {}, kinds={"a": "school", "b": "school"}, tables={"enrolment": rows})
    block = part(alone, "a")
    assert isinstance(block, Nothing) and "Сопоставимых школ" in block.plain()
