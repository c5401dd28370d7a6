"""The closed list of rules: read from ``params/recommendations`` and checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from msoko_lib.own import (
    faults_of,
    found_and_expected,
    laid_over,
    own_files,
    read_own,
    shown,
)
from msoko_lib.passports import Strict
from msoko_lib.problems import Problem
from msoko_lib.project import Project, end_year_of
from msoko_lib.recommendations.wording import PLACEHOLDERS, forbidden_words, placeholders_of
from msoko_lib.yaml_lines import YamlLines

Kind = Literal["школа", "детский сад", "доп. образование", "муниципалитет"]
Mark = Literal["attention", "up", "same", "few"]
Test = Literal[
    "хуже ориентира",
    "не хуже ориентира",
    "хуже сравнения",
    "лучше сравнения",
    "ухудшилось",
    "улучшилось",
    "отмечено",
    "не отмечено",
    "мало данных",
    "нет данных",
    "есть",
]
Addressee = Literal[
    "управление",
    "методическая служба",
    "РМО",
    "руководитель",
    "заместитель и ШМО",
    "психолог и социальный педагог",
    "родители",
]
RULE_PATTERN = re.compile(r"[А-Я]{2}-Р\d{2}")


class RulesProblem(Problem):
    """A rule is wrong; the message names file, line, rule and field."""


class Condition(Strict):
    """What is asked of one fact.

    ``fact`` is the id of an indicator or of a fact that a subsystem computes. ``is`` names a test;
    ``below`` and ``above`` compare with a number in the unit people read (per cent, not shares).
    ``by`` is the smallest distance that counts, in the same unit. ``sure`` asks that chance is
    ruled out: the whole interval lies beyond, or the count is complete.
    """

    fact: str
    test: Test | None = Field(default=None, alias="is")
    below: float | None = None
    above: float | None = None
    by: float = Field(default=0, ge=0)
    sure: bool = False

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Condition:
        asked = [item for item in (self.test, self.below, self.above) if item is not None]
        if len(asked) != 1:
            raise ValueError("условие задаёт одно из трёх: is, below или above")
        return self


class Office(Strict):
    """What the office does where a rule about organisations fired: its own line of advice.

    Deadline and control are those of the rule where they are not given.
    """

    addressee: Addressee
    advice: str
    deadline: str = ""
    control: str = ""


class Rule(Strict):
    """One rule.

    ``units`` says whose facts it looks at. ``when`` are conditions that must all hold; the first
    is the ground that is printed. ``finding`` is said in the organisation's own report (or of the
    municipality), ``summary`` in the office's report about all organisations where the rule
    fired; with ``in_office`` false it is said to the organisation alone. ``office`` is the advice
    to the office in place of the organisation's own. ``weight`` (1–5) orders; ``within_reach``
    says whether the addressee can change it.
    """

    id: str
    units: tuple[Kind, ...]
    when: tuple[Condition, ...] = Field(min_length=1)
    mark: Mark
    finding: str
    summary: str = ""
    addressee: Addressee | None = None
    advice: str = ""
    deadline: str = ""
    control: str = ""
    office: Office | None = None
    in_office: bool = True
    weight: int = Field(ge=1, le=5)
    within_reach: bool = True
    anchor: str = ""
    since: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Rule:
        if not RULE_PATTERN.fullmatch(self.id):
            raise ValueError("номер правила записывается как КП-Р01")
        if "муниципалитет" in self.units and len(self.units) > 1:
            raise ValueError("правило о муниципалитете не может быть и правилом об организациях")
        if bool(self.addressee) != bool(self.advice):
            raise ValueError("рекомендации нужны и addressee, и advice; без совета – ни того")
        if self.advice and not (self.deadline and self.control):
            raise ValueError("у рекомендации указываются deadline и control")
        self._check_office()
        self._check_words()
        return self

    def _check_office(self) -> None:
        if self.of_municipality:
            if self.office or not self.in_office:
                raise ValueError("office и in_office – для правил об организациях")
            return
        if self.in_office and not self.summary:
            raise ValueError("правилу об организациях нужен summary для отчёта управления")
        if self.office is None:
            return
        if not self.in_office:
            raise ValueError("office не нужен правилу, которого нет в отчёте управления")
        if not (self.office.deadline or self.deadline) or not (self.office.control or self.control):
            raise ValueError("у office указываются deadline и control, если их нет у правила")

    def _check_words(self) -> None:
        texts = {name: getattr(self, name) for name in ("finding", "summary", "advice")}
        texts["office"] = self.office.advice if self.office else ""
        for name, text in texts.items():
            unknown = placeholders_of(text) - PLACEHOLDERS
            if unknown:
                raise ValueError(
                    f"{name}: нет подстановки {{{', '.join(sorted(unknown))}}}; есть: "
                    f"{', '.join(sorted(PLACEHOLDERS))}"
                )
            found = forbidden_words(text)
            if found:
                raise ValueError(f"{name}: так писать нельзя: «{', '.join(found)}»")

    @property
    def of_municipality(self) -> bool:
        """True if the rule looks at the municipality as a whole."""
        return self.units == ("муниципалитет",)

    def is_in_force(self, school_year: str) -> bool:
        """True if the rule is used for a school year."""
        year = end_year_of(school_year)
        return (self.since or year) <= year <= (self.until or year)


class RuleFile(Strict):
    """A file of the list: the rules of one subsystem (or of one report across subsystems)."""

    subsystem: str = Field(pattern=r"^\d{2}$")
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class NumberedRule:
    """A rule with the report it belongs to."""

    subsystem: str
    rule: Rule


def load_rules(project: Project, known_facts: Collection[str] | None = None) -> list[NumberedRule]:
    """Read every ``params/recommendations/*.yml``.

    Parameters
    ----------
    known_facts : collection of str, optional
        Ids a condition may name; None: not checked.

    Raises
    ------
    RulesProblem
        If a file is not YAML, a field is unknown or missing, an id stands twice, a text has an
        unknown placeholder or a forbidden word, a condition names an unknown fact.
    """
    found: list[NumberedRule] = []
    first: dict[str, str] = {}
    told: list[str] = []
    delivered = sorted((project.params / "recommendations").glob("*.yml"))
    own = {path.name: path for path in own_files(project, "recommendations/*.yml")}
    added = [path for name, path in own.items() if name not in {each.name for each in delivered}]
    for path in [*delivered, *added]:
        lines, content = _read(project, path, None if path in added else own.get(path.name))
        for place, rule in enumerate(content.rules):
            where = f"{path.name}, строка {lines.line_of(('rules', place, 'id'))}"
            if rule.id in first:
                told.append(f"{where}: правило {rule.id} описано дважды: ещё {first[rule.id]}.")
            first.setdefault(rule.id, where)
            for condition in rule.when:
                if known_facts is not None and condition.fact not in known_facts:
                    told.append(
                        f"{where}: правило {rule.id}: нет показателя или признака "
                        f"«{condition.fact}»."
                    )
            found.append(NumberedRule(content.subsystem, rule))
    if told:
        raise RulesProblem("\n".join(told))
    return found


def _read(project: Project, path: Path, own: Path | None = None) -> tuple[YamlLines, RuleFile]:
    try:
        text = path.read_text(encoding="utf-8")
        loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        raise RulesProblem(
            f"{path.name}: файл сохранён не в UTF-8; сохраните его в этой кодировке."
        ) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", строка {mark.line + 1}" if mark else ""
        raise RulesProblem(
            f"{path.name}{where}: файл записан не по правилам YAML; проверьте отступы и двоеточия."
        ) from None
    lines = YamlLines(text)
    try:
        content = RuleFile.model_validate(loaded)
    except ValidationError as problem:
        told = [_say(path.name, lines, loaded, dict(error)) for error in problem.errors()]
        raise RulesProblem("\n".join(told)) from None
    if own is None:
        return lines, content
    whole = laid_over(loaded, read_own(project, own))
    try:
        return lines, RuleFile.model_validate(whole)
    except ValidationError as problem:
        errors = [dict(error) for error in problem.errors()]
        told = faults_of(project, own, whole, errors)
        told = told or [f"{shown(project, own)}: {found_and_expected(error)}." for error in errors]
        raise RulesProblem("\n".join(told)) from None


_KINDS = {
    "missing": "поле не заполнено",
    "extra_forbidden": "неизвестное поле; проверьте, нет ли опечатки",
}


def _say(name: str, lines: YamlLines, loaded: Any, error: dict[str, Any]) -> str:
    where = tuple(error["loc"])
    whose, inner = "", where
    if len(where) >= 2 and where[0] == "rules" and isinstance(where[1], int):
        row = loaded["rules"][where[1]]
        whose = f", правило {row.get('id', 'без id') if isinstance(row, dict) else 'без id'}"
        inner = where[2:]
    field = " → ".join(str(part) for part in inner)
    reason = _KINDS.get(error["type"])
    if reason is None and error["type"] == "value_error":
        reason = str(error["msg"]).removeprefix("Value error, ")
    elif reason is None:
        reason = f"недопустимое значение {error['input']!r}"
    named = f", поле «{field}»" if field else ""
    return f"{name}, строка {lines.line_of(where)}{whose}{named}: {reason}."
