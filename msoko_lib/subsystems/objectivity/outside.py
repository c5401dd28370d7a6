"""What lies outside ВПР: annual marks and ОГЭ, medals, olympiad stages, observers."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.objectivity import medal_confirmation
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import CANDIDATE, MORE_OFTEN, PAIR, ROOM, ratio
from msoko_lib.subsystems.olympiad_stages import stages_section
from msoko_lib.subsystems.year import Year, per_year

ANNUAL_ANCHOR = "godovye-i-oge"
MEDALS_ANCHOR = "medali"
OLYMPIAD_ANCHOR = "olimpiada"
OBSERVERS_ANCHOR = "nablyudenie"


@per_year
def annual_zones(year: Year) -> pd.DataFrame:
    """Share of ОГЭ marks below the annual mark, by school, subjects pooled, against the others."""
    values = year.values("ОБ-07", "school", status=None)
    values = values[values["denominator"].notna()]
    pooled = values.groupby("unit_id")[["numerator", "denominator"]].sum().reset_index()
    pooled = pooled.assign(
        subject="все предметы", grade="", value=pooled["numerator"] / pooled["denominator"]
    )
    minimum = year.catalogue["ОБ-07"].minimum_n
    zones = compare_with_others(pooled, more_is_better=False, minimum_n=minimum)
    return zones.assign(school=zones["unit_id"].map(year.school_names))


def annual(year: Year) -> Block:
    """Annual marks of grade 9 against ОГЭ."""
    zones = annual_zones(year)
    if zones.empty:
        return Nothing("Годовых отметок 9 класса или протоколов ОГЭ за год нет.")
    limit = year.settings.threshold("annual_oge_lower_share")
    strange = zones[zones["mark"] == "attention"]
    finding = (
        "Отметка ОГЭ ниже годовой заметно чаще, чем в остальных школах: "
        + ru.joined([failed_pairs(row) for _, row in strange.iterrows()])
        if len(strange)
        else "Ни одна школа не отличается от остальных по подтверждению годовых отметок на ОГЭ"
    )
    few = zones["mark"] == "few"
    table = zones.assign(
        value=zones["value"].astype(object).mask(few, ru.FEW),
        verdict=zones["mark"].map(MORE_OFTEN),
    )
    return Section(
        finding,
        table=ReportTable(
            table.sort_values("school"),
            title="Отметка ОГЭ ниже годовой",
            name="05 Годовые и ОГЭ",
            columns=[
                Column("school", "Школа"),
                Column("denominator", "Пар отметок", "int"),
                Column("numerator", "ОГЭ ниже", "int"),
                Column("value", "Доля", "share"),
                Column("others", "В остальных школах", "share"),
                Column("verdict", "К остальным"),
            ],
        ),
        reading=f"Ориентир: не больше {ru.number(limit.value)} % (статус: {limit.status}).",
        anchor=ANNUAL_ANCHOR,
    )


def failed_pairs(row: pd.Series) -> str:
    """«Озёрная СОШ (48 пар отметок из 68)»."""
    return f"{row['school']} ({ratio(row['numerator'], row['denominator'], PAIR)})"


def medals(year: Year) -> Block:
    """Confirmation of medals: the index for the municipality, schools by count alone."""
    candidates = medal_confirmation(year.inputs)
    if candidates.empty:
        return Nothing("Списка претендентов на медаль за год нет.")
    known = candidates[candidates["confirmed"].notna()]
    failed = int((~known["confirmed"].astype(bool)).sum())
    value = year.values("ОБ-08", "municipality", status=None)
    row = value.iloc[0]
    rows = pd.DataFrame(
        [
            ("Претендентов", len(candidates)),
            ("Из них найдены результаты ЕГЭ", len(known)),
            ("Не подтвердили", failed),
            ("Школ, где есть не подтвердившие",
             known.loc[~known["confirmed"].astype(bool), "school_id"].nunique()),
        ],
        columns=["what", "n"],
    )  # fmt: skip
    index = (
        f"{ru.share(row['value'])} (интервал {ru.share_interval(row['ci_low'], row['ci_high'])})"
        if row["status"] == "ok"
        else "не сообщается: претендентов мало"
    )
    return Section(
        (
            f"Медаль не подтвердили {ratio(failed, len(known), CANDIDATE)}; индекс "
            f"неподтверждения – {index}"
            if failed
            else f"Все {ru.number(len(known))} претендентов на медаль её подтвердили"
        ),
        table=ReportTable(
            rows,
            title="Подтверждение медалей",
            name="05 Медали",
            columns=[Column("what", "Что"), Column("n", "Число", "int")],
            note="Условия – по правилам года из параметров (приказ № 730 с 2023/24). По школам "
            "число не сообщается: претендентов единицы.",
        ),
        anchor=MEDALS_ANCHOR,
    )


def olympiad(year: Year) -> Block:
    """Does the school stage hold at the municipal stage?"""
    return stages_section(year, "05", OLYMPIAD_ANCHOR)


@per_year
def observer_shares(year: Year) -> pd.DataFrame:
    """Rooms and observed rooms by school and procedure."""
    rows = year.inputs.table("observers")
    summed = rows.groupby(["school_id", "procedure"])[["rooms_n", "observed_rooms_n"]].sum()
    frame = summed.reset_index()
    frame = frame[frame["rooms_n"] > 0]
    return frame.assign(
        school=frame["school_id"].map(year.school_names),
        share=frame["observed_rooms_n"] / frame["rooms_n"],
    )


def observers(year: Year) -> Block:
    """Coverage of rooms by independent observers."""
    rows = observer_shares(year)
    if rows.empty:
        return Nothing("Сведений о независимом наблюдении за год нет.")
    rooms = rows.groupby("school")[["observed_rooms_n", "rooms_n"]].sum()
    shares = rows.pivot_table(index="school", columns="procedure", values="share")
    procedures = [str(name) for name in shares.columns][:5]
    wide = rooms.join(shares).reset_index()
    observed, total = rooms["observed_rooms_n"].sum(), rooms["rooms_n"].sum()
    empty = unobserved(year)
    target = year.settings.threshold("observed_rooms_share")
    tail = f"; наблюдателей не было: {ru.joined(empty)}" if empty else ""
    return Section(
        f"Наблюдатели были в {ratio(observed, total, ROOM)} "
        f"({ru.share(observed / total)}){tail}",
        table=ReportTable(
            wide.assign(shown=wide["observed_rooms_n"] < wide["rooms_n"]),
            title="Доля аудиторий с независимым наблюдателем",
            name="05 Наблюдение",
            columns=[
                Column("school", "Школа"),
                Column("rooms_n", "Аудиторий", "int"),
                Column("observed_rooms_n", "С наблюдателем", "int"),
                *(Column(name, name, "share", missing=ru.NOT_APPLICABLE, decimals=0)
                  for name in procedures),
            ],
            note="Показаны школы, где наблюдатель был не во всех аудиториях.",
            shown="shown",
        ),
        reading=f"Ориентир {ru.number(target.value)} % (статус: {target.status}).",
        anchor=OBSERVERS_ANCHOR,
    )  # fmt: skip


def unobserved(year: Year) -> list[str]:
    """Schools where no room was observed at any procedure, by name."""
    observed = observer_shares(year).groupby("school")["observed_rooms_n"].sum()
    return sorted(observed[observed == 0].index)
