"""Report 06 on towns made by hand: bands inside groups, what may enter them and what may not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import Row
from hand_made_year import year_of

from msoko_lib.indicators.head_index import check_head_index, head_values, parts_of
from msoko_lib.methods.composite import rank_uncertainty
from msoko_lib.reporting.blocks import Block, Nothing
from msoko_lib.settings import HeadBlock, HeadIndex, HeadIndicator, SettingsProblem
from msoko_lib.subsystems import heads
from msoko_lib.subsystems.heads import facts
from msoko_lib.subsystems.heads.computed import assessment, without_each_block
from msoko_lib.subsystems.school.opened import SchoolYear
from msoko_lib.subsystems.year import Year

SECTIONS = (
    heads.indicators, heads.history, heads.made_of, heads.bands, heads.stability,
    heads.supervision, heads.tasks, heads.inclusion, heads.reserve, heads.training,
)  # fmt: skip
USUAL = {
    "noko_k1": 90.0, "noko_k2": 88.0, "noko_k3": 84.0, "noko_k4": 95.0, "noko_k5": 93.0,
    "noko_plan_n": 5.0, "noko_plan_done_n": 4.0, "orders_open_n": 0.0, "dropped_out_n": 0.0,
    "ovz_pupils_n": 20.0, "ovz_conditions_n": 17.0, "posts_n": 40.0, "posts_filled_n": 38.0,
    "teachers_n": 30.0, "teachers_under_35_n": 6.0, "assignment_items_n": 10.0,
    "assignment_done_n": 9.0, "programme_items_n": 6.0, "programme_done_n": 5.0,
    "head_management": 1.0, "head_diagnosed": 1.0, "head_new": 0.0, "head_mentored": 0.0,
    "reserve_n": 1.0,
}  # fmt: skip
STRONG = {
    "noko_k1": 100.0, "noko_k2": 100.0, "noko_k3": 98.0, "noko_k4": 100.0, "noko_k5": 100.0,
    "noko_plan_done_n": 5.0, "ovz_conditions_n": 20.0, "posts_filled_n": 40.0,
    "teachers_under_35_n": 9.0, "assignment_done_n": 10.0, "programme_done_n": 6.0,
}  # fmt: skip
WEAK = {
    "noko_k1": 70.0, "noko_k2": 66.0, "noko_k3": 60.0, "noko_k4": 75.0, "noko_k5": 70.0,
    "noko_plan_done_n": 1.0, "orders_open_n": 5.0, "dropped_out_n": 3.0, "ovz_conditions_n": 8.0,
    "posts_filled_n": 34.0, "teachers_under_35_n": 0.0, "assignment_done_n": 4.0,
    "programme_done_n": 2.0,
}  # fmt: skip
NAMES = tuple(f"s{place:02d}" for place in range(10))


def town_of(root: Path, names: tuple[str, ...] = NAMES, **more: dict[str, float]) -> Year:
    """Schools of one group that differ a little, but for those told otherwise."""
    answered = {}
    for place, name in enumerate(names):
        own = USUAL | {"posts_filled_n": 37.5 + 0.25 * (place % 4)}
        answered[name] = own | {"noko_plan_done_n": 3.0 + place % 3} | more.get(name, {})
    return year_of(root, answered)


def band_of(year: Year, school: str) -> str:
    found = assessment(year)
    assert found is not None
    return str(found.schools.set_index("school_id").loc[school, "band"])


def index_of(*items: HeadIndicator) -> HeadIndex:
    other = HeadBlock(title="Другой", indicators=(HeadIndicator(indicator="РК-13", low=0, high=1),))
    return HeadIndex(
        source="тест", status="системный", blocks=(HeadBlock(title="Блок", indicators=items), other)
    )


@pytest.mark.parametrize("indicator", ["КП-01", "КП-04", "КП-07", "ШН-03", "ШН-06", "МР-07"])
def test_results_of_vpr_are_refused(tmp_path: Path, indicator: str) -> None:
    year = year_of(tmp_path, {"s": {}})
    with pytest.raises(SettingsProblem, match="по результатам ВПР"):
        check_head_index(
            index_of(HeadIndicator(indicator=indicator, low=0, high=100)), year.catalogue
        )


def test_unknown_and_repeated_indicators_are_refused(tmp_path: Path) -> None:
    catalogue = year_of(tmp_path, {"s": {}}).catalogue
    with pytest.raises(SettingsProblem, match="нет показателя «РК-99»"):
        check_head_index(index_of(HeadIndicator(indicator="РК-99", low=0, high=1)), catalogue)
    with pytest.raises(SettingsProblem, match="назван дважды"):
        check_head_index(index_of(HeadIndicator(indicator="РК-13", low=0, high=1)), catalogue)
    with pytest.raises(SettingsProblem, match="по школам не считается"):
        check_head_index(index_of(HeadIndicator(indicator="РК-12", low=0, high=1)), catalogue)
    with pytest.raises(ValueError, match="оба ориентира равны"):
        HeadIndicator(indicator="РК-13", low=5, high=5)


def test_the_index_of_the_repository_may_be_used(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"s": {}})
    assert year.settings.head_index is not None
    check_head_index(year.settings.head_index, year.catalogue)
    titles = [block.title for block in year.settings.head_index.blocks]
    assert len(titles) == len(set(titles)) == 8


def history_rows(*rows: tuple[str, str, float, float, str]) -> pd.DataFrame:
    """Rows of indicator tables: year, school, numerator, denominator, status."""
    return pd.DataFrame(
        [
            {"year": year, "level": "school", "unit_id": school, "indicator_id": "РК-03",
             "component": None, "numerator": top, "denominator": bottom, "n": bottom,
             "value": top / bottom, "ci_low": 0.0, "ci_high": 1.0, "status": status}
            for year, school, top, bottom, status in rows
        ]
    )  # fmt: skip


def test_pupils_of_three_years_are_added_up(tmp_path: Path) -> None:
    catalogue = year_of(tmp_path, {"s": {}}).catalogue
    history = history_rows(
        ("2024-2025", "a", 8, 10, "ok"), ("2023-2024", "a", 10, 10, "ok"),
        ("2022-2023", "a", 3, 10, "ok"), ("2021-2022", "a", 0, 100, "ok"),
        ("2024-2025", "b", 1, 2, "not_enough"), ("2023-2024", "b", 2, 2, "not_enough"),
        ("2024-2025", "c", 3, 3, "not_enough"), ("2023-2024", "c", 3, 3, "not_enough"),
    )  # fmt: skip
    index = index_of(HeadIndicator(indicator="РК-03", low=0, high=100, years=3))
    values, errors = head_values(history, index, catalogue, "2024-2025")
    assert values.loc["a", "РК-03"] == pytest.approx(100 * 21 / 30)
    assert "b" not in values["РК-03"].dropna(), "four graduates in all are too few"
    assert values.loc["c", "РК-03"] == 100
    # Six of six passed: the next cohort may not.
    assert errors.loc["c", "РК-03"] > 10
    assert errors.loc["a", "РК-03"] == pytest.approx(100 * np.sqrt(23 / 34 * 11 / 34 / 34))


def test_strong_and_weak_schools_are_told_from_the_middle(tmp_path: Path) -> None:
    year = town_of(tmp_path, s02=STRONG, s05=WEAK)
    found = assessment(year)
    assert found is not None
    bands = found.schools.set_index("school_id")["band"]
    assert (bands["s02"], bands["s05"]) == ("upper", "lower")
    assert (bands.drop(["s02", "s05"]) == "not_distinguished").all()
    assert found.absent == ["Базовая подготовка", "Подготовка высокого уровня", "Объективность"]
    told = heads.bands(year).plain()
    assert "Организация s02" in told and "Организация s05" in told
    noted = facts.compute(year)
    noted = noted[noted["state"] == "attention"]
    assert set(noted.loc[noted["fact_id"] == facts.LOWER, "unit_id"]) == {"s05"}
    weak = noted.loc[noted["fact_id"] == facts.LOWER, "detail"].iloc[0]
    assert "надзор и сохранение контингента" in weak
    assert set(without_each_block(year, found)["block"]) == set(found.blocks)


def test_a_new_head_is_not_judged_by_the_results_of_another(tmp_path: Path) -> None:
    new = {"head_new": 1.0}
    assert band_of(town_of(tmp_path, s02=STRONG | new), "s02") == "new"


def test_a_school_without_a_block_has_no_band(tmp_path: Path) -> None:
    few = {"ovz_pupils_n": 2.0, "ovz_conditions_n": 2.0}
    year = town_of(tmp_path, s02=STRONG | few)
    assert band_of(year, "s02") == "no_data"
    part = heads.school_part(SchoolYear(year, "s02", "Организация s02", "село"))
    assert "данных недостаточно" in part.plain()


def test_a_small_group_has_no_bands(tmp_path: Path) -> None:
    year = town_of(tmp_path, NAMES[:3], s02=STRONG)
    assert band_of(year, "s02") == "small"
    assert "полосу назвать нельзя" in heads.bands(year).plain()


def test_too_few_blocks_are_no_assessment(tmp_path: Path) -> None:
    year = year_of(tmp_path, {name: {"orders_open_n": 0.0} for name in NAMES})
    assert assessment(year) is None
    assert isinstance(heads.bands(year), Nothing)
    rows = facts.compute(year)
    assert rows.loc[rows["fact_id"] == facts.ASSESSED, "status"].tolist() == ["no_data"]


def test_schools_that_differ_by_chance_alone_seldom_get_a_band() -> None:
    """Twenty towns of ten equal schools: each side of the 90 % interval errs in 5 % of them."""
    rng = np.random.default_rng(4)
    items = [HeadIndicator(indicator=f"РК-{place:02d}", low=0, high=100) for place in (3, 9, 10)]
    parts = parts_of(index_of(*items))
    flagged = total = 0
    for seed in range(20):
        n = rng.integers(20, 60, (10, 4))
        hit = rng.binomial(n, 0.8)
        share = (hit + 2) / (n + 4)
        names = [part.name for part in parts]
        values = pd.DataFrame(100 * hit / n, columns=names)
        errors = pd.DataFrame(100 * np.sqrt(share * (1 - share) / (n + 4)), columns=names)
        bands = rank_uncertainty(
            values, parts, standard_errors=errors, draws=200, seed=seed
        ).bands()
        flagged += int(bands["band"].isin(["upper", "lower"]).sum())
        total += 10
    assert flagged / total < 0.12


def test_nobody_in_the_reserve_and_a_newcomer_alone_are_named(tmp_path: Path) -> None:
    alone = {"head_new": 1.0, "head_mentored": 0.0}
    year = town_of(tmp_path, s03={"reserve_n": 0.0}, s04=alone)
    told = heads.reserve(year).plain()
    assert "Резерва нет: Организация s03" in told and "без наставника: Организация s04" in told
    rows = facts.compute(year)
    rows = rows[rows["state"] == "attention"]
    assert set(rows.loc[rows["fact_id"] == facts.NO_RESERVE, "unit_id"]) == {"s03"}
    assert set(rows.loc[rows["fact_id"] == facts.ALONE, "unit_id"]) == {"s04"}


def test_a_handful_of_pupils_who_left_is_not_counted(tmp_path: Path) -> None:
    year = town_of(tmp_path, s03={"dropped_out_n": 2.0, "orders_open_n": 3.0})
    page = heads.supervision(year)
    cells: list[Row] = page.table_payloads()[0]["records"]
    own = next(row for row in cells if row["unit"] == "Организация s03")
    assert own["told"] == "есть" and own["orders"] == 3


def test_a_year_without_anything_says_what_to_collect(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"s": {}, "t": {}})
    for section in SECTIONS:
        block: Block = section(year)
        assert "nan" not in block.html()
        if section is not heads.made_of:
            assert isinstance(block, Nothing), section


def test_the_part_of_a_school_names_no_other(tmp_path: Path) -> None:
    year = town_of(tmp_path, s02=STRONG, s05=WEAK)
    page = heads.school_part(SchoolYear(year, "s05", "Организация s05", "село")).html()
    assert "ниже середины" in page
    assert all(name not in page for name in year.school_names.values() if name[-3:] != "s05")
