"""``completeness.html``: who has not answered the collection forms, and letters to remind them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from msoko_lib.forms.completeness import NOTHING, OFFICE_ID, PARTLY, WHOLE, by_subsystem, by_unit
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.markup import esc, prose
from msoko_lib.reporting.nouns_ru import ANSWER, ORGANISATION
from msoko_lib.reporting.pages import bullet_list, heading, paragraph, status
from msoko_lib.reporting.tables import Column, ReportTable

WORKBOOK = "полнота-сбора.xlsx"
_MOST_NAMES = 6


def completeness_page(
    rows: pd.DataFrame,
    letters: Mapping[str, str],
    meta: PageMeta,
    deadline: str = "",
    deadline_status: str = "",
) -> str:
    """Page that says who has answered what, and holds a letter for each who has not.

    Parameters
    ----------
    rows : DataFrame
        What :func:`~msoko_lib.forms.completeness.completeness` gave, at least one row.
    letters : mapping
        school_id → letter (:func:`~msoko_lib.forms.reminders.reminders`).
    meta : PageMeta
        Heading of the page.
    deadline : str
        ISO date by which the answers are wanted; empty: none is set.
    deadline_status : str
        Status of that date: муниципальный, системный.

    Returns
    -------
    str
        HTML document.
    """
    units = by_unit(rows)
    parts = [
        heading("Главное", "glavnoe"),
        bullet_list(_sentences(rows, units, meta, deadline, deadline_status), "lead"),
        heading("Кто не ответил", "organizacii"),
        _units_table(units),
        heading("Ответы по подсистемам", "podsistemy"),
        _subsystems_table(rows),
        _office(rows),
        _letters(units, letters),
    ]
    return render_page(meta, "".join(parts))


def _sentences(
    rows: pd.DataFrame, units: pd.DataFrame, meta: PageMeta, deadline: str, deadline_status: str
) -> list[str]:
    asked_n, answered_n = int(units["asked_n"].sum()), int(units["answered_n"].sum())
    lines = []
    if answered_n:
        text = (
            f"{ru.counted(answered_n, ANSWER)} из {ru.number(asked_n)}, это "
            f"{ru.share(answered_n / asked_n, 0)}. Спрашивали "
            f"{ru.counted(len(units), ORGANISATION).replace('организация', 'организацию')}."
        )
        lines.append(status("same", "получено", text))
    for mark, word, state in (
        ("attention", "нет ответов", NOTHING),
        ("attention", "заполнено не всё", PARTLY),
        ("same", "заполнено", WHOLE),
    ):
        chosen = units[units["state"] == state]
        if len(chosen):
            lines.append(status(mark, word, _named(list(chosen["unit"]), len(units))))
    office = rows[rows["school_id"] == OFFICE_ID]
    owed = int((office["asked_n"] - office["answered_n"]).sum())
    if owed:
        asked = ru.number(int(office["asked_n"].sum()))
        text = f"Книга «Управление образования»: не хватает {ru.number(owed)} ответов из {asked}."
        if not office["answered_n"].any():
            text = f"Книга «Управление образования» не заполнена: в ней {asked} ячеек для ответа."
        lines.append(status("few", "управление", text))
    if deadline:
        text = f"Ответы ждут до {ru.date_ru(deadline)}"
        passed = bool(meta.made_on) and meta.made_on > deadline and units["state"].ne(WHOLE).any()
        text += " Срок прошёл." if passed else ""
        note = f" Статус срока: {deadline_status}." if deadline_status else ""
        lines.append(status("attention" if passed else "same", "срок", text + note))
    return lines


def _named(names: list[str], of_n: int) -> str:
    if len(names) == of_n:
        return f"Все организации, их {of_n}."
    shown, rest = names[:_MOST_NAMES], len(names) - _MOST_NAMES
    listed = ", ".join(shown) + (f" и ещё {rest}" if rest > 0 else "")
    return f"{ru.counted(len(names), ORGANISATION)} из {of_n}: {listed}."


def _units_table(units: pd.DataFrame) -> str:
    frame = units.assign(
        given=[f"{a} из {n}" for a, n in zip(units["answered_n"], units["asked_n"], strict=True)],
        nothing=units["nothing"].mask(units["state"] == NOTHING, "все").replace("", "нет"),
        partly=units["partly"].replace("", "нет"),
        owes=units["state"] != WHOLE,
    )
    return ReportTable(
        frame,
        "Организации: сначала те, кто не ответил",
        "Полнота сбора",
        [
            Column("unit", "Организация"),
            Column("state", "Состояние"),
            Column("given", "Ответов"),
            Column("share", "Заполнено", "share", decimals=0),
            Column("nothing", "Разделы без ответов"),
            Column("partly", "Разделы, заполненные не до конца"),
        ],
        note="Номера разделов – номера подсистем из следующей таблицы. Какие именно показатели "
        f"остались без ответа, сказано в файле {WORKBOOK}, лист «Чего не хватает».",
        shown="owes" if frame["owes"].any() else "",
    ).html()


def _subsystems_table(rows: pd.DataFrame) -> str:
    frame = by_subsystem(rows)
    frame = frame.assign(title=frame["subsystem"] + ". " + frame["title"])
    return ReportTable(
        frame,
        "Сколько организаций ответили по каждой подсистеме",
        "Полнота по подсистемам",
        [
            Column("title", "Подсистема"),
            Column("units_n", "Спрашивали", "int"),
            Column("whole_n", "Ответили на всё", "int"),
            Column("partly_n", "На часть", "int"),
            Column("nothing_n", "Не ответили", "int"),
            Column("share", "Заполнено", "share", decimals=0),
        ],
        note="Спрашивали – сколько организаций должны ответить хотя бы на один вопрос раздела. "
        "Заполнено – доля вопросов с ответом.",
    ).html()


def _office(rows: pd.DataFrame) -> str:
    office = rows[(rows["school_id"] == OFFICE_ID)]
    if office.empty:
        return ""
    title = heading("Что заполняет само управление", "upravlenie")
    owing = office[office["state"] != WHOLE]
    if owing.empty:
        return title + paragraph("Заполнено всё.")
    frame = owing.assign(
        title=owing["subsystem"] + ". " + owing["title"],
        left_n=owing["asked_n"] - owing["answered_n"],
    )
    return (
        title
        + ReportTable(
            frame,
            "Книга «Управление образования»: чего не хватает",
            "Полнота сбора управления",
            [
                Column("title", "Раздел"),
                Column("asked_n", "Ячеек", "int"),
                Column("answered_n", "Заполнено", "int"),
                Column("left_n", "Осталось", "int"),
            ],
            note="Ячейка – один показатель одной организации.",
        ).html()
    )


def _letters(units: pd.DataFrame, letters: Mapping[str, str]) -> str:
    title = heading("Напоминания", "napominaniya")
    if not letters:
        return title + paragraph("Напоминать некому: ответили все.")
    parts = [
        title,
        paragraph(
            "Письмо для каждой организации, которая ответила не на всё. Откройте его, щёлкните по "
            "тексту – он выделится целиком – и скопируйте (Ctrl+C). Те же письма – на листе "
            f"«Напоминания» файла {WORKBOOK}. Срок в письмах меняется в params/common.yml, раздел "
            "deadlines."
        ),
    ]
    for row in units.to_dict("records"):
        letter = letters.get(str(row["school_id"]))
        if letter:
            told = f"{row['unit']}: {row['answered_n']} из {row['asked_n']}"
            parts.append(
                f"<details><summary>{prose(told)}</summary>"
                f'<pre class="letter">{esc(letter)}</pre></details>'
            )
    return "".join(parts)
