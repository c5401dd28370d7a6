"""Programmes of upbringing, advisers, theatres, clubs, museums, media: who has what."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.style import TEXT_WIDTH
from msoko_lib.subsystems.answers import PRESCHOOL, SCHOOL, answers, asked_of
from msoko_lib.subsystems.labels import IN_SCHOOL, names_in_words
from msoko_lib.subsystems.monitoring import others_section, units_chart
from msoko_lib.subsystems.year import Year, per_year

PROGRAMMES_ANCHOR = "programmy"
PLACES_ANCHOR = "obedineniya-shkoly"
MOVEMENT_ANCHOR = "detskie-obedineniya"
VOLUNTEERS_ANCHOR = "volontery"
PLACES = {
    "theatre": "театр",
    "sports_club": "спортивный клуб",
    "museum": "музей",
    "media": "медиацентр",
}


def lacking(year: Year, field: str, kinds: tuple[str, ...] = (SCHOOL,)) -> list[str]:
    """Organisations that answered «нет», by name."""
    rows = answers(year, [field], kinds)
    return rows[rows[field] == 0]["unit"].tolist()


def programmes(year: Year) -> Block:
    """Programme of upbringing on the site (schools, preschools), adviser of the director."""
    told, rows = [], []
    for field, kinds, title in (
        ("upbringing_programme", (SCHOOL, PRESCHOOL), "Программа воспитания на сайте"),
        ("adviser", (SCHOOL,), "Советник директора по воспитанию"),
    ):
        known = answers(year, [field], kinds).dropna(subset=[field])
        if known.empty:
            continue
        yes, none = int(known[field].sum()), lacking(year, field, kinds)
        tail = f" (нет: {names_in_words(none)})" if none else ""
        told.append(f"{title.lower()} – у {ru.number(yes)} из {ru.number(len(known))}{tail}")
        rows.append(
            {
                "title": title, "asked": asked_of(year, kinds), "known": len(known), "yes": yes,
                "none": names_in_words(none, 6) if none else ru.NOT_APPLICABLE,
            }
        )  # fmt: skip
    if not rows:
        return Nothing("Сведений о программах воспитания и советниках за год нет.")
    text = "; ".join(told)
    return Section(
        text[:1].upper() + text[1:],
        table=ReportTable(
            pd.DataFrame(rows),
            title="Программы и советники",
            name="09 Программы",
            columns=[
                Column("title", "Что"),
                Column("asked", "Всего организаций", "int"),
                Column("known", "Ответили", "int"),
                Column("yes", "Есть", "int"),
                Column("none", "Нет"),
            ],
        ),
        anchor=PROGRAMMES_ANCHOR,
    )


@per_year
def school_places(year: Year) -> pd.DataFrame:
    """School × theatre, club, museum, media: unit_id, unit, place, has (1, 0)."""
    rows = answers(year, list(PLACES))
    long = rows.melt(["school_id", "unit"], list(PLACES), "field", "has").dropna(subset=["has"])
    return long.assign(place=long["field"].map(PLACES)).sort_values(["unit", "field"])


def places(year: Year) -> Block:
    """Map of schools and what they have."""
    rows = school_places(year)
    if rows.empty:
        return Nothing("Сведений о школьных театрах, клубах, музеях и медиацентрах за год нет.")
    whole = rows.groupby("unit")["has"].agg(["sum", "size"])
    full = int(((whole["size"] == len(PLACES)) & (whole["sum"] == len(PLACES))).sum())
    without = rows[rows["has"] == 0].groupby("place").size().sort_values(ascending=False)
    tail = "; ".join(f"{place} – в {ru.number(number)}" for place, number in without.items())
    cells = pd.DataFrame(
        {
            "unit": rows["unit"],
            "work": rows["place"],
            "text": rows["has"].map({1.0: "есть", 0.0: "нет"}),
            "mark": rows["has"].map({1.0: "up", 0.0: "attention"}),
        }
    )
    return Section(
        f"Все четыре есть в {ru.counted(full, IN_SCHOOL)} из {ru.number(len(whole))}"
        + (f"; чаще всего нет: {tail}" if tail else ""),
        figure=Figure(
            figures.heat_map(
                cells,
                works=list(PLACES.values()),
                subtitle="Школьные театры, клубы, музеи, медиацентры",
                meanings={"up": "есть", "attention": "нет"},
                width=TEXT_WIDTH,
            ),
            alt="Школы по строкам; есть ли театр, спортивный клуб, музей, медиацентр.",
            caption="Пустая клетка – школа не ответила.",
        ),
        reading="Наличие в реестре ещё не значит, что там занимаются: сколько учеников приходит, "
        "спросите у школы.",
        anchor=PLACES_ANCHOR,
    )


def movement(year: Year) -> Block:
    """Pupils in children's associations, each school against the others."""
    return others_section(year, "09", "ВС-03", anchor=MOVEMENT_ANCHOR)


def volunteers(year: Year) -> Block:
    """Volunteers by school against the target."""
    return units_chart(year, "09", "ВС-11", anchor=VOLUNTEERS_ANCHOR)
