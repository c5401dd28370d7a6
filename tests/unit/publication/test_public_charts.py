"""Charts of the public site are drawn from what is printed beside them, from nothing else."""

from __future__ import annotations

import pytest

from msoko_lib.publication.charts import FEWEST, chart_rows, shares_chart
from msoko_lib.publication.pages import subsystem_body
from msoko_lib.publication.shown import FIELDS, Row
from msoko_lib.reporting import numbers_ru as ru


def row(title: str, value: str, plain: str, sign: str = "", unit: str = "%") -> Row:
    told = dict.fromkeys(FIELDS, "") | {
        "name": title, "title": title, "value": value, "value_plain": plain, "sign": sign,
        "unit": unit, "subsystem": "01", "indicator_id": title, "formula": "часть ÷ целое",
        "n": ru.WITHHELD, "n_plain": ru.WITHHELD, "region": ru.NO_DATA, "before": ru.NO_DATA,
    }  # fmt: skip
    return Row(**told)


ROWS = [
    row("Сдали", "около 85 %", "85", "около"),
    row("Без аттестата", "меньше 2,5 %", "2,5", "меньше"),
    row("Введение ФГОС", "99,5 % и больше", "99,5", "не меньше"),
    row("Грамотность", "75 %", "75"),
    row("Скрытое", ru.WITHHELD, ru.WITHHELD),
    row("Места", "105 %", "105"),
    row("Компьютеры", "15,0", "15,0", unit="шт."),
]


def test_bars_are_as_long_as_the_print_says() -> None:
    drawn = chart_rows(ROWS)
    assert dict(zip(drawn["label"], drawn["value"], strict=True)) == pytest.approx(
        {"Сдали": 0.85, "Без аттестата": 0.025, "Введение ФГОС": 0.995, "Грамотность": 0.75}
    )
    assert drawn["printed"].tolist() == [item.value for item in ROWS[:4]]


def test_the_text_beside_the_chart_tells_what_is_printed_and_nothing_withheld() -> None:
    chart = shares_chart(ROWS)
    assert chart is not None
    assert "Введение ФГОС (99,5 % и больше)" in chart.alt
    assert "Без аттестата (меньше 2,5 %)" in chart.alt
    assert "Скрытое" not in chart.alt + chart.caption


def test_too_few_shares_make_no_chart() -> None:
    assert shares_chart(ROWS[: FEWEST - 1]) is None
    assert shares_chart([ROWS[4]] * 5) is None


def test_the_page_has_the_chart_and_names_units() -> None:
    part = type("Part", (), {"number": "01", "goal": "Цель."})()
    page = subsystem_body(ROWS, part)
    assert page.count("<img ") == 1 and page.index("<img ") < page.index("<table")
    assert "Компьютеры, шт." in page and "Сдали, %" not in page
