"""Part of the director's report: low results, conditions and help of one school."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.low_results.help_given import given
from msoko_lib.subsystems.low_results.kinds import kinds
from msoko_lib.subsystems.low_results.paths import paths
from msoko_lib.subsystems.low_results.resilience import hard
from msoko_lib.subsystems.low_results.tables import plain
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

ANCHOR = "nizkie-rezultaty"
EVERY_SCHOOL = ("ШН-02", "ШН-03")
OF_THE_LIST = ("ШН-09", "ШН-10", "ШН-11")
_HELP = {
    "helped": "адресная помощь оказывается",
    "partly": "помощь есть, но куратора, наставника и программы вместе нет",
    "none": "адресной помощи нет",
    "unknown": "о помощи не сообщено",
}
_PATHS = {"steady": "так не первый год", "new": "впервые", "left": "год назад было, теперь нет"}


def school_part(school: SchoolYear) -> Block:
    """Results by the rule of selection, risks, staff and help; other schools unnamed."""
    year = school.year
    own = kinds(year).set_index("school_id").loc[school.school_id]
    listed = own["listed"] == "yes"
    return own_numbers(
        year,
        school.school_id,
        [*EVERY_SCHOOL, *(OF_THE_LIST if listed or own["computed"] == "low" else ())],
        "Низкие результаты: доля процедур и учеников",
        name="Школа – низкие результаты",
        finding=_finding(school),
        reading=_reading(year),
        anchor=ANCHOR,
    )


def _reading(year: Year) -> str:
    limit, needed = plain(year.points("shnor_low_share")), plain(year.points("shnor_procedures"))
    return (
        f"Низкой считается процедура, где не меньше {limit} % участников ниже границы; школу "
        f"называют, если таких процедур {needed} и больше (статус порогов – системный)."
    )


def _finding(school: SchoolYear) -> str:
    year = school.year
    own = kinds(year).set_index("school_id").loc[school.school_id]
    if own["computed"] == "few":
        text = "Участников слишком мало, чтобы судить о низких результатах по процедурам"
    else:
        low, whole = own["low_procedures"], ru.number(own["procedures"])
        text = (
            f"Процедур с низкими результатами {ru.number(low)} из {whole}"
            if low
            else f"Процедур с низкими результатами нет (всего процедур {whole})"
        )
        path = paths(year).set_index("school_id").loc[school.school_id, "by_rule"]
        if own["computed"] == "low":
            text += ": по правилу результаты низкие"
            text += ", вывод у границы" if own["at_border"] else ""
        if path in _PATHS:
            text += f" ({_PATHS[path]})"
    if own["listed"] == "yes":
        text += "; школа в перечне"
    helped = given(year).set_index("school_id")
    if school.school_id in helped.index:
        text += f"; {_HELP[helped.loc[school.school_id, 'state']]}"
    found = hard(year).set_index("school_id")
    if school.school_id in found.index:
        text += "; условия работы трудные"
        if found.loc[school.school_id, "state"] == "resilient":
            text += ", а результат выше ожидаемого: школа резильентная"
    return text
