"""Parameters of other sources: ``params/sources.yml``, thresholds with their origin, МКДО areas."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from msoko_lib.own import faults_of, laid_over, read_own, with_own
from msoko_lib.project import Project
from msoko_lib.settings import SettingsProblem, Status, Threshold, read_delivered

SOURCES = "sources.yml"
NOKO = "noko.yml"
COORDINATES = "coordinate_maps"
NEEDED = (
    "teachers_young_age", "teachers_pension_age_women", "teachers_pension_age_men",
    "teachers_courses_years", "teachers_young_experience", "teachers_small_group",
    "mkdo_base_level",
)  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Area(_Strict):
    """An area of quality of МКДО; ``words`` are beginnings of its names in files."""

    number: int = Field(ge=1, le=20)
    title: str
    words: tuple[str, ...]


class Areas(_Strict):
    """The areas of МКДО with the origin of their list."""

    source: str
    status: Status
    items: tuple[Area, ...]

    @model_validator(mode="after")
    def _numbers_stand_once(self) -> Areas:
        numbers = [item.number for item in self.items]
        if len(numbers) != len(set(numbers)):
            raise ValueError("номер области повторяется")
        return self


class Groups(_Strict):
    """Groups of people by full years: the years in which a next group begins."""

    source: str
    status: Status
    starts: tuple[int, ...] = Field(min_length=1)
    youngest: str
    oldest: str

    @model_validator(mode="after")
    def _starts_rise(self) -> Groups:
        if list(self.starts) != sorted(set(self.starts)):
            raise ValueError("начала групп starts идут по возрастанию, без повторов")
        return self

    @property
    def titles(self) -> tuple[str, ...]:
        """Names of the groups, the youngest first: «моложе 25», «25–29», «65 и старше»."""
        between = (f"{low}–{high - 1}" if high - low > 1 else f"{low}"
                   for low, high in zip(self.starts, self.starts[1:], strict=False))  # fmt: skip
        return (f"{self.youngest} {self.starts[0]}", *between, f"{self.starts[-1]} {self.oldest}")

    def title_of(self, years: float) -> str:
        """Name of the group that a number of years falls into."""
        return self.titles[sum(years >= start for start in self.starts)]


class SourceParams(_Strict):
    """What the readers of other sources need to know."""

    thresholds: dict[str, Threshold]
    mkdo_areas: Areas
    teacher_ages: Groups
    teacher_experience: Groups

    @model_validator(mode="after")
    def _has_every_threshold(self) -> SourceParams:
        missing = [name for name in NEEDED if name not in self.thresholds]
        if missing:
            raise ValueError("нет порогов: " + ", ".join(missing))
        return self

    def value(self, name: str) -> float:
        """Value of a threshold."""
        return self.thresholds[name].value


def load_source_params(project: Project) -> SourceParams:
    """Read ``params/sources.yml``.

    Raises
    ------
    SettingsProblem
        If the file is missing, is not YAML or is filled wrongly.
    """
    try:
        return SourceParams.model_validate(read_yaml(project, SOURCES))
    except ValidationError as problem:
        raise wrong_fields(project, SOURCES, problem) from None


def read_yaml(project: Project, name: str) -> Any:
    """Content of a parameters file, the municipality's own one laid over it.

    Raises
    ------
    SettingsProblem
        If it cannot be read.
    """
    delivered = read_delivered(project.params / name)
    own = project.own / name
    return laid_over(delivered, read_own(project, own)) if own.is_file() else delivered


def wrong_fields(project: Project, name: str, problem: ValidationError) -> SettingsProblem:
    """Every fault of a parameters file in one message; those of an own file by line."""
    own = project.own / name
    if own.is_file():
        errors = [dict(error) for error in problem.errors()]
        told = faults_of(project, own, read_yaml(project, name), errors)
        if told:
            return SettingsProblem("\n".join(told))
    lines = [
        f"  {' → '.join(map(str, error['loc'])) or 'файл'}: "
        + str(error["msg"]).removeprefix("Value error, ")
        for error in problem.errors()
    ]
    listed = "\n".join(lines)
    return SettingsProblem(f"Параметры (params/{name}) заполнены неверно:\n{listed}")


def sources_fingerprint(project: Project) -> str:
    """Hash of everything in ``params`` that changes how other sources are read."""
    digest = hashlib.sha256()
    paths = [folder / name for folder in (project.params, project.own) for name in (SOURCES, NOKO)]
    paths += with_own(project.params / COORDINATES, project.own / COORDINATES, "*.csv").values()
    for path in paths:
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
