"""Indicator passports: what each indicator asks, how it is computed, what it is compared with."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from msoko_lib.problems import Problem
from msoko_lib.project import Project, end_year_of
from msoko_lib.settings import Status

Level = Literal["school", "cluster", "municipality", "region", "country"]
ID_PATTERN = r"[А-Я]{2}-\d{2}"


class CatalogueProblem(Problem):
    """A passport is wrong; the message names file, indicator and field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Strict):
    """What value is aimed at, with its origin."""

    value: float | None = None
    words: str
    source: str
    status: Status


class Passport(_Strict):
    """One indicator.

    ``computed_by`` names a function of :mod:`msoko_lib.indicators`; ``cuts`` are the columns by
    which the value is given apart (subject, grade); ``minimum_n`` is the smallest number of
    people (or objects) that a value is reported for.
    """

    id: str = Field(pattern=f"^{ID_PATTERN}$")
    title: str
    question: str
    formula: str
    computed_by: str
    unit: Literal["%", "балл", "п.п.", "чел.", "шт.", "отношение"]
    direction: Literal["больше – лучше", "меньше – лучше", "около нормы", "справочно"]
    period: Literal["процедура", "полугодие", "год"]
    source: str
    cuts: tuple[Literal["subject", "grade", "component"], ...] = ()
    levels: tuple[Level, ...]
    minimum_n: int = Field(ge=1)
    interval: Literal["уилсона", "стьюдента", "бутстреп", "нет"]
    reference: Level | None = None
    target: Target | None = None
    since: int | None = None
    until: int | None = None

    def is_valid_in(self, school_year: str) -> bool:
        """True if the indicator is in force in a school year."""
        year = end_year_of(school_year)
        return (self.since or year) <= year <= (self.until or year)


class Subsystem(_Strict):
    """A file of the catalogue: one subsystem and its indicators."""

    number: str = Field(pattern=r"^\d{2}$")
    title: str
    goal: str
    indicators: tuple[Passport, ...]


class Catalogue(_Strict):
    """All passports."""

    subsystems: tuple[Subsystem, ...]

    @cached_property
    def passports(self) -> dict[str, Passport]:
        return {item.id: item for part in self.subsystems for item in part.indicators}

    def of_subsystem(self, number: str) -> Subsystem:
        """A subsystem by its two-digit number.

        Raises
        ------
        CatalogueProblem
            If there is no such subsystem.
        """
        for part in self.subsystems:
            if part.number == number:
                return part
        numbers = ", ".join(part.number for part in self.subsystems)
        raise CatalogueProblem(f"Нет подсистемы «{number}». Есть: {numbers}.")

    def __getitem__(self, indicator_id: str) -> Passport:
        return self.passports[indicator_id]


def load_catalogue(project: Project) -> Catalogue:
    """Read every ``params/indicators/*.yml``.

    Raises
    ------
    CatalogueProblem
        If a file is not YAML, a field is unknown or missing, an id stands twice.
    """
    files = sorted((project.params / "indicators").glob("*.yml"))
    if not files:
        raise CatalogueProblem("В params/indicators нет ни одного файла с показателями.")
    subsystems = tuple(_read_subsystem(path) for path in files)
    counts = Counter(item.id for part in subsystems for item in part.indicators)
    twice = [indicator_id for indicator_id, times in counts.items() if times > 1]
    if twice:
        raise CatalogueProblem(f"Показатели описаны дважды: {', '.join(twice)}.")
    return Catalogue(subsystems=subsystems)


def _read_subsystem(path: Path) -> Subsystem:
    try:
        text = path.read_text(encoding="utf-8")
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", строка {mark.line + 1}" if mark else ""
        raise CatalogueProblem(
            f"{path.name}{where}: файл записан не по правилам YAML; проверьте отступы, двоеточия "
            "и кодировку (нужна UTF-8)."
        ) from None
    try:
        return Subsystem.model_validate(loaded)
    except ValidationError as problem:
        lines = [_say(path, text, loaded, dict(error)) for error in problem.errors()]
        raise CatalogueProblem("\n".join(lines)) from None


def _say(path: Path, text: str, loaded: Any, error: dict[str, Any]) -> str:
    """One error with the file, the line, the indicator and the field."""
    where = error["loc"]
    line, name = _line_of(text, where), ""
    if len(where) >= 2 and where[0] == "indicators" and isinstance(where[1], int):
        passport = loaded["indicators"][where[1]]
        known = passport.get("id", "без id") if isinstance(passport, dict) else "без id"
        name = f", показатель {known}"
        where = where[2:]
    field = " → ".join(str(part) for part in where) or "файл"
    kinds = {
        "missing": "поле не заполнено",
        "extra_forbidden": "неизвестное поле; проверьте, нет ли опечатки",
    }
    reason = kinds.get(error["type"], f"недопустимое значение {error['input']!r}")
    return f"{path.name}, строка {line}{name}, поле «{field}»: {reason}."


def _line_of(text: str, where: tuple[int | str, ...]) -> int:
    """Line of a field; of what it should stand in, where the field itself is missing."""
    node = yaml.compose(text)
    line = 0
    for part in where:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            found = {key.value: (key, value) for key, value in node.value}.get(part)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line
        else:
            break
    return line + 1
