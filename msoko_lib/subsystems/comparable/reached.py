"""Result against the expected one, given the school's conditions."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.expected import ExpectedYear, agreed_positions
from msoko_lib.reads import derived
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import expected_of
from msoko_lib.subsystems.comparable.words import KNOWN_SCHOOL
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "ozhidaemyy"
SOURCE_TITLES = {"vpr": "ВПР", "oge": "ОГЭ"}
KINDS = {"vpr": "pp", "oge": "gap"}
ROLES = {"up": "ours", "attention": "attention"}
VERDICTS = {
    "up": "▲ выше",
    "attention": "▼ ниже",
    "one": "○ один источник",
    "same": "● неотличим",
    "few": "○ нет ожидания",
}
WHY_NOT = {
    "few_schools": "школ с результатами и социальным паспортом меньше десяти",
    "no_index": "социального паспорта школ нет",
    "no_results": "результатов нет",
}


@per_year
def verdicts(year: Year) -> pd.DataFrame:
    """Every school with what ВПР and ОГЭ say together: school_id, short_name, mark, differences.

    Differences and intervals are in percentage points (ВПР) and marks (ОГЭ): ``vpr``,
    ``vpr_low``, ``vpr_high``, ``vpr_n``, the same with ``oge``; ``index``, ``is_selective``.
    """
    found = expected_of(year)
    table = year.schools[["school_id", "short_name"]]
    for item in found:
        rows = _printed(item)
        rows = rows.rename(
            columns={"difference": item.source, "low": f"{item.source}_low",
                     "high": f"{item.source}_high", "n": f"{item.source}_n"}
        )  # fmt: skip
        kept = [name for name in rows if name.startswith(item.source)]
        table = table.merge(rows[["school_id", *kept]], on="school_id", how="left")
    facts = pd.concat([item.schools for item in found])
    facts = facts.drop_duplicates("school_id").set_index("school_id")
    marks = agreed_positions(found).set_index("school_id")["mark"]
    return table.assign(
        index=table["school_id"].map(facts["index"]).astype("float64"),
        is_selective=table["school_id"].map(facts["is_selective"]).eq(True),
        mark=table["school_id"].map(marks).fillna("few"),
    ).sort_values("short_name", ignore_index=True)


def _printed(item: ExpectedYear) -> pd.DataFrame:
    """Differences in the unit people know."""
    names = ["difference", "low", "high"]
    return item.schools.assign(**{name: item.spread * item.schools[name] for name in names})


def expected(year: Year) -> Block:
    """One chart a source, the table of both, how much conditions say at all."""
    found = [item for item in expected_of(year) if not item.reason]
    if not found:
        return Nothing(f"Ожидаемый результат не построен: {why_not(year)}.")
    table = verdicts(year)
    return Section(
        finding(year),
        items=[*(_chart(year, item, table) for item in found), _table(table), _strength(found)],
        reading=_reading(year, found),
        anchor=ANCHOR,
    )


@derived("почему нет ожидаемого результата")
def why_not(year: Year) -> str:
    """Why no expectation was built, by source where the reasons differ."""
    reasons = {item.source: WHY_NOT[item.reason] for item in expected_of(year) if item.reason}
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{SOURCE_TITLES[source]} – {why}" for source, why in reasons.items())


def finding(year: Year) -> str:
    """Who differs from the expected by every source, and how many do not."""
    table = verdicts(year)
    high = table.loc[table["mark"] == "up", "short_name"].tolist()
    low = table.loc[table["mark"] == "attention", "short_name"].tolist()
    plain, once = int((table["mark"] == "same").sum()), int((table["mark"] == "one").sum())
    judged = int((table["mark"] != "few").sum())
    parts = []
    if high:
        parts.append(f"выше ожидаемого при своих условиях – {ru.joined(high)}")
    if low:
        parts.append(f"ниже ожидаемого – {ru.joined(low)}")
    rest = f"неотличимы от ожидаемого {ru.number(plain)} из {ru.counted(judged, KNOWN_SCHOOL)}"
    if once:
        rest += f", ещё {ru.in_words(once, ru.SCHOOL)} – по одному источнику"
    text = "; ".join([*parts, rest])
    return text[:1].upper() + text[1:]


def _chart(year: Year, item: ExpectedYear, table: pd.DataFrame) -> Figure:
    rows = _printed(item).merge(table[["school_id", "short_name", "mark"]], on="school_id")
    rows = rows.assign(
        label=rows["short_name"],
        value=rows["difference"],
        ci_low=rows["low"],
        ci_high=rows["high"],
        role=rows["mark"].map(ROLES).fillna("similar"),
        state="нет ожидания",
    ).sort_values("label")
    unit = "процентные пункты выполнения" if item.source == "vpr" else "отметки"
    years = int(item.schools["years"].max())
    span = "за один год" if years == 1 else f"{ru.counted(years, ru.YEAR)} вместе"
    what = "все работы" if item.source == "vpr" else "русский язык и математика"
    title = SOURCE_TITLES[item.source]
    return Figure(
        figures.dot_with_interval(
            rows,
            kind=KINDS[item.source],
            references={"как ожидалось": 0.0},
            subtitle=f"{title} ({what}), {span}: результат минус ожидаемый, {unit}",
            n_header="учеников",
        ),
        alt=f"{title}: {finding(year)}.",
        caption="Школы в алфавитном порядке. Отрезок – насколько ожидание и результат могли бы "
        "отличаться случайно; если он пересекает ноль, результат неотличим от ожидаемого. Ромб и "
        "▼ – школа названа в выводе.",
    )


def _table(table: pd.DataFrame) -> ReportTable:
    note = ""
    if table["is_selective"].any():
        names = ru.joined(table.loc[table["is_selective"], "short_name"].tolist())
        note = (
            f" Учеников отбирают: {names} – высокий результат может идти от набора; на ожидание "
            "для остальных это не влияет."
        )
    columns = [Column("short_name", "Школа")]
    if "vpr" in table:
        columns += [
            Column("vpr", "ВПР, п.п.", "gap", missing=ru.FEW, decimals=1),
            Column(("vpr_low", "vpr_high"), "Интервал ВПР", "interval_gap", missing=ru.FEW,
                   decimals=1),
        ]  # fmt: skip
    if "oge" in table:
        columns += [
            Column("oge", "ОГЭ, отметки", "gap", missing=ru.FEW),
            Column(("oge_low", "oge_high"), "Интервал ОГЭ", "interval_gap", missing=ru.FEW),
        ]
    columns.append(Column("verdict", "К ожидаемому"))
    return ReportTable(
        table.assign(verdict=table["mark"].map(VERDICTS)),
        title="Результат против ожидаемого",
        name="12 Ожидаемый результат",
        columns=columns,
        note=f"Разница с ожидаемым при условиях школы.{note}",
    )


def _strength(found: list[ExpectedYear]) -> ReportTable:
    rows = pd.DataFrame(
        [
            {
                "source": SOURCE_TITLES[item.source],
                "schools_n": item.fit.n,
                "r2": item.fit.r2,
                "told": max(item.fit.r2_left_out, 0.0),
                "slope": 10 * item.spread * item.fit.coefficients.loc["index", "estimate"],
                "low": 10 * item.spread * item.fit.coefficients.loc["index", "ci_low"],
                "high": 10 * item.spread * item.fit.coefficients.loc["index", "ci_high"],
            }
            for item in found
            if item.fit is not None
        ]
    )
    return ReportTable(
        rows,
        title="Сколько вообще говорят условия",
        name="12 Сила условий",
        columns=[
            Column("source", "Результат"),
            Column("schools_n", "Число", "int"),
            Column("r2", "Объясняют различий", "share", decimals=0),
            Column("told", "Предсказывают", "share", decimals=0),
            Column("slope", "На 10 баллов индекса", "gap"),
            Column(("low", "high"), "Интервал", "interval_gap"),
        ],
        note="«Предсказывают» – какую часть различий удаётся угадать для школы, не заглядывая в её "
        "результат; 0 – условия здесь ничего не предсказывают, и ожидаемое для всех почти "
        "одинаково. ВПР – в процентных пунктах, ОГЭ – в отметках.",
    )


def _reading(year: Year, found: list[ExpectedYear]) -> str:
    both = (
        "Школа названа, если за интервал её выводят и ВПР, и ОГЭ; где источник один – если отличие "
        "выдерживает поправку на число школ. "
        if len(found) == 2
        else "Источник один, подтвердить отличие вторым нельзя, поэтому школа названа, только если "
        "отличие выдерживает поправку на число школ. "
    )
    least = ru.number(year.points("expected_minimum_effect"), 1)
    return (
        "Ожидаемое – прямая по условиям остальных школ, без самой школы; школа, лежащая очень "
        "далеко от всех, на неё не влияет. «Неотличим от ожидаемого» – обычный и хороший ответ. "
        + both
        + "Если бы все школы работали ровно как ожидается, за интервал одного источника всё равно "
        f"вышла бы примерно одна из двадцати. Отличие меньше {least} разброса учеников не "
        "называется. Условия – не оправдание и не приговор: отличие – повод искать причину. ВПР "
        "здесь для того, чтобы знать, кому помочь и у кого учиться, а не для оценки школ."
    )
