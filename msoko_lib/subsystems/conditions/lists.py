"""Internet, buildings, documents and orders: who lacks what."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import EVERY_KIND, PRESCHOOL, SCHOOL, answers
from msoko_lib.subsystems.conditions.noko import UNIT
from msoko_lib.subsystems.labels import names_in_words, out_of, ratio
from msoko_lib.subsystems.year import Year

INTERNET_ANCHOR, BUILDINGS_ANCHOR = "internet", "zdaniya"
DOCUMENTS_ANCHOR, ORDERS_ANCHOR = "dokumenty", "nadzor"
# Speeds that the indicators УС-10 and УС-19 ask for, as thresholds of the parameters.
SPEEDS = ("internet_mbit", "internet_town_mbit")
DOCUMENTS = (
    ("self_examination", "отчёт о самообследовании размещён в срок"),
    ("accreditation", "лицензия и аккредитация действуют"),
    ("safety", "требования безопасности выполнены"),
    ("accessible_building", "здание доступно детям с инвалидностью"),
)


def internet(year: Year) -> Block:
    """Schools by the speed of their internet."""
    rows = answers(year, ["oo2_internet_mbit"]).dropna()
    if rows.empty:
        return Nothing("Скорости интернета за год нет (ОО-2).")
    limits = [year.settings.threshold(name) for name in SPEEDS]
    low, high = (limit.value for limit in limits)
    ends = ru.number(low), ru.number(high)
    names = [f"меньше {ends[0]}", f"от {ends[0]} до {ends[1]}", f"{ends[1]} и больше"]
    speed = rows["oo2_internet_mbit"]
    band = [names[(value >= low) + (value >= high)] for value in speed]
    grouped = rows.assign(band=band).groupby("band")["unit"]
    table = pd.DataFrame(
        {
            "band": names,
            "n": [int(grouped.size().get(name, 0)) for name in names],
            "units": [ru.joined(rows["unit"][[b == name for b in band]]) or "—" for name in names],
        }
    )
    slow = rows.loc[speed < low, "unit"].tolist()
    good = ratio(len(rows) - len(slow), len(rows), ru.SCHOOL)
    finding = f"Интернет не медленнее {ends[0]} Мбит/с – в {good}"
    more = f"; медленнее: {names_in_words(slow, 4)}" if slow else ""
    return Section(
        f"{finding}{more}",
        table=ReportTable(
            table,
            title="Школы по скорости интернета",
            name="11 Интернет",
            columns=[
                Column("band", "Скорость, Мбит/с"),
                Column("n", "Всего школ", "int"),
                Column("units", "Какие"),
            ],
            note=f"{ends[0]} Мбит/с – всем школам, {ends[1]} – городским: {limits[0].source} "
            f"(статус {limits[0].status}).",
        ),
        anchor=INTERNET_ANCHOR,
    )


def buildings(year: Year) -> Block:
    """Buildings in bad repair."""
    rows = answers(year, ["buildings_n", "buildings_bad_n"], (SCHOOL, PRESCHOOL)).dropna()
    if rows.empty:
        return Nothing("Сведений о зданиях за год нет (ОО-2, 85-К).")
    bad = rows[rows["buildings_bad_n"] > 0]
    total = rows["buildings_n"].sum()
    if bad.empty:
        return Nothing(
            f"Аварийных и требующих капитального ремонта зданий нет: всего зданий "
            f"{ru.number(total)}."
        )
    finding = (
        f"Аварийны или требуют капитального ремонта {ru.number(bad['buildings_bad_n'].sum())} из "
        f"{out_of(total, BUILDING)}: {names_in_words(bad['unit'].tolist(), 4, ru.ORGANISATION)}"
    )
    return Section(
        finding,
        table=ReportTable(
            bad,
            title="Здания, требующие ремонта",
            name="11 Здания",
            columns=[
                Column("unit", "Организация"),
                Column("buildings_n", "Всего зданий", "int"),
                Column("buildings_bad_n", "Требуют ремонта", "int"),
            ],
        ),
        anchor=BUILDINGS_ANCHOR,
    )


def documents(year: Year) -> Block:
    """Self-examination, accreditation, safety, accessibility: who answered no."""
    fields = [field for field, _ in DOCUMENTS]
    told = answers(year, fields, EVERY_KIND)
    rows = pd.DataFrame(
        [
            {
                "what": title,
                "n": int(told[field].notna().sum()),
                "yes": int((told[field] == 1).sum()),
                "lacking": ru.joined(told.loc[told[field] == 0, "unit"]) or ru.NOT_APPLICABLE,
            }
            for field, title in DOCUMENTS
        ]
    )
    rows = rows[rows["n"] > 0]
    if rows.empty:
        return Nothing("Ответов о самообследовании, аккредитации, безопасности за год нет.")
    parts = [
        f"{row['what']} – {ru.number(row['yes'])} из {ru.number(row['n'])}"
        for row in rows.to_dict("records")
    ]
    text = "; ".join(parts)
    return Section(
        text[:1].upper() + text[1:],
        table=ReportTable(
            rows,
            title="Документы, безопасность, доступность",
            name="11 Документы",
            columns=[
                Column("what", "Требование"),
                Column("n", "Всего ответили", "int"),
                Column("yes", "Выполнено", "int"),
                Column("lacking", "Где не выполнено"),
            ],
            note="Ответы о безопасности и доступности даёт сама организация; лицензию и "
            "аккредитацию проверяет управление по реестрам.",
        ),
        anchor=DOCUMENTS_ANCHOR,
    )


def orders(year: Year) -> Block:
    """Orders of supervision that are not carried out."""
    rows = answers(year, ["orders_open_n"], EVERY_KIND).dropna()
    if rows.empty:
        return Nothing("Сведений о предписаниях органов надзора за год нет.")
    left = rows[rows["orders_open_n"] > 0]
    if left.empty:
        return Nothing(f"Неисполненных предписаний нет: сведения о {ru.counted(len(rows), ABOUT)}.")
    return Section(
        f"Неисполненные предписания есть у {ratio(len(left), len(rows), UNIT)}: "
        f"{names_in_words(left['unit'].tolist(), 4, ru.ORGANISATION)}",
        table=ReportTable(
            left,
            title="Неисполненные предписания",
            name="11 Предписания",
            columns=[
                Column("unit", "Организация"),
                Column("orders_open_n", "Число", "int"),
            ],
            note="Срок исполнения части предписаний мог ещё не наступить: сверьте с письмами "
            "органов надзора.",
        ),
        anchor=ORDERS_ANCHOR,
    )


BUILDING = ru.Noun("здание", "здания", "зданий", "n")
ABOUT = ru.Noun("организации", "организациях", "организациях", "f")
