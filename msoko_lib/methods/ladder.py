"""The evidence ladder: which design the data allow, and what each rung above it lacks.

A the schools were chosen by a rule on a recorded score · B at least two periods before the
selection and two after the start, with comparison schools · C a baseline from which the lasting
level can be told, with comparison schools · D before and after only: a dynamic, not an effect.

The answer is made of facts of the design, never of the estimate: the rung must not be chosen
because of the number it gives.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Fewer comparison schools than this tell nothing about the ordinary spread of a change.
FEWEST_COMPARISON = 3
#: Degrees of freedom below which a t interval is wider than anything useful.
FEWEST_SCHOOLS = 6


@dataclass(frozen=True)
class MeasureDesign:
    """What was recorded about a measure, and the values of the schools, ready for any rung.

    Attributes
    ----------
    values : pandas.DataFrame
        One row per school, one column per period in time order, school means; NaN where missing.
    treated : ndarray of bool, shape (J,)
        Who received the measure.
    before, selection, after : tuple of periods
        Strictly before the selection; the selection itself; after the start.
    score : pandas.Series or None
        The score of the declared rule, one per school; None where there was no rule.
    breaks : tuple of periods
        Periods that begin a new scale (another test, another season, new cut scores).
    variances : pandas.DataFrame or None
        Known sampling variances of `values`.
    reliability : float or None
        Of the baseline mean, when known from elsewhere.
    """

    values: pd.DataFrame
    treated: NDArray[np.bool_]
    before: tuple[Hashable, ...]
    selection: tuple[Hashable, ...]
    after: tuple[Hashable, ...]
    score: pd.Series | None = None
    breaks: tuple[Hashable, ...] = ()
    variances: pd.DataFrame | None = None
    reliability: float | None = None

    def block(self, periods: Sequence[Hashable]) -> pd.DataFrame:
        """Return the values of some periods."""
        return self.values[list(periods)]

    def complete(self, periods: Sequence[Hashable]) -> NDArray[np.bool_]:
        """Return which schools have a value in each of the periods."""
        return self.block(periods).notna().all(axis=1).to_numpy()

    def crosses_break(self, first: Sequence[Hashable], second: Sequence[Hashable]) -> bool:
        """Say whether a scale break lies between (or inside) two sets of periods."""
        order = {period: place for place, period in enumerate(self.values.columns)}
        places = [order[period] for period in (*first, *second)]
        return any(min(places) < order[start] <= max(places) for start in self.breaks)


@dataclass(frozen=True)
class RungChoice:
    """The highest rung allowed and the ground for it.

    Attributes
    ----------
    rung : {"A", "B", "C", "D", "none"}
    checks : pandas.DataFrame
        One row per requirement: ``rung``, ``requirement`` (a stable code), ``met``, ``found``,
        ``needed``.
    """

    rung: str
    checks: pd.DataFrame

    @property
    def may_be_called_effect(self) -> bool:
        """True at rungs A to C."""
        return self.rung in ("A", "B", "C")

    def missing(self, rung: str) -> list[str]:
        """Return the codes of the requirements that a rung lacks."""
        rows = self.checks[(self.checks["rung"] == rung) & ~self.checks["met"]]
        return rows["requirement"].tolist()


def measure_design(
    panel: pd.DataFrame,
    treated: Collection[Hashable],
    *,
    selection_periods: Sequence[Hashable] | Hashable,
    after_periods: Sequence[Hashable] | Hashable,
    score: Mapping[Hashable, float] | pd.Series | None = None,
    chosen_by_lowest_value: bool = False,
    breaks: Sequence[Hashable] = (),
    unit: str = "school_id",
    period: str = "year",
    value: str = "value",
    variance: str | None = None,
    reliability: float | None = None,
) -> MeasureDesign:
    """Sort a long panel of school means into the parts of a measure's design.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per school and period; columns `unit`, `period`, `value`, and `variance` if named.
        Periods are put in sorted order. Rows without a value count as missing.
    treated : collection
        Schools that received the measure.
    selection_periods, after_periods : period or sequence of periods
        The results by which schools were chosen; the results after the start. Earlier periods
        are the baseline; periods between are left out.
    score : mapping or Series, optional
        School → score of the declared rule, lower or higher end chosen.
    chosen_by_lowest_value : bool
        The rule was "the lowest mean over the selection periods": that mean is the score.
    breaks : sequence of periods
        Periods that begin a new scale.
    variance : str, optional
        Column with the known sampling variance s²/n of the value.
    reliability : float, optional
        Known reliability of the baseline mean.

    Returns
    -------
    MeasureDesign

    Raises
    ------
    ValueError
        If columns, periods or schools named are not in the panel, or a school has two rows in
        one period.

    Examples
    --------
    >>> panel = pd.DataFrame({"school_id": list("aabb"), "year": [1, 2, 1, 2],
    ...                       "value": [3.0, 4.0, 5.0, 5.5]})
    >>> design = measure_design(panel, ["a"], selection_periods=1, after_periods=2)
    >>> design.before, design.selection, design.after
    ((), (1,), (2,))
    """
    needed = [unit, period, value] + ([variance] if variance else [])
    absent = [name for name in needed if name not in panel.columns]
    if absent:
        raise ValueError(f"the panel lacks the columns {absent}; it has {list(panel.columns)}")
    if panel.duplicated([unit, period]).any():
        twice = panel.loc[panel.duplicated([unit, period]), [unit, period]].iloc[0].tolist()
        raise ValueError(f"one row per school and period expected, found two for {twice}")
    values = panel.pivot(index=unit, columns=period, values=value).sort_index(axis=1).astype(float)
    unknown = [school for school in treated if school not in values.index]
    if unknown:
        raise ValueError(f"treated schools that are not in the panel: {unknown}")
    selection, after = _periods(selection_periods), _periods(after_periods)
    columns = list(values.columns)
    strange = [item for item in (*selection, *after, *breaks) if item not in columns]
    if strange or not selection or not after:
        raise ValueError(f"periods expected among {columns}, found {strange or 'none named'}")
    first, last = min(map(columns.index, selection)), max(map(columns.index, selection))
    if min(map(columns.index, after)) <= last:
        raise ValueError("the periods after the start must lie after the selection")
    scores = None if score is None else pd.Series(score, dtype=float).reindex(values.index)
    if scores is None and chosen_by_lowest_value:
        scores = values[list(selection)].mean(axis=1, skipna=False)
    return MeasureDesign(
        values=values,
        treated=values.index.isin(list(treated)),
        before=tuple(columns[:first]),
        selection=selection,
        after=after,
        score=scores,
        breaks=tuple(breaks),
        variances=None
        if variance is None
        else panel.pivot(index=unit, columns=period, values=variance).reindex_like(values),
        reliability=reliability,
    )


def choose_rung(design: MeasureDesign) -> RungChoice:
    """Say which rung of the ladder the data allow, and why not a higher one.

    Parameters
    ----------
    design : MeasureDesign
        From `measure_design`.

    Returns
    -------
    RungChoice

    Examples
    --------
    >>> panel = pd.DataFrame({"school_id": list("aabb"), "year": [1, 2, 1, 2],
    ...                       "value": [3.0, 4.0, 5.0, 5.5]})
    >>> choice = choose_rung(measure_design(panel, ["a"], selection_periods=1, after_periods=2))
    >>> choice.rung, choice.may_be_called_effect
    ('D', False)
    >>> choice.missing("B")
    ['periods_before_selection', 'periods_after_start', 'comparison_schools', 'schools']
    """
    rows = [*_rule_checks(design), *_change_checks(design), *_expected_checks(design)]
    rows += _dynamic_checks(design)
    checks = pd.DataFrame(rows, columns=["rung", "requirement", "met", "found", "needed"])
    allowed = checks.groupby("rung")["met"].all()
    rung = next((letter for letter in "ABCD" if allowed[letter]), "none")
    return RungChoice(rung, checks)


Check = tuple[str, str, bool, str, str]


def _rule_checks(design: MeasureDesign) -> list[Check]:
    rows: list[Check] = [("A", "declared_rule", design.score is not None, "", "a recorded score")]
    if design.score is None:
        return rows
    usable = design.complete(design.after) & design.score.notna().to_numpy()
    score, labels = design.score.to_numpy()[usable], design.treated[usable]
    strays = _strays(score, labels)
    rows.append(("A", "score_separates", strays == 0, f"{strays} against the rule", "0"))
    vary = len(np.unique(score[~labels])) > 1
    rows.append(("A", "score_varies", vary, "" if vary else "one value", "several values"))
    return rows + _school_checks("A", labels)


def _strays(score: NDArray[np.float64], labels: NDArray[np.bool_]) -> int:
    """Fewest schools on the wrong side of the best single cut, lower or upper end chosen."""
    if labels.all() or not labels.any():
        return 0
    lowest_other, highest_other = score[~labels].min(), score[~labels].max()
    return int(min((score[labels] >= lowest_other).sum(), (score[labels] <= highest_other).sum()))


def _change_checks(design: MeasureDesign) -> list[Check]:
    before, after = design.before, design.after
    usable = design.complete((*before, *after)) if before else design.complete(after)
    return [
        ("B", "periods_before_selection", len(before) >= 2, str(len(before)), "2"),
        ("B", "periods_after_start", len(after) >= 2, str(len(after)), "2"),
        _same_scale("B", design, before or design.selection),
        *_school_checks("B", design.treated[usable]),
    ]


def _expected_checks(design: MeasureDesign) -> list[Check]:
    baseline = (*design.before, *design.selection)
    usable = design.block(baseline).notna().any(axis=1) & design.block(design.after).notna().any(
        axis=1
    )
    known = design.reliability is not None
    return [
        (
            "C",
            "baseline_reliability",
            known or len(baseline) >= 2,
            "given" if known else f"{len(baseline)} periods",
            "2 periods or a known reliability",
        ),
        _same_scale("C", design, baseline),
        *_school_checks("C", design.treated[usable.to_numpy()]),
    ]


def _dynamic_checks(design: MeasureDesign) -> list[Check]:
    usable = design.complete((*design.selection, *design.after)) & design.treated
    return [
        ("D", "treated_schools", bool(usable.any()), str(int(usable.sum())), "1"),
        _same_scale("D", design, design.selection),
    ]


def _same_scale(rung: str, design: MeasureDesign, first: Sequence[Hashable]) -> Check:
    broken = design.crosses_break(first, design.after)
    return (rung, "same_scale", not broken, "a scale break" if broken else "", "one scale")


def _school_checks(rung: str, labels: NDArray[np.bool_]) -> list[Check]:
    treated, others = int(labels.sum()), int((~labels).sum())
    return [
        (rung, "treated_schools", treated >= 1, str(treated), "1"),
        (rung, "comparison_schools", others >= FEWEST_COMPARISON, str(others), "3"),
        (rung, "schools", labels.size >= FEWEST_SCHOOLS, str(labels.size), str(FEWEST_SCHOOLS)),
    ]


def _periods(given: Sequence[Hashable] | Hashable) -> tuple[Hashable, ...]:
    # A year written "2024-2025" is one period, not nine characters.
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray | pd.Index):
        return (given,)
    return tuple(given)
