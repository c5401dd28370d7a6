"""The opened year: everything that a report may read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from msoko_lib.bank import MANIFEST, Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.engine import in_order
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.store import indicator_table
from msoko_lib.passports import Passport, Target
from msoko_lib.project import Project, previous_school_year
from msoko_lib.reads import Kept, derived, kept_property
from msoko_lib.settings import Settings, load_settings
from msoko_lib.subsystems.labels import distinct_names, plain_names

HISTORY_YEARS = 3
# Of no indicator the tables have rows, only columns.
NO_INDICATOR = ""
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Year:
    """A school year with its data, parameters, passports and indicator values."""

    project: Project
    school_year: str
    settings: Settings
    catalogue: Catalogue
    inputs: Inputs
    kept: dict[Hashable, Kept[object]] = field(default_factory=dict, repr=False, compare=False)
    # Hashes of what reports have read: see ``msoko_lib.reads``.
    digests: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @kept_property
    def indicators(self) -> pd.DataFrame:
        """Indicator table of the year."""
        return indicator_table(self.project, self.school_year)

    @kept_property
    def history(self) -> pd.DataFrame:
        """Indicator tables of the last three years, oldest first (column ``year``)."""
        years = [previous_school_year(self.school_year, back) for back in range(HISTORY_YEARS)]
        frames = [indicator_table(self.project, year) for year in reversed(years)]
        return pd.concat([frame for frame in frames if not frame.empty] or frames[:1])

    @kept_property
    def by_indicator(self) -> dict[str, pd.DataFrame]:
        """Rows of the indicator table by indicator."""
        return dict(list(self.indicators.groupby("indicator_id", sort=False)))

    @kept_property
    def history_by_indicator(self) -> dict[str, pd.DataFrame]:
        """Rows of :attr:`history` by indicator."""
        return dict(list(self.history.groupby("indicator_id", sort=False)))

    def history_of(self, *indicator_ids: str) -> pd.DataFrame:
        """Rows of :attr:`history` of these indicators alone, in its order, numbered anew.

        A report that asks so is not made anew because some other indicator changed.
        """
        return _in_order(self, [history_rows(self, name) for name in dict.fromkeys(indicator_ids)])

    def indicators_of(self, *indicator_ids: str) -> pd.DataFrame:
        """Rows of :attr:`indicators` of these alone, in its order, numbered anew."""
        found = [indicator_rows(self, name) for name in dict.fromkeys(indicator_ids)]
        return _in_order(self, found)

    @kept_property
    def schools(self) -> pd.DataFrame:
        """Schools of the directory (no preschools), by cluster and name without legal form."""
        schools = self.inputs.schools
        schools = schools[schools["unit_kind"] == "school"]
        schools = schools.assign(short_name=plain_names(schools["short_name"]))
        return schools.sort_values(["cluster", "short_name"]).reset_index(drop=True)

    @kept_property
    def school_names(self) -> dict[str, str]:
        return dict(zip(self.schools["school_id"], self.schools["short_name"], strict=True))

    @kept_property
    def unit_names(self) -> dict[str, str]:
        """Every organisation of the directory, preschools and others too: id → printed name."""
        units = self.inputs.schools
        return dict(zip(units["school_id"], distinct_names(units), strict=True))

    def values(self, indicator_id: str, *levels: str, status: str | None = "ok") -> pd.DataFrame:
        """Values of an indicator at the levels named (all, if none).

        Parameters
        ----------
        status : str or None
            Only rows of this status; None: all.
        """
        rows = indicator_rows(self, indicator_id)
        if levels:
            rows = rows[rows["level"].isin(levels)]
        if status is not None:
            rows = rows[rows["status"] == status]
        return rows.reset_index(drop=True)

    def target(self, passport: Passport, cluster: str | None = None) -> Target | None:
        """Target of an indicator in this year; with a cluster, the one of its schools."""
        return passport.target_for(self.school_year, cluster)

    def points(self, threshold: str) -> float:
        """Value of a threshold of the parameters."""
        return self.settings.threshold(threshold).value


def per_year(
    compute: Callable[Concatenate[Year, Arguments], Result],
) -> Callable[Concatenate[Year, Arguments], Result]:
    """Let a function of an opened year be computed once for it; the year carries the answer.

    Every section and every school's report asks for the same tables of the whole municipality.
    Frames are given out as shallow copies: what one section adds to its frame no other sees.
    Nothing else that is given may be changed.

    Parameters
    ----------
    compute : callable
        Function of an opened year; further arguments are hashable, or lists of hashable.
    """

    @wraps(compute)
    def kept(year: Year, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        key = (
            compute.__module__,
            compute.__qualname__,
            tuple(map(_hashable, args)),
            tuple((name, _hashable(value)) for name, value in sorted(kwargs.items())),
        )
        if key not in year.kept:
            year.kept[key] = Kept.of(lambda: compute(year, *args, **kwargs))
        answer = year.kept[key].give()
        if isinstance(answer, pd.DataFrame | pd.Series):
            answer = answer.copy(deep=False)
        return answer  # type: ignore[return-value]

    return kept


@derived("показатель {0}")
def indicator_rows(year: Year, indicator_id: str) -> pd.DataFrame:
    """Rows of one indicator, all levels and states."""
    rows = year.by_indicator.get(indicator_id, year.indicators.iloc[:0])
    return rows.reset_index(drop=True)


@derived("показатель {0} по годам")
def history_rows(year: Year, indicator_id: str) -> pd.DataFrame:
    """Rows of one indicator of the last years, oldest first, all levels and states."""
    rows = year.history_by_indicator.get(indicator_id, year.history.iloc[:0])
    return rows.reset_index(drop=True)


def _in_order(year: Year, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows of single indicators together, as the whole table has them."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return indicator_rows(year, NO_INDICATOR)
    order = {item.id: place for place, item in enumerate(in_order(year.catalogue))}
    filled.sort(key=lambda frame: order[frame["indicator_id"].iloc[0]])
    rows = pd.concat(filled, ignore_index=True)
    return rows.sort_values("year", kind="stable").reset_index(drop=True)


@derived("годы с показателями")
def years_known(year: Year) -> list[str]:
    """School years of which the bank has indicators, oldest first."""
    return sorted(map(str, year.history["year"].unique()))


def _hashable(value: object) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


def open_year(school_year: str) -> Year:
    """Open a school year of the project found from the current folder.

    Parameters
    ----------
    school_year : str
        For example ``2024-2025``.

    Raises
    ------
    BankProblem
        If the year has not been read into the bank.
    """
    return opened(Project.find(), school_year)


def opened(project: Project, school_year: str) -> Year:
    """The year that this process keeps open, if nothing has changed since, else opened anew.

    Raises
    ------
    BankProblem
        If the year has not been read into the bank.
    """
    kept = _KEPT_OPEN.get((project.root, school_year))
    if kept is not None and kept[0] == _stamp(project, school_year):
        return kept[1]
    return open_year_of(project, school_year)


# Years that a process keeps open for the kernels forked from it; empty everywhere else.
_KEPT_OPEN: dict[tuple[Path, str], tuple[str, Year]] = {}


def keep_open(school_year: str) -> Year:
    """Open a year so that :func:`open_year` gives the same object while nothing has changed.

    Only for a process that forks: a caller who changed a frame would change it for all others.

    Raises
    ------
    BankProblem
        If the year has not been read into the bank.
    """
    project = Project.find()
    stamp = _stamp(project, school_year)
    year = open_year_of(project, school_year)
    _KEPT_OPEN[(project.root, school_year)] = (stamp, year)
    return year


def open_year_of(project: Project, school_year: str) -> Year:
    """Open a school year of a known project.

    Raises
    ------
    BankProblem
        If the year has not been read into the bank.
    """
    settings = load_settings(project, school_year)
    bank = Bank(project, school_year)
    bank.loaded()
    return Year(project, school_year, settings, load_catalogue(project), Inputs(bank, settings))


def _stamp(project: Project, school_year: str) -> str:
    """Hash of the banks' manifests and of all parameters."""
    digest = hashlib.sha256()
    bank = Bank(project, school_year)
    manifests = [bank.previous(back).folder / MANIFEST for back in range(HISTORY_YEARS)]
    params = [path for path in project.params_files().values() if path.suffix == ".yml"]
    for path in [*manifests, *params]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
