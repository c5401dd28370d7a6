"""A fast subset of the calibration page: every rate must lie in its band."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from msoko_lib.calibration import page, registry
from msoko_lib.calibration.registry import (
    COLUMNS,
    MEASURES,
    SIMULATIONS,
    Plan,
    proportion_row,
    rows,
    value_row,
)

NAMES = registry.load_all()

# Smaller than the quick plan where a run is costly; the page itself has many more.
SMALL = {
    "objectivity": Plan(4, (30,), (15, 50)),
    "school_bunching": Plan(12, (30,), (15, 50)),
    "share_moved": Plan(20, (1,), (3000,)),
    "exam_residuals": Plan(5, (14,), (50,)),
    "zero_effect_measure": Plan(60, (30,), (25,)),
}


def small_run(name: str) -> pd.DataFrame:
    entry = SIMULATIONS[name]
    return entry.run(SMALL.get(name, entry.quick))


@pytest.mark.parametrize("name", NAMES)
def test_rates_stay_in_their_bands(name):
    table = small_run(name)
    assert list(table.columns) == list(COLUMNS)
    assert set(table["measure"]) <= set(MEASURES)
    assert np.isfinite(table["value"]).any()
    outside = table[table["verdict"] == "outside"]
    assert outside.empty, outside.to_string()


def test_all_that_was_promised_is_simulated():
    promised = {
        "objectivity",
        "school_bunching",
        "share_moved",
        "cohort_residuals",
        "spread_test",
        "exam_residuals",
        "value_added",
        "school_means",
        "wilson_coverage",
        "newcombe_coverage",
        "zero_effect_measure",
    }
    assert promised <= set(NAMES)
    for name in promised - {"share_moved", "spread_test"}:
        assert SIMULATIONS[name].full.schools == (8, 14, 30)


def test_a_rate_that_leaves_its_band_is_seen():
    bad = proportion_row("demo", "coverage", [1] * 80 + [0] * 20, (0.93, 0.97))
    assert bad["verdict"] == "outside"
    good = proportion_row("demo", "coverage", [1] * 94 + [0] * 6, (0.93, 0.97))
    assert good["verdict"] == "inside"
    assert good["monte_carlo_se"] == pytest.approx(np.sqrt(0.94 * 0.06 / 99))
    assert proportion_row("demo", "power", [1, 0])["verdict"] == "report"
    assert value_row("demo", "coverage", 0.90, 0.0, 1, (0.93, 0.97))["verdict"] == "outside"


def test_no_hits_in_few_runs_is_no_proof():
    assert proportion_row("demo", "power", [0] * 5, (0.5, 1.0))["monte_carlo_se"] > 0
    assert proportion_row("demo", "power", [0] * 500, (0.5, 1.0))["verdict"] == "outside"


def test_bands_judge_a_method_that_is_too_eager():
    """The prescribed cohort rule, were it held to the band, would fall out of it."""
    table = registry.run("cohort_residuals", quick=True)
    prescribed = table[
        (table["simulation"] == "cohort_residuals: prescribed")
        & (table["measure"] == "false_flag_rate")
        & (table["n"] == 50)
    ].iloc[0]
    judged = value_row(
        "demo",
        "false_flag_rate",
        prescribed["value"],
        prescribed["monte_carlo_se"],
        400,
        (0.0, 0.05),
    )
    assert judged["verdict"] == "outside"


def test_same_plan_same_numbers():
    first, second = (registry.run("school_means", quick=True, runs=5) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_registry_refuses_doubles_and_unknown_names():
    with pytest.raises(ValueError, match="twice"):
        registry.simulation("wilson_coverage", title="", meaning="", runs=1, quick_runs=1)(rows)
    with pytest.raises(ValueError, match="no simulation"):
        registry.run("nothing")
    with pytest.raises(ValueError, match="measure"):
        value_row("demo", "speed", 1.0, 0.0, 1)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.outside = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.outside += ("class", "out") in attrs
        assert not {"src", "href"} & {k for k, v in attrs if v and not v.startswith("#")}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_page_and_csv(tmp_path):
    chosen = ["wilson_coverage", "school_means"]
    table = page.main(["--quick", "--only", *chosen, "--out", str(tmp_path)])
    html = (tmp_path / "calibration.html").read_text(encoding="utf-8")
    parser = Tags()
    parser.feed(html)
    assert parser.open == [] and parser.seen.count("h1") == 1 and parser.seen.count("table") == 2
    assert "Интервал доли (Уилсон)" in html and "накрытие, %" in html
    assert "95,4" in html and "wilson" not in html.replace('"wilson_coverage"', "").replace(
        '"#wilson_coverage"', ""
    )
    saved = pd.read_csv(tmp_path / "calibration.csv")
    assert saved["value"].to_numpy() == pytest.approx(table["value"].to_numpy(), rel=1e-5)
    assert list(saved.columns) == list(COLUMNS)


def test_values_outside_are_marked_on_the_page():
    bad = rows([value_row("wilson_coverage", "coverage", 0.5, 0.0, 1, (0.9, 1.0), pupils=15)])
    parser = Tags()
    html = page.page({"wilson_coverage": bad}, quick=True)
    parser.feed(html)
    assert parser.outside == 1
    assert "Вне полосы: 1 из 1" in html
