"""The register of recommendations: done, by which document, and is the ground gone."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.recommendations.issued import REPLIES
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.findings import ADVICE, findings_of
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.last_year import GONE, HOLDS, UNKNOWN, followed_up, given_last_year
from msoko_lib.subsystems.year import Year

ANCHOR = "reestr-rekomendaciy"
DONE, NO_PAPER, UNDER_WAY, NOT_DONE, REFUSED, ABSENT = (
    "done", "no_paper", "under_way", "not_done", "refused", "absent",
)  # fmt: skip
_STATES = {"выполнена": DONE, "выполняется": UNDER_WAY, "не выполнена": NOT_DONE,
           "отклонена": REFUSED}  # fmt: skip
_TITLES = {
    DONE: "выполнена, документ назван",
    NO_PAPER: "▼ записана выполненной без документа",
    UNDER_WAY: "выполняется",
    NOT_DONE: "не выполнена",
    REFUSED: "отклонена",
    ABSENT: "в реестре не записана",
}
FORM_FIELDS = ("recommendations_n", "recommendations_done_n")


def registered(year: Year) -> pd.DataFrame:
    """Rows of the register: ``school_id``, ``rule_id``, ``told`` (one of the states above)."""
    rows = year.inputs.table(REPLIES)
    state = rows["state"].map(_STATES)
    document = rows["document"].fillna("").astype(str).str.strip()
    told = state.mask((state == DONE) & (document == ""), NO_PAPER)
    return rows[["school_id", "rule_id"]].assign(told=told)


def by_school(year: Year) -> pd.DataFrame:
    """Register and form side by side, one row an organisation: ``school_id``, ``unit``, ``total``,
    a column for each state, ``form_n`` and ``form_done`` (NaN where the form says nothing),
    ``differs`` – the form counts other recommendations done than the register has documents for.
    """
    rows = registered(year)
    counts = pd.crosstab(rows["school_id"], rows["told"])
    counts = counts.reindex(columns=[*_TITLES], fill_value=0)
    form = answers(year, FORM_FIELDS).set_index("school_id")[[*FORM_FIELDS]]
    form.columns = pd.Index(["form_n", "form_done"])
    found = counts.assign(total=counts.sum(axis=1)).join(form).rename_axis("school_id")
    found = found.reset_index().assign(
        unit=lambda each: each["school_id"].map(year.unit_names),
        differs=lambda each: each["form_done"].notna() & (each["form_done"] != each[DONE]),
    )
    return found.sort_values("unit", kind="stable").reset_index(drop=True)


def register(year: Year) -> Block:
    """Recommendations of the register by organisation, and whether their ground is gone."""
    rows = by_school(year)
    if rows.empty:
        return Nothing(
            "Реестр «Исполнение рекомендаций» за год не заполнен: известно только число из формы "
            "управления, без документов. Бланк реестра даёт команда msoko forms."
        )
    items: list[Block] = [_schools_table(rows)]
    grounds = _ground_table(year)
    if grounds is not None:
        items.append(grounds)
    return Section(
        _finding(rows),
        items=items,
        reading="Выполненной считается рекомендация, у которой в реестре назван документ. "
        "Отклонить рекомендацию с объяснением – тоже решение: это не невыполнение. Основание могло "
        "исчезнуть и без выполнения, и остаться после него: это динамика, а не эффект.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    total, done = int(rows["total"].sum()), int(rows[DONE].sum())
    text = (
        f"В реестре {ru.counted(total, ADVICE)}: с документом выполнено {ru.number(done)}, "
        f"выполняется {ru.number(rows[UNDER_WAY].sum())}, не выполнено "
        f"{ru.number(rows[NOT_DONE].sum())}, отклонено {ru.number(rows[REFUSED].sum())}"
    )
    bare = rows[rows[NO_PAPER] > 0]
    if len(bare):
        named = [f"{row['unit']} ({ratio(row[NO_PAPER], row['total'])})"
                 for row in bare.to_dict("records")]  # fmt: skip
        text += f"; записаны выполненными без документа: {names_in_words(named)}"
    differing = rows[rows["differs"]]["unit"].tolist()
    if differing:
        text += f"; с формой управления расходится: {names_in_words(differing)}"
    return text


def _schools_table(rows: pd.DataFrame) -> ReportTable:
    table = rows.assign(
        form=[
            ru.NO_DATA if ru.is_missing(row["form_done"])
            else ("▼ " if row["differs"] else "")
            + ratio(row["form_done"], row["form_n"])
            for row in rows.to_dict("records")
        ],
        is_shown=rows[NO_PAPER].gt(0) | rows["differs"] | rows[DONE].lt(rows["total"]),
    )  # fmt: skip
    return ReportTable(
        table,
        title="Исполнение рекомендаций по реестру",
        name="08 Реестр рекомендаций",
        columns=[
            Column("unit", "Организация"),
            Column("total", "Всего", "int"),
            Column(DONE, "С документом", "int"),
            Column(NO_PAPER, "Без документа", "int"),
            Column(UNDER_WAY, "Выполняется", "int"),
            Column(NOT_DONE, "Не выполнено", "int"),
            Column(REFUSED, "Отклонено", "int"),
            Column("form", "По форме управления"),
        ],
        note="«По форме управления» – сколько рекомендаций выполнено из полученных; ▼ – не "
        "столько, сколько документов в реестре.",
        shown="is_shown",
    )


def followed(year: Year) -> pd.DataFrame:
    """Last year's findings on organisations with what the register says (``told``) and ``state``.

    Empty without data of the year before.
    """
    before = given_last_year(year)
    if before is None:
        return pd.DataFrame(columns=["told", "state"])
    rows = followed_up(before, findings_of(year), year.indicators)
    rows = rows[rows["unit_kind"] != MUNICIPALITY]
    said = registered(year).rename(columns={"school_id": "unit_id"})
    both = rows.merge(said, on=["unit_id", "rule_id"], how="left")
    return both.assign(told=both["told"].fillna(ABSENT))


def _ground_table(year: Year) -> ReportTable | None:
    rows = followed(year)
    if rows.empty or (rows["told"] == ABSENT).all():
        return None
    counts = pd.crosstab(rows["told"], rows["state"])
    counts = counts.reindex(index=[*_TITLES], columns=[GONE, HOLDS, UNKNOWN], fill_value=0)
    counts = counts[counts.sum(axis=1) > 0]
    table = counts.assign(words=[_TITLES[str(told)] for told in counts.index],
                          total=counts.sum(axis=1)).reset_index(drop=True)  # fmt: skip
    return ReportTable(
        table,
        title="Рекомендации прошлогодних отчётов: что записано и осталось ли основание",
        name="08 Реестр и основания",
        columns=[
            Column("words", "Что записано в реестре"),
            Column("total", "Рекомендаций", "int"),
            Column(GONE, "Основания больше нет", "int"),
            Column(HOLDS, "Основание осталось", "int"),
            Column(UNKNOWN, "Нет данных", "int"),
        ],
        note=f"Сопоставлено по номеру и организации: {ru.counted(len(rows), ADVICE)} "
        "организациям по данным прошлого года.",
    )
