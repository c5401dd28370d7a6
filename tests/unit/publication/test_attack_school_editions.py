"""Reports of schools beside the public site: what they tell of the others tells of nobody hidden.

A report of a school prints numbers of other schools: the share of all the others, the mean of
similar ones, the value of the group or of the municipality. Whoever holds the reports of all
schools knows each part of these numbers but the hidden ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attacked_towns import Issue, Town, check, read_csv, town

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators import references
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.measure_panel import indicator_panel
from msoko_lib.project import Project
from msoko_lib.publication.figures import Figure
from msoko_lib.publication.protect import decide
from msoko_lib.publication.rules import Rules, load_rules
from msoko_lib.publication.shown import protected_rows
from msoko_lib.publication.site import Heading, site_files
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import compare, school
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, open_year_of

PROJECT = Project(Path(__file__).resolve().parents[3])
TOWNS, FEWER_TOWNS = 200, 20
TOP = Heading("Город", "Управление", "2024-2025", 1, "2025-08-01")
MINIMUM = 5


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT)


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> Rules:
    return load_rules(PROJECT, catalogue)


def rows_of(figure: Figure) -> pd.DataFrame:
    """Rows of the indicator table at the level of schools."""
    return pd.DataFrame(
        [
            {
                "indicator_id": figure.indicator_id, "level": "school", "unit_id": name,
                "subject": figure.subject, "grade": figure.grade, "component": figure.component,
                "numerator": unit.numerator, "denominator": unit.denominator,
                "n": unit.denominator, "value": unit.numerator / unit.denominator,
                "status": "not_enough" if unit.hidden else "ok",
            }
            for name, unit in figure.units.items()
        ]
    )  # fmt: skip


def beside_of(figure: Figure) -> dict[str, float]:
    """What the report of each school prints of all the others, in tenths of a per cent."""
    zones = compare.compare_with_others(rows_of(figure), more_is_better=True, minimum_n=MINIMUM)
    told = zip(zones["unit_id"], zones["others"], strict=True)
    return {name: round(float(share), 3) for name, share in told if not math.isnan(share)}


def published(figures: Town, rules: Rules, catalogue: Catalogue) -> Issue:
    rows = protected_rows(figures, decide(figures, rules), rules, catalogue, {}, {})
    told = read_csv(site_files(rows, rules, catalogue, TOP, 0, ()))
    return Issue(figures, told, {figure.name: beside_of(figure) for figure in figures})


def test_site_and_all_reports_together_find_nobody(rules: Rules, catalogue: Catalogue) -> None:
    compared = shown = withheld = 0
    for seed in range(TOWNS):
        issue = published(town(seed), rules, catalogue)
        check([issue], seed)
        compared += sum(len(told) for told in issue.beside.values())
        shown += sum(fact.share is not None for fact in issue.told.values())
        withheld += sum(fact.share is None for fact in issue.told.values())
    # A site that tells nothing and reports that compare with nobody would be safe too.
    assert compared > TOWNS
    assert shown > withheld > 0


def test_shares_of_all_others_would_find_somebody(
    rules: Rules, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same reader before reports that count the hidden schools among the others."""
    real = compare.share_of_others

    def of_everybody(values: pd.DataFrame, counted: pd.Series, work: pd.Series) -> np.ndarray:
        return real(values, counted | True, work)

    monkeypatch.setattr(compare, "share_of_others", of_everybody)
    found = 0
    for seed in range(FEWER_TOWNS):
        issue = published(town(seed), rules, catalogue)
        try:
            check([issue], seed)
        except AssertionError:
            found += 1
    assert found > FEWER_TOWNS / 4


def references_of(figure: Figure, catalogue: Catalogue, level: str, add: int = 0) -> pd.DataFrame:
    """Schools of a town with what they are put beside; hidden schools with ``add`` more pupils."""
    rows = rows_of(figure)
    hidden = rows["status"] != "ok"
    rows["denominator"] += add * hidden
    rows["numerator"] += add * hidden
    rows["value"] = rows["numerator"] / rows["denominator"]
    whole = {**rows.iloc[0].to_dict(), "level": level, "unit_id": "группа", "status": "ok"}
    whole |= {name: rows[name].sum() for name in ("numerator", "denominator")}
    whole["value"] = whole["numerator"] / whole["denominator"]
    values = pd.concat([rows, pd.DataFrame([whole])], ignore_index=True)
    passport = catalogue[figure.indicator_id].model_copy(update={"reference": level})
    inputs = SimpleNamespace(cluster_of=pd.Series("группа", index=list(figure.units)))
    return references.with_reference(values, passport, inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", ["municipality", "cluster"])
def test_a_reference_does_not_move_with_a_hidden_school(
    catalogue: Catalogue, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved() -> tuple[int, int]:
        """Towns where it moves, towns where there is one."""
        moving = told = 0
        for seed in range(FEWER_TOWNS):
            figure = town(seed)[0]
            first, second = (
                references_of(figure, catalogue, level, add).query("level == 'school'")
                for add in (0, 1)
            )
            told += bool(first["reference"].notna().any())
            moving += not np.allclose(first["reference"], second["reference"], equal_nan=True)
        return moving, told

    moving, told = moved()
    assert not moving and told > FEWER_TOWNS / 2
    monkeypatch.setattr(references, "_without_hidden", lambda values, found, whole: found)
    assert moved()[0] > FEWER_TOWNS / 4


def test_a_reference_of_all_shown_schools_is_the_whole(catalogue: Catalogue) -> None:
    figure = next(item for seed in range(50) if not _hides(item := town(seed)[0]))
    rows = references_of(figure, catalogue, "municipality").query("level == 'school'")
    assert np.allclose(rows["reference"], figure.numerator / figure.denominator)


def _hides(figure: Figure) -> bool:
    return any(unit.hidden for unit in figure.units.values())


def test_a_value_that_is_no_sum_over_a_sum_has_no_reference_beside_hidden_schools(
    catalogue: Catalogue,
) -> None:
    """A median of schools cannot be freed of one of them."""
    figure = next(item for seed in range(50) if _hides(item := town(seed)[0]))
    rows = rows_of(figure)
    rows["value"] += np.linspace(0.0, 0.3, len(rows))
    whole = {**rows.iloc[0].to_dict(), "level": "municipality", "unit_id": "all", "status": "ok",
             "value": rows["value"].median()}  # fmt: skip
    values = pd.concat([rows, pd.DataFrame([whole])], ignore_index=True)
    inputs: Any = SimpleNamespace(cluster_of=pd.Series(dtype=object))
    passport = catalogue["КП-01"].model_copy(update={"reference": None})
    found = references.with_reference(values, passport, inputs)
    assert found.query("level == 'school'")["reference"].isna().all()


def test_what_a_measure_gave_leaves_a_small_work_of_a_known_school_out() -> None:
    rows = pd.concat(
        [rows_of(item).assign(subject=item.indicator_id, ci_low=0.4, ci_high=0.6)
         for seed in range(6) for item in town(seed)]
    ).assign(year="2024-2025", indicator_id="КП-01")  # fmt: skip
    rows["unit_id"] = [f"школа {place % 7}" for place in range(len(rows))]
    found = indicator_panel(rows, "КП-01", 1)
    hidden = rows["status"] != "ok"
    part = rows[~hidden]
    assert hidden.any()
    pd.testing.assert_frame_equal(found, indicator_panel(part, "КП-01", 1))
    # A school of nothing but small works keeps them: all of them together are no small work.
    alone = rows.assign(status=rows["status"].where(rows["unit_id"] != "школа 0", "not_enough"))
    assert "школа 0" in set(indicator_panel(alone, "КП-01", 1)["school_id"])


PARTS: tuple[Callable[[SchoolYear], Block], ...] = (
    school.marks, school.dynamics, school.oge, school.ege, school.talents, school.talents_part,
    school.career_part, school.teachers_part, school.upbringing_part, school.conditions_part,
    school.low_results_part, school.similar_part,
)  # fmt: skip


def test_a_report_does_not_move_with_what_other_reports_hide(tiny_project: Any) -> None:
    """Every hidden number of every other school changes: the page stays letter for letter."""
    year = open_year_of(tiny_project.project, tiny_project.newest)
    shown = year.indicators.query("level == 'school' and status == 'ok'")
    name = shown.groupby("unit_id").size().idxmax()
    before = _pages(year, str(name))

    def hidden(rows: pd.DataFrame) -> pd.Series:
        return (rows["level"] == "school") & (rows["status"] != "ok") & (rows["unit_id"] != name)

    def some_shown(rows: pd.DataFrame) -> pd.Series:
        return (rows["level"] == "school") & (rows["status"] == "ok") & (rows["unit_id"] != name)

    assert hidden(year.indicators[year.indicators["value"].notna()]).sum() > 10
    assert _pages(_changed(year, hidden), str(name)) == before
    moved = _pages(_changed(year, some_shown), str(name))
    assert sum(a != b for a, b in zip(before, moved, strict=True)) > len(PARTS) / 2


def _pages(year: Year, name: str) -> list[str]:
    row = year.inputs.schools.set_index("school_id").loc[name]
    ours = SchoolYear(year, name, str(row["short_name"]), str(row["cluster"]))
    return [part(ours).html() for part in PARTS]


def _changed(year: Year, which: Callable[[pd.DataFrame], pd.Series]) -> Year:
    """The year with other numbers in some rows of schools, and wholes that follow them."""

    def changed(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.copy()
        place = which(rows).to_numpy() & rows["numerator"].notna().to_numpy()
        wholes = rows["level"].isin(["municipality", "cluster"]).to_numpy()
        rows.loc[place, "numerator"] = (rows["denominator"].fillna(2.0) - rows["numerator"])[place]
        rows.loc[place, "value"] = 1.0 - rows["value"][place]
        rows.loc[wholes, "value"] = 0.9 * rows["value"][wholes]
        rows.loc[wholes, "numerator"] = 0.9 * rows["numerator"][wholes]
        return rows

    other = Year(year.project, year.school_year, year.settings, year.catalogue,
                 Inputs(year.inputs.bank, year.settings))  # fmt: skip
    other.__dict__["indicators"] = changed(year.indicators)
    other.__dict__["history"] = changed(year.history)
    return other
