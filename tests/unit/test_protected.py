"""Small counts in print: hidden, and not to be worked out from sums."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import Row, town
from hand_made_year import year_of

from msoko_lib.methods.disclosure import Release, Table, cell_intervals
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.protected import people_words, shown_counts, shown_list
from msoko_lib.subsystems.year import Year


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return year_of(tmp_path_factory.mktemp("protected"), {"a": {"pupils_n": 5}})


def intervals(counts: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """What a reader who knows all sums can say of each cell: the widths of the ranges."""
    table = Table(counts)
    hidden = [
        table.cell(row, column) for row in counts.index for column in counts.columns
        if isinstance(shown.loc[row, column], str)
    ]  # fmt: skip
    release = Release()
    release.add_table(table, withheld=hidden)
    bounds = cell_intervals(release, wanted=hidden)
    return pd.DataFrame([bounds[name] for name in hidden], columns=["low", "high"])


@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_follows_from_the_sums(year: Year, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = pd.DataFrame(rng.poisson(12, (6, 3)), index=list("abcdef"), columns=list("xyz"))
    counts.iloc[rng.integers(6), rng.integers(3)] = 2
    shown = shown_counts(counts.astype(float), year)
    small = (counts > 0) & (counts < 5)
    assert small.to_numpy().any()
    assert set(shown[small].stack().dropna()) == {ru.FEW}
    assert not shown.map(lambda cell: not isinstance(cell, str) and 0 < cell < 5).to_numpy().any()
    ranges = intervals(counts, shown)
    assert (ranges["high"] - ranges["low"] >= 1).all()
    # Most of a table without many small counts stays readable.
    assert shown.map(lambda cell: isinstance(cell, str)).to_numpy().mean() < 0.6


def test_nothing_small_hides_nothing(year: Year) -> None:
    counts = pd.DataFrame({"x": [10.0, 0.0], "y": [7.0, 9.0]})
    assert shown_counts(counts, year).to_numpy().tolist() == [[10, 7], [0, 9]]


def test_too_few_cells_to_hide_among_tell_nothing(year: Year) -> None:
    shown = shown_counts(pd.DataFrame({"x": [3.0, 40.0]}), year)
    assert shown["x"].tolist() == [ru.FEW, ru.WITHHELD]


def test_a_cell_nobody_answered_stays_empty(year: Year) -> None:
    counts = pd.DataFrame({"x": [3.0, np.nan, 9.0, 8.0], "y": [9.0, np.nan, 8.0, 30.0]})
    shown = shown_counts(counts, year)
    assert shown.iloc[1].isna().all()


def test_none_and_few_look_alike_in_a_list() -> None:
    shown = shown_list(pd.Series([0.0, 3.0, 12.0, 0.0, np.nan]), 5)
    assert shown.tolist()[:4] == [ru.FEW, ru.FEW, 12.0, ru.FEW] and shown.isna().iloc[4]


def test_the_next_count_guards_a_lonely_small_one() -> None:
    shown = shown_list(pd.Series([3.0, 12.0, 40.0, 25.0]), 5)
    assert shown.tolist() == [ru.FEW, ru.WITHHELD, 40.0, ru.WITHHELD]
    # Nobody anywhere: the sum tells nothing that the list does not.
    assert shown_list(pd.Series([0.0, 12.0]), 5).tolist() == [ru.FEW, 12.0]


def test_words_of_people() -> None:
    told = [people_words(number, 5, ru.PUPIL) for number in (0, 3, 5)]
    assert told == ["ни одного ученика", "меньше пяти учеников", f"5{ru.NBSP}учеников"]


def answer(school: str, field: str, value: float) -> Row:
    return {"school_year": "2024-2025", "school_id": school, "subsystem": "09",
            "field_id": field, "value": value}  # fmt: skip


def test_a_sensitive_indicator_withholds_a_handful_and_none(tmp_path: Path) -> None:
    """ВС-05 counts registered pupils; ВС-07 is a share of them, its rest tells as well."""
    given = {"a": (100, 20, 12), "b": (100, 3, 3), "c": (100, 0, 0), "d": (100, 16, 14)}
    rows = [
        answer(school, field, value)
        for school, values in given.items()
        for field, value in zip(("pupils_n", "registered_n", "registered_busy_n"), values,
                                strict=True)
    ]  # fmt: skip
    made = town(tmp_path, {"form_values": rows})

    def states(indicator_id: str) -> dict[str, str]:
        values = made.values(indicator_id)
        own = values[values["level"] == "school"].set_index("unit_id")
        assert (own["reason"].eq("") == own["status"].eq("ok")).all()
        return own["status"].to_dict()

    rates = states("ВС-05")
    assert rates == {"a": "ok", "b": "suppressed", "c": "suppressed", "d": "ok"}
    # d: 14 of 16 would tell of the two who are not busy; b and c have fewer than five at all.
    assert states("ВС-07") == {"a": "ok", "b": "not_enough", "d": "suppressed"}
    whole = made.row("ВС-05", "municipality", "municipality")
    assert whole["status"] == "ok" and whole["numerator"] == 39
