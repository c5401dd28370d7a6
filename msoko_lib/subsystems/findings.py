"""What the rules find in a year: computed once, told by every report that it concerns.

A subsystem adds facts of its own (what no indicator holds: the screening, gaps by task, measures)
by a :class:`FactSource` named in :mod:`msoko_lib.subsystems.fact_sources`. Everything printed as
«Главное» and «Что сделать» comes from the one table :func:`findings_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from msoko_lib.indicators.store import kept_table
from msoko_lib.project import previous_school_year
from msoko_lib.reads import derived
from msoko_lib.recommendations.apply import MUNICIPALITY, apply_rules, summaries
from msoko_lib.recommendations.facts import all_facts, indicator_facts
from msoko_lib.recommendations.rules import NumberedRule, load_rules
from msoko_lib.recommendations.wording import ADDRESSEES, ADDRESSEES_OF_MANY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import (
    MAX_ACTIONS,
    Action,
    Block,
    Column,
    Lead,
    Nothing,
    ReportTable,
    Section,
    Sentence,
)
from msoko_lib.subsystems.leading import Found, lead_of
from msoko_lib.subsystems.year import Year, per_year


@dataclass(frozen=True)
class FactSource:
    """Facts that a subsystem computes.

    Parameters
    ----------
    ids : tuple of str
        Ids under which rules know them; ``compute`` gives no others.
    compute : callable
        Opened year → rows with at least ``fact_id``, ``level``, ``unit_id`` (see
        :data:`msoko_lib.recommendations.facts.FACT_COLUMNS`).
    """

    ids: tuple[str, ...]
    compute: Callable[[Year], pd.DataFrame]


DEFAULT_ANCHOR = "monitoring"
RECOMMENDATIONS_ANCHOR = "rekomendacii"
# The most important stand in «Что сделать» already; the others are folded on paper.
MOST_SHOWN = 8
ADVICE = ru.Noun("рекомендация", "рекомендации", "рекомендаций", "f")
# «Для» asks for the genitive; the municipality is one of those addressed.
ADDRESSED = ru.Noun("адресата", "адресатов", "адресатов")


def facts_of(year: Year) -> pd.DataFrame:
    """All facts of a year: indicators and what the subsystems found."""
    before = previous_school_year(year.school_year)
    history = year.history
    clusters = year.inputs.schools.set_index("school_id")["cluster"]
    parts = [
        indicator_facts(
            year.indicators, history[history["year"] == before], year.catalogue, clusters
        )
    ]
    parts += [source.compute(year) for source in _sources()]
    return all_facts(parts)


def _sources() -> tuple[FactSource, ...]:
    # Subsystems tell their lead through this module, so their facts are asked for late.
    from msoko_lib.subsystems.fact_sources import SOURCES

    return SOURCES


@per_year
def findings_of(year: Year) -> pd.DataFrame:
    """Findings of a year (``FINDING_COLUMNS``), one row a rule × unit; kept beside the bank."""
    rules = rules_of_year(year)
    # Targets and titles come from the catalogue, which is no part of the settings.
    recipe = "\n".join(
        [*(item.rule.model_dump_json() for item in rules), year.catalogue.model_dump_json()]
    )

    def compute(_: object) -> pd.DataFrame:
        kinds = dict(
            zip(year.inputs.schools["school_id"], year.inputs.schools["unit_kind"], strict=True)
        )
        return apply_rules(rules, facts_of(year), kinds, year.school_year)

    return kept_table(year.project, year.school_year, "findings", recipe, compute)


@derived("выводы подсистемы {0}")
def office_findings(year: Year, subsystem: str) -> pd.DataFrame:
    """Findings of a subsystem for the office: on the municipality, and gathered over units."""
    found = findings_of(year)
    return summaries(found[found["subsystem"] == subsystem], rules_of_year(year), names_of(year))


@derived("выводы подсистемы {0} об организациях")
def advised_units(year: Year, subsystem: str) -> pd.DataFrame:
    """Findings of a subsystem with an advice, by unit; their place among others is left out."""
    found = findings_of(year)
    found = found[(found["subsystem"] == subsystem) & (found["advice"] != "")]
    return found.drop(columns="rank").reset_index(drop=True)


@derived("выводы об организации")
def unit_findings(year: Year, unit_id: str) -> pd.DataFrame:
    """Findings on one organisation, in order of rank."""
    found = findings_of(year)
    return found[found["unit_id"] == unit_id].sort_values("rank").reset_index(drop=True)


@per_year
def rules_of_year(year: Year) -> list[NumberedRule]:
    """The closed list of rules, checked against the facts that there are."""
    known = {name for source in _sources() for name in source.ids} | set(year.catalogue.passports)
    return load_rules(year.project, known)


def names_of(year: Year) -> Mapping[str, str]:
    """Organisation → name without its legal form, preschools and others too."""
    return year.unit_names


def lead(year: Year, subsystem: str, more: list[Sentence] | None = None) -> Lead:
    """«Главное» and «Что сделать» of a subsystem's report, from the rules.

    Parameters
    ----------
    more : list of Sentence, optional
        What a report says beside its rules (a plain statement of the subsystem's state).
    """
    found = office_findings(year, subsystem)
    pairs: Found = [
        (Sentence(str(row["finding"]), row["mark"], row["anchor"] or DEFAULT_ANCHOR), None)
        for _, row in found.iterrows()
    ]
    pairs += [(sentence, None) for sentence in more or []]
    sentences = lead_of(pairs).sentences
    return Lead(sentences, actions_of(found))


def unit_lead(year: Year, unit_id: str, anchors: Callable[[pd.Series], str]) -> Lead:
    """«Главное» and «Что сделать» of one organisation, over all subsystems, in order of rank.

    Parameters
    ----------
    anchors : callable
        Gives the section of the organisation's report where a finding's ground is shown; empty:
        the report has none.
    """
    found = unit_findings(year, unit_id)
    pairs: Found = [
        (Sentence(str(row["finding"]), row["mark"], anchors(row)), None)
        for _, row in found.iterrows()
    ]
    return Lead(lead_of(pairs).sentences, actions_of(found, anchors))


def actions_of(
    found: pd.DataFrame,
    anchors: Callable[[pd.Series], str] | None = None,
    most: int = MAX_ACTIONS,
) -> list[Action]:
    """Findings with an advice as lines of «Что сделать», the most important first.

    Parameters
    ----------
    found : DataFrame
        Findings in order of rank.
    anchors : callable, optional
        Gives the section of the report where a finding's ground is shown.
    most : int
        How many at most; a report shows no more than it has places for.
    """
    where = anchors or (lambda row: row["anchor"] or DEFAULT_ANCHOR)
    return [_action(row, where(row)) for _, row in _advised(found).head(most).iterrows()]


def _advised(found: pd.DataFrame) -> pd.DataFrame:
    """Findings with an advice in the order of «Что сделать».

    By weight first: «what to do» about a grave matter must not give way to seven light ones because
    its sentence is marked ○ and not ▼.
    """
    advised = found[found["advice"] != ""]
    return advised.sort_values(["weight", "rank"], ascending=[False, True], kind="stable")


def _action(row: pd.Series, anchor: str) -> Action:
    gathered = row["unit_kind"] == MUNICIPALITY and row["works"] and ru.is_missing(row["n"])
    named = gathered and row["works"] not in row["advice"]
    text = f"{row['advice']} Кого касается: {row['works']}." if named else str(row["advice"])
    of_many = row["unit_kind"] == MUNICIPALITY and not (gathered and row["value"] == 1)
    titles = ADDRESSEES_OF_MANY if of_many else ADDRESSEES
    return Action(
        addressee=titles[str(row["addressee"])],
        text=text,
        deadline=str(row["deadline"]),
        control=str(row["control"]),
        ground=f"{row['ground']}; {evidence_words(str(row['evidence']))}",
        anchor=anchor,
    )


def evidence_words(grade: str) -> str:
    """«основание: полный учёт» – the grade of evidence as a line of the ground says it."""
    return f"доказательность: {grade}"


def recommendations(year: Year, subsystem: str) -> Block:
    """Section «Адресные рекомендации»: every finding with its ground and grade of evidence.

    What the office itself is advised to do stands in «Что сделать»; what found no room there
    follows here.
    """
    found = advised_units(year, subsystem)
    with_office = {item.rule.id for item in rules_of_year(year) if item.rule.office is not None}
    left = left_over(office_findings(year, subsystem), with_office)
    if found.empty and left.empty:
        return Nothing("По показателям подсистемы рекомендаций нет: ни одно правило не сработало.")
    office: list[Block] = [_office_table(left, subsystem)] if len(left) else []
    if found.empty:
        return Section(
            "Организациям рекомендаций нет; у управления и методической службы есть что сделать",
            items=office,
            anchor=RECOMMENDATIONS_ANCHOR,
        )
    names = names_of(year)
    table = found.assign(
        whom=found["addressee"].map(ADDRESSEES),
        why=[
            f"{ground}; {evidence_words(grade)}; правило {rule_id}"
            for ground, grade, rule_id in zip(
                found["ground"], found["evidence"], found["rule_id"], strict=True
            )
        ],
        unit=[
            "муниципалитет" if kind == MUNICIPALITY else names.get(unit, unit)
            for kind, unit in zip(found["unit_kind"], found["unit_id"], strict=True)
        ],
    ).sort_values(["weight", "rule_id", "unit"], ascending=[False, True, True])
    table["shown"] = [place < MOST_SHOWN for place in range(len(table))]
    units = table["unit"].nunique()
    return Section(
        f"{ru.counted(len(table), ADVICE)} для {ru.counted(units, ADDRESSED)}; у каждой – "
        "основание и доказательность",
        table=ReportTable(
            table,
            title="Адресные рекомендации подсистемы",
            name=f"{subsystem} Рекомендации",
            columns=[
                Column("unit", "Организация"),
                Column("whom", "Кому"),
                Column("advice", "Что сделать", wide=True),
                Column("deadline", "Срок"),
                Column("why", "Основание", wide=True),
                Column("control", "По чему увидим"),
            ],
            shown="shown",
            note="Правила записаны в params/recommendations; тексты и пороги меняет муниципалитет. "
            "«Полный учёт» – посчитаны все, случая нет; «установлено» – случай исключён с "
            "поправкой на число сравнений; «возможно» – отличие есть, но случаем его объяснить "
            "можно.",
        ),
        items=office,
        anchor=RECOMMENDATIONS_ANCHOR,
    )


def left_over(found: pd.DataFrame, with_office: set[str]) -> pd.DataFrame:
    """Advice to the office itself that found no room in «Что сделать»: kept, not lost."""
    rest = _advised(found).iloc[MAX_ACTIONS:]
    return rest[rest["rule_id"].isin(with_office)]


def _office_table(rows: pd.DataFrame, subsystem: str) -> ReportTable:
    actions = [_action(row, "") for _, row in rows.iterrows()]
    return ReportTable(
        pd.DataFrame(
            [(item.addressee, item.text, item.deadline, item.ground, item.control)
             for item in actions],
            columns=["whom", "advice", "deadline", "why", "control"],
        ),
        title="Управлению и методической службе: что ещё сделать",
        name=f"{subsystem} Что ещё сделать",
        columns=[
            Column("whom", "Кому"),
            Column("advice", "Что сделать", wide=True),
            Column("deadline", "Срок"),
            Column("why", "Основание", wide=True),
            Column("control", "По чему увидим"),
        ],
        note="Первые семь дел по важности – в начале отчёта, в таблице «Что сделать».",
    )  # fmt: skip
