"""Procedures of the unified calendar with their publication terms."""

from __future__ import annotations

import pandas as pd

from msoko_lib.subsystems.year import Year
from msoko_lib.versions import build_date

IN_TIME, LATE, OVERDUE, WAITING, RUNNING = (
    "размещено в срок", "размещено с опозданием", "не размещено, срок прошёл",
    "срок ещё не наступил", "не закончена",
)  # fmt: skip
COLUMNS = ["procedure_id", "title", "kind", "grade", "subject", "start", "end", "lesson_hours",
           "published", "due", "late_days", "state"]  # fmt: skip


def procedures(year: Year) -> pd.DataFrame:
    """Every procedure of the year with the day its analysis is due and what became of it.

    Returns
    -------
    DataFrame
        ``start``, ``end``, ``published``, ``due`` (end + the term of the parameters) as dates,
        ``late_days`` (missing where not late) and ``state``; by start.
    """
    rows = year.inputs.table("procedures")
    term = pd.Timedelta(days=year.points("publication_days"))
    today = pd.Timestamp(build_date())
    start = pd.to_datetime(rows["start_date"], errors="coerce")
    end = pd.to_datetime(rows["end_date"], errors="coerce")
    published = pd.to_datetime(rows["published_date"], errors="coerce")
    due = end + term
    told = published.notna()
    state = pd.Series(WAITING, index=rows.index, dtype=object)
    state = state.mask(end >= today, RUNNING)
    state = state.mask(~told & (due < today), OVERDUE)
    state = state.mask(told & (published <= due), IN_TIME).mask(told & (published > due), LATE)
    until = published.where(told, today)
    late = (until - due).dt.days.where(state.isin([LATE, OVERDUE]))
    frame = rows.assign(start=start, end=end, published=published, due=due, late_days=late,
                        state=state)  # fmt: skip
    return frame[COLUMNS].sort_values(["start", "procedure_id"]).reset_index(drop=True)


def load_by_grade(year: Year) -> pd.DataFrame:
    """Lessons taken by procedures in each grade and their share of the year's lessons.

    Returns
    -------
    DataFrame
        ``grade``, ``procedures_n``, ``hours``, ``share`` (0…1), ``over`` (above the limit).
    """
    values = year.values("КП-21", "municipality", status=None)
    values = values[values["value"].notna() & values["grade"].notna()]
    target = year.catalogue["КП-21"].target_for(year.school_year)
    limit = target.value / 100 if target is not None and target.value is not None else float("inf")
    return pd.DataFrame(
        {
            "grade": values["grade"].astype("int64"),
            "procedures_n": values["n"].astype("int64"),
            "hours": values["numerator"],
            "share": values["value"],
            "over": values["value"] > limit,
        }
    ).sort_values("grade").reset_index(drop=True)  # fmt: skip
