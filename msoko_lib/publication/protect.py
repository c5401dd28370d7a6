"""Which numbers of the whole edition may stand: the one place where it is decided.

A number is left out together with as few others as it takes; how many people stand behind a value
goes first, the value itself only if that does not help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from msoko_lib.problems import Problem
from msoko_lib.publication.attack import Limits, exposed_cells, groups_of
from msoko_lib.publication.attack_scene import Exposed
from msoko_lib.publication.figures import Figure
from msoko_lib.publication.labels import coarser_value, printed_n, printed_value
from msoko_lib.publication.records import Record, left_over, record_of
from msoko_lib.publication.rules import Rules


class NotProtected(Problem):
    """The audit found that a withheld number can be worked out; nothing is published."""


@dataclass(frozen=True)
class Decision:
    """What of each figure may be printed.

    Attributes
    ----------
    values, coarse, numbers : frozenset of str
        Names of figures whose value may be printed, printed coarsely only, whose number of
        participants may be printed.
    records : tuple of Record
        What this edition tells of people, for the audit and for later editions.
    """

    values: frozenset[str]
    coarse: frozenset[str]
    numbers: frozenset[str]
    records: tuple[Record, ...]


def limits_of(rules: Rules) -> Limits:
    """Thresholds of the public edition."""
    return Limits(
        people=rules.points("minimum_people"),
        group=rules.points("minimum_group"),
        units=rules.points("minimum_units"),
        protection=rules.points("protection"),
        inside_few=rules.points("inside_few"),
        rounding=rules.points("rounding"),
    )


def decide(
    figures: Sequence[Figure],
    rules: Rules,
    earlier: Sequence[Record] = (),
    answers: pd.DataFrame | None = None,
) -> Decision:
    """Decide for all figures at once.

    Parameters
    ----------
    figures : sequence of Figure
        Everything that the edition could tell.
    earlier : sequence of Record
        What other editions have told.
    answers : DataFrame, optional
        Answers of the forms (organisation × field), for the counts that are public anyway.
    """
    limits = limits_of(rules)
    free = [figure for figure in figures if not figure.is_guarded]
    guarded = [figure for figure in figures if figure.is_guarded]
    public = _public_counts(rules, answers)
    records = [_record(figure, limits, public) for figure in guarded]
    records += _left_over(records, rules)
    told: list[Record] = []
    for group in groups_of([*records, *earlier]):
        told += protected_group(group, limits)
    names = {figure.name for figure in free}
    could = {record.name for record in records if record.coarser}
    coarse = {item.name for item in told if item.value and not item.coarser} & could
    return Decision(
        values=frozenset(names | {item.name for item in told if item.value} - coarse),
        coarse=frozenset(coarse),
        numbers=frozenset(names | {record.name for record in told if record.n_told}),
        records=tuple(told),
    )


def protected_group(group: Sequence[Record], limits: Limits) -> list[Record]:
    """The records of this edition in a linked group, with what they may tell."""
    old = [record for record in group if record.edition]
    now = {record.name: record for record in group if not record.edition}
    # What earlier editions have given away by themselves cannot be taken back.
    given_away = {(item.cell, item.reader) for item in exposed_cells(old, limits)} if old else set()
    again = _as_told_before(now, old)
    if again and not given_away and not exposed_cells([*again, *old], limits, first=True):
        return again
    while True:
        found = exposed_cells([*now.values(), *old], limits, first=not given_away)
        found = [item for item in found if (item.cell, item.reader) not in given_away]
        if not found or not any(record.value or record.n_told for record in now.values()):
            return list(now.values())
        now |= {record.name: record for record in _with_less(list(now.values()), found)}


def _as_told_before(now: Mapping[str, Record], old: Sequence[Record]) -> list[Record]:
    """The records as the last edition told them, if all their counts are the same.

    Nothing is lost by telling it again, and an edition that did not change stays as it was.
    """
    last = {record.name: record for record in old}
    told = []
    for name, record in now.items():
        before = last.get(name)
        if before is None or before.keys != record.keys:
            return []
        told.append(
            replace(record, value=before.value, coarser=before.coarser, n_told=before.n_told)
        )
    return told


def _with_less(now: Sequence[Record], found: Iterable[Exposed]) -> list[Record]:
    """The records that tell less next: no number of participants first, then no value.

    The value of the fewest people goes first: at first it is told more coarsely.
    """
    keys = {item.cell[0] for item in found}
    telling = [record for record in now if record.value or record.n_told]
    near = [record for record in telling if keys & set(record.keys.values())] or telling
    with_n = [record.without_n() for record in near if record.n_told]
    if with_n:
        return with_n
    fewest = min(near, key=lambda record: (sum(record.part("denominator").values()), record.name))
    return [fewest.rounded() if fewest.value and fewest.coarser else fewest.silent()]


def audit(records: Sequence[Record], earlier: Sequence[Record], rules: Rules) -> int:
    """Prove the edition as a whole beside all earlier ones.

    Returns
    -------
    int
        How many counts of people were tried to be worked out.

    Raises
    ------
    NotProtected
        If one can be narrowed below the protection.
    """
    limits = limits_of(rules)
    tried, failed = 0, set[str]()
    for group in groups_of([*records, *earlier]):
        old = [record for record in group if record.edition]
        given_away = {(item.cell, item.reader) for item in exposed_cells(old, limits, exact=False)}
        for item in exposed_cells(group, limits, exact=False):
            if (item.cell, item.reader) not in given_away:
                failed |= {
                    record.name.split("|")[0]
                    for record in group
                    if item.cell[0] in record.keys.values() and not record.edition
                }
        tried += sum(len(record.units) + 1 for record in group if not record.edition) * 2
    if failed:
        names = ", ".join(sorted(failed))
        raise NotProtected(
            "Открытый выпуск не записан: проверка защиты показала, что по нему можно вычислить "
            f"скрытые числа. Показатели: {names}. Что сделать: перенесите их в params/"
            "publication.yml из раздела shown в раздел withheld и выполните команду ещё раз. "
            "Прежний выпуск остался на месте."
        )
    return tried


def _public_counts(rules: Rules, answers: pd.DataFrame | None) -> list[dict[str, float]]:
    if answers is None:
        return []
    fields = [name for name in rules.known_fields if name in answers]
    return [
        {str(unit): float(value) for unit, value in answers[name].dropna().items()}
        for name in fields
    ]


def _record(figure: Figure, limits: Limits, public: Sequence[Mapping[str, float]]) -> Record:
    parts = {name: unit.denominator for name, unit in figure.units.items()}
    known = any(all(field.get(name) == value for name, value in parts.items()) for field in public)
    value = printed_value(figure).says
    coarser = coarser_value(figure)
    record = record_of(
        figure,
        value,
        coarser.says if coarser else None,
        printed_n(figure, limits.rounding).says,
        known,
    )
    return record if _may_be_told(figure, limits) else record.silent()


def _may_be_told(figure: Figure, limits: Limits) -> bool:
    """The plain rules: enough people, enough organisations, and the parts make the whole."""
    numerator = sum(unit.numerator for unit in figure.units.values())
    denominator = sum(unit.denominator for unit in figure.units.values())
    whole = (
        abs(numerator - figure.numerator) < 1e-6 and abs(denominator - figure.denominator) < 1e-6
    )
    return whole and denominator >= limits.group and len(figure.units) >= limits.units


def _left_over(records: Sequence[Record], rules: Rules) -> list[Record]:
    """What the shares of one whole leave over, cut by cut."""
    found = []
    for names in rules.parts:
        by_cut: dict[str, list[Record]] = {}
        for record in records:
            indicator, _, cut = record.name.partition("|")
            if indicator in names:
                by_cut.setdefault(cut, []).append(record)
        for chosen in by_cut.values():
            rest = left_over(chosen) if len(chosen) == len(names) else None
            if rest is not None:
                found.append(rest)
    return found
