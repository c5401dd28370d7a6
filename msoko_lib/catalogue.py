"""The catalogue of indicators: read from ``params/indicators`` and checked as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from msoko_lib.own import (
    faults_of,
    found_and_expected,
    laid_over,
    own_files,
    read_own,
    shown,
)
from msoko_lib.passports import FormField, Passport, Strict, Subsystem
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.yaml_lines import YamlLines


class CatalogueProblem(Problem):
    """A passport or a field is wrong; the message names file, line, indicator and field."""


class Catalogue(Strict):
    """All subsystems with their fields and passports."""

    subsystems: tuple[Subsystem, ...]

    @cached_property
    def passports(self) -> dict[str, Passport]:
        return {item.id: item for part in self.subsystems for item in part.indicators}

    @cached_property
    def fields(self) -> dict[str, FormField]:
        return {item.id: item for part in self.subsystems for item in part.fields}

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


@dataclass(frozen=True)
class _File:
    """A file of the catalogue: its name, its text, what it holds."""

    name: str
    lines: YamlLines
    subsystem: Subsystem

    def say(self, where: tuple[str | int, ...], what: str) -> str:
        return f"{self.name}, строка {self.lines.line_of(where)}: {what}"


def load_catalogue(project: Project) -> Catalogue:
    """Read every ``params/indicators/*.yml`` and check them against each other.

    Raises
    ------
    CatalogueProblem
        If a file is not YAML, a field is unknown or missing, an id stands twice, a formula asks
        for a field nobody collects, a field is part of itself, units do not fit.
    """
    paths = sorted((project.params / "indicators").glob("*.yml"))
    if not paths:
        raise CatalogueProblem("В params/indicators нет ни одного файла с показателями.")
    own = own_files(project, "indicators/*.yml")
    contents = tuple(path.read_bytes() for path in [*paths, *own])
    return _read_all(project, tuple(paths), tuple(own), contents)


# Asked for with every table of every year; the contents say whether anything has changed.
@lru_cache(maxsize=4)
def _read_all(
    project: Project,
    paths: tuple[Path, ...],
    own_paths: tuple[Path, ...],
    contents: tuple[bytes, ...],
) -> Catalogue:
    own = {path.name: path for path in own_paths}
    names = {path.name for path in paths}
    files = [_read(project, path, own.get(path.name)) for path in paths]
    files += [_read(project, path) for name, path in own.items() if name not in names]
    problems = [
        *_repeated_numbers(files),
        *_repeats(files),
        *_field_faults(files),
        *_formula_faults(files),
    ]
    if problems:
        raise CatalogueProblem("\n".join(problems))
    return Catalogue(subsystems=tuple(file.subsystem for file in files))


def _read(project: Project, path: Path, own: Path | None = None) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CatalogueProblem(
            f"{path.name}: файл сохранён не в UTF-8; сохраните его в этой кодировке."
        ) from None
    try:
        loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", строка {mark.line + 1}" if mark else ""
        raise CatalogueProblem(
            f"{path.name}{where}: файл записан не по правилам YAML; проверьте отступы и двоеточия."
        ) from None
    lines = YamlLines(text)
    try:
        file = _File(path.name, lines, Subsystem.model_validate(loaded))
    except ValidationError as problem:
        told = [_say(path.name, lines, loaded, dict(error)) for error in problem.errors()]
        raise CatalogueProblem("\n".join(told)) from None
    return file if own is None else _with_own(project, file, loaded, own)


def _with_own(project: Project, file: _File, loaded: Any, own: Path) -> _File:
    """The file with the municipality's own passports and fields; their faults are told by line."""
    whole = laid_over(loaded, read_own(project, own))
    try:
        return replace(file, subsystem=Subsystem.model_validate(whole))
    except ValidationError as problem:
        errors = [dict(error) for error in problem.errors()]
        told = faults_of(project, own, whole, errors)
        told = told or [f"{shown(project, own)}: {found_and_expected(error)}." for error in errors]
        raise CatalogueProblem("\n".join(told)) from None


_KINDS = {
    "too_short": "список пуст",
    "missing": "поле не заполнено",
    "extra_forbidden": "неизвестное поле; проверьте, нет ли опечатки",
}


def _say(name: str, lines: YamlLines, loaded: Any, error: dict[str, Any]) -> str:
    """One error with the file, the line, the indicator (or form field) and the field."""
    where = tuple(error["loc"])
    whose, inner = "", where
    if len(where) >= 2 and where[0] in ("indicators", "fields") and isinstance(where[1], int):
        kind = "показатель" if where[0] == "indicators" else "поле формы"
        row = loaded[where[0]][where[1]]
        whose = f", {kind} {row.get('id', 'без id') if isinstance(row, dict) else 'без id'}"
        inner = where[2:]
    field = " → ".join(str(part) for part in inner)
    reason = _KINDS.get(error["type"])
    if reason is None and error["type"] == "value_error":
        reason = str(error["msg"]).removeprefix("Value error, ")
    elif reason is None:
        reason = f"недопустимое значение {error['input']!r}"
    named = f", поле «{field}»" if field else ""
    return f"{name}, строка {lines.line_of(where)}{whose}{named}: {reason}."


def place_of(project: Project, indicator_id: str, key: str) -> str:
    """Where a line of a passport stands: «05_objectivity.yml, строка 64»; empty if nowhere."""
    for path in sorted((project.params / "indicators").glob("*.yml")):
        file = _read(project, path)
        for place, item in enumerate(file.subsystem.indicators):
            if item.id == indicator_id:
                return f"{file.name}, строка {file.lines.line_of(('indicators', place, key))}"
    return ""


def _repeated_numbers(files: list[_File]) -> list[str]:
    """Two files of one subsystem: its reports could not tell them apart."""
    first: dict[str, str] = {}
    told = []
    for file in files:
        number = file.subsystem.number
        if number in first:
            told.append(
                file.say(("number",), f"подсистема {number} уже описана в {first[number]}.")
            )
        first.setdefault(number, file.name)
    return told


def _repeats(files: list[_File]) -> list[str]:
    """Ids that stand twice, within a file or in two."""
    told: list[str] = []
    first: dict[str, tuple[_File, tuple[str | int, ...]]] = {}
    for file in files:
        for group in ("fields", "indicators"):
            for place, item in enumerate(getattr(file.subsystem, group)):
                where = (group, place, "id")
                if item.id not in first:
                    first[item.id] = (file, where)
                    continue
                other, place_there = first[item.id]
                line = other.lines.line_of(place_there)
                told.append(
                    file.say(where, f"{item.id} описан дважды: ещё {other.name}, строка {line}.")
                )
    return told


def _field_faults(files: list[_File]) -> list[str]:
    """Parts of unknown fields, of themselves, or of fields that another kind of unit fills."""
    fields = {item.id: item for file in files for item in file.subsystem.fields}
    told = []
    for file in files:
        for place, item in enumerate(file.subsystem.fields):
            where = ("fields", place, "part_of")
            whole = fields.get(item.part_of) if item.part_of else None
            for name in item.sum_of:
                if name not in fields:
                    where_sum = ("fields", place, "sum_of")
                    told.append(file.say(where_sum, f"поле {item.id}: нет поля «{name}»."))
            if item.part_of and whole is None:
                told.append(file.say(where, f"поле {item.id}: нет поля «{item.part_of}»."))
            elif whole is not None and _goes_round(item, fields):
                told.append(file.say(where, f"поле {item.id} по кругу часть самого себя."))
            elif whole is not None and not set(item.units) <= set(whole.units):
                told.append(
                    file.say(where, f"поле {item.id} заполняют не те же организации, что и "
                             f"«{whole.id}», частью которого оно названо.")
                )  # fmt: skip
    return told


def _goes_round(item: FormField, fields: dict[str, FormField]) -> bool:
    seen, current = {item.id}, item.part_of
    while current is not None and current in fields:
        if current in seen:
            return True
        seen.add(current)
        current = fields[current].part_of
    return False


def _formula_faults(files: list[_File]) -> list[str]:
    """Formulas that ask for what nobody collects or what other units fill."""
    fields = {item.id: item for file in files for item in file.subsystem.fields}
    told = []
    for file in files:
        for place, passport in enumerate(file.subsystem.indicators):
            if passport.from_fields is None:
                continue
            where = ("indicators", place, "from_fields")
            for name in passport.from_fields.fields:
                if name not in fields:
                    told.append(
                        file.say(where, f"показатель {passport.id}: поле «{name}» никто не "
                                 "собирает; опишите его в разделе fields.")
                    )  # fmt: skip
                elif not set(passport.units) <= set(fields[name].units):
                    told.append(
                        file.say(where, f"показатель {passport.id}: поле «{name}» заполняют не "
                                 "все организации показателя (units).")
                    )  # fmt: skip
                elif fields[name].kind in ("дата", "текст", "выбор"):
                    told.append(
                        file.say(where, f"показатель {passport.id}: поле «{name}» не число "
                                 f"(вид «{fields[name].kind}»).")
                    )  # fmt: skip
    return told
