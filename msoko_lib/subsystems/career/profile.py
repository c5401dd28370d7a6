"""Profile of grades 10–11, the choice of ЕГЭ, the place of study: do they agree?"""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import ratio, sentence_case
from msoko_lib.subsystems.monitoring import others_section, others_zones
from msoko_lib.subsystems.monitoring.against_others import others_finding
from msoko_lib.subsystems.year import Year

FLOW_ANCHOR = "profil"
EXAM_ANCHOR = "profil-i-ege"
PLACE_ANCHOR = "postuplenie"
CHOICE_ANCHOR = "vybor-ege"
FIELDS = ("graduates11_n", "profile_graduates_n", "profile_exam_n", "graduates11_by_profile_n")
COMPULSORY = ("Русский язык", "Математика", "Математика базовая")


def flow_steps(year: Year) -> pd.DataFrame:
    """Graduates of grade 11 step by step, over schools that answered all the steps."""
    rows = answers(year, FIELDS).dropna(subset=list(FIELDS))
    rows = rows[rows["graduates11_n"] > 0]
    every, profiled, sat, placed = (float(rows[name].sum()) for name in FIELDS)
    return pd.DataFrame(
        [
            ("выпускники 11 классов", every, every),
            ("учились в профильных классах и группах", profiled, every),
            ("сдавали ЕГЭ по предмету профиля", sat, profiled),
            ("поступили по профилю или предметам ЕГЭ", placed, every),
        ],
        columns=["step", "n", "whole"],
    ).assign(schools_n=len(rows))


def flow(year: Year) -> Block:
    """Graduates: profile, exam of the profile, studies by the profile."""
    steps = flow_steps(year)
    if not steps["n"].iloc[0]:
        return Nothing("Сведений о профильных классах и поступлении за год нет.")
    every, profiled, sat, placed = steps["n"]
    parts = [f"В профильных классах учились {ratio(profiled, every, ru.GRADUATE)}"]
    if profiled:
        parts.append(f"ЕГЭ по профилю сдавали {ratio(sat, profiled)}")
    parts.append(f"поступили по профилю {ratio(placed, every)} ({ru.share(placed / every, 0)})")
    notes = ["", *(f"{ru.share(row.n / row.whole, 0)} из {ru.number(row.whole)}" if row.whole
                   else "" for row in steps.iloc[1:].itertuples())]  # fmt: skip
    chart = steps.assign(label=steps["step"], value=steps["n"], note=notes)
    return Section(
        "; ".join(parts),
        figure=Figure(
            figures.bars(
                chart,
                subtitle="Выпускники 11 классов школ, ответивших на все вопросы "
                f"(школ {ru.number(steps['schools_n'].iloc[0])})",
                value_header="выпускников",
                note_header="доля",
            ),
            alt="Число выпускников на каждом шаге: все, профильные классы, ЕГЭ по профилю, "
            "поступление по профилю.",
            caption="Поступление по профилю считается от всех выпускников, поэтому последний "
            "столбик – не часть предыдущего.",
        ),
        anchor=FLOW_ANCHOR,
    )


def exams_of_profile(year: Year) -> Block:
    """ЕГЭ by the profile, each school against the others."""
    return _section(year, "ПР-05", EXAM_ANCHOR)


def places_of_profile(year: Year) -> Block:
    """Studies by the profile, each school against the others."""
    return _section(year, "ПР-06", PLACE_ANCHOR)


def _section(year: Year, indicator_id: str, anchor: str) -> Block:
    passport = year.catalogue[indicator_id]
    zones = others_zones(year, indicator_id)
    finding = ""
    if len(zones):
        done, total = zones["numerator"].sum(), zones["denominator"].sum()
        target = f", ориентир {passport.target.words}" if passport.target else ""
        tail = others_finding(zones, passport.title).removeprefix(f"{passport.title}: ")
        finding = (
            f"{passport.title}: {ratio(done, total, ru.GRADUATE)} "
            f"({ru.share(done / total, 0)}{target}); {tail}"
        )
    return others_section(year, "04", indicator_id, finding=finding, anchor=anchor)


def chosen_subjects(year: Year, back: int = 0) -> pd.DataFrame:
    """Subjects of ЕГЭ beyond the compulsory ones and how many graduates sat them.

    Columns: subject, n, whole (graduates with any result of ЕГЭ), share.
    """
    rows = year.inputs.table("gia_results", back)
    rows = rows[rows["exam"] == "ege"]
    whole = rows["pupil_id"].nunique()
    chosen = rows[~rows["subject"].isin(COMPULSORY)]
    counts = chosen.groupby("subject")["pupil_id"].nunique().sort_index()
    frame = counts.rename("n").reset_index()
    return frame.assign(whole=whole, share=frame["n"] / whole if whole else float("nan"))


def choice(year: Year) -> Block:
    """Which subjects of ЕГЭ graduates choose, this year and the year before."""
    now = chosen_subjects(year)
    if now.empty:
        return Nothing("Протоколов ЕГЭ за год нет: выбор предметов неизвестен.")
    before = chosen_subjects(year, 1).set_index("subject")["share"]
    whole = int(now["whole"].iloc[0])
    rows = year.inputs.table("gia_results")
    rows = rows[rows["exam"] == "ege"]
    extra = rows[~rows["subject"].isin(COMPULSORY)]["pupil_id"].nunique()
    most = now.sort_values("n", ascending=False).head(3)
    listed = ", ".join(
        f"{sentence_case(str(row.subject))} {ru.share(row.share, 0)}" for row in most.itertuples()
    )
    minimum = year.points("report_minimum_n")
    few = now["n"] < minimum
    return Section(
        f"Предметы по выбору сдавали {ratio(extra, whole, ru.GRADUATE)}; чаще других: {listed}",
        table=ReportTable(
            now.assign(
                before=now["subject"].map(before),
                n=now["n"].astype(object).mask(few, ru.FEW),
                share=now["share"].astype(object).mask(few, ru.FEW),
            ),
            title="Выбор предметов ЕГЭ",
            name="04 Выбор ЕГЭ",
            columns=[
                Column("subject", "Предмет"),
                Column("n", "Сдавали", "int"),
                Column("share", "Доля выпускников", "share", decimals=0),
                Column("before", "Год назад", "share", decimals=0),
            ],
            note="Доля – от всех, у кого есть хотя бы один результат ЕГЭ; математика и русский "
            "язык не показаны.",
        ),
        anchor=CHOICE_ANCHOR,
    )
