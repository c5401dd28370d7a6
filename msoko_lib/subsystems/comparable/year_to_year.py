"""Value added from ВПР 8 to ОГЭ 9: with every school and without those under question."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.standing import pupil_spread
from msoko_lib.indicators.value_added import COHORTS, ValueAdded
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import added_of, means_of, under_question
from msoko_lib.subsystems.comparable.words import KNOWN_SCHOOL
from msoko_lib.subsystems.year import Year

ANCHOR = "vklad"
Z95 = 1.96
ROLES = {"above": "ours", "below": "attention"}
EVIDENCE_WORDS = {
    "above": "▲ больше обычного",
    "below": "▼ меньше обычного",
    "not_different": "● не отличается",
    "not_enough": "○ мало",
}
SAME = "различия школ неотличимы от случайных"
SOURCE = "ОГЭ (русский язык и математика) сверх того, чего ждали по ВПР 8 класса, отметки"


def added(year: Year) -> Block:
    """Caterpillar and table; both fits are printed."""
    means = means_of(year)
    if means.empty:
        return Nothing("Для вклада школы нужны ВПР 8 класса прошлого года и ОГЭ этого; их нет.")
    every, trusted = added_of(year)
    if every is None:
        return Nothing(
            f"Школ с ВПР 8 класса и ОГЭ через год – {ru.number(len(means))}: меньше десяти, вклад "
            "школы не считается."
        )
    main = _main(every, trusted)
    return Section(
        finding(year),
        items=[
            _chart(year, main) if main.is_told_from_chance else _plain_chart(year, main),
            _table(year, every, trusted),
            _fits(every, trusted),
        ],
        reading=_reading(year, trusted),
        anchor=ANCHOR,
    )


def _main(every: ValueAdded, trusted: ValueAdded | None) -> ValueAdded:
    return trusted if trusted is not None and trusted.excluded else every


def mark_spread(year: Year) -> float:
    """One standard deviation of pupils in marks of ОГЭ, over the cohorts compared."""
    return pupil_spread(year.inputs, "oge", COHORTS)


def finding(year: Year) -> str:
    """Who added more or less than usual, or that the differences are chance."""
    every, trusted = added_of(year)
    if every is None:
        return "Вклад школы не считается"
    main = _main(every, trusted)
    total = ru.counted(len(main.schools), KNOWN_SCHOOL)
    out = len(main.excluded)
    excluded = (
        f"; {ru.in_words(out, ru.SCHOOL)} с вопросом к ВПР 8 класса в расчёт не входят"
        if out > 1
        else "; одна школа с вопросом к ВПР 8 класса в расчёт не входит"
        if out
        else ""
    )
    if not main.is_told_from_chance:
        return (
            "При одинаковом результате ВПР 8 класса различия школ на ОГЭ неотличимы от "
            f"случайных: сравнили вклад {total}{excluded}"
        )
    parts = []
    for word, told in (("above", "больше обычного добавили"), ("below", "меньше обычного")):
        names = _names(year, main, word)
        if names:
            parts.append(f"{told} {ru.joined(names)}")
    if not parts:
        return f"Ни одна из {total} не отличается по вкладу за девятый класс{excluded}"
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]} – из {total}{excluded}"


def _names(year: Year, main: ValueAdded, evidence: str) -> list[str]:
    chosen = main.schools.loc[main.schools["evidence"] == evidence, "school_id"]
    return sorted(year.school_names[school] for school in chosen)


def _chart(year: Year, main: ValueAdded) -> Figure:
    spread = mark_spread(year)
    rows = main.schools
    names = {"effect": "value", "low": "ci_low", "high": "ci_high"}
    scaled = {new: spread * rows[old] for old, new in names.items()}
    scaled |= {name: spread * rows[name] for name in ("bar_low", "bar_high")}
    frame = rows.assign(
        **scaled,
        label=rows["school_id"].map(year.school_names),
        role=rows["evidence"].map(ROLES).fillna("similar"),
    )
    return Figure(
        figures.caterpillar(
            frame,
            subtitle=SOURCE,
            n_header="сдавали",
            reference_name="как у всех",
        ),
        alt=f"{finding(year)}.",
        caption="Порядок – по вкладу, но это не места: где школа стоит на самом деле, говорит "
        "интервал справа. Тонкий отрезок – отличается ли школа от нуля; две школы различаются, "
        "если не пересекаются их толстые отрезки.",
    )


def _plain_chart(year: Year, main: ValueAdded) -> Figure:
    """Differences before they are drawn to zero, by name: there is no order to show."""
    spread = mark_spread(year)
    effects = main.fit.effects
    half = Z95 * np.sqrt(effects["variance"])
    rows = pd.DataFrame(
        {
            "label": effects["school"].map(year.school_names),
            "value": spread * effects["residual"],
            "ci_low": spread * (effects["residual"] - half),
            "ci_high": spread * (effects["residual"] + half),
            "n": main.schools["n"],
        }
    ).sort_values("label")
    return Figure(
        figures.dot_with_interval(
            rows, kind="gap", references={"как у всех": 0.0}, subtitle=SOURCE, n_header="сдавали"
        ),
        alt=f"{finding(year)}.",
        caption="Школы в алфавитном порядке: порядка по вкладу здесь нет, потому что такой разброс "
        "даёт и случай. Отрезок – 95-процентный интервал.",
    )


def _table(year: Year, every: ValueAdded, trusted: ValueAdded | None) -> ReportTable:
    spread = mark_spread(year)
    questioned = set(under_question(year))
    table = every.schools.assign(
        short_name=every.schools["school_id"].map(year.school_names),
        first=spread * every.schools["effect"],
        first_low=spread * every.schools["low"],
        first_high=spread * every.schools["high"],
    )
    if trusted is not None:
        second = trusted.schools.set_index("school_id")
        table["second"] = spread * table["school_id"].map(second["effect"])
        table["second_low"] = spread * table["school_id"].map(second["low"])
        table["second_high"] = spread * table["school_id"].map(second["high"])
        evidence = table["school_id"].map(second["evidence"])
        places = second["rank_low"].astype(str) + "–" + second["rank_high"].astype(str)
        table["places"] = table["school_id"].map(places).fillna(ru.NOT_APPLICABLE)
    else:
        for name in ("second", "second_low", "second_high"):
            table[name] = np.nan
        evidence = table["evidence"]
        table["places"] = table["rank_low"].astype(str) + "–" + table["rank_high"].astype(str)
    verdict = evidence.map(EVIDENCE_WORDS)
    table["verdict"] = verdict.mask(table["school_id"].isin(questioned), "○ проверить ВПР")
    return ReportTable(
        table.sort_values("short_name"),
        title="Вклад школы: по всем школам и без школ под вопросом, отметки ОГЭ",
        name="12 Вклад школы",
        columns=[
            Column("short_name", "Школа"),
            Column("n", "Сдавали", "int"),
            Column("first", "По всем школам", "gap"),
            Column(("first_low", "first_high"), "Интервал", "interval_gap"),
            Column("second", "Без школ под вопросом", "gap", missing=ru.NOT_APPLICABLE),
            Column(("second_low", "second_high"), "Его интервал", "interval_gap",
                   missing=ru.NOT_APPLICABLE),
            Column("places", "Место, интервал"),
            Column("verdict", "Вывод"),
        ],
        note="Под вопросом – школы с выводом скрининга «проверить» или «приоритет проверки» и те, "
        "чей высокий результат не подтвердился через год. Один признак – не основание для вывода о "
        "школе, но линию для остальных лучше проводить без неё.",
    )  # fmt: skip


def _fits(every: ValueAdded, trusted: ValueAdded | None) -> ReportTable:
    rows = [_fit_row("по всем школам", every)]
    if trusted is not None and trusted.excluded:
        rows.append(_fit_row("без школ под вопросом", trusted))
    return ReportTable(
        pd.DataFrame(rows),
        title="Как меняется расчёт без школ под вопросом",
        name="12 Вклад, расчёты",
        columns=[
            Column("what", "Расчёт"),
            Column("n", "Число", "int"),
            Column("slope", "Связь ВПР и ОГЭ", "mean"),
            Column("tau", "Разброс вкладов", "mean"),
            Column(("low", "high"), "Интервал разброса", "interval_gap"),
            Column("verdict", "Вывод"),
        ],
        note="Связь около 1 – кто был сильнее в восьмом классе, сильнее и в девятом; около 0 – "
        "результат восьмого класса ничего не обещает, и вклад читать нельзя. Разброс – в "
        "стандартных отклонениях учеников.",
    )


def _fit_row(what: str, found: ValueAdded) -> dict[str, object]:
    fit = found.fit
    return {
        "what": what,
        "n": fit.n_schools,
        "slope": float(fit.fixed_effects["prior"]),
        "tau": float(np.sqrt(fit.tau2)),
        "low": float(np.sqrt(fit.tau2_low)),
        "high": float(np.sqrt(fit.tau2_high)),
        "verdict": "школы различаются" if found.is_told_from_chance else SAME,
    }


def _reading(year: Year, trusted: ValueAdded | None) -> str:
    cohorts = int(means_of(year)["cohorts"].max())
    questioned = under_question(year)
    second = ""
    if questioned and trusted is None:
        second = (
            " Без школ под вопросом остаётся меньше десяти школ, поэтому повторить расчёт без них "
            "нельзя: читайте вклад с этой оговоркой."
        )
    return (
        f"Когорт: {ru.number(cohorts)}; результаты ВПР и ОГЭ одного ученика связать нельзя, "
        "поэтому сравниваются средние школы в восьмом классе и через год в девятом. Кто ушёл и "
        "пришёл за год, не видно. Оценка малой школы подтянута к нулю: «не отличается» не значит "
        "«хорошо». Завышенный результат ВПР делает вклад заниженным, поэтому расчётов два." + second
    )
