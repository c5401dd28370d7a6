"""Page of a year's editions: number, date, and what changed against the edition before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.dates_ru import date_ru
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.markup import prose
from msoko_lib.reporting.pages import bullet_list, heading, link, paragraph

# More names than this are counted: the page tells what kind of change it was.
MOST_NAMED: Final = 6
_VALUE: Final = ru.Noun("показатель", "показателя", "показателей", "m")


@dataclass(frozen=True)
class Changes:
    """What an edition brought, in names that people know.

    Parameters
    ----------
    new_sources, other_sources, gone_sources : sequence of str
        Data files that came, were replaced, are no longer there.
    params : sequence of str
        Files of ``params`` that differ.
    program : bool
        Whether the program is another.
    subsystems : sequence of str
        Titles of the reports made anew.
    schools_n : int
        Reports of organisations made anew.
    values : sequence of tuple
        Title, value before, value now: indicators whose value in the municipality changed.
    """

    new_sources: Sequence[str] = ()
    other_sources: Sequence[str] = ()
    gone_sources: Sequence[str] = ()
    params: Sequence[str] = ()
    program: bool = False
    subsystems: Sequence[str] = ()
    schools_n: int = 0
    values: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class EditionEntry:
    """One edition on the page; ``changes`` is None for the first."""

    number: int
    made_on: str
    href: str
    files_n: int
    changes: Changes | None


def changed_names(before: Mapping[str, str], now: Mapping[str, str]) -> list[list[str]]:
    """Names that are new, that hold something else, that are gone; each list sorted."""
    return [
        sorted(set(now) - set(before)),
        sorted(name for name in set(now) & set(before) if now[name] != before[name]),
        sorted(set(before) - set(now)),
    ]


def editions_page(entries: Sequence[EditionEntry], meta: PageMeta) -> str:
    """The page as a whole document, the newest edition first."""
    parts = [
        paragraph(
            "Каждый запуск, который что-то изменил, – издание: у него свой номер и дата, и оно "
            "хранится таким, каким было. Номер издания напечатан в заголовке отчёта: это запуск, "
            "в котором отчёт сделан. Если в новом издании отчёт не менялся, номер у него прежний."
        )
    ]
    for entry in entries:
        parts.append(heading(f"Издание {entry.number}", f"izdanie-{entry.number}"))
        parts.append(
            bullet_list(
                [
                    link(
                        entry.href,
                        f"Открыть издание {entry.number}",
                        f"{date_ru(entry.made_on)}, {ru.counted(entry.files_n, ru.FILE)}",
                    )
                ]
            )
        )
        lines = _lines(entry.changes) if entry.changes else ["Первое издание года."]
        parts.append(bullet_list((prose(line) for line in lines), "lead"))
    return render_page(meta, "".join(parts))


def _lines(changes: Changes) -> list[str]:
    """Each kind of change as one sentence."""
    lines = [
        _named("Поступили файлы", changes.new_sources),
        _named("Заменены файлы", changes.other_sources),
        _named("Больше нет файлов", changes.gone_sources),
        _named("Изменены параметры", changes.params),
        "Изменилась программа." if changes.program else "",
        _named("Сделаны заново отчёты", changes.subsystems),
        f"Сделано заново отчётов организаций: {ru.number(changes.schools_n)}."
        if changes.schools_n
        else "",
        _values(changes.values),
    ]
    told = [line for line in lines if line]
    return told or ["Отчёты сделаны заново, данные и показатели те же."]


def _named(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = "; ".join(names[:MOST_NAMED])
    rest = len(names) - MOST_NAMED
    return f"{what}: {shown}{f' и ещё {ru.number(rest)}' if rest > 0 else ''}."


def _values(values: Sequence[tuple[str, str, str]]) -> str:
    if not values:
        return ""
    named = [f"{title}: было {old}, стало {new}" for title, old, new in values[:MOST_NAMED]]
    rest = len(values) - MOST_NAMED
    tail = f"; и ещё {ru.counted(rest, _VALUE)}" if rest > 0 else ""
    return f"По муниципалитету изменились значения – {'; '.join(named)}{tail}."
