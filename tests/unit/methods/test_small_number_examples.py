"""Run the worked examples in the docstrings of the interval, value-added and mark modules."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "rounding",
    "proportion_intervals",
    "mean_intervals",
    "multiplicity",
    "funnel",
    "outliers",
    "beta_binomial",
    "group_sums",
    "random_intercept",
    "school_means",
    "reliability",
    "ranking",
    "leave_one_out",
    "mark_tables",
    "agreement",
    "concordance",
    "shift_comparison",
]


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"msoko_lib.methods.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
