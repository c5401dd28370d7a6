"""Letters about what has not been answered, one an organisation, ready to be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from msoko_lib.forms.completeness import BETWEEN, NOTHING, OFFICE_ID, WHOLE
from msoko_lib.intake.form_marks import OFFICE_NAME
from msoko_lib.reporting.dates_ru import NBSP, date_ru

MOST_TITLES: Final = 5
MOST_REFUSALS: Final = 10
Refusal = Mapping[str, Any]
_FORM_TITLE: Final = re.compile(r"Форма сбора: (?P<unit>.+), \d{4}-\d{4}")


def reminders(
    rows: pd.DataFrame,
    deadline: str = "",
    refused: Mapping[str, Sequence[Refusal]] | None = None,
    today: str = "",
) -> dict[str, str]:
    """Letters to all organisations that owe an answer: school_id → text.

    Parameters
    ----------
    rows : DataFrame
        What :func:`~msoko_lib.forms.completeness.completeness` gave; the office gets no letter.
    deadline : str
        ISO date by which the answers are wanted; empty: none is set.
    refused : mapping
        school_id → its answers that came and were not taken (:func:`refused_answers`).
    today : str
        ISO date of the letters: a deadline before it is told as one that has passed.
    """
    letters = {
        str(school_id): reminder(str(own["unit"].iloc[0]), own, deadline,
                                 (refused or {}).get(str(school_id), ()), today)
        for school_id, own in rows.groupby("school_id", sort=False)
        if school_id != OFFICE_ID
    }  # fmt: skip
    return {school_id: letter for school_id, letter in letters.items() if letter}


def reminder(
    unit: str,
    rows: pd.DataFrame,
    deadline: str = "",
    refused: Sequence[Refusal] = (),
    today: str = "",
) -> str:
    """Letter to an organisation about what is still missing; empty if nothing is.

    Parameters
    ----------
    unit : str
        Name of the organisation.
    rows : DataFrame
        Its rows of :func:`~msoko_lib.forms.completeness.completeness`.
    deadline : str
        ISO date by which the answers are wanted; empty: none is set.
    refused : sequence of mapping
        Its answers that were not taken: ``sheet``, ``cell``, ``found``, ``expected``.
    today : str
        ISO date of the letter: a deadline before it is told as one that has passed.

    Returns
    -------
    str
        Text ready to be sent: what is missing, in which section, what was not taken and why,
        by when.
    """
    owing = rows[rows["state"] != WHOLE]
    if owing.empty:
        return ""
    by_when, passed = "в ближайшее время.", ""
    if deadline and deadline < today:
        passed = f"Срок был {date_ru(deadline)} "
    elif deadline:
        by_when = f"до{NBSP}{date_ru(deadline)}"
    if not rows["answered_n"].any() and not refused:
        return (
            f"Уважаемые коллеги!\n\n{unit}: ответов на форму сбора данных МСОКО пока нет. "
            f"Разделов в форме: {len(rows)}, вопросов: {rows['asked_n'].sum()}.\n\n"
            f"{passed}Просим заполнить форму и вернуть её в управление образования {by_when} "
            "Форму можно присылать по частям. Если сведений по показателю нет, сообщите об этом в "
            "ответном письме."
        )
    lines = [f"Уважаемые коллеги!\n\n{unit}: форма сбора данных МСОКО заполнена не полностью."]
    lines.append("Не хватает ответов:\n")
    lines += [_line(row) for row in owing.to_dict("records")]
    lines += _refused_lines(refused)
    lines.append(
        f"\n{passed}Просим дополнить форму и вернуть её в управление образования {by_when} "
        "Заполненное раньше присылать ещё раз не нужно. Если сведений по показателю нет, сообщите "
        "об этом в ответном письме."
    )
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    titles = str(row["missing"]).split(BETWEEN)
    named = "; ".join(f"«{title}»" for title in titles[:MOST_TITLES])
    rest = len(titles) - MOST_TITLES
    named += f" и ещё {rest}" if rest > 0 else ""
    told = f"– {row['subsystem']}. {row['title']}: "
    if row["state"] == NOTHING:
        return f"{told}нет ни одного ответа из {row['asked_n']}."
    return f"{told}{row['answered_n']} из {row['asked_n']}, нет: {named}."


def _refused_lines(refused: Sequence[Refusal]) -> list[str]:
    if not refused:
        return []
    lines = ["\nЭти ответы пришли, но принять их нельзя, исправьте:\n"]
    for item in refused[:MOST_REFUSALS]:
        where = f"лист «{item['sheet']}», ячейка {item['cell']}" if item["cell"] else "форма"
        found, expected = str(item["found"]).rstrip("."), str(item["expected"]).rstrip(".")
        lines.append(f"– {where}: {found}. Нужно: {expected}.")
    rest = len(refused) - MOST_REFUSALS
    return [*lines, f"– и ещё таких ответов: {rest}."] if rest > 0 else lines


def refused_answers(
    findings: Sequence[Refusal],
    files: Sequence[Mapping[str, Any]],
    form_values: pd.DataFrame,
    rows: pd.DataFrame,
) -> dict[str, list[Refusal]]:
    """Answers that came in an organisation's form, were not taken and are still missing.

    Parameters
    ----------
    findings, files : sequence of mapping
        As the bank's manifest keeps them.
    form_values : DataFrame
        Bank table of the year: which file is whose.
    rows : DataFrame
        What :func:`~msoko_lib.forms.completeness.completeness` gave.

    Returns
    -------
    dict
        school_id → findings, each answer once (the last edition that was refused).
    """
    owners = _owners(files, form_values, rows)
    missing = {
        str(school_id): [title for text in own["missing"] for title in text.split(BETWEEN)]
        for school_id, own in rows.groupby("school_id")
    }
    found: dict[str, dict[str, Refusal]] = {}
    for item in findings:
        owner = owners.get(str(item["file"]))
        if owner is None or item["severity"] != "refused_rows":
            continue
        title = next((t for t in missing[owner] if t and f"«{t}»" in item["found"]), None)
        if title is not None:
            found.setdefault(owner, {})[title] = item
    return {owner: list(answers.values()) for owner, answers in found.items()}


def _owners(
    files: Sequence[Mapping[str, Any]], form_values: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, str]:
    """File of a form → its organisation: by the rows it gave, else by the name it carries."""
    units = rows.drop_duplicates("school_id")
    named = {str(name): str(code) for code, name in zip(units["school_id"], units["unit"],
             strict=True) if name != OFFICE_NAME}  # fmt: skip
    owners = {}
    for item in files:
        title = _FORM_TITLE.fullmatch(str(item["title"]))
        if title and title["unit"] in named:
            owners[str(item["file"])] = named[title["unit"]]
    for file, own in form_values.groupby("source_file"):
        codes = own["school_id"].unique()
        if len(codes) == 1 and codes[0] in set(named.values()):
            owners[str(file)] = str(codes[0])
    return owners
