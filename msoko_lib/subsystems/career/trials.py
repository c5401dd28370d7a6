"""From the course to a trial: how many pupils each step keeps."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import out_of, ratio
from msoko_lib.subsystems.protected import shown_counts
from msoko_lib.subsystems.year import Year

ANCHOR = "proby"
# Field of the step, field of the whole, words of the step.
STEPS = (
    ("horizons_n", "pupils_6_11_n", "занимаются по курсу «Россия – мои горизонты»"),
    ("ticket_registered_n", "pupils_6_11_n", "зарегистрированы в «Билете в будущее»"),
    ("ticket_trial_n", "pupils_6_11_n", "прошли профессиональную пробу"),
    ("career_diagnosed_n", "pupils_8_11_n", "прошли диагностику (8–11 классы)"),
)
FIELDS = ("pupils_6_11_n", "pupils_8_11_n", *(field for field, _, _ in STEPS))


def trial_steps(year: Year) -> pd.DataFrame:
    """Steps of the municipality: n and whole over schools that answered both."""
    rows = answers(year, FIELDS)
    steps = []
    for field, whole, words in STEPS:
        known = rows[rows[field].notna() & (rows[whole] > 0) & (rows[field] <= rows[whole])]
        if known.empty:
            continue
        steps.append((words, known[field].sum(), known[whole].sum(), len(known)))
    frame = pd.DataFrame(steps, columns=["step", "n", "whole", "schools_n"])
    return frame.assign(share=frame["n"] / frame["whole"])


def tried_of_registered(year: Year) -> pd.DataFrame:
    """Registered pupils who took a trial, one row a school with registered pupils.

    Columns: school_id, unit, numerator, denominator.
    """
    rows = answers(year, ["ticket_trial_n", "ticket_registered_n"])
    rows = rows.rename(
        columns={"ticket_trial_n": "numerator", "ticket_registered_n": "denominator"}
    )
    known = (rows["denominator"] > 0) & (rows["numerator"] <= rows["denominator"])
    return rows[known][["school_id", "unit", "numerator", "denominator"]].reset_index(drop=True)


def trials(year: Year) -> Block:
    """Steps from the course to a trial and the diagnosis."""
    steps = trial_steps(year)
    if steps.empty:
        return Nothing("Сведений о курсе, пробах и диагностике за год нет.")
    tried = tried_of_registered(year)
    done, registered = tried["numerator"].sum(), tried["denominator"].sum()
    finding = (
        f"Из зарегистрированных в «Билете в будущее» пробу прошли {ratio(done, registered)} "
        f"({ru.share(done / registered, 0)}); дальше регистрации не пошли "
        f"{ru.counted(int(registered - done), ru.PUPIL)}"
        if registered
        else "Сколько зарегистрированных прошли пробу, неизвестно"
    )
    chart = steps.assign(
        label=steps["step"],
        value=steps["n"],
        note=[f"{ru.share(row.share, 0)} из {ru.number(row.whole)}" for row in steps.itertuples()],
    )
    return Section(
        finding,
        figure=Figure(
            figures.bars(
                chart,
                subtitle=f"Ученики 6–11 классов ({out_of(steps['whole'].max(), ru.PUPIL)})",
                value_header="учеников",
                note_header="доля",
            ),
            alt="Число учеников на каждом шаге: курс, регистрация, проба, диагностика.",
            caption="Столбики – ученики, справа – доля от тех, кого это касается. Школы, которые "
            "не сообщили число учеников, в столбики не вошли.",
        ),
        table=_table(year, tried),
        reading="Диагностика и пробы – разные шаги: ученик мог пройти одно без другого. Шаги "
        "показывают занятость, а не то, помог ли выбор.",
        anchor=ANCHOR,
    )


def _table(year: Year, tried: pd.DataFrame) -> ReportTable:
    few = tried["denominator"] < year.points("report_minimum_n")
    counts = pd.DataFrame(
        {"done": tried["numerator"], "left": tried["denominator"] - tried["numerator"]}
    )
    # The school's whole and the municipality's sums are told: a handful must not follow from them.
    told = shown_counts(counts, year)
    hidden = told.map(lambda value: isinstance(value, str)).any(axis=1)
    share = (tried["numerator"] / tried["denominator"]).astype(object)
    table = tried.assign(
        whole=tried["denominator"].astype(object).mask(few, ru.FEW),
        done=told["done"].mask(few, ru.FEW),
        left=told["left"].mask(few, ru.FEW),
        share=share.mask(hidden, ru.WITHHELD).mask(few, ru.FEW),
    )
    return ReportTable(
        table,
        title="От регистрации к пробе",
        name="04 Пробы",
        columns=[
            Column("unit", "Школа"),
            Column("whole", "Зарегистрированы", "int"),
            Column("done", "Прошли пробу", "int"),
            Column("share", "Доля", "share", decimals=0),
            Column("left", "Без пробы", "int"),
        ],
    )
