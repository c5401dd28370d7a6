"""Which subjects graduates choose for ОГЭ and ЕГЭ, in the municipality and school by school."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.gia import BASE_MATHEMATICS, MATHEMATICS, RUSSIAN, exam_results
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Folded, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.year import Year

ANCHOR = "vybor"
COMPULSORY = {"oge": (RUSSIAN, MATHEMATICS), "ege": (RUSSIAN, BASE_MATHEMATICS)}
EXAM_TITLES = {"oge": "ОГЭ", "ege": "ЕГЭ"}
# Columns of subjects that fit on a page beside the school and its graduates.
MOST_SUBJECTS = 6


def choices(year: Year, exam: str) -> pd.DataFrame:
    """Who sat which subject of choice, one row a pupil × subject: school_id, pupil_id, subject."""
    results = exam_results(year.inputs, exam)
    chosen = results[~results["subject"].isin(COMPULSORY[exam])]
    return chosen[["school_id", "pupil_id", "subject"]].reset_index(drop=True)


def graduates(year: Year, exam: str) -> pd.Series:
    """Number of pupils of each school with any result of the exam."""
    results = exam_results(year.inputs, exam)
    return results.groupby("school_id")["pupil_id"].nunique()


def choice_table(year: Year) -> pd.DataFrame:
    """Subjects of choice of both exams, most chosen first.

    Columns: subject, and for each exam ``{exam}_n``, ``{exam}_share``, ``{exam}_schools``.
    """
    parts = []
    for exam in EXAM_TITLES:
        chosen, total = choices(year, exam), int(graduates(year, exam).sum())
        if not total:
            continue
        counts = chosen.groupby("subject").agg(
            n=("pupil_id", "size"), schools=("school_id", "nunique")
        )
        parts.append(
            pd.DataFrame(
                {
                    f"{exam}_n": counts["n"],
                    f"{exam}_share": counts["n"] / total,
                    f"{exam}_schools": counts["schools"],
                }
            )
        )
    if not parts:
        return pd.DataFrame(columns=["subject"])
    table = pd.concat(parts, axis=1)
    for exam in EXAM_TITLES:
        for name in ("n", "share", "schools"):
            if f"{exam}_{name}" not in table:
                table[f"{exam}_{name}"] = float("nan")
    most = table[[f"{exam}_n" for exam in EXAM_TITLES]].max(axis=1)
    table = table.assign(_most=most).sort_values("_most", ascending=False, kind="stable")
    return table.drop(columns="_most").rename_axis("subject").reset_index()


def choice(year: Year) -> Block:
    """Subjects of choice, and how schools differ in them."""
    table = choice_table(year)
    if table.empty:
        return Nothing("Протоколов ОГЭ и ЕГЭ за год нет: выбор предметов не показан.")
    items: list[Block] = [_table(year, table)]
    for exam, title in EXAM_TITLES.items():
        by_school = school_choices(year, exam)
        if len(by_school):
            items.append(Folded(f"Выбор предметов {title} по школам", _by_school(exam, by_school)))
    return Section(
        _finding(year, table),
        items=items,
        reading="Выбор зависит от планов учеников, от учителей и от того, какие профили открыты. "
        "Предмет, который нигде или почти нигде не выбирают, – повод спросить, кому из учеников "
        "он был нужен. Совпадает ли выбор с профилем класса и местом учёбы – в отчёте 04.",
        anchor=ANCHOR,
    )


def _finding(year: Year, table: pd.DataFrame) -> str:
    told = []
    for exam, title in EXAM_TITLES.items():
        known = table[table[f"{exam}_n"].notna()].sort_values(f"{exam}_n", ascending=False)
        if known.empty:
            continue
        named = [
            f"{sentence_case(row['subject'])} ({ru.share(row[f'{exam}_share'], 0)})"
            for _, row in known.head(2).iterrows()
        ]
        total = int(graduates(year, exam).sum())
        told.append(f"на {title} – {ru.joined(named)} из {ru.number(total)} сдававших")
    return "Чаще всего выбирают: " + "; ".join(told)


def _table(year: Year, table: pd.DataFrame) -> ReportTable:
    heads = {"n": ("выбрали", "int"), "share": ("доля", "share"), "schools": ("школ", "int")}
    columns = [
        Column(f"{exam}_{name}", f"{title}: {words}", kind, missing=ru.NOT_APPLICABLE)  # type: ignore[arg-type]
        for exam, title in EXAM_TITLES.items()
        for name, (words, kind) in heads.items()
        if table[f"{exam}_n"].notna().any()
    ]
    totals = [
        f"{title} – {ru.number(graduates(year, exam).sum())}" for exam, title in EXAM_TITLES.items()
    ]
    return ReportTable(
        table,
        title="Предметы по выбору",
        name="01 Выбор предметов",
        columns=[Column("subject", "Предмет"), *columns],
        note=f"Доля – от всех, кто сдавал хотя бы один экзамен: {', '.join(totals)}. Профильная "
        "математика считается выбором.",
    )


def school_choices(year: Year, exam: str) -> pd.DataFrame:
    """Schools by name × their graduates and the subjects chosen most, each as a count."""
    chosen = choices(year, exam)
    if chosen.empty:
        return pd.DataFrame()
    most = chosen["subject"].value_counts().index[:MOST_SUBJECTS].tolist()
    counts = chosen.groupby(["school_id", "subject"]).size().unstack(fill_value=0)
    rows = counts.reindex(columns=most, fill_value=0)
    rows = rows.reindex(graduates(year, exam).index, fill_value=0)
    rows.insert(0, "graduates", graduates(year, exam))
    rows.insert(0, "school", [year.school_names.get(name, "") for name in rows.index])
    rows = rows[rows["school"] != ""]
    return rows.sort_values("school").reset_index(drop=True)


def _by_school(exam: str, rows: pd.DataFrame) -> ReportTable:
    title = EXAM_TITLES[exam]
    subjects = [name for name in rows.columns if name not in ("school", "graduates")]
    return ReportTable(
        rows,
        title=f"Кто что выбрал на {title}",
        name=f"01 {title} выбор по школам",
        columns=[
            Column("school", "Школа"),
            Column("graduates", "Сдавали", "int"),
            *(Column(name, name, "int") for name in subjects),
        ],
        note="Показаны самые выбираемые предметы; школы – по алфавиту.",
    )
