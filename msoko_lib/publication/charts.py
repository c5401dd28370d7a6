"""Charts of the public site: drawn from the printed numbers alone, so they tell nothing more."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.publication.shown import Row
from msoko_lib.reporting import figures
from msoko_lib.reporting.pictures import Figure

FEWEST, MOST = 3, 14
_WHOLE = 100.0


def chart_rows(rows: Sequence[Row]) -> pd.DataFrame:
    """Printed shares of one page: label, value (0…1, as printed), printed.

    What is withheld is left out; «около 85 %» is drawn at 85, «меньше 2,5 %» at 2,5.
    """
    told = [row for row in rows if row.is_told and row.unit == "%"]
    drawn = [(row, float(row.value_plain.replace(",", "."))) for row in told]
    return pd.DataFrame(
        [
            {"label": row.title, "value": value / _WHOLE, "printed": row.value, "role": "similar"}
            for row, value in drawn
            # A share of a hundred: places for more children than wait have an axis of their own.
            if 0 <= value <= _WHOLE
        ],
        columns=["label", "value", "printed", "role"],
    )


def shares_chart(rows: Sequence[Row]) -> Figure | None:
    """Printed shares as bars in the order of the table; None where there are too few of them."""
    drawn = chart_rows(rows).head(MOST)
    if len(drawn) < FEWEST:
        return None
    least, most = drawn.loc[drawn["value"].idxmin()], drawn.loc[drawn["value"].idxmax()]
    return Figure(
        figures.bars(
            drawn, kind="share", limit=1.0, subtitle="Показатели, которые измеряются в процентах"
        ),
        alt=f"Показатели в процентах: больше всего – {most['label']} ({most['printed']}), меньше "
        f"всего – {least['label']} ({least['printed']}). Все числа – в таблице ниже.",
        caption="Длина полосы – число, как оно напечатано в таблице. Показатели между собой не "
        "сравнивают: у одних хорошо, когда больше, у других – когда меньше.",
    )
