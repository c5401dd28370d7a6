"""What the annual report shows and how it is laid out: ``params/annual.yml``."""

from __future__ import annotations

from pydantic import Field, ValidationError, model_validator

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake.source_params import read_yaml, wrong_fields
from msoko_lib.passports import Strict
from msoko_lib.project import Project
from msoko_lib.settings import SettingsProblem, Status

FILE = "annual.yml"


class ReportSection(Strict):
    """A section of the report that the law asks for: its indicators, or why there are none."""

    number: str
    title: str
    indicators: tuple[str, ...] = ()
    missing: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> ReportSection:
        if bool(self.indicators) == bool(self.missing):
            raise ValueError("у раздела указывают либо indicators, либо missing")
        return self


class Part(Strict):
    """Sections of one level of education."""

    title: str
    sections: tuple[ReportSection, ...] = Field(min_length=1)


class Structure(Strict):
    """The structure of the report on the municipal system, with its origin."""

    title: str
    source: str
    status: Status
    parts: tuple[Part, ...] = Field(min_length=1)


class AnnualParams(Strict):
    """``params/annual.yml``."""

    source: str
    status: Status
    key_indicators: dict[str, tuple[str, ...]]
    structure: Structure


def load_annual(project: Project, catalogue: Catalogue) -> AnnualParams:
    """Read ``params/annual.yml`` and check it against the catalogue.

    Raises
    ------
    SettingsProblem
        If the file is missing, is filled wrongly or names what the catalogue does not have.
    """
    try:
        found = AnnualParams.model_validate(read_yaml(project, FILE))
    except ValidationError as problem:
        raise wrong_fields(project, FILE, problem) from None
    told = [*_wrong_keys(found, catalogue), *_wrong_sections(found, catalogue)]
    if told:
        listed = "\n".join(f"  {line}" for line in told)
        raise SettingsProblem(f"Параметры (params/{FILE}) заполнены неверно:\n{listed}")
    return found


def _wrong_keys(params: AnnualParams, catalogue: Catalogue) -> list[str]:
    numbers = [part.number for part in catalogue.subsystems]
    told = [
        f"key_indicators: нет подсистемы «{number}»"
        for number in params.key_indicators
        if number not in numbers
    ]
    told += [
        f"key_indicators: не названы показатели подсистемы {number}"
        for number in numbers
        if not params.key_indicators.get(number)
    ]
    for number, names in params.key_indicators.items():
        for name in names:
            passport = catalogue.passports.get(name)
            if passport is None:
                told.append(f"key_indicators → {number}: нет показателя «{name}»")
            elif passport.cuts:
                told.append(
                    f"key_indicators → {number}: показатель {name} даётся по предметам, классам "
                    "или частям; возьмите показатель с одним значением"
                )
            elif "municipality" not in passport.levels:
                told.append(
                    f"key_indicators → {number}: показатель {name} по муниципалитету не считается"
                )
    return told


def _wrong_sections(params: AnnualParams, catalogue: Catalogue) -> list[str]:
    return [
        f"structure → раздел {section.number}: нет показателя «{name}»"
        for part in params.structure.parts
        for section in part.sections
        for name in section.indicators
        if name not in catalogue.passports
    ]
