"""Since when a work lies above or below the region: comparable works of three years and more."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.store import indicator_table
from msoko_lib.project import previous_school_year
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable
from msoko_lib.subsystems.compare import differs_from
from msoko_lib.subsystems.labels import by_work, points, work_labels, works_in_words
from msoko_lib.subsystems.year import Year

# Guidance asks for three to five years; as many as the bank has are taken.
LONGEST = 5
LONG_RUN = 2
_WORK = ["subject", "grade"]


@derived("отличия от региона по годам")
def yearly_gaps(year: Year) -> pd.DataFrame:
    """Quality beside the region, one row a work × year: subject, grade, year, n, gap, mark.

    Only comparable works stand in the indicator tables; ``year`` is the calendar year of spring.
    """
    frames = [
        indicator_table(year.project, previous_school_year(year.school_year, back))
        for back in range(LONGEST)
    ]
    rows = pd.concat([frame for frame in frames if not frame.empty] or frames[:1])
    rows = rows[(rows["indicator_id"] == "КП-02") & (rows["status"] == "ok")]
    own = rows[rows["level"] == "municipality"]
    region = rows[rows["level"] == "region"][["year", *_WORK, "value"]]
    both = own.merge(region.rename(columns={"value": "region"}), on=["year", *_WORK])
    both = both.assign(gap=both["value"] - both["region"])
    both["mark"] = [differs_from(row, row["region"]) for _, row in both.iterrows()]
    return both[[*_WORK, "n", "gap", "mark"]].assign(year=both["year"].str[-4:])


def runs(year: Year) -> pd.DataFrame:
    """How long the newest state of each work has lasted.

    Columns: subject, grade, mark (of the newest year), years (length of the run), since (its
    first year), and a column of gaps for each year.
    """
    gaps = yearly_gaps(year)
    newest = year.school_year[-4:]
    rows = []
    for (subject, grade), part in gaps.groupby(_WORK, sort=False):
        ordered = part.sort_values("year", ascending=False)
        if ordered["year"].iloc[0] != newest:
            continue
        mark = str(ordered["mark"].iloc[0])
        same = (ordered["mark"] == mark).cumprod().astype(bool)
        rows.append((subject, grade, mark, int(same.sum()), str(ordered["year"][same].iloc[-1])))
    found = pd.DataFrame(rows, columns=[*_WORK, "mark", "years", "since"])
    wide = gaps.pivot_table(index=_WORK, columns="year", values="gap", aggfunc="first")
    return by_work(found.merge(wide.reset_index(), on=_WORK, how="left"))


def since_in_words(found: pd.DataFrame) -> str:
    """«ниже региона два года и дольше: …; выше – …» of works whose difference lasts."""
    lasting = found[found["years"] >= LONG_RUN]
    parts = []
    for mark, words in (("attention", "ниже региона"), ("up", "выше региона")):
        works = lasting[lasting["mark"] == mark]
        if len(works):
            first = works["since"].min()
            parts.append(
                f"{words} не первый год (раньше всего – с {first} года): {works_in_words(works)}"
            )
    return "; ".join(parts)


def since_table(found: pd.DataFrame) -> Block:
    """Gap to the region by year and since when it lasts."""
    years = [name for name in found.columns if str(name).isdigit()]
    if found.empty or len(years) < LONG_RUN:
        return Nothing("С какого года держится разница с регионом, покажет второй год данных.")
    table = found.assign(
        work=work_labels(found),
        verdict=[_verdict(row) for _, row in found.iterrows()],
        shown=(found["years"] >= LONG_RUN) & found["mark"].isin(["attention", "up"]),
        **{name: points(found[name]) for name in years},
    )
    return ReportTable(
        table,
        title="Разница с регионом по годам: доля «4» и «5»",
        name="01 С какого года",
        columns=[
            Column("work", "Работа"),
            *(Column(name, str(name), "pp", missing=ru.NOT_APPLICABLE) for name in years),
            Column("verdict", "С какого года"),
        ],
        note="Показаны работы, где отличие держится не первый год. Прочерк – работы в этот год не "
        "было или она несопоставима.",
        shown="shown",
    )


def _verdict(row: pd.Series) -> str:
    words = {"attention": "▼ ниже", "up": "▲ выше"}.get(row["mark"])
    if words is None:
        return "● отличия не видно" if row["mark"] == "same" else "○ мало"
    return f"{words} с {row['since']}" if row["years"] >= LONG_RUN else f"{words} первый год"
