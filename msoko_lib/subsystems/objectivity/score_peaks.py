"""Distributions of primary scores with the boundaries of marks."""

from __future__ import annotations

from functools import partial

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.indicators.objectivity import mark_boundaries
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import CORE_SUBJECTS, by_work, short_work, work_labels
from msoko_lib.subsystems.objectivity.signs import flagged_signs
from msoko_lib.subsystems.year import Year

ANCHOR = "raspredeleniya"
MOST_PANELS = 12
SHOWN = 5


def distributions(year: Year) -> Block:
    """Scores of the municipality in Russian and mathematics, then the peaks by work."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    core = pupils[pupils["subject"].isin(CORE_SUBJECTS) & pupils["score"].notna()]
    if core.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) за год нет.")
    peaks = year.values("ОБ-05", "municipality")
    return Section(
        _finding(year, peaks),
        items=[_chart(year, core), _peak_table(peaks)],
        reading="Пунктир – первый балл отметок «3», «4» и «5»; контур – регион. Отношение "
        "показывает, во сколько раз пограничный балл встречается чаще соседних; 1 – ровно, как "
        f"рядом. О школах меньше {ru.number(year.points('distribution_minimum_n'))} участников по "
        "распределению судить нельзя, поэтому школы проверяет скрининг: все работы школы вместе.",
        anchor=ANCHOR,
    )


def _finding(year: Year, peaks: pd.DataFrame) -> str:
    signs = flagged_signs(year)
    names = [
        year.school_names[school]
        for school in signs[(signs["domain"] == "bunching") & signs["flagged"].astype(bool)][
            "school"
        ]
        if school in year.school_names
    ]
    if names:
        return f"Баллы скапливаются на границах отметок: {ru.joined(sorted(names))}"
    if len(peaks) and peaks["value"].max() >= year.points("boundary_peak_ratio"):
        return "По муниципалитету есть пики на границах отметок; ни одна школа не выделяется"
    return "Скоплений на границах отметок не видно"


def _chart(year: Year, core: pd.DataFrame) -> Figure:
    boundaries = mark_boundaries(core)
    region = year.inputs.table("vpr_scores")
    region = region[region["level"] == "region"]
    panels = []
    ordered = by_work(core[["subject", "grade", "work_id"]].drop_duplicates())
    for work in ordered.head(MOST_PANELS).itertuples():
        scores = core[core["work_id"] == work.work_id]["score"]
        top = int(core[core["work_id"] == work.work_id]["max_score"].max())
        whole = range(top + 1)
        share = scores.astype("int64").value_counts(normalize=True).reindex(whole, fill_value=0.0)
        frame = pd.DataFrame({"score": list(whole), "share": share.to_numpy()})
        outline = region[region["work_id"] == work.work_id].set_index("score")["share"]
        if len(outline):
            frame["reference"] = outline.reindex(whole).fillna(0.0).to_numpy()
        cuts = boundaries[boundaries["work_id"] == work.work_id]
        marks = {int(row.mark): int(row.boundary) for row in cuts.itertuples()}
        draw = partial(
            figures.draw_distribution, frame=frame, boundaries=marks, label_boundaries=False
        )
        panels.append((short_work(work.subject, work.grade), draw))
    return Figure(
        figures.small_multiples(
            panels, columns=4, subtitle="Доля участников с каждым первичным баллом"
        ),
        alt="Распределения первичных баллов по русскому языку и математике в муниципалитете и "
        "регионе с границами отметок.",
        caption="Столбцы – муниципалитет, контур – регион, пунктир – границы отметок.",
    )


def _peak_table(peaks: pd.DataFrame) -> Block:
    if peaks.empty:
        return Nothing("Работ с достаточным числом участников нет.")
    rows = by_work(peaks)
    highest = rows["value"].rank(ascending=False, method="first") <= SHOWN
    return ReportTable(
        rows.assign(work=work_labels(rows), shown=highest),
        shown="shown",
        title="Пики на границах отметок в муниципалитете",
        name="05 Пики",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("value", "Пограничный балл чаще соседних, раз", "mean"),
        ],
        note="Показаны работы с самыми большими пиками. Взято наибольшее из трёх границ; "
        "ориентир – меньше 2 (статус системный).",
    )
