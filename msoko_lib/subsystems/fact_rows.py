"""Rows of facts that a subsystem has judged itself: noted or not, with the words of the case."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY, facts_frame

OK, FEW, NO_DATA = "ok", "not_enough", "no_data"
SCHOOL = "school"


def noted(
    fact_id: str, unit_id: str, is_noted: object = True, status: str = OK, **more: object
) -> dict[str, object]:
    """One fact: «отмечено» where ``is_noted``, «мало данных» and «нет данных» by ``status``.

    Parameters
    ----------
    unit_id : str
        Organisation, or :data:`MUNICIPALITY`.
    **more
        Further columns of :data:`msoko_lib.recommendations.facts.FACT_COLUMNS`: ``detail``,
        ``ground``, ``brief``, ``label``, ``numerator``, ``denominator``, ``n``, ``complete``.
    """
    return {
        "fact_id": fact_id,
        "level": MUNICIPALITY if unit_id == MUNICIPALITY else SCHOOL,
        "unit_id": unit_id,
        "state": "attention" if bool(is_noted) else "same",
        "status": status,
        **more,
    }


def possible(fact: dict[str, object]) -> dict[str, object]:
    """A fact of :func:`noted` that chance may explain: a rule then says «возможно»."""
    return {**fact, "state": "possible" if fact["state"] == "attention" else fact["state"]}


def facts_of_rows(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of :func:`noted` as a frame of facts; no rows give an empty one."""
    frame = pd.DataFrame(list(rows), columns=None if rows else ["fact_id", "level", "unit_id"])
    return facts_frame(frame)
