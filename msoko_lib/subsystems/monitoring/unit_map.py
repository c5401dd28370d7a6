"""Organisations × indicators as a map."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Figure, Nothing, Section
from msoko_lib.subsystems.monitoring.judged import HIDDEN, judged
from msoko_lib.subsystems.year import Year

MOST_NAMED = 3
ORGANISATION_OF = ru.Noun("организации", "организаций", "организаций", "f")


def units_map(
    year: Year,
    indicator_ids: Sequence[str],
    finding: str = "",
    anchor: str = "",
    kind: str = "",
) -> Block:
    """Organisations × indicators: each cell a value and how it stands to the target.

    Organisations stand in alphabetical order: the map is no league table.

    Parameters
    ----------
    kind : str
        Only organisations of this kind («school», «preschool», «additional»); empty: all.
    """
    facts = judged(year, indicator_ids, "school")
    if kind:
        kinds = year.inputs.schools.set_index("school_id")["unit_kind"]
        facts = facts[facts["unit_id"].map(kinds) == kind]
    facts = facts[(facts["label"] == "") & (facts["status"] != "no_data")]
    if facts.empty:
        return Nothing("Данных по организациям нет.")
    place = {name: number for number, name in enumerate(indicator_ids)}
    facts = facts.assign(
        school=facts["unit_id"].map(year.unit_names), place=facts["fact_id"].map(place)
    )
    cells = pd.DataFrame(
        {
            "unit": facts["school"],
            "work": facts["title"],
            "place": facts["place"],
            "text": [
                ru.state_of_status(row["status"])
                if row["status"] in HIDDEN
                else printed(row["value"], row)
                for _, row in facts.iterrows()
            ],
            "mark": facts["mark"],
        }
    )
    # The chart takes rows and columns in order of first appearance.
    by_name = cells.sort_values(["unit", "place"], kind="stable")
    works = cells.sort_values("place", kind="stable")["work"].drop_duplicates().tolist()
    return Section(
        finding or _finding(cells, len(works)),
        figure=Figure(
            figures.heat_map(
                by_name,
                works=works,
                subtitle="Организации и показатели: значение и отношение к ориентиру",
                meanings={
                    "attention": "ориентир не достигнут",
                    "up": "достигнут",
                    "few": "данных мало",
                },
            ),
            alt="Организации по строкам, показатели по столбцам; в ячейке значение и знак, "
            "достигнут ли ориентир.",
            caption="Без знака – около ориентира или ориентира нет.",
        ),
        reading="Организации стоят по алфавиту: порядок ничего не значит.",
        anchor=anchor,
    )


def _finding(cells: pd.DataFrame, total: int) -> str:
    behind = cells[cells["mark"] == "attention"].groupby("unit", sort=True).size()
    behind = behind.sort_values(ascending=False, kind="stable")
    if behind.empty:
        return (
            "Отставания от ориентиров, которое нельзя объяснить случаем, нет"
            if (cells["mark"] == "up").any()
            else "Ориентиров у этих показателей нет: сравнить можно организации между собой"
        )
    named = [f"{name} ({n} из {total})" for name, n in behind.head(MOST_NAMED).items()]
    # Those next in line may be as many indicators behind: they are counted, not passed over.
    left = int((behind.iloc[MOST_NAMED:] == behind.head(MOST_NAMED).min()).sum())
    told = (
        f"{', '.join(named)} и столько же ещё у {ru.counted(left, ORGANISATION_OF)}"
        if left
        else ru.joined(named)
    )
    return f"Чаще других ориентиры не достигнуты: {told}"
