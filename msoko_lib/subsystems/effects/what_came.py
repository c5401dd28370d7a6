"""What came of each measure: estimate, interval, smallest visible effect, plain words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.effects.computed import numbered, passport_of, results_of, rows_of
from msoko_lib.subsystems.effects.registered import NO_MEASURES, planned_words
from msoko_lib.subsystems.effects.words import (
    MEASURE,
    MEASURE_OF,
    NO_INTERVAL,
    RUNG_TITLES,
    STATUS_WORDS,
    VERDICT_WORDS,
    in_unit,
    interval_in_unit,
    why_not,
)
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.year import Year

ANCHOR = "chto-dali"
RUNGS_ANCHOR = "stupeni"
RETURN_ANCHOR = "vozvrat"
ROLES = {"effect": "ours", "harm": "attention"}
PER_CENT = ("%", "п.п.")
UNKNOWN = "неизвестно"


def outcome(year: Year) -> Block:
    """Estimates of the measures that have one."""
    rows = rows_of(year)
    if rows.empty:
        return Nothing(NO_MEASURES)
    told = rows[rows["verdict"] != "silent"]
    if told.empty:
        return Nothing(f"Ни по одной мере оценки нет: {silent_in_words(rows)}.")
    return Section(
        finding(rows),
        items=[*_chart(year), _table(year, told)],
        reading=_reading(told),
        anchor=ANCHOR,
    )


def finding(rows: pd.DataFrame) -> str:
    """Counts of the verdicts in one sentence."""
    counts = rows["verdict"].value_counts()
    words = {
        "effect": "эффект виден",
        "harm": "стало хуже ожидаемого",
        "no_plan": "запланированного изменения нет",
        "unproved": "эффект не доказан",
        "dynamics": "видна только динамика",
        "silent": "оценки нет",
    }
    told = [f"{text} – {ru.number(counts[name])}" for name, text in words.items() if name in counts]
    return f"Из {out_of(len(rows), MEASURE_OF)}: {', '.join(told)}"


def silent_in_words(rows: pd.DataFrame) -> str:
    """Why measures have no estimate: «результатов после начала ещё нет – 2»."""
    counts = rows.loc[rows["verdict"] == "silent", "status"].map(STATUS_WORDS).value_counts()
    return "; ".join(f"{why} – {ru.number(number)}" for why, number in counts.items())


def _chart(year: Year) -> list[Block]:
    """Effects of share indicators on one scale, the plan as a tick."""
    rows = []
    for found, (_, row) in zip(results_of(year), rows_of(year).iterrows(), strict=True):
        estimate = found.estimate
        if estimate is None or not estimate.may_be_called_effect:
            continue
        passport = passport_of(year, found)
        if (
            passport.unit not in PER_CENT
            or not np.isfinite([estimate.ci_low, estimate.ci_high]).all()
        ):
            continue
        scale = scale_of(passport.unit)
        rows.append(
            {
                "label": numbered(row),
                "value": scale * estimate.estimate,
                "ci_low": scale * estimate.ci_low,
                "ci_high": scale * estimate.ci_high,
                "n": estimate.n_treated,
                "target": row["planned"],
                "role": ROLES.get(str(row["verdict"]), "similar"),
            }
        )
    if not rows:
        return []
    return [
        Figure(
            figures.dot_with_interval(
                pd.DataFrame(rows),
                kind="pp",
                references={"без эффекта": 0.0},
                subtitle="Эффект меры на её показатель, процентные пункты",
                n_header="школ",
                value_header="эффект",
            ),
            alt=f"{finding(rows_of(year))}.",
            caption="Отрезок – 95-процентный интервал: если он пересекает ноль, эффект не доказан. "
            "Засечка | – сколько планировали.",
        )
    ]


def _table(year: Year, told: pd.DataFrame) -> ReportTable:
    rows = []
    for _, row in told.iterrows():
        passport = year.catalogue[str(row["indicator_id"])]
        interval = interval_in_unit(row["low"], row["high"], passport)
        rows.append(
            {
                "measure": f"№{ru.NBSP}{row['measure_id']}: {row['title']}",
                "schools_n": row["units_n"],
                "planned": planned_words(year, row),
                "estimate": in_unit(row["estimate"], passport),
                "interval": interval,
                # Without an interval nothing is known of what could have been seen.
                "minimum": ru.NOT_APPLICABLE
                if interval == NO_INTERVAL
                else in_unit(row["minimum"], passport, signed=False),
                "rung": row["rung"],
                "verdict": VERDICT_WORDS[str(row["verdict"])],
            }
        )
    return ReportTable(
        pd.DataFrame(rows),
        title="Что дали меры",
        name="13 Результаты мер",
        columns=[
            Column("measure", "Мера"),
            Column("schools_n", "Число", "int"),
            Column("planned", "План"),
            Column("estimate", "Изменение"),
            Column("interval", "Интервал"),
            Column("minimum", "Заметили бы от"),
            Column("rung", "Ступень"),
            Column("verdict", "Вывод"),
        ],
        note="«Изменение» – на ступенях A, B и C эффект меры, на ступени D только динамика. "
        "«Заметили бы от» – наименьший эффект, который такая мера показала бы в четырёх случаях из "
        "пяти. «Число» – организаций, где шла мера.",
    )


def _reading(told: pd.DataFrame) -> str:
    measured = int(told["rung"].isin(["A", "B", "C"]).sum())
    chance = (
        f"Оценок эффекта {ru.number(measured)}: если бы ни одна мера не действовала, за ноль "
        f"случайно вышла бы в среднем {ru.number(0.05 * measured, 2)} меры. "
        if measured
        else ""
    )
    return (
        "Сравнивается не сам показатель, а отрыв от всех школ в тех же работах того же года: так "
        "трудность работ разных лет не мешает. " + chance + "«Не доказан» – не «не помогло»: при "
        "таком числе школ и лет эффект мог остаться незамеченным. Всё, что случилось в тех же "
        "школах в то же время (новый директор, ремонт, другая мера), войдёт в оценку."
    )


def rungs(year: Year) -> Block:
    """The rung of every measure and what the next ones lack."""
    found = [item for item in results_of(year) if item.choice is not None]
    if not found:
        return Nothing("Ступень не определена ни у одной меры: сравнивать пока нечего.")
    rows = []
    for item in found:
        if item.choice is None:
            continue
        reached = item.estimate.rung if item.estimate is not None else "none"
        rows.append(
            {
                "measure": f"№{ru.NBSP}{item.measure.measure_id}",
                "rung": RUNG_TITLES[reached],
                "years": f"{len(item.periods.before)} до, {len(item.periods.after)} после",
                "compared": len(item.compared),
                "why": "мера записана после результатов" if item.is_late
                else _higher(item.choice.checks, reached, item.is_rule_broken),
            }
        )  # fmt: skip
    best = pd.Series([row["rung"] for row in rows]).value_counts()
    told = ", ".join(f"«{name}» – {ru.number(number)}" for name, number in best.items())
    return Section(
        f"Ступени {out_of(len(rows), MEASURE_OF)}: {told}",
        table=ReportTable(
            pd.DataFrame(rows),
            title="Почему ступень не выше",
            name="13 Почему ступень",
            columns=[
                Column("measure", "Мера"),
                Column("rung", "Ступень"),
                Column("years", "Лет с результатами"),
                Column("compared", "Школ для сравнения", "int"),
                Column("why", "Чего не хватает для более высокой"),
            ],
        ),
        reading="Школы, где шла другая мера с тем же показателем, в сравнение не входят.",
        anchor=RUNGS_ANCHOR,
    )


def _higher(checks: pd.DataFrame, reached: str, is_rule_broken: bool) -> str:
    order = "ABCD"
    above = order[: order.index(reached)] if reached in order else order
    told = [f"{rung}: {why}" for rung in above if (why := why_not(checks, rung))]
    if is_rule_broken and "A" in above:
        told = ["A: по записанной границе были бы отобраны другие организации", *told[1:]]
    return ". ".join(told) or ru.NOT_APPLICABLE


def returned(year: Year) -> Block:
    """Before-after taken apart: what returns by itself, what is left."""
    rows = []
    for found in results_of(year):
        estimate, design = found.estimate, found.design
        if estimate is None or design is None:
            continue
        passport = passport_of(year, found)
        start = design.block(design.selection).mean(axis=1)[design.treated]
        end = design.block(design.after).mean(axis=1)[design.treated]
        change = float((end - start).mean())
        if np.isnan(change):
            continue
        alone = estimate.expected_regression_to_mean
        rows.append(
            {
                "measure": f"№{ru.NBSP}{found.measure.measure_id}: {found.measure.title}",
                "change": in_unit(change, passport),
                "alone": UNKNOWN if np.isnan(alone) else in_unit(alone, passport),
                "left": UNKNOWN if np.isnan(alone) else in_unit(change - alone, passport),
                "is_known": not np.isnan(alone),
            }
        )
    if not rows:
        return Nothing("Сравнить «до» и «после» не по чему.")
    table = pd.DataFrame(rows)
    known = int(table["is_known"].sum())
    return Section(
        f"У {ru.number(known)} из {out_of(len(table), MEASURE_OF)} известно, какая часть изменения "
        "вернулась бы и без меры",
        table=ReportTable(
            table,
            title="До и после: что вернулось само",
            name="13 Возврат к обычному",
            columns=[
                Column("measure", "Мера"),
                Column("change", "До и после"),
                Column("alone", "Само вернулось бы"),
                Column("left", "Осталось"),
            ],
            note="Отрыв от всех школ: год после минус год отбора. «Осталось» – ещё не эффект: "
            "интервал и сравнение с другими школами – в таблице «Что дали меры».",
        ),
        reading="Школы, выбранные за плохой год, на следующий год в среднем поднимаются и без "
        "меры: часть их неудачи была случайной. Поэтому «до и после» почти всегда хвалит меру.",
        anchor=RETURN_ANCHOR,
    )


def counted_measures(number: int) -> str:
    """«две меры», «12 мер»."""
    return ru.in_words(number, MEASURE)
