"""The one protected table: every page, sentence, caption and file is printed from it alone.

No printer sees a figure: what may not be told is «н/д» here already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from msoko_lib.catalogue import Catalogue
from msoko_lib.publication.figures import Figure
from msoko_lib.publication.labels import coarser_value, printed_n, printed_value
from msoko_lib.publication.protect import Decision
from msoko_lib.publication.rules import Rules
from msoko_lib.reporting import numbers_ru as ru

NO_TEXT = ru.NO_DATA


@dataclass(frozen=True)
class Row:
    """One number as the public reads it.

    Attributes
    ----------
    name : str
        Of the figure.
    subsystem, indicator_id, title, formula, unit : str
        From the passport.
    subject, grade, component : str
        Cuts; empty: the whole.
    organisation, organisation_kind : str
        Of whom, if not of the municipality.
    value, value_plain, sign : str
        In print; in a file, with «около», «меньше», «не меньше» apart.
    n, n_plain : str
        How many people, organisations or objects stand behind it.
    region, before : str
        Value of the region; value in last year's public edition; «нет данных» where
        there is none.
    """

    name: str
    subsystem: str
    indicator_id: str
    title: str
    formula: str
    unit: str
    about: str
    subject: str
    grade: str
    component: str
    organisation: str
    organisation_kind: str
    value: str
    value_plain: str
    sign: str
    n: str
    n_plain: str
    region: str
    before: str

    @property
    def is_told(self) -> bool:
        """False where the value is withheld."""
        return self.value != ru.WITHHELD

    def as_plain(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


FIELDS = tuple(item.name for item in fields(Row))


def protected_rows(
    figures: Sequence[Figure],
    decision: Decision,
    rules: Rules,
    catalogue: Catalogue,
    organisations: Mapping[str, tuple[str, str]],
    before: Mapping[str, str],
) -> list[Row]:
    """Every figure as it may be printed, in the order of the catalogue.

    Parameters
    ----------
    organisations : mapping
        Organisation → its name and kind, for figures by organisation.
    before : mapping
        Name of a figure → its print in last year's public edition.
    """
    place = {name: number for number, name in enumerate(catalogue.passports)}
    numbers = {item.id: part.number for part in catalogue.subsystems for item in part.indicators}
    ordered = sorted(figures, key=lambda item: place[item.indicator_id])
    return [
        _row(figure, decision, rules, catalogue, numbers, organisations, before)
        for figure in ordered
    ]


def _row(
    figure: Figure,
    decision: Decision,
    rules: Rules,
    catalogue: Catalogue,
    numbers: Mapping[str, str],
    organisations: Mapping[str, tuple[str, str]],
    before: Mapping[str, str],
) -> Row:
    passport = catalogue[figure.indicator_id]
    printed = None
    if figure.name in decision.values:
        printed = printed_value(figure)
    elif figure.name in decision.coarse:
        printed = coarser_value(figure)
    told_n = printed is not None and figure.name in decision.numbers
    n = printed_n(figure, rules.points("rounding")) if told_n else None
    whose, kind = organisations.get(figure.unit_id, ("", ""))
    region = NO_TEXT
    if figure.region is not None:
        percent = passport.unit == "%"
        region = ru.share(figure.region, 0) if percent else ru.number(figure.region, 0)
    return Row(
        name=figure.name,
        subsystem=numbers[figure.indicator_id],
        indicator_id=figure.indicator_id,
        title=passport.title,
        formula=passport.formula,
        unit=passport.unit,
        about=figure.about,
        subject=figure.subject,
        grade=figure.grade,
        component=figure.component,
        organisation=whose,
        organisation_kind=kind,
        value=printed.text if printed else ru.WITHHELD,
        value_plain=printed.plain if printed else ru.WITHHELD,
        sign=printed.sign if printed else "",
        n=n.text if n else ru.WITHHELD,
        n_plain=n.plain if n else ru.WITHHELD,
        region=region,
        before=before.get(figure.name, NO_TEXT),
    )
