"""Expected results, value added, links: hand-made schools with a known answer."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import directory, exam, scored, town, work

from msoko_lib.indicators import links as linked
from msoko_lib.indicators.expected import (
    ExpectedYear,
    agreed_positions,
    expected_year,
    fit_without_odd,
    selective_schools,
)
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.standing import (
    oge_pupils,
    pooled,
    pooled_standing,
    pupil_spread,
    school_means,
    vpr_pupils,
)
from msoko_lib.indicators.value_added import value_added
from msoko_lib.methods.context import expected_result
from msoko_lib.settings import Settings


def schools(count: int, seed: int = 0) -> pd.DataFrame:
    """Schools whose result is .03 SD a point of the index, and chance."""
    rng = np.random.default_rng(seed)
    index = 50 + 10 * rng.standard_normal(count)
    variance = 1 / rng.integers(20, 150, count)
    estimate = 0.03 * (index - 50) + 0.1 * rng.standard_normal(count)
    estimate += np.sqrt(variance) * rng.standard_normal(count)
    names = [f"s{place:02d}" for place in range(count)]
    return pd.DataFrame(
        {"estimate": estimate, "variance": variance, "index": index}, index=names
    ).rename_axis("school_id")


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    fit, inside = fit_without_odd(rows)
    outside = rows[~rows.index.isin(inside)]
    table = fit.schools
    if len(outside):
        table = pd.concat([table, fit.apply(outside["estimate"], outside["index"])])
    return table.loc[rows.index]


# --- standing ------------------------------------------------------------------------------------


def test_a_pupil_counts_once_whatever_the_number_of_works(tmp_path: Path) -> None:
    russian, maths = work("Русский язык", 8), work("Математика", 8)
    rows = [*scored("a", russian, [10, 14]), *scored("b", russian, [18, 20]),
            *scored("a", maths, [12, 8])]  # fmt: skip
    found = vpr_pupils(town(tmp_path, {"vpr_pupils": rows}).inputs, grade=8)
    found = found.set_index("pupil_id")["z"]
    first, second = [10, 14, 18, 20], [12, 8]

    def z(value: float, of: list[int]) -> float:
        return (value - statistics.mean(of)) / statistics.stdev(of)

    assert found["a0"] == pytest.approx((z(10, first) + z(12, second)) / 2)
    assert found["b1"] == pytest.approx(z(20, first))
    assert len(found) == 4


def test_incomparable_sessions_and_other_grades_stay_out(tmp_path: Path) -> None:
    autumn = work("Русский язык", 8, session="autumn", comparable=False)
    fifth = work("Русский язык", 5)
    rows = [*scored("a", autumn, [1, 9]), *scored("b", fifth, [3, 5])]
    inputs = town(tmp_path, {"vpr_pupils": rows}).inputs
    assert vpr_pupils(inputs, grade=8).empty
    assert set(vpr_pupils(inputs)["school_id"]) == {"b"}


def test_oge_standing_takes_first_attempts_of_compulsory_subjects(tmp_path: Path) -> None:
    rows = [
        exam("a1", "Русский язык", mark=3), exam("a1", "Русский язык", mark=5, date="2025-09-05"),
        exam("b1", "Русский язык", mark=5), exam("c1", "Физика", mark=5),
    ]  # fmt: skip
    found = oge_pupils(town(tmp_path, {"gia_results": rows}).inputs).set_index("pupil_id")["z"]
    assert found.to_dict() == pytest.approx({"a1": -math.sqrt(0.5), "b1": math.sqrt(0.5)})


def test_small_schools_are_left_out_and_equal_scores_are_no_certainty() -> None:
    pupils = pd.DataFrame(
        {
            "school_id": ["a"] * 5 + ["b"] * 20 + ["c"] * 4,
            "z": [0.5] * 5 + list(np.linspace(-1, 1, 20)) + [1.0] * 4,
        }
    )
    found = school_means(pupils, minimum_n=5)
    assert set(found.index) == {"a", "b"}
    assert found.loc["a", "variance"] > 0.01, "five equal results are not known exactly"
    assert found.loc["b", "n"] == 20


def test_years_are_pooled_by_precision() -> None:
    one = pd.DataFrame({"estimate": [0.2], "variance": [0.04], "n": [25]}, index=["a"])
    two = pd.DataFrame({"estimate": [0.8], "variance": [0.02], "n": [50]}, index=["a"])
    found = pooled([one, two]).iloc[0]
    assert found["estimate"] == pytest.approx(0.6)
    assert found["variance"] == pytest.approx(1 / (1 / 0.04 + 1 / 0.02))
    assert found["n"] == 75 and found["years"] == 2


def test_nothing_in_the_bank_gives_nothing(tmp_path: Path) -> None:
    inputs = town(tmp_path, {}).inputs
    for source in ("vpr", "oge"):
        assert pooled_standing(inputs, source, 3).empty
        found = expected_year(inputs, source)
        assert found.reason == "no_results" and found.fit is None
        assert math.isnan(pupil_spread(inputs, source, 3))
    with pytest.raises(ValueError, match="source must be one of"):
        pooled_standing(inputs, "ege", 3)


# --- expected result -----------------------------------------------------------------------------


def test_a_school_far_above_and_one_far_below_stand_on_their_sides() -> None:
    rows = schools(14)
    hard, easy = rows["index"].idxmin(), rows["index"].nlargest(6).index[-1]
    rows.loc[hard, "estimate"] += 0.8
    rows.loc[easy, "estimate"] -= 1.1
    found = judged(rows)
    assert found.loc[hard, "position"] == "above"
    assert found.loc[easy, "position"] == "below"
    assert (found.drop(index=[hard, easy])["position"] == "as_expected").sum() >= 10


def test_leaving_out_the_odd_one_lets_the_other_be_seen() -> None:
    """Two odd schools hide each other in a single fit; that is why one is taken out first."""
    rows = schools(14)
    hard, easy = rows["index"].idxmin(), rows["index"].nlargest(6).index[-1]
    rows.loc[hard, "estimate"] += 0.6
    rows.loc[easy, "estimate"] -= 1.1
    plain = expected_result(rows["estimate"], rows["index"]).schools
    assert plain.loc[hard, "position"] == "as_expected"
    assert judged(rows).loc[hard, "position"] == "above"


def test_with_nothing_odd_one_school_in_twenty_lies_outside() -> None:
    outside = [
        judged(schools(14, seed))["position"].isin(["above", "below"]).mean() for seed in range(300)
    ]
    # 4,200 judgements at a stated 5–6 %.
    assert 0.03 < float(np.mean(outside)) < 0.075


def test_at_most_a_quarter_is_left_out_and_ten_stay() -> None:
    for count in (10, 12, 20):
        rows = schools(count)
        rows.iloc[: count // 2, 0] += np.arange(count // 2) * 5.0
        _, inside = fit_without_odd(rows)
        assert len(inside) >= max(10, math.ceil(0.75 * count))


def year(source: str, positions: dict[str, str], sure: str = "") -> ExpectedYear:
    """Positions of schools; those named in ``sure`` stand the correction for their number."""
    frame = pd.DataFrame({"school_id": list(positions), "position": list(positions.values())})
    frame["q"] = [0.01 if name in sure else 0.2 for name in positions]
    return ExpectedYear(source, frame, None, "", 1.0)


def test_a_school_is_named_only_if_every_source_agrees() -> None:
    vpr = year("vpr", {"a": "above", "b": "above", "c": "below", "d": "as_expected", "e": "above",
                       "f": "no_data", "g": "above", "h": "below"}, sure="gh")  # fmt: skip
    oge = year("oge", {"a": "above", "b": "below", "c": "as_expected", "d": "as_expected",
                       "e": "no_data", "f": "no_data"})  # fmt: skip
    marks = agreed_positions([vpr, oge]).set_index("school_id")["mark"].to_dict()
    # e is outside by its only source, but not after correction: one school in twenty is.
    assert marks == {"a": "up", "b": "one", "c": "one", "d": "same", "e": "one", "f": "few",
                     "g": "up", "h": "attention"}  # fmt: skip


def test_schools_that_choose_their_pupils_are_known_by_kind(tmp_path: Path) -> None:
    kinds = ["Гимназия", "СОШ", "лицей", None, None, None]
    rows = [{**row, "kind": kind} for row, kind in zip(directory(), kinds, strict=True)]
    inputs = town(tmp_path, {"schools": rows}).inputs
    assert selective_schools(inputs) == {"a", "c"}
    nobody = Settings.model_validate({**inputs.settings.model_dump(), "selective_kinds": []})
    assert selective_schools(Inputs(inputs.bank, nobody)) == set()


# --- value added ---------------------------------------------------------------------------------


def cohorts(count: int, spread: float, seed: int = 3) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    prior = 0.5 * rng.standard_normal(count)
    effect = spread * rng.standard_normal(count)
    variance = np.full(count, 1 / 80)
    reached = 0.9 * prior + effect + np.sqrt(variance) * rng.standard_normal(count)
    names = [f"s{place:02d}" for place in range(count)]
    return pd.DataFrame(
        {"school_id": names, "prior": prior, "reached": reached, "variance": variance, "n": 80,
         "cohorts": 1}
    ), effect  # fmt: skip


@pytest.fixture
def empty_inputs(tmp_path: Path) -> Inputs:
    return town(tmp_path, {}).inputs


def test_true_effects_come_back_in_order(empty_inputs: Inputs) -> None:
    means, effect = cohorts(25, 0.4)
    found = value_added(means, empty_inputs)
    assert found is not None and found.is_told_from_chance
    assert np.corrcoef(found.schools["effect"], effect)[0, 1] > 0.9
    covered = (found.schools["low"] <= effect) & (effect <= found.schools["high"])
    assert covered.mean() > 0.8
    assert (found.schools["rank_low"] <= found.schools["rank_high"]).all()
    best = int(np.argmax(effect))
    assert found.schools.loc[best, "evidence"] == "above"
    bars = found.schools["bar_high"] - found.schools["bar_low"]
    assert (bars < found.schools["high"] - found.schools["low"]).all(), "1.39 < 1.96"


def test_without_true_effects_no_school_is_named(empty_inputs: Inputs) -> None:
    named = 0
    for seed in range(20):
        found = value_added(cohorts(12, 0.0, seed)[0], empty_inputs)
        assert found is not None
        named += int(found.schools["evidence"].isin(["above", "below"]).sum())
        if not found.is_told_from_chance:
            assert not found.schools["evidence"].isin(["above", "below"]).any()
    assert named <= 5


def test_an_inflated_prior_bends_the_line_and_leaving_it_out_mends_it(
    empty_inputs: Inputs,
) -> None:
    means, _ = cohorts(14, 0.05)
    means.loc[0, "prior"] += 2.5
    bent = value_added(means, empty_inputs)
    mended = value_added(means, empty_inputs, ["s00", "elsewhere"])
    assert bent is not None and mended is not None
    assert float(mended.fit.fixed_effects["prior"]) == pytest.approx(0.9, abs=0.15)
    assert float(bent.fit.fixed_effects["prior"]) < 0.6
    assert mended.excluded == ("s00",) and "s00" not in set(mended.schools["school_id"])


def test_fewer_than_ten_schools_get_no_value_added(empty_inputs: Inputs) -> None:
    assert value_added(cohorts(9, 0.3)[0], empty_inputs) is None
    means, _ = cohorts(11, 0.3)
    assert value_added(means, empty_inputs) is not None
    assert value_added(means, empty_inputs, ["s00", "s01"]) is None


def test_a_handful_of_graduates_gets_no_word(empty_inputs: Inputs) -> None:
    means, _ = cohorts(14, 0.4)
    means.loc[0, "n"] = 6
    found = value_added(means, empty_inputs)
    assert found is not None and found.schools.loc[0, "evidence"] == "not_enough"


# --- links ---------------------------------------------------------------------------------------


def blocks(count: int, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    names = [f"s{place:02d}" for place in range(count)]
    titles = [linked.CONTEXT, "Кадры", "Условия обучения", "Управление"]
    frame = pd.DataFrame(50 + 10 * rng.standard_normal((count, 4)), index=names, columns=titles)
    estimate = 0.04 * (frame["Кадры"] - 50) + 0.05 * rng.standard_normal(count)
    standing = pd.DataFrame(
        {"school_id": names, "estimate": estimate.to_numpy(), "variance": 0.005, "n": 100,
         "years": 3}
    )  # fmt: skip
    return frame, standing


@pytest.mark.parametrize(("count", "allowed", "steps"), [(14, 1, 0), (24, 2, 2), (45, 4, 4)])
def test_blocks_enter_as_far_as_the_budget_reaches(
    empty_inputs: Inputs, monkeypatch: pytest.MonkeyPatch, count: int, allowed: int, steps: int
) -> None:
    frame, standing = blocks(count)
    monkeypatch.setattr(linked, "pooled_standing", lambda *_: standing)
    found = linked.links(empty_inputs, frame, "vpr")
    assert found.allowed == allowed and len(found.stepwise) == steps
    single = found.single.set_index("block")
    assert single.loc["Кадры", "low"] > 0 and single.loc["Кадры", "r2"] > 0.8
    assert single.loc["Кадры", "slope"] == pytest.approx(0.4, abs=0.05)
    assert (single["p_value"].drop("Кадры") > 0.001).all()
    if steps:
        assert found.stepwise["block"].tolist() == list(frame.columns[:steps])
        assert found.inflation >= 1


def test_few_schools_and_absent_blocks_are_said(
    empty_inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, standing = blocks(9)
    monkeypatch.setattr(linked, "pooled_standing", lambda *_: standing)
    found = linked.links(empty_inputs, frame[["Кадры"]], "vpr")
    status = found.single.set_index("block")["status"]
    assert status["Кадры"] == "few_schools"
    assert set(status.drop("Кадры")) == {"no_data"}
    assert found.stepwise.empty and math.isnan(found.inflation)


def test_a_block_is_the_mean_of_its_signed_indicators(tmp_path: Path) -> None:
    inputs = town(tmp_path, {}).inputs
    values = {"ПП-05": [0.2, 0.4, 0.6], "ПП-08": [0.3, 0.2, 0.1], "ПП-01": [1.0, None, None]}
    rows = pd.DataFrame(
        [
            {"indicator_id": name, "level": "school", "unit_id": unit, "value": value}
            for name, column in values.items()
            for unit, value in zip("abc", column, strict=True)
        ]
    )
    found = linked.block_indices(inputs, rows)
    # More trained and fewer teaching outside their subject: both point the same way.
    assert found["Кадры"].round(6).tolist() == [40.0, 50.0, 60.0]
    assert "Управление" not in found and linked.CONTEXT not in found


def test_the_smallest_visible_correlation_is_what_a_simulation_shows() -> None:
    rng = np.random.default_rng(2)
    rho = linked.visible_correlation(14)
    x = rng.standard_normal((4000, 14))
    y = rho * x + math.sqrt(1 - rho**2) * rng.standard_normal((4000, 14))
    r = np.array([np.corrcoef(one, other)[0, 1] for one, other in zip(x, y, strict=True)])
    t = r * np.sqrt(12 / (1 - r**2))
    assert 0.75 < (np.abs(t) > 2.179).mean() < 0.85
