"""What stands in the documents: the same findings and values that the reports print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue
from msoko_lib.documents.templates import Context
from msoko_lib.passports import ID_PATTERN
from msoko_lib.recommendations.apply import summaries
from msoko_lib.recommendations.rules import NumberedRule
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action
from msoko_lib.reporting.dates_ru import date_ru, school_year_short
from msoko_lib.reporting.markup import MARKS
from msoko_lib.subsystems.annual.parts import shown_value
from msoko_lib.subsystems.annual.targets import states_of, whole_facts
from msoko_lib.subsystems.annual.tasks import OFFICE
from msoko_lib.subsystems.cycle import measures_rows
from msoko_lib.subsystems.findings import actions_of, findings_of, names_of, rules_of_year
from msoko_lib.subsystems.monitoring.judged import TARGET_WORDS
from msoko_lib.subsystems.year import Year
from msoko_lib.versions import build_date

MOST_TASKS = 15
NO_BREAK = "\u2011"
KINDS = {
    "school": "школа", "preschool": "детский сад",
    "additional": "организация дополнительного образования",
}  # fmt: skip
HEAD_OF = {
    "school": "Директор", "preschool": "Заведующий", "additional": "Директор",
}  # fmt: skip
Row = dict[str, str | int]


def common(year: Year) -> dict[str, str | int]:
    """Names that every document knows."""
    owner = year.settings.municipality
    return {
        "муниципалитет": owner.name,
        "муниципалитета": owner.name_genitive,
        "регион": owner.region,
        "управление": owner.department,
        "учебный_год": school_year_short(year.school_year),
        "дата": date_ru(build_date()),
    }


@dataclass(frozen=True)
class Told:
    """A year with its findings and rules: read once for all documents."""

    year: Year
    found: pd.DataFrame
    rules: Sequence[NumberedRule]
    _offices: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, year: Year) -> Told:
        return cls(year, findings_of(year), rules_of_year(year))

    def of_unit(self, unit_id: str) -> list[Action]:
        """«Что сделать» of an organisation, in the order of its report."""
        own = self.found[self.found["unit_id"] == unit_id]
        return actions_of(own.sort_values("rank", kind="stable"))

    def of_office(self, number: str) -> pd.DataFrame:
        """Findings of a subsystem as its report tells them to the office."""
        # The order asks for all of them, then each note for its own.
        if number not in self._offices:
            own = self.found[self.found["subsystem"] == number]
            self._offices[number] = summaries(own, self.rules, names_of(self.year))
        return self._offices[number].copy(deep=False)


def units_of(year: Year) -> pd.DataFrame:
    """Organisations of the directory, by kind and name: ``school_id``, ``unit_kind``, ``name``."""
    units = year.inputs.schools
    units = units.assign(
        name=units["school_id"].map(year.unit_names),
        place=units["unit_kind"].map({kind: place for place, kind in enumerate(KINDS)}),
    ).sort_values(["place", "name"], kind="stable")
    return units[["school_id", "unit_kind", "name"]].reset_index(drop=True)


def advice(told: Told, unit_id: str) -> Context:
    """Recommendations of one organisation, as its report orders them."""
    units = told.year.inputs.schools
    kind = str(units.loc[units["school_id"] == unit_id, "unit_kind"].iloc[0])
    rows = [
        _advice_row(place, item, told.year.catalogue)
        for place, item in enumerate(told.of_unit(unit_id), 1)
    ]
    return {
        **common(told.year),
        "организация": told.year.unit_names[unit_id],
        "вид": KINDS.get(kind, "организация"),
        "всего": len(rows),
        "рекомендации": rows,
    }


def _advice_row(place: int, item: Action, catalogue: Catalogue) -> Row:
    return {
        "номер": place,
        "кому": item.addressee,
        "что": item.text,
        "основание": item.ground,
        "срок": item.deadline,
        "контроль": with_titles(item.control, catalogue),
    }


def with_titles(control: str, catalogue: Catalogue) -> str:
    """Codes of indicators with their names: a paper is read without the catalogue at hand.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> known = SimpleNamespace(passports={"ПП-09": SimpleNamespace(title="Наставничество")})
    >>> with_titles("ПП-09 следующего года", known).replace(NO_BREAK, "-")
    '«Наставничество» (ПП-09) следующего года'
    """

    def titled(match: re.Match[str]) -> str:
        passport = catalogue.passports.get(match[0])
        code = match[0].replace("-", NO_BREAK)
        return f"{ru.quoted(passport.title)} ({code})" if passport else code

    return re.sub(ID_PATTERN, titled, control)


def report(told: Told, number: str) -> Context:
    """Analytical note of a subsystem."""
    year = told.year
    part = year.catalogue.of_subsystem(number)
    facts = whole_facts(year)
    own = facts[facts["subsystem"] == number]
    states = states_of(own) if len(own) else pd.DataFrame(columns=["aimed", "behind", "reached"])
    found = told.of_office(number)
    manifest = Bank(year.project, year.school_year).manifest()
    return {
        **common(year),
        "номер": number,
        "подсистема": part.title,
        "цель": part.goal,
        "файлов": len(manifest["files"]),
        "достигнуто": int(states["reached"].sum()),
        "не_достигнуто": int(states["behind"].sum()),
        "с_ориентиром": int(states["aimed"].sum()),
        "показатели": [_value_row(row) for _, row in own[own["label"] == ""].iterrows()],
        "выводы": [
            {
                "знак": " ".join(MARKS[str(row["mark"])]),
                "вывод": str(row["finding"]).rstrip("."),
                "основание": str(row["ground"]),
                "доказательность": str(row["evidence"]),
            }
            for _, row in found.iterrows()
        ],
        "рекомендации": [
            _advice_row(place, item, year.catalogue)
            for place, item in enumerate(actions_of(found, most=len(found)), 1)
        ],
        "меры": [
            {"мера": str(row["title"]), "документ": str(row["document"]), "срок": str(row["term"])}
            for _, row in measures_rows(year, number).iterrows()
        ],
    }


def _value_row(fact: pd.Series) -> Row:
    has_aim = fact["better"] != 0 and not ru.is_missing(fact["target"])
    previous = fact.copy()
    previous["value"] = fact["previous"]
    known = not ru.is_missing(fact["previous"])
    return {
        "показатель": f"{fact['fact_id']} {fact['title']}",
        "значение": shown_value(fact),
        "год_назад": shown_value(previous) if known else ru.NOT_APPLICABLE,
        "ориентир": fact["target_words"] or ru.NO_TARGET,
        "к_ориентиру": TARGET_WORDS[fact["mark"]] if has_aim else ru.NOT_APPLICABLE,
    }


def order(told: Told) -> Context:
    """Draft of the order on the results of the monitoring."""
    year = told.year
    rows: list[Row] = []
    total = 0
    for place, (unit_id, kind, name) in enumerate(units_of(year).itertuples(index=False), 1):
        items = told.of_unit(str(unit_id))
        total += len(items)
        rows.append(
            {
                "номер": place,
                "организация": str(name),
                "вид": KINDS.get(str(kind), "организация"),
                "рекомендаций": len(items),
                "сроки": _deadlines(items),
                "ответственный": HEAD_OF.get(str(kind), "Руководитель"),
            }
        )
    return {
        **common(year),
        "организаций": len(rows),
        "рекомендаций": total,
        "дней_на_размещение": ru.number(year.points("publication_days")),
        "справки": [
            {"номер": part.number, "подсистема": part.title} for part in year.catalogue.subsystems
        ],
        "задачи": _tasks(told),
        "строки": rows,
    }


def _deadlines(items: list[Action]) -> str:
    """«до 1 октября – 2; до 1 ноября – 1»."""
    if not items:
        return ru.NOT_APPLICABLE
    counts = pd.Series([item.deadline for item in items]).value_counts(sort=False)
    return "; ".join(f"{deadline} – {count}" for deadline, count in counts.items())


def _tasks(told: Told) -> list[Row]:
    """What the office and its services have to do, the gravest first; organisations named."""
    numbers = [part.number for part in told.year.catalogue.subsystems]
    found = [frame for number in numbers if len(frame := told.of_office(number))]
    if not found:
        return []
    rows = pd.concat(found, ignore_index=True)
    rows = rows[rows["addressee"].isin(OFFICE)].drop_duplicates("advice")
    items = actions_of(rows, most=MOST_TASKS)
    return [_advice_row(place, item, told.year.catalogue) for place, item in enumerate(items, 1)]
