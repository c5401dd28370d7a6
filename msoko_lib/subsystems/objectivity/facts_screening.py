"""Facts of the screening and of the journal: signs that came together, single ones, too few."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, noted
from msoko_lib.subsystems.labels import CASE, ratio
from msoko_lib.subsystems.objectivity import journal_gap, signs
from msoko_lib.subsystems.year import Year

NO_SCREENING = "Скрининг: результатов нет"
NO_COMBINATION = "Признаки нигде не сошлись"
COMBINED = "Признаки сошлись"
COMBINED_AGAIN = "Признаки сошлись второй год подряд"
SINGLE = "Один признак"
ANY_SIGN = "Есть признаки"
TOO_FEW = "Скрининг: данных мало"
JOURNAL = "Журнал выше работ чаще остальных школ"
JOURNAL_LEVEL = "Журнал и работы расходятся везде одинаково"
IDS = (
    NO_SCREENING, NO_COMBINATION, COMBINED, COMBINED_AGAIN, SINGLE, ANY_SIGN, TOO_FEW, JOURNAL,
    JOURNAL_LEVEL,
)  # fmt: skip
SCHOOL_ON = ru.Noun("школе", "школам", "школам", "f")
_COMBINED = ("check", "priority")


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of every school and of the municipality."""
    zones = journal_gap.lowered_zones(year)
    yield from _of_signs(year, set(zones.loc[zones["mark"] == "attention", "unit_id"]))
    yield from _of_journal(zones)


def _of_signs(year: Year, told_by_journal: set[str]) -> Iterator[dict[str, object]]:
    table = signs.grades(year)
    tested = int((table["grade"] != "not_enough_data").sum())
    if not tested:
        yield noted(NO_SCREENING, MUNICIPALITY, status=NO_DATA)
    if table.empty:
        yield from (noted(ANY_SIGN, str(name), False) for name in year.schools["school_id"])
        return
    yield noted(
        NO_COMBINATION, MUNICIPALITY, tested and not table["grade"].isin(_COMBINED).any(),
        detail=f"по {ru.in_words(tested, SCHOOL_ON)} из {len(table)}",
    )  # fmt: skip
    flagged = signs.flagged_signs(year)
    flagged = flagged[flagged["flagged"].astype(bool)]
    for row in table.itertuples():
        own = flagged[flagged["school"] == row.school_id]
        told = {"detail": str(row.signs), "brief": str(row.signs), "ground": _sizes(year, own)}
        school_id = str(row.school_id)
        yield noted(COMBINED_AGAIN, school_id, row.grade == "priority", **told)
        yield noted(COMBINED, school_id, row.grade == "check", **told)
        yield noted(ANY_SIGN, school_id, len(own), **told)
        # The same fact, told with its numbers by the sentence about the journal.
        by_journal = own["domain"].tolist() == ["concordance"] and school_id in told_by_journal
        single = row.grade == "no_grounds" and len(own) == 1 and not by_journal
        yield noted(SINGLE, school_id, single, **told)
        if row.grade == "not_enough_data":
            yield noted(TOO_FEW, school_id, status=FEW)


def _sizes(year: Year, own: pd.DataFrame) -> str:
    """Every sign with its size and n: «границы отметок: …, результатов 573»."""
    return "; ".join(
        f"{signs.DOMAIN_TITLES[row.domain].lower()}: "
        f"{signs.effect_words(year, row.school, row.domain, row.effect)}, "
        f"результатов {ru.number(row.n)}"
        for row in own.itertuples()
    )


def _of_journal(zones: pd.DataFrame) -> Iterator[dict[str, object]]:
    if zones.empty:
        return
    yield noted(JOURNAL_LEVEL, MUNICIPALITY, not (zones["mark"] == "attention").any())
    for _, row in zones[zones["mark"] != "few"].iterrows():
        others = f"в остальных школах {ru.share(row['others'], 0)}"
        cases = ratio(row["numerator"], row["denominator"], CASE)
        marks = ratio(row["numerator"], row["denominator"], ru.MARK)
        yield noted(
            JOURNAL, str(row["unit_id"]), row["mark"] == "attention", n=row["denominator"],
            numerator=row["numerator"], denominator=row["denominator"], value=row["value"],
            detail=f"в {cases} ({ru.share(row['value'], 0)}) – {others}",
            brief=f"{marks}, {others}", ground=f"отметка за ВПР ниже журнала в {cases}, {others}",
        )  # fmt: skip
