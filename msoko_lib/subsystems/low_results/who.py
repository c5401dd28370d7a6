"""Who: schools with low results by the rule of the parameters, set against the office's list."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.low_results import evaluated, procedures
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import IN_SCHOOL, names_in_words
from msoko_lib.subsystems.low_results.tables import list_is_known, named_by_rule, now, rule_words
from msoko_lib.subsystems.year import Year

ANCHOR = "kto"
MOST_ROWS = 30
CHECK = {
    ("low", "yes"): "● совпадает",
    ("not_low", "no"): "● совпадает",
    ("low", "no"): "▼ в перечне нет",
    ("border", "no"): "○ ждать второго года",
    ("border", "yes"): "● совпадает",
    ("not_low", "yes"): "▼ по расчёту нет",
    ("few", "yes"): "○ расчёт невозможен",
    ("few", "no"): "○ расчёт невозможен",
}


def who(year: Year) -> Block:
    """Which schools the rule names, how surely, and whether the office's list agrees."""
    rows = now(year)
    if not (rows["computed"] != "few").any() and not list_is_known(rows):
        return Nothing(
            "Результатов процедур и перечня школ за год нет: внесите отметки ВПР и протоколы "
            "экзаменов, а перечень – в форму управления."
        )
    items: list[Block] = [block for block in (_chart(year, rows),) if block is not None]
    return Section(
        _finding(rows),
        items=[*items, _table(rows)],
        reading=_reading(year),
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    tested = int((rows["computed"] != "few").sum())
    if not tested:
        listed = ru.counted(int((rows["listed"] == "yes").sum()), ru.SCHOOL)
        return (
            f"Правило не посчитано: результатов нет или участников слишком мало; в перечне "
            f"управления {listed}"
        )
    sure = rows[named_by_rule(rows)]
    border = rows[(rows["computed"] == "low") & rows["at_border"]]["school"].tolist()
    if sure.empty:
        text = f"Уверенно низких результатов по правилу нет ни в одной школе из {tested}"
    else:
        text = (
            f"По правилу низкие результаты в {ru.counted(len(sure), IN_SCHOOL)} из {tested}: "
            f"{names_in_words(sure['school'].tolist())}"
        )
    if border:
        text += f"; правило выполнено, но у границы: {names_in_words(border)}"
    if not list_is_known(rows):
        return f"{text}; перечень управления не внесён, сверить не с чем"
    listed = rows[rows["listed"] == "yes"]
    extra = sure[sure["listed"] == "no"]["school"].tolist()
    lacking = listed[listed["computed"] == "not_low"]["school"].tolist()
    parts = [f"в перечне управления {ru.counted(len(listed), ru.SCHOOL)}"]
    if extra:
        parts.append(f"нет в перечне: {names_in_words(extra)}")
    if lacking:
        parts.append(f"в перечне, но по расчёту нет: {names_in_words(lacking)}")
    if not extra and not lacking:
        parts.append("расчёт с ним совпадает")
    return "; ".join([text, *parts])


def _reading(year: Year) -> str:
    low = year.settings.threshold("shnor_low_share")
    needed = year.settings.threshold("shnor_procedures")
    sure = ru.share(year.points("shnor_sure"), 0)
    status = low.status if low.status == needed.status else f"{low.status} и {needed.status}"
    return (
        f"Правило: {rule_words(year)}. Статус порогов – {status} ({low.source}). Граница – «2» за "
        "ВПР и ОГЭ, минимальный балл ЕГЭ; процедуры, где писали "
        "меньше пяти человек, не считаются. «Уверенно» – при таком числе участников правило "
        f"выполнено с вероятностью {sure} и больше; «у границы» – один-два ученика могли решить "
        "исход: ждите второго года, прежде чем менять перечень. Перечень ведёт регион или "
        "муниципалитет, расчёт его не заменяет. По ВПР школы не оценивают: здесь они показывают, "
        "где нужна помощь."
    )


def _certainty(row: dict[str, object]) -> str:
    if row["computed"] == "few":
        return ru.FEW
    if row["at_border"]:
        return "у границы"
    return "уверенно"


def _table(rows: pd.DataFrame) -> ReportTable:
    few = rows["computed"] == "few"
    stands = rows["computed"].mask((rows["computed"] == "low") & rows["at_border"], "border")
    computed = {"low": "▼ низкие", "not_low": "● не низкие", "few": "○ мало"}
    table = rows.assign(
        told=rows["computed"].map(computed),
        low_procedures=rows["low_procedures"].astype(object).mask(few, ru.FEW),
        low_n=rows["low_n"].astype(object).mask(rows["n"] == 0, ru.FEW),
        certainty=[_certainty(row) for row in rows.to_dict("records")],
        check=[CHECK.get(pair, ru.NO_DATA) for pair in zip(stands, rows["listed"], strict=True)],
        is_shown=(rows["computed"] == "low") | (rows["listed"] == "yes") | rows["at_border"],
    )  # fmt: skip
    return ReportTable(
        table,
        title="Низкие результаты: расчёт и перечень",
        name="02 Кто",
        columns=[
            Column("school", "Школа"),
            Column("procedures", "Процедур", "int"),
            Column("low_procedures", "Из них низких", "int"),
            Column("n", "Результатов", "int"),
            Column("low_n", "Ниже границы", "int"),
            Column("told", "По правилу"),
            Column("certainty", "Надёжность"),
            Column("check", "Сверка с перечнем", missing=ru.NO_DATA),
        ],
        shown="is_shown",
        note="Показаны школы, которые назвало правило или перечень, и школы у границы.",
    )


def _chart(year: Year, rows: pd.DataFrame) -> Figure | None:
    """Procedures of the schools named: the share below the boundary."""
    told = evaluated(year.inputs)
    named = set(told.loc[told["is_low"], "school_id"])
    named &= set(rows.loc[(rows["computed"] == "low") | rows["at_border"], "school_id"])
    named |= set(rows.loc[rows["listed"] == "yes", "school_id"])
    cells = procedures(year.inputs)
    cells = cells[cells["school_id"].isin(named)]
    if cells.empty or cells["school_id"].nunique() > MOST_ROWS:
        return None
    cells = cells.merge(told[["school_id", "procedure", "is_low"]], how="left")
    is_few, is_low = cells["is_low"].isna(), cells["is_low"].eq(True)
    share = cells["low_n"] / cells["n"]
    frame = pd.DataFrame(
        {
            "unit": cells["school_id"].map(year.school_names),
            "work": cells["procedure"].map(short_procedure),
            "text": [ru.FEW if few else ru.share(value, 0)
                     for few, value in zip(is_few, share, strict=True)],
            "mark": is_few.map({True: "few", False: "same"}).mask(is_low, "attention"),
        }
    )  # fmt: skip
    order = [short_procedure(name) for name in sorted(cells["procedure"].unique(), key=_place)]
    return Figure(
        figures.heat_map(
            frame.sort_values("unit", kind="stable"),
            works=order,
            subtitle="Доля результатов ниже границы, по процедурам",
            meanings={"attention": "доля не ниже порога", "few": "писали меньше пяти человек"},
        ),
        alt="Школы, которые назвало правило или перечень: в каждой клетке доля результатов ниже "
        "границы и знак, достигает ли она порога.",
        caption="Школы по алфавиту; пустая клетка – процедуры в школе не было.",
    )


_SHORT = {"Русский язык": "рус.", "Математика": "мат."}


def short_procedure(name: str) -> str:
    """«ВПР Русский язык 5» as a heading of a narrow column: «ВПР рус. 5»."""
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return name


def _place(name: str) -> tuple[int, str]:
    return ("ВПР", "ОГЭ", "ЕГЭ").index(name[:3]), name[3:]
