"""The municipal programme target by target: plan, fact, who answers for it."""

from __future__ import annotations

import pandas as pd

from msoko_lib.intake.plan_fact import MUNICIPALITY, is_met
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Folded, ReportTable
from msoko_lib.subsystems.year import Year

TABLE = "plan_targets"
PROGRAMME = "programme"
MET, UNMET, UNKNOWN = "● выполнен", "▼ не выполнен", "○ нет данных"
NOBODY = "не назван"
TARGET = ru.Noun("показатель", "показателя", "показателей")
TARGET_OF = ru.Noun("показателя", "показателей", "показателей")
# How many organisations' unmet targets stand on paper; the workbook has all.
MOST_SHOWN = 20


def targets_of(year: Year) -> pd.DataFrame:
    """Targets of the programme in the order of the files, each with what came of it.

    Columns of the bank's table with ``state`` (:data:`MET`, :data:`UNMET`, :data:`UNKNOWN`),
    ``gap`` (fact less plan) and ``whose`` (who is named as responsible, else the organisation).
    """
    rows = year.inputs.table(TABLE)
    rows = rows[rows["kind"] == PROGRAMME].reset_index(drop=True)
    gap = rows["fact"] - rows["plan"]
    states = [
        UNKNOWN if pd.isna(row.plan) or pd.isna(row.fact)
        else MET if is_met(row.plan, row.fact, row.less_is_better) else UNMET
        for row in rows.itertuples()
    ]  # fmt: skip
    organisation = rows["unit_id"].map(year.unit_names)
    whose = rows["responsible"].fillna(organisation).fillna(NOBODY)
    return rows.assign(state=pd.Series(states, dtype=object), gap=gap, whose=whose)


def of_municipality(targets: pd.DataFrame) -> pd.DataFrame:
    """Targets of the municipality itself."""
    return targets[targets["level"] == MUNICIPALITY].reset_index(drop=True)


def of_organisations(targets: pd.DataFrame) -> pd.DataFrame:
    """Targets of single organisations."""
    return targets[targets["level"] != MUNICIPALITY].reset_index(drop=True)


def in_words(targets: pd.DataFrame) -> str:
    """«из 8 показателей программы выполнены 6, не выполнены 1, о 1 данных нет»."""
    own, rest = of_municipality(targets), of_organisations(targets)
    parts = []
    if len(own):
        parts.append(f"из {ru.counted(len(own), TARGET_OF)} программы {_counts(own)}")
    if len(rest):
        parts.append(f"из {ru.counted(len(rest), TARGET_OF)} организаций {_counts(rest)}")
    return "; ".join(parts)


def _counts(rows: pd.DataFrame) -> str:
    counts = rows["state"].value_counts()
    told = [f"выполнено {ru.number(counts.get(MET, 0))}"]
    if counts.get(UNMET, 0):
        told.append(f"не выполнено {ru.number(counts[UNMET])}")
    if counts.get(UNKNOWN, 0):
        told.append(f"без факта или плана {ru.number(counts[UNKNOWN])}")
    return ", ".join(told)


def municipal_table(targets: pd.DataFrame, subsystem: str) -> ReportTable | None:
    """Every target of the municipality; None where the files have none."""
    own = of_municipality(targets)
    if own.empty:
        return None
    return ReportTable(
        own.assign(**_printed(own)),
        title="Показатели муниципальной программы",
        name=f"{subsystem} Показатели программы",
        columns=[
            Column("target", "Показатель", wide=True),
            Column("measured", "Единица"),
            Column("plan_told", "План"),
            Column("fact_told", "Факт"),
            Column("gap_told", "Отклонение"),
            Column("state", "Итог"),
            Column("whose", "Кто отвечает"),
        ],
        note="Выполнен – факт не хуже плана: не меньше, а где в файле сказано «чем лучше: "
        "меньше» – не больше. Отклонение – факт минус план.",
    )


def summary_table(targets: pd.DataFrame, subsystem: str) -> ReportTable | None:
    """Targets of organisations, one row a target, organisations unnamed; None: there are none."""
    rest = of_organisations(targets)
    if rest.empty:
        return None
    states = rest["state"]
    counted = rest.assign(
        met=states == MET, unmet=states == UNMET, unknown=states == UNKNOWN
    ).groupby("target", sort=False)  # fmt: skip
    rows = counted.agg(
        units_n=("unit_id", "nunique"), set_n=("state", "size"), met=("met", "sum"),
        unmet=("unmet", "sum"), unknown=("unknown", "sum"),
    ).reset_index()  # fmt: skip
    return ReportTable(
        rows.sort_values(["unmet", "set_n"], ascending=False, kind="stable"),
        title="Показатели программы, назначенные организациям",
        name=f"{subsystem} Программа организаций",
        columns=[
            Column("target", "Показатель", wide=True),
            Column("units_n", "Организаций", "int"),
            Column("set_n", "Назначено", "int"),
            Column("met", "Выполнено", "int"),
            Column("unmet", "Не выполнено", "int"),
            Column("unknown", "Без факта или плана", "int"),
        ],
        note="Сначала – где больше невыполненных. «Назначено» больше числа организаций, если "
        "показатель назван организации несколько раз.",
    )


def unmet_table(targets: pd.DataFrame, subsystem: str) -> Block | None:
    """Unmet targets of organisations with the organisation; None where all are met."""
    rest = of_organisations(targets)
    rows = rest[rest["state"] != MET].reset_index(drop=True)
    if rows.empty:
        return None
    table = ReportTable(
        rows.assign(**_printed(rows), shown=rows.index < MOST_SHOWN),
        title="Что не выполнено в организациях",
        name=f"{subsystem} Не выполнено",
        columns=[
            Column("whose", "Организация"),
            Column("target", "Показатель", wide=True),
            Column("measured", "Единица"),
            Column("plan_told", "План"),
            Column("fact_told", "Факт"),
            Column("gap_told", "Отклонение"),
            Column("state", "Итог"),
        ],
        shown="shown",
    )
    return Folded("Какие показатели и в каких организациях не выполнены", table)


def _printed(rows: pd.DataFrame) -> dict[str, list[str]]:
    return {
        "measured": [ru.NO_DATA if pd.isna(unit) else str(unit) for unit in rows["target_unit"]],
        "plan_told": [_number(value) for value in rows["plan"]],
        "fact_told": [_number(value) for value in rows["fact"]],
        "gap_told": [
            _gap(value, unit) for value, unit in zip(rows["gap"], rows["target_unit"], strict=True)
        ],
    }


def _number(value: float) -> str:
    return ru.NO_DATA if pd.isna(value) else ru.number(value, _decimals(value))


def _gap(value: float, unit: object) -> str:
    if pd.isna(value):
        return ru.NO_DATA
    decimals = _decimals(value)
    if isinstance(unit, str) and unit.strip().startswith("%"):
        return ru.pp(value, decimals)
    return ru.number(value, decimals, signed=True) if round(value, decimals) else "0"


def _decimals(value: float) -> int:
    """As many as the file has, two at most."""
    return next((places for places in (0, 1) if abs(value - round(value, places)) < 1e-9), 2)
