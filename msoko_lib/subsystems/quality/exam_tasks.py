"""Tasks of ОГЭ and ЕГЭ: how often each is done, and by which group of preparation it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.gia import below_minimum
from msoko_lib.intake.compact import with_texts
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import sentence_case, subject_rank
from msoko_lib.subsystems.year import Year

ANCHOR = "zadaniya-ekzamenov"
EXAM_TITLES = {"oge": "ОГЭ", "ege": "ЕГЭ"}
# Groups of preparation from the weakest: marks in ОГЭ, bands of test scores in ЕГЭ.
GROUPS = {
    "oge": ("«2»", "«3»", "«4»", "«5»"),
    "ege": ("ниже минимума", "до {good}", "{good}–{below_high}", "{high} и выше"),
}
PARTS = {"detailed": "развёрнутый ответ", "oral": "устная часть"}
# Hardest tasks told of each subject; the others stand in the workbook.
SHOWN = 1


def task_results(year: Year, exam: str) -> pd.DataFrame:
    """Share of the maximum of every pupil × task with the pupil's group of preparation (0…3)."""
    tasks = year.inputs.table("gia_tasks")
    tasks = tasks[(tasks["exam"] == exam) & tasks["score"].notna() & (tasks["max_score"] > 0)]
    key = ["pupil_id", "subject", "exam_date"]
    tasks = with_texts(tasks, [*key, "part", "task", "score", "max_score"])
    results = year.inputs.table("gia_results")
    results = results[results["exam"] == exam].sort_values("exam_date", kind="stable")
    results = results.drop_duplicates(["pupil_id", "subject"], keep="first")
    results = results.assign(group=_group(year, exam, results))
    done = tasks.merge(results[[*key, "group"]], on=key)
    rate = done["score"].astype("float64") / done["max_score"].astype("float64")
    return done.assign(rate=rate)


def _group(year: Year, exam: str, results: pd.DataFrame) -> pd.Series:
    """Number of the group of preparation of each result; missing where it has no score."""
    if exam == "oge":
        return results["mark"].astype("float64") - 2
    score = results["test_score"].astype("float64")
    low = below_minimum(results, year.inputs)
    good, high = year.points("ege_good_score"), year.points("ege_high_score")
    bands = pd.Series(np.select([score >= high, score >= good], [3.0, 2.0], 1.0), score.index)
    return bands.mask(low.fillna(False).astype(bool), 0.0).where(score.notna())


def task_table(year: Year, exam: str) -> pd.DataFrame:
    """How each task is done, the hardest of a subject first.

    Columns: subject, task, part, n, rate, ``rate_0`` … ``rate_3`` and ``n_0`` … ``n_3`` (groups of
    preparation, weakest first), ``rank`` (1 is the hardest of its subject). Subjects sat by fewer
    than the analysis of a group needs are left out.
    """
    done = task_results(year, exam)
    key = ["subject", "part", "task"]
    rows = done.groupby(key, sort=True).agg(n=("rate", "size"), rate=("rate", "mean"))
    rows = rows[rows["n"] >= year.points("mark_group_minimum_n")]
    by_group = done.groupby([*key, "group"])["rate"].agg(["mean", "size"]).unstack("group")
    for place in range(4):
        known = ("mean", float(place)) in by_group
        rows[f"rate_{place}"] = by_group["mean", float(place)] if known else np.nan
        rows[f"n_{place}"] = by_group["size", float(place)] if known else 0.0
    rows = rows.reset_index()
    rows["rank"] = rows.groupby("subject")["rate"].rank(method="first")
    ordered = rows.assign(_subject=subject_rank(rows))
    ordered = ordered.sort_values(["_subject", "subject", "rank"], kind="stable")
    return ordered.drop(columns="_subject").reset_index(drop=True)


def tasks_of_exams(year: Year) -> Block:
    """Hardest tasks of every subject of both exams, by group of preparation."""
    found = {exam: task_table(year, exam) for exam in ("oge", "ege")}
    items: list[Block] = [_table(year, exam, rows) for exam, rows in found.items() if len(rows)]
    if not items:
        return Nothing("Результатов по заданиям ОГЭ и ЕГЭ за год нет.")
    return Section(
        _finding(found),
        items=items,
        reading="Задание, которое не выполняют и сильные, – повод для методического объединения; "
        "которое не выполняют только слабые, – для работы с группой риска. Трудность задания "
        "задумана составителями, поэтому сравнивайте группы между собой и с прошлым годом, а не "
        "задания друг с другом. Группа показана, если в ней не "
        f"меньше {ru.in_words(int(year.points('mark_group_minimum_n')), ru.PUPIL, genitive=True)}.",
        anchor=ANCHOR,
    )


def _finding(found: dict[str, pd.DataFrame]) -> str:
    """The hardest task of each exam among the subjects that most sat."""
    told = []
    for exam, rows in found.items():
        if rows.empty:
            continue
        compulsory = rows[rows["subject"].isin(["Русский язык", "Математика"])]
        pool = compulsory if len(compulsory) else rows
        hardest = pool.loc[pool["rate"].idxmin()]
        told.append(
            f"{EXAM_TITLES[exam]} – {sentence_case(str(hardest['subject']))}, задание "
            f"{hardest['task']} (выполнение {ru.share(hardest['rate'], 0)}, писали "
            f"{ru.number(hardest['n'])})"
        )
    return "Труднее всего: " + "; ".join(told)


def _group_names(year: Year, exam: str) -> list[str]:
    good, high = int(year.points("ege_good_score")), int(year.points("ege_high_score"))
    words = {"good": str(good), "high": str(high), "below_high": str(high - 1)}
    return [name.format(**words) for name in GROUPS[exam]]


def _table(year: Year, exam: str, rows: pd.DataFrame) -> ReportTable:
    minimum = year.points("mark_group_minimum_n")
    table = rows.assign(
        work=rows["subject"] + ", № " + rows["task"].astype(str)
        + rows["part"].map(PARTS).map(lambda part: f" ({part})" if isinstance(part, str) else ""),
        shown=rows["rank"] <= SHOWN,
    )  # fmt: skip
    for place in range(4):
        few = rows[f"n_{place}"].fillna(0) < minimum
        table[f"rate_{place}"] = rows[f"rate_{place}"].astype(object).mask(few, ru.FEW)
    title = EXAM_TITLES[exam]
    return ReportTable(
        table,
        title=f"{title}: задания, выполненные хуже других",
        name=f"01 {title} задания",
        columns=[
            Column("work", "Предмет и задание"),
            Column("n", "Выполняли", "int"),
            Column("rate", "Все", "share", decimals=0),
            *(
                Column(f"rate_{place}", name, "share", decimals=0)
                for place, name in enumerate(_group_names(year, exam))
            ),
        ],
        note="Средняя доля от максимального балла за задание: у всех и в группах подготовки. "
        "Показано самое трудное задание каждого предмета, остальные – под строкой.",
        shown="shown",
    )
