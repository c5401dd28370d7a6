"""Sections of the report on data: what came, from whom, what was refused, what it touches."""

from __future__ import annotations

import pandas as pd

from msoko_lib.forms.completeness import NOTHING, OFFICE_ID, PARTLY, WHOLE, completeness
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.data_quality.refusals import (
    JUMPS,
    TWO_VALUES,
    files,
    silent_units,
    told,
    touched,
)
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.year import Year

ANSWERS_ANCHOR = "otvety"
REFUSED_ANCHOR = "ne-prinyato"
CONTRADICTIONS_ANCHOR = "protivorechiya"
TOUCHED_ANCHOR = "vyvody"
MOST_SHOWN = 15
INDICATOR = ru.Noun("показатель", "показателя", "показателей")
LINE = ru.Noun("строка", "строки", "строк", "f")
ORGANISATION_OF = ru.Noun("организации", "организаций", "организаций", "f")
CONTRADICTION = ru.Noun("расхождение", "расхождения", "расхождений", "n")
_MARKS = {WHOLE: "up", PARTLY: "same", NOTHING: "attention"}


def came(year: Year) -> Block:
    """Files by kind: how many, how many rows, how many with trouble."""
    rows = files(year)
    if rows.empty:
        return Nothing("Файлов за год нет.")
    titles = {layout.code: layout.title for layout in all_layouts(year.project)}
    kinds = rows.assign(
        kind=rows["layout"].str.split().str[0].map(titles).fillna("не распознано"),
        good=rows["status"].eq("прочитан"),
        refused=rows["status"].eq("не принят"),
    )
    table = (
        kinds.groupby("kind", sort=True)
        .agg(files_n=("file", "size"), good_n=("good", "sum"), refused_n=("refused", "sum"),
             rows_n=("rows", "sum"))
        .reset_index()
        .sort_values(["refused_n", "kind"], ascending=[False, True])
    )  # fmt: skip
    table["shown"] = table["good_n"] < table["files_n"]
    refused = int(kinds["refused"].sum())
    partly = len(kinds) - int(kinds["good"].sum()) - refused
    return Section(
        f"Из {ru.counted(len(kinds), ru.Noun('файла', 'файлов', 'файлов'))} без замечаний "
        f"прочитано {ru.number(int(kinds['good'].sum()))}, с замечаниями {ru.number(partly)}, "
        f"не принято {ru.number(refused)}",
        table=ReportTable(
            table,
            title="Что поступило",
            name="17 Файлы",
            columns=[
                Column("kind", "Вид файла"),
                Column("files_n", "Файлов", "int"),
                Column("good_n", "Без замечаний", "int"),
                Column("refused_n", "Не принято", "int"),
                Column("rows_n", "Строк в банке", "int"),
            ],
            note="Первыми – виды, где есть файлы с замечаниями.",
            shown="shown",
        ),
        anchor=ANCHOR,
    )


def answers(year: Year) -> Block:
    """Organisations × subsystems: who has answered the collection forms."""
    rows = _completeness(year)
    own = rows[rows["school_id"] != OFFICE_ID] if len(rows) else rows
    if own.empty:
        return Nothing("Форм сбора за год нет: бланки делает команда msoko forms.")
    cells = pd.DataFrame(
        {
            "unit": own["school_id"].map(year.unit_names),
            "work": own["subsystem"],
            "text": [f"{ru.number(100 * share)} %" for share in own["share"]],
            "mark": own["state"].map(_MARKS),
        }
    )
    silent = sorted(year.unit_names[unit] for unit in silent_units(year))
    share = own["answered_n"].sum() / own["asked_n"].sum()
    tail = f"; форму не прислали: {ru.joined(silent)}" if silent else ""
    return Section(
        f"Заполнено {ru.share(share)} полей форм сбора{tail}",
        figure=Figure(
            figures.heat_map(
                cells,
                works=sorted(set(cells["work"])),
                subtitle="Доля заполненных полей по организациям и подсистемам",
                meanings={"up": "заполнено всё", "attention": "нет ни одного ответа"},
            ),
            alt="Организации по строкам, подсистемы по столбцам: доля заполненных полей.",
            caption="Пустая ячейка – подсистема организацию не спрашивает.",
        ),
        reading="Готовые письма тем, кто не ответил, – на странице «Полнота сбора».",
        anchor=ANSWERS_ANCHOR,
    )


def _completeness(year: Year) -> pd.DataFrame:
    return completeness(
        year.inputs.table("form_values"), year.inputs.schools, year.catalogue, year.school_year
    )


def refused(year: Year) -> Block:
    """What was refused or set aside, by rule, with the place to look first."""
    rows = told(year)
    rows = rows[rows["refuses"]]
    if rows.empty:
        return Nothing("Всё, что поступило, принято.")
    table = (
        rows.groupby(["rule_words", "severity_words"])
        .agg(n=("file", "size"), files_n=("file", "nunique"), file=("file", "first"),
             cell=("cell", "first"), action=("action", "first"))
        .reset_index()
        .sort_values("n", ascending=False)
    )  # fmt: skip
    table["shown"] = [place < MOST_SHOWN for place in range(len(table))]
    return Section(
        f"Не принято или отложено: {ru.counted(len(rows), LINE)} отчёта о загрузке в "
        f"{ru.counted(rows['file'].nunique(), ru.Noun('файле', 'файлах', 'файлах'))}",
        table=ReportTable(
            table,
            title="Что не принято и что с этим делать",
            name="17 Не принято",
            columns=[
                Column("rule_words", "Что случилось"),
                Column("severity_words", "Решение"),
                Column("n", "Раз", "int"),
                Column("files_n", "Файлов", "int"),
                Column("file", "Например, файл"),
                Column("action", "Что сделать"),
            ],
            note="Каждая ячейка названа в отчёте о загрузке (intake.html).",
            shown="shown",
        ),
        anchor=REFUSED_ANCHOR,
    )


def contradictions(year: Year) -> Block:
    """Where two sources say different things, and where a value jumped within a year."""
    rows = told(year)
    rows = rows[rows["rule"].isin([*TWO_VALUES, *JUMPS])]
    if rows.empty:
        return Nothing("Источники друг другу не противоречат, резких скачков за год нет.")
    two = int(rows["rule"].isin(TWO_VALUES).sum())
    jumps = len(rows) - two
    table = rows.assign(shown=[place < MOST_SHOWN for place in range(len(rows))])
    return Section(
        f"Между источниками {ru.counted(two, CONTRADICTION)}; резких изменений за год – "
        f"{ru.number(jumps)}",
        table=ReportTable(
            table,
            title="Расхождения источников и резкие изменения",
            name="17 Расхождения",
            columns=[
                Column("rule_words", "Вид"),
                Column("found", "Что расходится"),
                Column("file", "Файл"),
                Column("cell", "Ячейка", missing=ru.NOT_APPLICABLE),
                Column("action", "Что сделать"),
            ],
            shown="shown",
        ),
        reading="Значения приняты: в показатель входит то, что стоит в источнике показателя.",
        anchor=CONTRADICTIONS_ANCHOR,
    )


def conclusions(year: Year) -> Block:
    """Indicators that have no value: which conclusions cannot be drawn, and why."""
    rows = touched(year)
    total = sum(
        item.is_valid_in(year.school_year) and "municipality" in item.levels
        for item in year.catalogue.passports.values()
    )
    if rows.empty:
        return Nothing(f"Значение есть у всех показателей муниципалитета ({ru.number(total)}).")
    by_part = rows.groupby(["subsystem", "title"]).size().sort_values()
    number, title = by_part.index[-1]
    return Section(
        f"Без значения {ru.counted(len(rows), INDICATOR)} из {ru.number(total)}; больше всего – "
        f"{number} «{title}» ({ru.number(int(by_part.iloc[-1]))})",
        table=ReportTable(
            rows.assign(part=rows["subsystem"] + " " + rows["title"]),
            title="О чём по данным года сказать нельзя",
            name="17 Нет выводов",
            columns=[
                Column("part", "Подсистема"),
                Column("indicator_id", "Код"),
                Column("indicator", "Показатель"),
                Column("reason", "Почему"),
            ],
        ),
        anchor=TOUCHED_ANCHOR,
    )
