"""Analysis of links: results against conditions, staff, teaching conditions, management."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.links import CONTEXT, Links, block_indicators
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import expected_of, links_of
from msoko_lib.subsystems.comparable.reached import SOURCE_TITLES
from msoko_lib.subsystems.compare import FALSE_DISCOVERY_RATE
from msoko_lib.subsystems.year import Year

ANCHOR = "svyazi"
BLOCK = ru.Noun("блок", "блока", "блоков")
STATUS_WORDS = {
    "few_schools": "○ школ меньше десяти",
    "no_data": "○ нет данных",
}


def link_rows(year: Year) -> pd.DataFrame:
    """Every block × source with its slope, interval, q and mark (up: higher with the index)."""
    rows = pd.concat(
        [found.single.assign(source=found.source) for found in links_of(year)], ignore_index=True
    )
    spreads = {item.source: item.spread for item in expected_of(year)}
    spread = rows["source"].map(spreads)
    rows = rows.assign(**{name: spread * rows[name] for name in ("slope", "low", "high")})
    known = rows["status"] == "ok"
    rows["q"] = float("nan")
    if known.any():
        rows.loc[known, "q"] = benjamini_hochberg(rows.loc[known, "p_value"].to_numpy()).q
    rows["mark"] = "few"
    rows.loc[known, "mark"] = "same"
    sure = known & (rows["q"] <= FALSE_DISCOVERY_RATE)
    rows.loc[sure, "mark"] = (rows.loc[sure, "slope"] > 0).map({True: "up", False: "attention"})
    return rows


def links(year: Year) -> Block:
    """Single links, then blocks one after another as far as the number of schools allows."""
    rows = link_rows(year)
    known = rows[rows["status"] == "ok"]
    if known.empty:
        return Nothing(
            "Анализ связей не проводился: для одного показателя нужно не меньше десяти школ с "
            "результатами и данными блока."
        )
    items: list[Block] = [_chart(year, source, known) for source in ("vpr", "oge")
                          if (known["source"] == source).any()]  # fmt: skip
    items += [_table(rows), _made_of(year)]
    items += [_steps(found) for found in links_of(year) if len(found.stepwise)]
    return Section(finding(year), items=items, reading=_reading(year), anchor=ANCHOR)


def finding(year: Year) -> str:
    """Which blocks go with the results, and how many could be looked at."""
    rows = link_rows(year)
    known = rows[rows["status"] == "ok"]
    blocks = known["block"].nunique()
    schools = int(known["schools_n"].max()) if len(known) else 0
    looked = (
        f"посмотрели {ru.counted(blocks, BLOCK)} из {rows['block'].nunique()}, "
        f"школ {ru.number(schools)}"
    )
    sure = known[known["mark"] != "same"]
    if sure.empty:
        return f"Связи результатов с условиями, кадрами и управлением не видно: {looked}"
    told = [
        f"{SOURCE_TITLES[row.source]} – {row.block.lower()}"
        for row in sure.drop_duplicates(["block", "source"]).itertuples()
    ]
    return f"Результаты связаны: {ru.joined(told)} ({looked}); связь – не причина"


def _chart(year: Year, source: str, known: pd.DataFrame) -> Figure:
    rows = known[known["source"] == source].assign(
        label=lambda frame: frame["block"],
        value=lambda frame: frame["slope"],
        ci_low=lambda frame: frame["low"],
        ci_high=lambda frame: frame["high"],
        n=lambda frame: frame["schools_n"],
        role=lambda frame: (
            frame["mark"].map({"up": "ours", "attention": "attention"}).fillna("similar")
        ),
    )
    unit = "процентные пункты" if source == "vpr" else "отметки"
    return Figure(
        figures.dot_with_interval(
            rows,
            kind="pp" if source == "vpr" else "gap",
            references={"связи нет": 0.0},
            subtitle=f"{SOURCE_TITLES[source]}: насколько выше результат там, где индекс блока "
            f"больше на 10 баллов, {unit}; каждый блок отдельно",
            n_header="школ",
        ),
        alt=f"{SOURCE_TITLES[source]}: {finding(year)}.",
        caption="Отрезок – 95-процентный интервал; если он пересекает ноль, связи не видно. Индекс "
        "блока: среднее 50, обычный разброс 10.",
    )


def _table(rows: pd.DataFrame) -> ReportTable:
    words = {"up": "▲ выше там, где индекс больше", "attention": "▼ ниже там, где индекс больше",
             "same": "● связи не видно"}  # fmt: skip
    table = rows.assign(
        title=rows["source"].map(SOURCE_TITLES),
        told=rows["r2_left_out"].clip(lower=0),
        verdict=rows["status"].map(STATUS_WORDS).fillna(rows["mark"].map(words)),
        schools=rows["schools_n"].where(rows["schools_n"] > 0),
    )
    return ReportTable(
        table,
        title="Связь результатов с каждым блоком отдельно",
        name="12 Связи",
        columns=[
            Column("block", "Блок"),
            Column("title", "Результат"),
            Column("schools", "Число", "int", missing=ru.NO_DATA),
            Column("r2", "Доля различий", "share", missing=ru.NOT_APPLICABLE, decimals=0),
            Column("told", "Предсказывает", "share", missing=ru.NOT_APPLICABLE, decimals=0),
            Column("visible", "Видна связь от", "mean", missing=ru.NOT_APPLICABLE),
            Column("verdict", "Вывод"),
        ],
        note="«Видна связь от» – наименьший коэффициент корреляции, который такое число школ "
        "показало бы в четырёх случаях из пяти: слабее не заметить, даже если она есть. Вывод – с "
        "поправкой на число блоков.",
    )


def _made_of(year: Year) -> ReportTable:
    rows = [{"block": CONTEXT, "made_of": "индекс социального благополучия, среднее трёх лет",
             "absent": ru.NOT_APPLICABLE}]  # fmt: skip
    for block in year.settings.factor_blocks:
        known = set(block_indicators(block, year.indicators_of(*block.indicators)).columns)
        titles = [
            f"{name} «{year.catalogue[name].title}»" + (" (меньше – лучше)" if sign < 0 else "")
            for name, sign in block.indicators.items()
            if name in known
        ]
        absent = [name for name in block.indicators if name not in known]
        rows.append(
            {
                "block": block.title,
                "made_of": "; ".join(titles) or ru.NO_DATA,
                "absent": ", ".join(absent) or ru.NOT_APPLICABLE,
            }
        )
    return ReportTable(
        pd.DataFrame(rows),
        title="Из чего состоит индекс блока",
        name="12 Состав блоков",
        columns=[
            Column("block", "Блок"),
            Column("made_of", "Что"),
            Column("absent", "Нет данных"),
        ],
        note="Состав объявлен в параметрах до расчёта и по результату не меняется.",
    )


def _steps(found: Links) -> ReportTable:
    title = SOURCE_TITLES[found.source]
    return ReportTable(
        found.stepwise,
        title=f"{title}: что добавляет каждый следующий блок",
        name=f"12 Блоки по порядку {title}",
        columns=[
            Column("block", "Блок"),
            Column("predictors", "Число", "int"),
            Column("r2", "Доля различий", "share", decimals=0),
            Column("delta_r2", "Добавил", "share", decimals=0),
        ],
        note="Порядок объявлен заранее: условия, кадры, обучение, управление. Блок, введённый "
        f"раньше, забирает общее. Раздутие ошибки – {ru.number(found.inflation, 1)}: больше 5 "
        "значит, что блоки повторяют друг друга и разделить их нельзя.",
    )


def _reading(year: Year) -> str:
    allowed = max(found.allowed for found in links_of(year))
    return (
        f"Столько школ позволяют смотреть вместе не больше чем {ru.counted(allowed, BLOCK)} (один "
        "на десять школ), поэтому блок заменён одним индексом, а блоки сверх этого стоят только по "
        "отдельности. Связь – не причина: слабым школам чаще дают курсы и помощь, и помощь "
        "«связана» с низким результатом. Связь по школам нельзя переносить на учеников. Неточные "
        "данные ослабляют связь; показатель, от которого зависит, кто писал работу, может создать "
        "её на пустом месте."
    )
