"""«Главное» of the report by levels: what the rules find, who needs help first, what is reached."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Lead, Sentence
from msoko_lib.subsystems import findings
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.levels.cuts import counts, cut_values
from msoko_lib.subsystems.levels.sections import (
    INDICATOR_OF,
    NEED_ANCHOR,
    UNIT_OF,
    in_need,
)
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.year import Year

MOST_NAMED = 4


def lead(year: Year, subsystem: str) -> Lead:
    """The rules' sentences, then organisations in need and the part that reaches most targets."""
    more = [sentence for sentence in (_need(year), _reached(year)) if sentence is not None]
    return findings.lead(year, subsystem, more)


def _need(year: Year) -> Sentence | None:
    rows = in_need(year)
    if rows.empty:
        return None
    rows = rows[rows["shown"]]
    minimum = ru.number(year.points("need_subsystems"))
    if rows.empty:
        return Sentence(
            f"Ни у одной организации важные признаки не сошлись в {minimum} подсистемах.",
            "same", NEED_ANCHOR,
        )  # fmt: skip
    names = names_in_words(rows["unit"].tolist(), MOST_NAMED, ru.ORGANISATION)
    return Sentence(
        f"Важные признаки сошлись в {minimum} подсистемах и больше у "
        f"{ru.counted(len(rows), UNIT_OF)}: {names}.",
        "attention", NEED_ANCHOR,
    )  # fmt: skip


def _reached(year: Year) -> Sentence | None:
    """Where the share of reached targets is highest; nothing where none is reached."""
    table = counts(cut_values(year))
    table = table[table["aimed_n"] > 0]
    if table.empty or not table["reached_n"].any():
        return Sentence("Достигнутых ориентиров среди показателей с данными нет.", "few", ANCHOR)
    share = table["reached_n"] / table["aimed_n"]
    best = table.loc[share.idxmax()]
    total = int(best["aimed_n"])
    return Sentence(
        f"Чаще всего ориентиры достигнуты здесь: {best['object']}, {best['education_level']} – "
        f"{ru.number(best['reached_n'])} из {ru.number(total)}{ru.NBSP}"
        f"{ru.plural(total, INDICATOR_OF)}.",
        "up", ANCHOR,
    )  # fmt: skip
