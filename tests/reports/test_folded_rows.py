"""A table may fold rows away on paper; the workbook always has them all."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.compare import compare_with_others


def table(shown: list[bool]) -> ReportTable:
    frame = pd.DataFrame({"work": ["а", "б", "в"], "n": [10, 20, 30], "shown": shown})
    columns = [Column("work", "Работа"), Column("n", "Писали", "int")]
    return ReportTable(frame, "Отметки", "Отметки", columns, shown="shown")


def rows(markup: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>(.)</th>', markup)


def test_folded_rows_stand_behind_a_summary_and_in_the_workbook() -> None:
    made = table([True, False, True])
    before, after = made.html().split("<details>")
    assert rows(before) == ["а", "в"]
    assert rows(after) == ["б"]
    assert "1\u00a0строка" in after
    assert [record["work"] for record in made.table_payloads()[0]["records"]] == ["а", "б", "в"]


def test_nothing_is_folded_where_every_row_is_shown() -> None:
    assert "<details>" not in table([True, True, True]).html()


def test_a_table_folded_whole_is_named_by_its_title() -> None:
    markup = table([False, False, False]).html()
    assert markup.startswith("<details><summary>Отметки: 3\u00a0строки")


def test_the_column_that_folds_must_exist() -> None:
    with pytest.raises(ValueError, match="no such column"):
        ReportTable(pd.DataFrame({"work": ["а"]}), "Отметки", "Отметки", shown="shown")


def units(good: list[int], of: list[int], subject: object) -> pd.DataFrame:
    frame = pd.DataFrame({"numerator": good, "denominator": of}).astype(float)
    return frame.assign(
        unit_id=[f"s{place}" for place in range(len(good))],
        subject=subject,
        grade=pd.Series([pd.NA] * len(good), dtype="Int64"),
        value=frame["numerator"] / frame["denominator"],
    )


@pytest.mark.parametrize("subject", [np.nan, None, "все работы"])
def test_an_indicator_without_cuts_is_compared_too(subject: object) -> None:
    """A missing subject is one family, not a family that nobody tests."""
    values = units([10, 95, 97, 2], [40, 100, 100, 3], subject)
    found = compare_with_others(values, more_is_better=True, minimum_n=5)
    assert found["mark"].tolist()[0] == "attention"
    assert found["mark"].tolist()[3] == "few"
    # The smallest is not shown anywhere, so it enters no number of others.
    others = (95 + 97) / (100 + 100)
    assert found["others"].iloc[0] == pytest.approx(others)


def test_a_school_that_wrote_alone_has_nobody_to_be_compared_with() -> None:
    found = compare_with_others(units([30], [40], "Физика"), more_is_better=True, minimum_n=5)
    assert found["mark"].tolist() == ["few"]
    assert found["others"].isna().all()
