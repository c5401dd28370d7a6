"""Facts of report 02 that no indicator holds: what its rules look at."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.low_results import evaluated
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, facts_of_rows, noted, possible
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.low_results.gap import change, verdict
from msoko_lib.subsystems.low_results.help_given import given
from msoko_lib.subsystems.low_results.kinds import kinds
from msoko_lib.subsystems.low_results.paths import paths
from msoko_lib.subsystems.low_results.resilience import hard
from msoko_lib.subsystems.low_results.risks import without_profile
from msoko_lib.subsystems.low_results.tables import list_is_known, now
from msoko_lib.subsystems.low_results.who import short_procedure
from msoko_lib.subsystems.year import Year

LOW, BORDER, STEADY, NEW, LEFT = (
    "низкие результаты по правилу", "у границы правила", "устойчиво низкие результаты",
    "впервые низкие результаты", "вышла из числа ШНОР",
)  # fmt: skip
OUTSIDE, NOT_BY_RULE, NO_LIST = (
    "низкие результаты вне перечня", "в перечне без низких результатов", "перечень ШНОР",
)  # fmt: skip
NO_HELP, NO_PROFILE = "низкие результаты без помощи", "низкие результаты без профиля рисков"
RESILIENT, NO_CONTEXT = "резильентная школа", "условия школы неизвестны"
NARROWER, WIDER, GAP = "разрыв условий сократился", "разрыв условий вырос", "разрыв условий"
PROCEDURE = ru.Noun("процедура", "процедуры", "процедур", "f")
IDS = (
    LOW, BORDER, STEADY, NEW, LEFT, OUTSIDE, NOT_BY_RULE, NO_LIST, NO_HELP, NO_PROFILE, RESILIENT,
    NO_CONTEXT, NARROWER, WIDER, GAP,
)  # fmt: skip


def compute(year: Year) -> pd.DataFrame:
    """Every fact of the subsystem in the year."""
    return facts_of_rows([*_of_schools(year), *_of_municipality(year)])


def _of_schools(year: Year) -> list[dict[str, object]]:
    rows = now(year)
    words = _low_words(year)
    found: list[dict[str, object]] = []
    for row in rows.to_dict("records"):
        school = str(row["school_id"])
        figures: dict[str, object] = {
            "numerator": row["low_procedures"],
            "denominator": row["procedures"],
            "detail": words.get(school, ""),
            "brief": ratio(row["low_procedures"], row["procedures"], PROCEDURE),
        }
        figures["ground"] = (
            f"правило отбора: низкие {figures['brief']}; "
            f"{'у границы' if row['at_border'] else 'уверенно'}"
        )
        is_low, listed = row["computed"] == "low", row["listed"]
        is_sure = is_low and not row["at_border"]
        if row["computed"] == "few":
            found.append(noted(LOW, school, False, FEW))
            continue
        found += [
            noted(LOW, school, is_sure, "ok", **figures),
            possible(noted(BORDER, school, row["at_border"], "ok", **figures)),
            noted(
                OUTSIDE, school, is_low and listed == "no" and not row["at_border"], "ok", **figures
            ),
            noted(NOT_BY_RULE, school, not is_low and listed == "yes", "ok", **figures),
        ]
    return [*found, *_paths(year), *_help(year), *_conditions(year)]


def _low_words(year: Year) -> dict[str, str]:
    """Low procedures of each school in words: «ВПР рус. 5, ОГЭ мат.»."""
    rows = evaluated(year.inputs)
    rows = rows[rows["is_low"]]
    return {
        str(school): ", ".join(short_procedure(name) for name in own["procedure"])
        for school, own in rows.groupby("school_id")
    }


def _paths(year: Year) -> list[dict[str, object]]:
    found = []
    for row in paths(year).to_dict("records"):
        for fact_id, path in ((STEADY, "steady"), (NEW, "new"), (LEFT, "left")):
            ground = "правило отбора, посчитанное за последние годы по параметрам этого года"
            # The office's list may hold a school longer than the rule: either tells of leaving.
            either = path == "left" and row["by_list"] == path and row["by_rule"] == "quiet"
            is_noted = row["by_rule"] == path or either
            found.append(noted(fact_id, str(row["school_id"]), is_noted, ground=ground))
    return found


def _help(year: Year) -> list[dict[str, object]]:
    lacking = set(without_profile(year))
    found = []
    for row in given(year).to_dict("records"):
        school, told = str(row["school_id"]), row["state"] != "unknown"
        visits = ru.NO_DATA if ru.is_missing(row["visits"]) else ru.number(row["visits"])
        ground = (
            f"ШН-08: адресной помощи нет; выездов методистов: {visits}; мер в реестре: "
            f"{ru.number(row['measures'])}"
        )
        without = row["state"] in ("none", "partly")
        status = "ok" if told else NO_DATA
        brief = "помощи нет" if row["state"] == "none" else "помощь не вся"
        found += [
            noted(NO_HELP, school, without, status, ground=ground, detail=brief, brief=brief),
            noted(NO_PROFILE, school, row["school"] in lacking,
                  ground="ШН-09: сведений о рисках нет"),
        ]  # fmt: skip
    return found


def _conditions(year: Year) -> list[dict[str, object]]:
    found = [
        noted(
            RESILIENT,
            str(row["school_id"]),
            row["state"] == "resilient",
            FEW if row["state"] == "not_enough" else "ok",
            n=row["years_n"],
            detail=f"{ru.number(row['years_above'])} из {ru.number(row['years_n'])} лет",
            ground=f"индекс условий {ru.number(row['context_index'], 1)}; результат выше "
            f"ожидаемого {ru.number(row['years_above'])} из {ru.number(row['years_n'])} лет",
        )
        for row in hard(year).to_dict("records")
    ]
    unknown = kinds(year)
    ground = "социальный паспорт школы не заполнен или заполнен не весь"
    return found + [
        noted(NO_CONTEXT, str(school), ru.is_missing(index), ground=ground)
        for school, index in zip(unknown["school_id"], unknown["index"], strict=True)
    ]


def _of_municipality(year: Year) -> list[dict[str, object]]:
    moved = change(year)
    what = verdict(moved)
    rows = now(year)
    found = [noted(NO_LIST, MUNICIPALITY, False, "ok" if list_is_known(rows) else NO_DATA)]
    if moved is None:
        found.append(noted(GAP, MUNICIPALITY, False, FEW))
        return found
    told = ru.interval(moved.low, moved.high, decimals=2, signed=True)
    figures: dict[str, object] = {
        "n": moved.n_in + moved.n_out,
        "detail": ru.number(abs(moved.gap), 2),
        "ground": f"изменение отставания {ru.number(moved.gap, 2, signed=True)} ({told}) по "
        f"{ru.number(moved.n_in)} школам в трудных условиях и {ru.number(moved.n_out)} "
        "остальным",
    }
    return [
        *found,
        noted(NARROWER, MUNICIPALITY, what == "narrower", "ok", **figures),
        noted(WIDER, MUNICIPALITY, what == "wider", "ok", **figures),
        noted(GAP, MUNICIPALITY, what == "same", "ok", **figures),
    ]


SOURCE = FactSource(IDS, compute)
