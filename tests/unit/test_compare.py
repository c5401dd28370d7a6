"""Is a school different from the others? The one rule of all reports."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from msoko_lib.subsystems.compare import compare_with_others, differs_from

COLUMNS = ["unit_id", "subject", "grade", "numerator", "denominator"]


def shares(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """School, subject, numerator, denominator."""
    frame = pd.DataFrame([(a, b, 5, n, d) for a, b, n, d in rows], columns=COLUMNS)
    return frame.assign(value=frame["numerator"] / frame["denominator"])


USUAL = [(f"s{place}", "РУ", 20 + place % 3, 40) for place in range(9)]


@pytest.mark.parametrize(
    ("more_is_better", "high", "low"), [(True, "up", "attention"), (False, "attention", "up")]
)
def test_marks_follow_the_direction_of_the_indicator(
    more_is_better: bool, high: str, low: str
) -> None:
    values = shares(*USUAL, ("top", "РУ", 38, 40), ("bottom", "РУ", 4, 40), ("few", "РУ", 0, 4))
    zones = compare_with_others(values, more_is_better=more_is_better, minimum_n=5)
    marks = zones.set_index("unit_id")["mark"]
    assert marks["top"] == high and marks["bottom"] == low and marks["few"] == "few"
    assert set(marks.drop(["top", "bottom", "few"])) == {"same"}


def test_the_others_are_all_but_the_school_itself_in_the_same_work() -> None:
    values = shares(("a", "РУ", 10, 20), ("b", "РУ", 5, 20), ("c", "РУ", 9, 10),
                    ("a", "МА", 1, 20), ("b", "МА", 19, 20))  # fmt: skip
    zones = compare_with_others(values, more_is_better=True, minimum_n=5)
    others = zones.set_index(["unit_id", "subject"])["others"]
    assert others["a", "РУ"] == pytest.approx(14 / 30)
    assert others["c", "РУ"] == pytest.approx(15 / 40)
    assert others["a", "МА"] == pytest.approx(19 / 20)


def test_a_work_of_one_school_has_nothing_to_compare_with() -> None:
    values = shares(*USUAL, ("s0", "ФИ", 30, 40))
    zones = compare_with_others(values, more_is_better=True, minimum_n=5)
    alone = zones[zones["subject"] == "ФИ"].iloc[0]
    assert math.isnan(alone["others"]) and alone["mark"] == "few"


def test_all_schools_and_works_are_one_family() -> None:
    """One p-value of 0.01 among ten works is no finding; alone it would be."""
    works = [(school, f"работа {number}", 20, 40) for number in range(10) for school in "abcd"]
    odd = [("odd", "работа 0", 29, 40)]
    p = stats.fisher_exact([[29, 11], [80, 80]])[1]
    assert 0.005 < p < 0.05
    alone = compare_with_others(
        shares(*[row for row in works if row[1] == "работа 0"], *odd),
        more_is_better=True, minimum_n=5,
    )  # fmt: skip
    among = compare_with_others(shares(*works, *odd), more_is_better=True, minimum_n=5)
    assert (
        among.loc[among["unit_id"] == "odd", "q"].item()
        > alone.loc[alone["unit_id"] == "odd", "q"].item()
    )
    assert among.loc[among["unit_id"] == "odd", "mark"].item() == "same"


def test_nothing_to_compare_gives_an_empty_table_with_its_columns() -> None:
    empty = compare_with_others(shares(*USUAL).iloc[:0], more_is_better=True, minimum_n=5)
    assert empty.empty and {"others", "q", "mark"} <= set(empty.columns)


@pytest.mark.parametrize(
    ("low", "high", "reference", "mark"),
    [
        (0.6, 0.7, 0.5, "up"), (0.3, 0.4, 0.5, "attention"), (0.4, 0.6, 0.5, "same"),
        (float("nan"), float("nan"), 0.5, "few"), (0.4, 0.6, float("nan"), "few"),
    ],
)  # fmt: skip
def test_against_a_fixed_reference(low: float, high: float, reference: float, mark: str) -> None:
    assert differs_from(pd.Series({"ci_low": low, "ci_high": high}), reference) == mark
