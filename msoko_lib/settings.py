"""Typed parameters of a school year: ``params/common.yml`` and what ``params/<year>.yml`` changes.

No threshold lives in code. Each carries its source and its status, and every report that uses
one prints them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from calendar import monthrange
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from msoko_lib.own import faults_of, laid_over, read_own
from msoko_lib.problems import Problem
from msoko_lib.project import Project, end_year_of, is_school_year

Status = Literal["нормативный", "муниципальный", "системный"]
_LEAP_YEAR = 2024
_FIRST_MONTH = 9


class SettingsProblem(Problem):
    """A parameters file is wrong; the message says which file, which field and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Municipality(_Strict):
    """Whose system this is."""

    name: str
    name_genitive: str
    region: str
    department: str
    code: str = Field(description="код муниципалитета в ФИС ОКО (reg20_m012) или пусто")


class Threshold(_Strict):
    """A number that decides something, with its origin."""

    value: float
    unit: str
    source: str
    status: Status
    meaning: str


class Scale(_Strict):
    """Primary scores at which marks 3, 4 and 5 begin."""

    subject: str
    grade: int = Field(ge=1, le=12)
    first_year: int
    last_year: int
    max_score: int = Field(gt=0)
    from_3: int
    from_4: int
    from_5: int
    source: str
    status: Status

    @model_validator(mode="after")
    def _ordered(self) -> Scale:
        if not 0 < self.from_3 < self.from_4 < self.from_5 <= self.max_score:
            raise ValueError(
                f"границы отметок идут не по порядку: {self.from_3}, {self.from_4}, {self.from_5} "
                f"при максимуме {self.max_score}"
            )
        return self


class ExamMinimum(_Strict):
    """Lowest passing result of an ЕГЭ subject."""

    subject: str
    first_year: int
    last_year: int
    minimum: float
    measured_in: Literal["тестовый балл", "отметка"]
    source: str
    status: Status


class MedalRule(_Strict):
    """What a candidate must reach to confirm the medal."""

    degree: Literal["I", "II"]
    first_year: int
    last_year: int
    russian: float
    other: float
    base_mathematics_mark: int | None
    source: str
    status: Status


class IncomparableSession(_Strict):
    """A ВПР session that must not be put beside others."""

    vpr_year: int
    session: Literal["spring", "autumn"]
    reason: str


class Deadline(_Strict):
    """A day by which something is wanted, with its origin.

    ``calendar_year`` is written in a year's own file where the day lies outside the school year.
    """

    day: int = Field(ge=1, le=31)
    month: int = Field(ge=1, le=12)
    calendar_year: int | None = None
    source: str
    status: Status
    meaning: str

    @model_validator(mode="after")
    def _is_a_day(self) -> Deadline:
        try:
            dt.date(self.calendar_year or _LEAP_YEAR, self.month, self.day)
        except ValueError:
            raise ValueError(f"такого дня нет: {self.day}.{self.month:02d}") from None
        return self

    def date_in(self, school_year: str) -> dt.date:
        """The day in a school year: September to December lie in its first calendar year.

        The last day of February where the year is not a leap year and the 29th is written.
        """
        end = end_year_of(school_year)
        year = self.calendar_year or (end if self.month < _FIRST_MONTH else end - 1)
        return dt.date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


class FactorBlock(_Strict):
    """Indicators that stand for one block of the analysis of links, each with its sign."""

    title: str
    indicators: dict[str, Literal[-1, 1]]


class HeadIndicator(_Strict):
    """An indicator in the assessment of heads and its goalposts, in the unit people read.

    ``low`` scores 0 and ``high`` scores 1; ``low`` above ``high`` where small values are good.
    ``years``: how many years are added up, the newest included.
    """

    indicator: str
    component: str = ""
    low: float
    high: float
    weight: Annotated[float, Field(gt=0)] = 1
    years: int = Field(default=1, ge=1, le=3)

    @model_validator(mode="after")
    def _differ(self) -> HeadIndicator:
        if self.low == self.high:
            raise ValueError(f"у {self.indicator} оба ориентира равны {self.low:g}")
        return self

    @property
    def name(self) -> str:
        """Column of the values: indicator with its component."""
        return f"{self.indicator} {self.component}".strip()


class HeadBlock(_Strict):
    """A block of the assessment of heads."""

    title: str
    weight: Annotated[float, Field(gt=0)] = 1
    indicators: tuple[HeadIndicator, ...] = Field(min_length=1)


class HeadIndex(_Strict):
    """Blocks, weights and goalposts of the assessment of heads, with their origin."""

    source: str
    status: Status
    blocks: tuple[HeadBlock, ...] = Field(min_length=2)


class Settings(_Strict):
    """Parameters of one school year."""

    municipality: Municipality
    thresholds: dict[str, Threshold]
    vpr_scales: tuple[Scale, ...]
    oge_scales: tuple[Scale, ...]
    ege_minimums: tuple[ExamMinimum, ...]
    medal_rules: tuple[MedalRule, ...]
    incomparable_sessions: tuple[IncomparableSession, ...]
    cluster_titles: dict[str, str]
    context_signs: dict[str, Literal[-1, 1]] = Field(default_factory=dict)
    comparison_conditions: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    cluster_base_year: str = ""
    head_index: HeadIndex | None = None
    olympiad_subjects: tuple[str, ...] = ()
    deadlines: dict[str, Deadline] = Field(default_factory=dict)
    selective_kinds: tuple[str, ...] = ()
    factor_blocks: tuple[FactorBlock, ...] = ()

    @field_validator("cluster_base_year")
    @classmethod
    def _is_a_year(cls, given: str) -> str:
        if given and not is_school_year(given):
            raise ValueError(f"учебный год записывается как 2024-2025, указано: {given}")
        return given

    def threshold(self, name: str) -> Threshold:
        """A threshold by its name.

        Raises
        ------
        SettingsProblem
            If no parameters file defines it.
        """
        try:
            return self.thresholds[name]
        except KeyError:
            raise SettingsProblem(
                f"params/common.yml: нет порога «{name}» в разделе thresholds."
            ) from None

    def deadline(self, name: str, school_year: str) -> str:
        """A deadline in a school year as an ISO date; empty where no parameters file names it."""
        named = self.deadlines.get(name)
        return named.date_in(school_year).isoformat() if named else ""

    def vpr_scale(self, subject: str, grade: int, vpr_year: int) -> Scale | None:
        """Known mark scale of a ВПР, or None."""
        return _pick(self.vpr_scales, vpr_year, subject=subject, grade=grade)

    def oge_scale(self, subject: str, exam_year: int) -> Scale | None:
        """Known mark scale of an ОГЭ, or None."""
        return _pick(self.oge_scales, exam_year, subject=subject)

    def ege_minimum(self, subject: str, exam_year: int) -> ExamMinimum | None:
        """Lowest passing ЕГЭ result, or None."""
        return _pick(self.ege_minimums, exam_year, subject=subject)

    def medal_rule(self, degree: str, exam_year: int) -> MedalRule | None:
        """What a medal of this degree asked in that year, or None."""
        return _pick(self.medal_rules, exam_year, degree=degree)

    def session_is_comparable(self, vpr_year: int, session: str) -> bool:
        """False for sessions that tested another programme (autumn 2020 and 2022)."""
        return not any(
            item.vpr_year == vpr_year and item.session == session
            for item in self.incomparable_sessions
        )

    @property
    def fingerprint(self) -> str:
        """Short hash of all parameters that numbers depend on: a result of others is stale."""
        text = self.model_dump_json(exclude={"deadlines"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _pick(items: tuple[Any, ...], year: int, **wanted: object) -> Any:
    for item in items:
        in_years = item.first_year <= year <= item.last_year
        if in_years and all(getattr(item, name) == value for name, value in wanted.items()):
            return item
    return None


def load_settings(project: Project, school_year: str) -> Settings:
    """Parameters of a school year, checked before any data is read.

    Raises
    ------
    SettingsProblem
        If a file is not YAML, a field is unknown, missing or out of bounds.
    """
    end_year_of(school_year)
    delivered, yearly = project.params / "common.yml", project.params / f"{school_year}.yml"
    over = (project.own / delivered.name, yearly, project.own / yearly.name)
    paths = (delivered, *(path for path in over if path.is_file()))
    contents = tuple(path.read_bytes() if path.is_file() else b"" for path in paths)
    return _read_all(project, paths, contents)


# Asked for with every table of every year; the contents say whether anything has changed.
@lru_cache(maxsize=8)
def _read_all(project: Project, paths: tuple[Path, ...], contents: tuple[bytes, ...]) -> Settings:
    params, (delivered, *over) = project.params, paths
    merged = read_delivered(delivered)
    files = [delivered]
    mine: list[Path] = []
    for path in over:
        if path.is_file():
            is_own = path.parent != params
            merged = laid_over(merged, read_own(project, path) if is_own else read_delivered(path))
            (mine if is_own else files).append(path)
    try:
        return Settings.model_validate(merged)
    except ValidationError as problem:
        errors: list[dict[str, Any]] = [dict(error) for error in problem.errors()]
        told = [line for path in mine for line in faults_of(project, path, merged, errors)]
        if told:
            raise SettingsProblem("\n".join(told)) from None
        names = ", ".join(f"params/{file.name}" for file in files)
        lines = [
            f"  {' → '.join(str(part) for part in error['loc'])}: {_in_russian(error)}"
            for error in errors
        ]
        listed = "\n".join(lines)
        raise SettingsProblem(f"Параметры ({names}) заполнены неверно:\n{listed}") from None


_RUSSIAN_ERRORS = {
    "extra_forbidden": "неизвестное поле; проверьте, нет ли опечатки",
    "missing": "поле не заполнено",
    "float_parsing": "ожидалось число",
    "float_type": "ожидалось число",
    "int_parsing": "ожидалось целое число",
    "int_type": "ожидалось целое число",
    "string_type": "ожидался текст",
    "literal_error": "недопустимое значение",
    "greater_than": "ожидалось число больше нуля",
}


def _in_russian(error: Any) -> str:
    known = _RUSSIAN_ERRORS.get(error["type"])
    if known is None:
        return str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return known
    return f"{known} (указано: {error['input']!r})"


def read_delivered(path: Path) -> dict[str, Any]:
    """Content of a parameters file as it was delivered, nothing laid over it.

    Raises
    ------
    SettingsProblem
        If there is none, or it is not YAML with pairs.
    """
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError:
        raise SettingsProblem(f"Нет файла параметров params/{path.name}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", строка {mark.line + 1}" if mark else ""
        raise SettingsProblem(
            f"Файл параметров {path.name}{where} записан не по правилам YAML: проверьте отступы, "
            "двоеточия и кавычки."
        ) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SettingsProblem(f"Файл параметров {path.name}: ожидались пары «поле: значение».")
    return loaded
