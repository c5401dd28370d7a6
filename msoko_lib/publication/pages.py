"""Pages of the public site, printed from the protected table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import pandas as pd

from msoko_lib.passports import Subsystem
from msoko_lib.publication.charts import shares_chart
from msoko_lib.publication.rules import VALUE_PLACE, Rules
from msoko_lib.publication.shown import NO_TEXT, Row
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.markup import prose
from msoko_lib.reporting.pages import bullet_list, heading, link, paragraph
from msoko_lib.reporting.tables import Column, ReportTable
from msoko_lib.subsystems.labels import subject_rank

INDEX, ORGANISATIONS, DATA, PROTECTION, CHANGES = (
    "index.html", "organizacii.html", "dannye.html", "zashchita.html", "izmeneniya.html",
)  # fmt: skip
HOW_TO_READ = (
    "Числа о людях округлены: доли – до целых процентов или, со словом «около», до пяти; число "
    "участников – до десятков. «н/д» – число скрыто, чтобы по нему нельзя было узнать о немногих "
    "детях или взрослых."
)
MOST_VALUES = 5
KINDS = {
    "school": "Школы", "preschool": "Детские сады", "additional": "Дополнительное образование",
}  # fmt: skip


def address_of(subsystem: str) -> str:
    """Address of the page of a subsystem."""
    return f"{subsystem}.html"


def way_back() -> str:
    """Link to the first page."""
    return f'<p class="note">{link(INDEX, "Все разделы")}</p>'


def sentences(rows: Sequence[Row], rules: Rules) -> list[str]:
    """Sentences of «Главное» whose numbers are shown, in the order of the closed list."""
    whole = {
        row.indicator_id: row
        for row in rows
        if row.is_told and not (row.subject or row.grade or row.component or row.organisation)
    }
    told = []
    for sentence in rules.sentences:
        row = whole.get(sentence.indicator)
        if row is None:
            continue
        text = sentence.text.replace(VALUE_PLACE, row.value)
        if row.before not in (NO_TEXT, ru.WITHHELD):
            text = f"{text} Год назад: {row.before}."
        told.append(text)
    return told[: rules.most_sentences]


def index_body(
    rows: Sequence[Row],
    rules: Rules,
    subsystems: Sequence[Subsystem],
    extra: Sequence[tuple[str, str, str]],
    has_changes: bool,
) -> str:
    """First page: the main figures, sections, data.

    Parameters
    ----------
    extra : sequence of (address, title, note)
        Further pages of the edition.
    """
    main = sentences(rows, rules)
    lines = [f"<span>{prose(text)}</span>" for text in main]
    shown = {row.subsystem for row in rows if not row.organisation}
    sections = [
        link(address_of(part.number), part.title, part.goal)
        for part in subsystems
        if part.number in shown
    ]
    others = [link(*page) for page in extra]
    if any(row.organisation for row in rows):
        note = "Независимая оценка качества условий и оснащение каждой организации."
        others.append(link(ORGANISATIONS, "Условия в школах и детских садах", note))
    others += [
        link(DATA, "Открытые данные", "Те же числа файлами для таблиц и программ."),
        link(PROTECTION, "Как мы защищаем данные", "Что скрыто, что округлено и почему."),
    ]
    if has_changes:
        others.append(link(CHANGES, "Что изменилось", "Отличия от прошлого выпуска."))
    return "".join(
        [
            heading("Главное", "glavnoe"),
            bullet_list(lines) if lines else paragraph("Данных для главных выводов пока нет."),
            f'<p class="note">{prose(HOW_TO_READ)}</p>',
            heading("Разделы", "razdely"),
            bullet_list(sections) if sections else paragraph("Разделов пока нет."),
            heading("Ещё", "eshche"),
            bullet_list(others),
        ]
    )


def subsystem_body(rows: Sequence[Row], part: Subsystem) -> str:
    """Summary of a subsystem: its goal, indicators of the whole, indicators by subject."""
    ours = [row for row in rows if row.subsystem == part.number and not row.organisation]
    plain = [row for row in ours if not _is_cut(row)]
    pieces = [way_back(), paragraph(part.goal)]
    if plain:
        chart = shares_chart(plain)
        pieces.append(heading("Показатели", "pokazateli"))
        pieces += [chart.html()] if chart is not None else []
        pieces.append(_plain_table(plain).html())
        pieces.append(_folded("Что считается", (f"{row.title}: {row.formula}." for row in plain)))
    cut = [row for row in ours if _is_cut(row)]
    for indicator, group in groupby(cut, key=lambda row: row.indicator_id):
        inner = list(group)
        pieces.append(heading(inner[0].title, f"p-{indicator.lower()}"))
        pieces.append(_cut_table(inner).html())
    pieces.append(f'<p class="note">{prose(HOW_TO_READ)} {link(PROTECTION, "Подробнее")}</p>')
    return "".join(pieces)


def organisations_body(rows: Sequence[Row]) -> str:
    """Conditions by organisation: independent assessment first, then the rest; no ranking."""
    ours = [row for row in rows if row.organisation]
    indicators = list(dict.fromkeys(row.indicator_id for row in ours))
    titles = {row.indicator_id: row for row in ours}
    pieces = [
        way_back(),
        paragraph(
            "Здесь только условия обучения: то, что организация или закон и так открывают всем. "
            "Организации стоят по алфавиту, порядок ничего не говорит о качестве. Результаты "
            "проверочных работ и экзаменов по школам не публикуются."
        ),
    ]
    for kind, title in KINDS.items():
        inner = [row for row in ours if row.organisation_kind == kind]
        if not inner:
            continue
        pieces.append(heading(title, f"vid-{kind}"))
        for group in _in_parts(indicators):
            table = _organisation_table(inner, group, titles, title)
            if table is not None:
                pieces.append(table.html())
    pieces.append(heading("Что означают столбцы", "stolbcy"))
    meanings = [f"{titles[name].title}: {titles[name].formula}." for name in indicators]
    pieces.append(bullet_list(prose(text) for text in meanings))
    return "".join(pieces)


def _folded(title: str, lines: Iterable[str]) -> str:
    """A list that opens when asked for: beside the figures it would hide them on a phone."""
    inner = bullet_list(prose(line) for line in lines)
    return f"<details><summary>{prose(title)}</summary>{inner}</details>"


def _is_cut(row: Row) -> bool:
    return bool(row.subject or row.grade or row.component)


def _plain_table(rows: Sequence[Row]) -> ReportTable:
    frame = pd.DataFrame([row.as_plain() | {"title": title_of(row)} for row in rows])
    columns = [
        # The value comes second: on a phone the first two columns are what one sees.
        Column("title", "Показатель"),
        Column("value", "Значение", "printed"),
        Column("n", "Из скольких", "printed"),
    ]
    if (frame["before"] != NO_TEXT).any():
        columns.append(Column("before", "Год назад", "printed"))
    return ReportTable(frame, "Показатели муниципалитета", "Показатели", columns)


def _cut_table(rows: Sequence[Row]) -> ReportTable:
    frame = pd.DataFrame([row.as_plain() for row in rows])
    frame = frame.assign(
        _rank=subject_rank(frame),
        _grade=frame["grade"].where(frame["grade"] != "", "0").astype("int64"),
    ).sort_values(["_rank", "subject", "_grade"], kind="stable")
    columns = []
    for key, header in (("subject", "Предмет"), ("grade", "Класс"), ("component", "Часть")):
        if (frame[key] != "").any():
            columns.append(Column(key, header))
    columns.append(Column("value", "Значение", "printed"))
    if (frame["region"] != NO_TEXT).any():
        columns.append(Column("region", "В регионе", "printed"))
    columns.append(Column("n", "Из скольких", "printed"))
    if (frame["before"] != NO_TEXT).any():
        columns.append(Column("before", "Год назад", "printed"))
    return ReportTable(
        frame,
        _caption(rows),
        rows[0].indicator_id,
        columns,
        note=f"Что считается: {rows[0].formula}.",
    )


def _caption(rows: Sequence[Row]) -> str:
    """«Качество ОГЭ по предметам»."""
    by = [
        word
        for key, word in (("subject", "предметам"), ("grade", "классам"), ("component", "частям"))
        if any(getattr(row, key) for row in rows)
    ]
    return f"{rows[0].title} по {ru.joined(by)}"


def _in_parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    """A wide table of organisations in parts that fit the page; the first column is the name."""
    for start in range(0, len(names), MOST_VALUES):
        yield names[start : start + MOST_VALUES]


def _organisation_table(
    rows: Sequence[Row], indicators: Sequence[str], titles: dict[str, Row], kind: str
) -> ReportTable | None:
    values = {(row.organisation, row.indicator_id): row.value for row in rows}
    present = [name for name in indicators if any((row.indicator_id == name) for row in rows)]
    if not present:
        return None
    names = sorted({row.organisation for row in rows}, key=lambda name: name.lower())
    frame = pd.DataFrame(
        [
            {
                "organisation": name,
                **{key: values.get((name, key), ru.NO_DATA) for key in present},
            }
            for name in names
        ]
    )
    columns = [Column("organisation", "Организация")]
    columns += [Column(key, _header(titles[key]), "printed") for key in present]
    first, last = titles[present[0]].title, titles[present[-1]].title
    title = f"{kind}: {_start_low(first)}" + (f" … {_start_low(last)}" if first != last else "")
    return ReportTable(frame, title, f"{kind[:12]} {present[0]}", columns)


def title_of(row: Row) -> str:
    """«Компьютеры, шт.»: the unit where the number does not print it."""
    return row.title if row.unit in ("%", "отношение") else f"{row.title}, {row.unit}"


def _header(row: Row) -> str:
    title = title_of(row).removeprefix("НОКО: ")
    return f"{title[:1].upper()}{title[1:]}"


def _start_low(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
