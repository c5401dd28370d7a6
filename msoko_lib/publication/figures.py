"""Every number that the rules mean for the public, with what stands behind it, organisation by
organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.passports import Passport
from msoko_lib.publication.rules import About, Rules

Kind = Literal["share", "ratio", "mean", "total"]
CUTS = ("subject", "grade", "component")


@dataclass(frozen=True)
class Unit:
    """One organisation's part of a figure.

    ``hidden``: its own report tells neither count. ``most``: a hidden group is known to be no
    larger («мало» says so); None: nothing is known of it.
    """

    numerator: float
    denominator: float
    hidden: bool = False
    most: float | None = None


@dataclass(frozen=True)
class Figure:
    """A number that the edition could tell.

    Parameters
    ----------
    name : str
        «КП-01|Математика|5|»: indicator and cuts; with a unit at the end for an organisation.
    about, kind, unit
        What is counted, how numerator and denominator make the value, unit of measure.
    numerator, denominator : float
        Of the municipality (or of the organisation named).
    units : mapping
        Organisation → its part; empty where the parts are not kept.
    unit_id : str
        Organisation, if the figure is of one.
    region : float, optional
        Value of the region, where the passport compares with it.
    times : float
        What the ratio is multiplied by before printing, without per cent.
    """

    name: str
    indicator_id: str
    about: About
    kind: Kind
    unit: str
    numerator: float
    denominator: float
    units: Mapping[str, Unit]
    subject: str = ""
    grade: str = ""
    component: str = ""
    unit_id: str = ""
    region: float | None = None
    times: float = 1.0

    @property
    def is_guarded(self) -> bool:
        """True if it counts people, so that it must be proved safe."""
        return self.about == "люди"

    @property
    def value(self) -> float:
        """Value as computed; shares as 0…1."""
        if self.kind == "total":
            return self.numerator
        return self.times * self.numerator / self.denominator


def gather(indicators: pd.DataFrame, rules: Rules, catalogue: Catalogue) -> list[Figure]:
    """All figures of a year that the rules mean for the public.

    A value without its numerator and denominator is left out: it could not be proved safe.

    Parameters
    ----------
    indicators : DataFrame
        Indicator table of the year.
    """
    wanted = indicators[indicators["indicator_id"].isin(rules.of_indicator)]
    known = wanted[wanted["value"].notna() & wanted["numerator"].notna()]
    schools = known[known["level"] == "school"]
    parts = {name: group for name, group in schools.groupby("indicator_id", sort=False)}
    figures: list[Figure] = []
    for row in known[known["level"] == "municipality"].to_dict("records"):
        passport = catalogue[row["indicator_id"]]
        rule = rules.of_indicator[passport.id]
        cut = tuple(_text(row[name]) for name in CUTS)
        rows = parts.get(passport.id, schools.iloc[:0])
        for name, value in zip(CUTS, cut, strict=True):
            rows = rows[rows[name].map(_text) == value]
        whole = _figure(row, passport, rule.about, cut, _units(rows, passport))
        if whole is not None:
            figures.append(whole)
        if rule.show == "организации":
            figures += _of_units(rows, passport, rule.about, cut)
    return figures


def _of_units(
    rows: pd.DataFrame, passport: Passport, about: About, cut: tuple[str, ...]
) -> Iterable[Figure]:
    for row in rows.to_dict("records"):
        made = _figure(row, passport, about, cut, {}, str(row["unit_id"]))
        if made is not None and row["status"] == "ok":
            yield made


def _figure(
    row: Mapping[str, object],
    passport: Passport,
    about: About,
    cut: tuple[str, ...],
    units: Mapping[str, Unit],
    unit_id: str = "",
) -> Figure | None:
    formula = passport.from_fields
    kind: Kind
    if passport.unit == "%" and (formula is None or formula.kind in ("доля", "доля организаций")):
        kind = "share"
    elif formula is not None and formula.kind == "сумма":
        kind = "total"
    else:
        kind = "ratio" if formula is not None and formula.kind == "отношение" else "mean"
    denominator = _number(row["denominator"])
    if kind != "total" and not denominator:
        return None
    by_region = row.get("reference_level") == "region" and not pd.isna(row["reference"])
    return Figure(
        name="|".join((passport.id, *cut, *((unit_id,) if unit_id else ()))),
        indicator_id=passport.id,
        about=about,
        kind=kind,
        unit=passport.unit,
        numerator=_number(row["numerator"]),
        denominator=denominator,
        units=units,
        subject=cut[0],
        grade=cut[1],
        component=cut[2],
        unit_id=unit_id,
        region=_number(row["reference"]) if by_region else None,
        times=formula.times if formula is not None else 1.0,
    )


def _units(rows: pd.DataFrame, passport: Passport) -> dict[str, Unit]:
    """Parts of the organisations, and which of them their own report hides."""
    units = {}
    for row in rows.to_dict("records"):
        if pd.isna(row["denominator"]) or not _number(row["denominator"]):
            continue
        few = row["status"] == "not_enough"
        units[str(row["unit_id"])] = Unit(
            _number(row["numerator"]),
            _number(row["denominator"]),
            hidden=row["status"] != "ok",
            most=float(passport.minimum_n - 1) if few else None,
        )
    return units


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _number(value: object) -> float:
    return 0.0 if pd.isna(value) else float(value)  # type: ignore[arg-type]
