"""What is meant for the public: ``params/publication.yml``, typed and checked."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from msoko_lib.catalogue import Catalogue
from msoko_lib.own import faults_of, laid_over, read_own
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.settings import Status, Threshold
from msoko_lib.yaml_lines import YamlLines

FILE = "publication.yml"
VALUE_PLACE = "{value}"
About = Literal["люди", "организации", "предметы"]
# Schools with low results, objectivity, heads: never by school.
NEVER_BY_UNIT = ("02", "05", "06")
THRESHOLDS = (
    "minimum_people",
    "minimum_group",
    "minimum_units",
    "protection",
    "inside_few",
    "rounding",
)


class RulesProblem(Problem):
    """The file that says what is public is wrong; the message names the line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(_Strict):
    """Indicators that the public sees, why, and whether by organisation."""

    about: About
    show: Literal["муниципалитет", "организации"]
    status: Status
    source: str
    indicators: tuple[str, ...] = Field(min_length=1)


class Withheld(_Strict):
    """Indicators that are not published at all, with the reason as the public reads it."""

    why: str
    indicators: tuple[str, ...] = Field(min_length=1)


class Sentence(_Strict):
    """A sentence of «Главное» that stands when its number is shown."""

    indicator: str
    text: str


class Rules(_Strict):
    """The whole of ``publication.yml``."""

    thresholds: dict[str, Threshold]
    shown: tuple[Shown, ...]
    withheld: tuple[Withheld, ...] = ()
    known_fields: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    sentences: tuple[Sentence, ...] = ()
    most_sentences: int = Field(default=6, ge=1)

    @cached_property
    def of_indicator(self) -> dict[str, Shown]:
        """Indicator → the rule by which it is shown."""
        return {name: rule for rule in self.shown for name in rule.indicators}

    @cached_property
    def kept_back(self) -> frozenset[str]:
        """Indicators that are named as not public."""
        return frozenset(name for rule in self.withheld for name in rule.indicators)

    def points(self, threshold: str) -> float:
        """Value of a threshold of the public edition."""
        return self.thresholds[threshold].value


def load_rules(project: Project, catalogue: Catalogue) -> Rules:
    """Read ``params/publication.yml``.

    Raises
    ------
    RulesProblem
        If the file is missing or no YAML, a field is unknown or missing, an indicator is unknown
        or named twice.
    """
    path = project.params / FILE
    if not path.is_file():
        raise RulesProblem(
            f"Нет файла params/{FILE}: в нём сказано, что можно публиковать. Возьмите его из "
            "поставки msoko."
        )
    text = path.read_text(encoding="utf-8")
    own = project.own / FILE
    whole = None
    try:
        whole = yaml.load(text, Loader=yaml.CSafeLoader)
        if own.is_file():
            whole = laid_over(whole, read_own(project, own))
        rules = Rules.model_validate(whole)
    except yaml.YAMLError:
        raise RulesProblem(
            f"{FILE}: файл записан не по правилам YAML; проверьте отступы и двоеточия."
        ) from None
    except ValidationError as problem:
        errors = [dict(error) for error in problem.errors()]
        if own.is_file() and (mine := faults_of(project, own, whole, errors)):
            raise RulesProblem("\n".join(mine)) from None
        lines = YamlLines(text)
        told = [
            f"{FILE}, строка {lines.line_of(error['loc'])}: поле "
            f"«{' → '.join(str(step) for step in error['loc'])}» заполнено неверно или лишнее."
            for error in problem.errors()
        ]
        raise RulesProblem("\n".join(told)) from None
    faults = _faults(rules, catalogue)
    if faults:
        raise RulesProblem("\n".join(f"{FILE}: {fault}" for fault in faults))
    return rules


def _faults(rules: Rules, catalogue: Catalogue) -> list[str]:
    absent = [name for name in THRESHOLDS if name not in rules.thresholds]
    told = [f"нет порога «{name}» в разделе thresholds." for name in absent]
    groups: list[Shown | Withheld] = [*rules.shown, *rules.withheld]
    named = Counter(name for rule in groups for name in rule.indicators)
    told += [f"показатель {name} назван дважды." for name, times in named.items() if times > 1]
    told += [
        f"показателя {name} нет в каталоге." for name in named if name not in catalogue.passports
    ]
    told += [
        f"поле «{name}» в known_fields никто не собирает."
        for name in rules.known_fields
        if name not in catalogue.fields
    ]
    spoken = [name for group in rules.parts for name in group]
    spoken += [sentence.indicator for sentence in rules.sentences]
    told += [
        f"показатель {name} стоит в parts или sentences, но не публикуется."
        for name in dict.fromkeys(spoken)
        if name not in rules.of_indicator
    ]
    told += [
        f"в предложении о {sentence.indicator} нет места для числа {VALUE_PLACE}."
        for sentence in rules.sentences
        if VALUE_PLACE not in sentence.text
    ]
    return told + _forbidden(rules, catalogue)


def _forbidden(rules: Rules, catalogue: Catalogue) -> list[str]:
    """What no municipality may publish, whatever its file says."""
    closed = {
        item.id
        for part in catalogue.subsystems
        if part.number in NEVER_BY_UNIT
        for item in part.indicators
    }
    told = []
    for name, rule in rules.of_indicator.items():
        passport = catalogue.passports.get(name)
        if passport is None:
            continue
        if passport.sensitive:
            told.append(
                f"показатель {name} помечен как чувствительный (sensitive): его не публикуют."
            )
        about_conditions = passport.assesses == "условия" and passport.from_fields is not None
        by_unit_allowed = about_conditions and rule.about == "предметы" and name not in closed
        if rule.show == "организации" and not by_unit_allowed:
            told.append(
                f"показатель {name} нельзя публиковать по организациям: по ним открыты только "
                "условия. Результаты ВПР, списки школ, объективность и работа руководителей по "
                "организациям не публикуются."
            )
    return told


def undecided(rules: Rules, catalogue: Catalogue) -> list[str]:
    """Indicators that the file does not name: they are not published, and the command says so."""
    return [
        name
        for name in catalogue.passports
        if name not in rules.of_indicator and name not in rules.kept_back
    ]
