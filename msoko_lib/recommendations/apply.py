"""Rules × facts: which rules fire for whom, on what ground, in which words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.passports import ID_PATTERN
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.recommendations.judge import GRADES, judge
from msoko_lib.recommendations.rules import NumberedRule, Rule
from msoko_lib.recommendations.said import aim_of, brief_of, ground_of, said_of, values_of
from msoko_lib.recommendations.wording import fill, placeholders_of
from msoko_lib.reporting import numbers_ru as ru

# One row a rule × unit where it fired. ``rank`` orders the findings of a unit, 1 is first.
FINDING_COLUMNS = [
    "rule_id", "subsystem", "unit_kind", "unit_id", "mark", "evidence", "finding", "ground",
    "addressee", "advice", "deadline", "control", "weight", "within_reach", "anchor", "fact_id",
    "works", "value", "n", "brief", "aim", "rank",
]  # fmt: skip
KINDS = {"школа": "school", "детский сад": "preschool", "доп. образование": "additional"}
# Findings of one rule as plain rows.
Rows = list[dict[str, Any]]
# How organisations are counted where they are not named.
_COUNTED_AS: dict[tuple[str, ...], ru.Noun] = {
    ("школа",): ru.SCHOOL,
    ("детский сад",): ru.Noun("детский сад", "детских сада", "детских садов"),
}
_ORGANISATION = ru.Noun("организация", "организации", "организаций", "f")
_MARK_ORDER = {"attention": 0, "up": 1, "few": 2, "same": 3}


def apply_rules(
    rules: Sequence[NumberedRule], facts: pd.DataFrame, kinds: Mapping[str, str], school_year: str
) -> pd.DataFrame:
    """Findings of a year.

    Parameters
    ----------
    rules : sequence of NumberedRule
    facts : DataFrame
        Rows with the columns ``FACT_COLUMNS``.
    kinds : mapping
        Organisation → ``school``, ``preschool`` or ``additional``.
    school_year : str

    Returns
    -------
    DataFrame
        :data:`FINDING_COLUMNS`, by unit and rank. A rule speaks of a unit once, whatever the
        number of works in which its first condition holds.
    """
    of_fact = {str(name): rows for name, rows in facts.groupby("fact_id", sort=False)}
    rows = [
        row
        for item in rules
        if item.rule.is_in_force(school_year)
        for row in _fire(item, of_fact, kinds)
    ]
    found = pd.DataFrame(rows, columns=FINDING_COLUMNS)
    return ranked(found)


def ranked(found: pd.DataFrame) -> pd.DataFrame:
    """Findings ordered within each unit: what needs attention, weight, evidence, reach, rule."""
    if found.empty:
        return found
    order = found.assign(
        _mark=found["mark"].map(_MARK_ORDER),
        _sure=found["evidence"].map({grade: place for place, grade in enumerate(GRADES)}),
        _weight=-found["weight"],
        _reach=~found["within_reach"].astype(bool),
    ).sort_values(["unit_id", "_mark", "_weight", "_reach", "_sure", "rule_id"], kind="stable")
    order["rank"] = order.groupby("unit_id").cumcount() + 1
    return order[FINDING_COLUMNS].reset_index(drop=True)


def _fire(
    item: NumberedRule, of_fact: Mapping[str, pd.DataFrame], kinds: Mapping[str, str]
) -> list[tuple[object, ...]]:
    rule = item.rule
    held: pd.DataFrame | None = None
    for place, condition in enumerate(rule.when):
        rows = of_fact.get(condition.fact)
        if rows is None:
            return []
        rows = rows[_asked(rows, item, kinds)]
        grade = judge(rows, condition) if len(rows) else pd.Series(dtype=object)
        fitting = rows.assign(evidence=grade)[grade.ne("")] if len(rows) else rows
        if place == 0:
            held = fitting
        elif held is not None:
            held = held[held["unit_id"].isin(set(fitting["unit_id"]))]
        if held is None or held.empty:
            return []
    if held is None:
        return []
    return [
        _row(item, str(unit_id), part, kinds)
        for unit_id, part in held.groupby("unit_id", sort=True)
    ]


def _asked(rows: pd.DataFrame, item: NumberedRule, kinds: Mapping[str, str]) -> pd.Series:
    """Rows of the units that the rule is about."""
    if item.rule.of_municipality:
        return rows["level"] == MUNICIPALITY
    wanted = {KINDS[kind] for kind in item.rule.units}
    return (rows["level"] == "school") & rows["unit_id"].map(kinds).isin(wanted)


def _row(
    item: NumberedRule, unit_id: str, part: pd.DataFrame, kinds: Mapping[str, str]
) -> tuple[object, ...]:
    rule = item.rule
    sure = part["evidence"].map({grade: place for place, grade in enumerate(GRADES)})
    # The work that speaks: the surest, then the one farthest from what it is compared with.
    distance = (part["value"] - part["target"].fillna(part["reference"])).abs().fillna(0)
    worst = part.loc[part.assign(_s=sure, _d=-distance).sort_values(["_s", "_d"]).index[0]]
    words, counts = said_of(worst, part)
    return (
        rule.id, item.subsystem, MUNICIPALITY if rule.of_municipality else kinds.get(unit_id, ""),
        unit_id, rule.mark, worst["evidence"], fill(rule.finding, words, counts),
        ground_of(worst), rule.addressee or "", fill(rule.advice, words, counts), rule.deadline,
        rule.control, rule.weight, rule.within_reach, rule.anchor, worst["fact_id"],
        words["works"], *values_of(worst), brief_of(worst), aim_of(worst), 0,
    )  # fmt: skip


def summaries(
    found: pd.DataFrame, rules: Sequence[NumberedRule], names: Mapping[str, str] | None
) -> pd.DataFrame:
    """Findings on organisations gathered into one row a rule, for the office's report.

    A rule that is said to the organisation alone is left out; the advice is the office's own where
    the rule gives one.

    Parameters
    ----------
    found : DataFrame
        Findings of :func:`apply_rules`.
    names : mapping or None
        Organisation → name as it is printed; None: organisations are counted, never named.

    Returns
    -------
    DataFrame
        :data:`FINDING_COLUMNS`; ``unit_id`` is «municipality», ``works`` the organisations'
        names (or their number in words), ``value`` their number. Findings on the municipality stand
        among them unchanged.
    """
    told = {item.rule.id: item.rule for item in rules if item.rule.in_office}
    whole = found[found["unit_kind"] == MUNICIPALITY]
    units = found[(found["unit_kind"] != MUNICIPALITY) & found["rule_id"].isin(told)]
    # Plain rows: a frame a rule would cost more than all that is done with it.
    parts: dict[str, Rows] = {}
    for row in units.to_dict("records"):
        parts.setdefault(str(row["rule_id"]), []).append(row)
    rows = [
        _unnamed(told[rule_id], part) if names is None else _gathered(told[rule_id], part, names)
        for rule_id, part in sorted(parts.items())
    ]
    gathered = pd.DataFrame(rows, columns=FINDING_COLUMNS)
    both = [frame for frame in (whole, gathered) if len(frame)]
    return ranked(pd.concat(both, ignore_index=True)) if both else whole


def _gathered(rule: Rule, part: Rows, names: Mapping[str, str]) -> dict[str, object]:
    """One row of the office for all organisations where a rule fired."""
    pairs = sorted((names.get(row["unit_id"], row["unit_id"]), row["brief"]) for row in part)
    with_figures = joined_names([f"{name} ({brief})" if brief else name for name, brief in pairs])
    words = {
        "units": joined_names([name for name, _ in pairs]),
        "units_told": with_figures,
        "units_n": str(len(pairs)),
    }
    advices = list(dict.fromkeys(row["advice"] for row in part))
    first_name = names.get(str(part[0]["unit_id"]), str(part[0]["unit_id"]))
    # Numbers of one organisation must not look like those of all.
    advice = advices[0] if len(advices) == 1 else f"Например, {first_name}: {advices[0]}"
    return _office_row(rule, part, words, advice)


def _unnamed(rule: Rule, part: Rows) -> dict[str, object]:
    """The same where organisations are counted, not named; no figures of a single one."""
    noun = _COUNTED_AS.get(rule.units, _ORGANISATION)
    number = ru.counted(len(part), noun)
    words = {"units": number, "units_told": number, "units_n": str(len(part))}
    # An advice with the figures of one organisation would tell which one it is.
    advice = "" if placeholders_of(rule.advice) else rule.advice
    return _office_row(rule, part, words, advice)


def _office_row(rule: Rule, part: Rows, words: Mapping[str, str], advice: str) -> dict[str, object]:
    counts = {"units_n": len(part)}
    row = dict(part[0])
    known = {each["evidence"] for each in part}
    grades = [grade for grade in GRADES if grade in known]
    # An indicator is known to readers by its id; a subsystem's own fact has no id to print.
    head = f"{row['fact_id']}: " if re.fullmatch(ID_PATTERN, str(row["fact_id"])) else ""
    aims = list(dict.fromkeys(each["aim"] for each in part))
    row.update(
        unit_kind=MUNICIPALITY,
        unit_id=MUNICIPALITY,
        evidence=grades[0],
        finding=fill(rule.summary, words, counts),
        ground="; ".join(
            text for text in (head + words["units_told"], *aims[: len(aims) == 1]) if text
        ),
        works=words["units"],
        value=float(len(part)),
        n=np.nan,
        advice=advice,
    )
    if rule.office is not None:
        row.update(
            addressee=rule.office.addressee,
            advice=fill(rule.office.advice, words, counts),
            deadline=rule.office.deadline or rule.deadline,
            control=rule.office.control or rule.control,
        )
    return row


def joined_names(names: Sequence[str], most: int = 5) -> str:
    """«Лесная СОШ, Озёрная СОШ и ещё 4»: a sentence never lists the whole municipality."""
    if len(names) <= most:
        head, last = names[:-1], names[-1]
        return f"{', '.join(head)} и {last}" if head else last
    return f"{', '.join(names[:most])} и ещё {len(names) - most}"
