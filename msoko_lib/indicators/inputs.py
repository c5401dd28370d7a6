"""What indicator functions are given: the bank's tables of schools in the directory, by level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from msoko_lib.bank import Bank, table_of_years
from msoko_lib.intake.compact import COMPACT
from msoko_lib.reads import NOBODY_LOOKED, Kept, kept_property
from msoko_lib.settings import Settings

MUNICIPALITY = "municipality"
OWN_LEVELS = ("school", "cluster", "municipality")
EXPORT_LEVELS = ("region", "country")
NO_CLUSTER = "без группы"
ADVANCED = " (углублённый уровень)"


@dataclass
class Inputs:
    """The bank of a year seen from the directory.

    Rows of schools that the directory does not know are left out: they are set aside until the
    methodologist has said which schools they are.
    """

    bank: Bank
    settings: Settings
    _kept: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict)
    # What was read for the frames that are computed.
    _reads: dict[tuple[str, int], Mapping[str, str] | None] = field(default_factory=dict)

    @property
    def schools(self) -> pd.DataFrame:
        """Schools and preschools of the directory, one row each."""
        return self.table("schools")

    @property
    def cluster_of(self) -> pd.Series:
        """School → its group in the directory; schools without one are a group of their own."""
        return self.schools.set_index("school_id")["cluster"].fillna(NO_CLUSTER)

    def table(self, name: str, back: int = 0) -> pd.DataFrame:
        """A bank table of the year (or ``back`` years before), known schools only.

        Texts of the long tables stand as categories: see ``intake.compact``.
        """
        bank = self.bank.previous(back) if back else self.bank
        if (name, back) in self._kept:
            bank.note(name)
            self.bank.note("schools")
        else:
            frame = bank.table(name, compact=name in COMPACT)
            if name == "schools":
                frame = frame[frame["in_directory"]]
            elif "school_id" in frame:
                frame = frame[frame["school_id"].isin(self.schools["school_id"])]
            elif "unit_id" in frame:
                known = frame["unit_id"].isin(self.schools["school_id"])
                frame = frame[(frame["level"] != "school") | known]
            self._kept[(name, back)] = frame.reset_index(drop=True)
        return self._kept[(name, back)]

    def once(self, name: str, back: int, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A frame that several indicators and sections need: computed at the first call."""
        if (name, back) in self._kept:
            reads = self._reads.get((name, back), NOBODY_LOOKED)
            return Kept(self._kept[(name, back)], reads).give()
        kept = Kept.of(compute)
        self._kept[(name, back)], self._reads[(name, back)] = kept.answer, kept.reads
        return kept.answer

    @kept_property
    def answers(self) -> pd.DataFrame:
        """Numbers of the collection forms: one row a school (index), one column a field."""
        rows = self.table("form_values")
        rows = rows[rows["value"].notna()].drop_duplicates(["school_id", "field_id"], keep="last")
        return rows.pivot(index="school_id", columns="field_id", values="value")

    def years(self, name: str, years: int = 3) -> pd.DataFrame:
        """A bank table over the last years, oldest first."""
        return table_of_years(self.bank, name, years)

    def by_level(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of schools repeated for school, cluster and municipality.

        Takes a frame with ``school_id``; gives it with ``level`` and ``unit_id``, so that one
        ``groupby`` serves all levels and every roll-up is weighted by participants.
        """
        cluster = frame["school_id"].map(self.cluster_of).fillna(NO_CLUSTER)
        return pd.concat(
            [
                frame.assign(level="school", unit_id=frame["school_id"]),
                frame.assign(level="cluster", unit_id=cluster),
                frame.assign(level="municipality", unit_id=MUNICIPALITY),
            ],
            ignore_index=True,
        )


def work_subject(frame: pd.DataFrame) -> pd.Series:
    """Subject of a ВПР with its advanced level named: «Математика (углублённый уровень)»."""
    advanced = frame["work_level"].eq("углублённый").fillna(False).astype(bool)
    subject = frame["subject"]
    if isinstance(subject.dtype, pd.CategoricalDtype):
        plain = list(subject.cat.categories)
        named = plain + [f"{name}{ADVANCED}" for name in plain]
        codes = subject.cat.codes.to_numpy(dtype=np.int64)
        codes = codes + np.where(advanced & (codes >= 0), len(plain), 0)
        both = pd.Categorical.from_codes(codes, categories=named)
        return pd.Series(both.reorder_categories(sorted(named)), index=frame.index)
    return subject.where(~advanced, subject + ADVANCED)


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of sessions that may be put beside others, the subject carrying its level."""
    kept = frame[frame["comparable"].astype(bool)]
    return kept.assign(subject=work_subject(kept))
