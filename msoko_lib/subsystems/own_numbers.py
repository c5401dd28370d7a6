"""A few numbers of one organisation beside similar ones and the target: its part of a subsystem."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.indicators.similar import peers_of
from msoko_lib.reads import derived
from msoko_lib.recommendations.said import people_to_target, printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.kept import school_groups, similar_schools
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.monitoring.judged import judged, part_words, table_rows
from msoko_lib.subsystems.year import Year, per_year

# With fewer others their mean would tell what one of them has.
FEWEST_OTHERS = 3
_PEER_HEADS = {
    "similar": "Похожие школы",
    "cluster": "Школы той же группы",
    "expert": "Школы той же группы",
    "none": "Остальные в муниципалитете",
}
_PEER_NOTES = {
    "similar": "похожие школы – ближайшие по условиям работы",
    "cluster": "школы той же группы по условиям работы",
    "expert": "школы той же группы в справочнике",
    "none": "остальные организации того же вида",
}


def own_numbers(
    year: Year,
    unit_id: str,
    indicator_ids: Sequence[str],
    title: str,
    *,
    name: str,
    finding: str = "",
    items: Sequence[Block] = (),
    reading: str = "",
    anchor: str = "",
) -> Block:
    """Numbers of one organisation beside others and the target; other organisations unnamed.

    Parameters
    ----------
    indicator_ids : sequence of str
        In the order they are printed; those the organisation gave nothing for say «нет данных».
    title, name : str
        Caption of the table; its sheet in the workbook.
    finding : str
        Opening sentence; by default says which targets are not reached.
    items : sequence of Block
        What stands under the table.
    reading : str
        Line under all.
    """
    own = _own_facts(year, unit_id, list(indicator_ids))
    if own[own["status"] != "no_data"].empty:
        return (
            items[0]
            if items
            else Nothing(f"Данных организации за год нет: {sentence_case(title)}.")
        )
    kind, others_n = _with_whom(year, unit_id)
    rows = table_rows(own)
    rows = rows.assign(
        own=[_own_words(row) for row in rows.to_dict("records")],
        others=_others_in_words(year, unit_id, list(indicator_ids)),
    )
    silent = [item for item in indicator_ids if item not in set(own["fact_id"])]
    rows = pd.concat([rows, _silent_rows(year, silent)], ignore_index=True)
    table = ReportTable(
        rows,
        title=title,
        name=name,
        columns=[
            Column("indicator", "Показатель"),
            Column("own", "Здесь"),
            Column("others", _PEER_HEADS[kind]),
            Column("aim", "Ориентир"),
            Column("verdict", "К ориентиру"),
        ],
        note=f"Для сравнения – {_PEER_NOTES[kind]}, {ru.number(others_n)}: их общее значение.",
    )
    return Section(
        finding or _finding(own), table=table, items=items, reading=reading, anchor=anchor
    )


@derived("показатели организации")
def _own_facts(year: Year, unit_id: str, indicator_ids: Sequence[str]) -> pd.DataFrame:
    """Facts of the organisation in the order of the table, without what others reach."""
    facts = _facts_by_unit(year, indicator_ids)
    own = facts.get(unit_id, facts[""])
    order = {indicator_id: place for place, indicator_id in enumerate(indicator_ids)}
    own = own.assign(place=own["fact_id"].map(order)).sort_values(["place", "label"])
    return own.drop(columns=[name for name in own if str(name).startswith("reference")])


@derived("показатели похожих организаций")
def _others_in_words(year: Year, unit_id: str, indicator_ids: Sequence[str]) -> list[str]:
    """Value of the others for each row of the organisation's facts."""
    counted = _counted(year, indicator_ids)
    sums = [counted[other] for other in _others(year, unit_id)[1] if other in counted]
    own = table_rows(_own_facts(year, unit_id, indicator_ids))
    return [_mean_of_others(sums, row) for row in own.to_dict("records")]


@derived("с кем сравнивают организацию")
def _with_whom(year: Year, unit_id: str) -> tuple[str, int]:
    """On what ground, and how many they are."""
    kind, others = _others(year, unit_id)
    return kind, len(others)


@per_year
def _facts_by_unit(year: Year, indicator_ids: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Judged facts of every unit; under "" the columns without a row."""
    facts = judged(year, indicator_ids, "school")
    return {"": facts.iloc[:0], **dict(list(facts.groupby("unit_id", sort=False)))}


@per_year
def _others(year: Year, unit_id: str) -> tuple[str, list[str]]:
    """With whom: similar schools, else the group, else all others of the kind."""
    units = year.inputs.schools
    kinds = units.set_index("school_id")["unit_kind"]
    if kinds.get(unit_id) == "school":
        peers = peers_of(unit_id, similar_schools(year), school_groups(year), year.schools)
        if len(peers.schools) >= FEWEST_OTHERS:
            return peers.kind, list(peers.schools)
    same = kinds[(kinds == kinds.get(unit_id)) & (kinds.index != unit_id)]
    return "none", list(same.index)


# Values and their weights by indicator and its cut.
Counted = dict[tuple[object, object], tuple[float, float]]


@per_year
def _counted(year: Year, indicator_ids: Sequence[str]) -> dict[str, Counted]:
    """Values of every unit with how many people (or things) each counted."""
    facts = judged(year, indicator_ids, "school")
    rows = facts[facts["status"] == "ok"]
    weights = rows["denominator"].fillna(rows["n"]).fillna(1.0)
    found: dict[str, Counted] = {}
    for unit, fact, label, value, weight in zip(
        rows["unit_id"], rows["fact_id"], rows["label"], rows["value"], weights, strict=True
    ):
        found.setdefault(unit, {})[fact, label] = float(value), float(weight)
    return found


def _mean_of_others(others: Sequence[Counted], row: dict[str, object]) -> str:
    """Value of the others together, weighted by how many people (or things) each counted."""
    key = row["fact_id"], row["label"]
    pairs = [counted[key] for counted in others if key in counted]
    if len(pairs) < FEWEST_OTHERS:
        return ru.FEW
    whole = sum(weight for _, weight in pairs)
    if whole <= 0:
        return ru.NO_DATA
    return printed(sum(value * weight for value, weight in pairs) / whole, row)


def value_words(row: dict[str, object]) -> str:
    """«57 % (4 из 7)», «3,4», «мало»."""
    if row["status"] != "ok":
        return ru.state_of_status(str(row["status"]))
    text = printed(float(row["value"]), row)  # type: ignore[arg-type]
    counted = _part_of_whole(row)
    return f"{text} ({counted})" if counted else text


def _part_of_whole(row: dict[str, object]) -> str:
    """«4 из 7», where the value is that share."""
    top, bottom = row["numerator"], row["denominator"]
    if row["unit"] != "%" or ru.is_missing(top) or ru.is_missing(bottom):
        return ""
    if abs(float(top) - float(row["value"]) * float(bottom)) > 1e-6:  # type: ignore[arg-type]
        return ""
    return f"{ru.number(top)} из {ru.number(bottom)}"


def _own_words(row: dict[str, object]) -> str:
    """«57 % (4 из 7)», and how many more the target asks for."""
    text = value_words(row)
    missing = people_to_target(row) if text.endswith(")") else None
    if missing is None or ru.is_missing(missing) or missing == 0:
        return text
    more = "до ориентира ещё" if float(row["better"]) > 0 else "больше ориентира на"  # type: ignore[arg-type]
    return f"{text[:-1]}; {more} {ru.number(missing)})"


def _silent_rows(year: Year, silent: Sequence[str]) -> pd.DataFrame:
    rows = []
    for indicator_id in silent:
        passport = year.catalogue[indicator_id]
        target = passport.target_for(year.school_year)
        rows.append(
            {
                "indicator": passport.title,
                "own": ru.NO_DATA,
                "others": ru.NOT_APPLICABLE,
                "aim": target.words if target else ru.NO_TARGET,
                "verdict": ru.NOT_APPLICABLE,
            }
        )
    return pd.DataFrame(rows)


def _finding(own: pd.DataFrame) -> str:
    behind = own[own["mark"] == "attention"]
    if len(behind):
        listed = "; ".join(
            f"{sentence_case(row['title'])}{part_words(row)} – {printed(row['value'], row)}"
            for _, row in behind.iterrows()
        )
        return f"Ориентир не достигнут: {listed}"
    if (own["status"] == "not_enough").all():
        return "Людей слишком мало, чтобы делать выводы"
    return "Отставания от ориентиров, которое нельзя объяснить случаем, нет"
