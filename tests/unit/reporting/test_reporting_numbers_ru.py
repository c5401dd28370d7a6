"""Russian number form against Babel (Unicode CLDR), an implementation independent of ours."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.reporting import numbers_ru as ru

_RU = Locale.parse("ru")
_FORM = {"one": ru.PUPIL.one, "few": ru.PUPIL.few, "many": ru.PUPIL.many}


def plain(text: str) -> str:
    return text.replace(ru.NBSP, " ")


def test_plural_forms_agree_with_cldr() -> None:
    for n in range(1_200):
        assert ru.plural(n, ru.PUPIL) == _FORM[_RU.plural_form(n)], n
    assert ru.plural(2.5, ru.PUPIL) == ru.PUPIL.few


def test_dates_agree_with_cldr() -> None:
    for month in range(1, 13):
        day = dt.date(2025, month, 20)
        expected = format_date(day, "d MMMM y 'г'.", locale="ru")
        assert plain(ru.date_ru(day)) == expected
        assert plain(ru.date_ru(day.isoformat())) == expected
        assert ru.MONTHS[month - 1] == format_date(day, "LLLL", locale="ru")


def test_half_is_rounded_up_where_babel_and_python_round_to_even() -> None:
    assert plain(ru.share(0.6125)) == "61,3 %"
    assert f"{61.25:.1f}" == "61.2"
    assert ru.number(-61.25, 1) == f"{ru.MINUS}61,3"
    assert plain(ru.share(0.285, 0)) == "29 %"


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_printed_number_reads_back(x: float, decimals: int) -> None:
    text = ru.number(x, decimals)
    back = float(text.replace(ru.NBSP, "").replace(",", ".").replace(ru.MINUS, "-"))
    assert back == pytest.approx(x, abs=0.5 * 10**-decimals + 1e-6)
    assert " " not in text
    assert not text.startswith(f"{ru.MINUS}0") or back != 0


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_missing_value_is_said_to_be_missing(missing: object) -> None:
    printed = {
        ru.number(missing),
        ru.share(missing),
        ru.pp(missing),
        ru.share_interval(missing, 0.5),
        ru.interval(1, missing),
    }
    assert printed == {"нет данных"}


def test_signs_and_units() -> None:
    assert plain(ru.pp(3.2)) == "+3,2 п.п."
    assert plain(ru.pp(-0.04)) == "0,0 п.п."
    assert plain(ru.share_interval(0.412, 0.6249)) == "от 41 до 62 %"
    assert plain(ru.interval(-2, 7.55, "п.п.", signed=True)) == "от −2,0 до +7,6 п.п."
    assert plain(ru.counted(1_300_231, ru.PARTICIPANT)) == "1 300 231 участник"


@pytest.mark.parametrize(
    ("n", "nominative", "genitive"),
    [
        (0, "ни одного ученика", "ни одного ученика"),
        (1, "один ученик", "одного ученика"),
        (4, "четыре ученика", "четырёх учеников"),
        (10, "десять учеников", "десяти учеников"),
        (11, "11 учеников", "11 учеников"),
        (21, "21 ученик", "21 ученика"),
        (103, "103 ученика", "103 учеников"),
    ],
)
def test_whole_pupils(n: int, nominative: str, genitive: str) -> None:
    assert plain(ru.pupils(n)) == nominative
    assert plain(ru.pupils(n, genitive=True)) == genitive


def test_gender_changes_one_and_two() -> None:
    assert [ru.in_words(n, ru.SCHOOL) for n in (0, 1, 2, 3)] == [
        "ни одной школы",
        "одна школа",
        "две школы",
        "три школы",
    ]
    assert [ru.in_words(n, ru.TASK) for n in (1, 2)] == ["одно задание", "два задания"]
    assert ru.in_words(1, ru.SCHOOL, genitive=True) == "одной школы"


@pytest.mark.parametrize("n", [-1, 2.5])
def test_people_are_counted_whole(n: float) -> None:
    with pytest.raises(ValueError, match="whole number"):
        ru.pupils(n)  # type: ignore[arg-type]


def test_years_lists_and_quotes() -> None:
    assert plain(ru.school_year_ru("2024-2025")) == "2024/25 учебный год"
    assert plain(ru.school_year_ru("2008-2009", prepositional=True)) == "2008/09 учебном году"
    assert ru.joined(["а", "б", "в"]) == "а, б и в"
    assert ru.quoted("МБОУ «СОШ»") == "«МБОУ „СОШ“»"
    with pytest.raises(ValueError, match="2024-2025"):
        ru.school_year_ru("2024/25")


def test_every_status_of_the_indicator_table_has_a_word() -> None:
    words = [ru.state_of_status(status) for status in ("not_enough", "suppressed", "no_data")]
    assert words == ["мало", "н/д", "нет данных"]
    assert set(words) < set(ru.STATE_MEANINGS)
    with pytest.raises(KeyError):
        ru.state_of_status("ok")
