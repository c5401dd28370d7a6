"""A municipality's own parameters, texts and indicators: a folder that no update ever touches.

``params/own`` (or the folder named by ``MSOKO_OWN``, on a shared disk for example) has the same
files as ``params``; each holds only what differs. Read over the files of the delivery: pairs key
by key, lists of things with an ``id`` thing by thing, anything else as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from msoko_lib.problems import Problem
from msoko_lib.project import OWN, Project
from msoko_lib.yaml_lines import YamlLines

FOLDER = OWN
Where = tuple[str | int, ...]


class OwnProblem(Problem):
    """An own file is wrong; the message names file, line, key, what was found and expected."""


def own_file(project: Project, name: str) -> Path:
    """The own file of a name, else the delivered one."""
    own = project.own / name
    return own if own.is_file() else project.params / name


def own_files(project: Project, pattern: str) -> list[Path]:
    """Own files below the folder that fit a pattern, sorted."""
    return sorted(project.own.glob(pattern))


def with_own(folder: Path, own: Path | None, pattern: str) -> dict[str, Path]:
    """Files of a folder as messages name them: an own one in place of the delivered namesake.

    Parameters
    ----------
    folder : Path
        ``params/coordinate_maps`` for example.
    own : Path, optional
        The folder of the same name among the municipality's own.
    """
    chosen = {path.name: (path.name, path) for path in folder.glob(pattern)}
    if own is not None:
        chosen |= {
            path.name: (f"params/{OWN}/{own.name}/{path.name}", path) for path in own.glob(pattern)
        }
    return dict(chosen[name] for name in sorted(chosen))


def shown(project: Project, path: Path) -> str:
    """A file as messages name it: «params/own/common.yml»."""
    for params in (project.params, project.root / "params"):
        if path.is_relative_to(params):
            return f"params/{path.relative_to(params).as_posix()}"
    return str(path)


def laid_over(base: Any, own: Any) -> Any:
    """What counts: ``own`` where it says something, else ``base``.

    >>> laid_over({"a": 1, "b": [{"id": "x", "n": 1}]}, {"b": [{"id": "x", "n": 2}, {"id": "y"}]})
    {'a': 1, 'b': [{'id': 'x', 'n': 2}, {'id': 'y'}]}
    >>> laid_over({"a": [1, 2]}, {"a": [3]})
    {'a': [3]}
    """
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        added = {name: value for name, value in own.items() if name not in base}
        kept = {
            name: laid_over(value, own[name]) if name in own else value
            for name, value in base.items()
        }
        return {**kept, **added}
    if _has_ids(base) and _has_ids(own):
        mine = {item["id"]: item for item in own}
        known = {item["id"] for item in base}
        changed = [
            laid_over(item, mine[item["id"]]) if item["id"] in mine else item for item in base
        ]
        return [*changed, *(item for item in own if item["id"] not in known)]
    return own


def _has_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and "id" in item for item in value)
    )


def read_own(project: Project, path: Path) -> Any:
    """Content of an own file.

    Raises
    ------
    OwnProblem
        If it is no YAML, not in UTF-8, or holds no pairs.
    """
    name = shown(project, path)
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        raise OwnProblem(f"{name}: найдена другая кодировка, ожидалась UTF-8.") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", строка {mark.line + 1}" if mark else ""
        raise OwnProblem(
            f"{name}{where}: найдена запись не по правилам YAML, ожидались пары «поле: значение»; "
            "проверьте отступы, двоеточия и кавычки."
        ) from None
    if loaded is not None and not isinstance(loaded, Mapping):
        raise OwnProblem(f"{name}: ожидались пары «поле: значение», найдено другое.")
    return loaded or {}


def faults_of(
    project: Project, path: Path, whole: Any, errors: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Those of the errors that an own file brought in, each with line, key, found and expected.

    Parameters
    ----------
    path : Path
        The own file.
    whole : any
        What was checked: the delivered content with the own one laid over it.
    errors : sequence of mapping
        As pydantic gives them.
    """
    own = read_own(project, path)
    lines = YamlLines(path.read_text(encoding="utf-8"))
    told = []
    for error in errors:
        where = place_in(own, whole, tuple(error["loc"]))
        if where is not None:
            key = " → ".join(str(step) for step in error["loc"])
            told.append(
                f"{shown(project, path)}, строка {lines.line_of(where)}, поле «{key}»: "
                f"{found_and_expected(error)}."
            )
    return told


def place_in(own: Any, whole: Any, where: Where) -> Where | None:
    """The same place in the own content; None where the own file does not speak of it.

    What is missing has no place of its own: the thing that lacks it is meant.
    """
    found: list[str | int] = []
    for step in where:
        inside: Any = None
        if isinstance(own, Mapping) and step in own:
            inside, index = own[step], step
        elif isinstance(own, list) and isinstance(step, int) and isinstance(whole, list):
            index = _same_item(own, whole, step)
            inside = own[index] if 0 <= index < len(own) else None
        if inside is None:
            is_last = len(found) == len(where) - 1
            return tuple(found) if is_last and found else None
        whole = whole[step]
        found.append(index)
        own = inside
    return tuple(found)


def _same_item(own: list[Any], whole: list[Any], step: int) -> int:
    if not (_has_ids(own) and _has_ids(whole)):
        return step
    wanted = whole[step]["id"]
    return next((place for place, item in enumerate(own) if item["id"] == wanted), -1)


_EXPECTED = {
    "missing": "заполненное поле",
    "extra_forbidden": "известное поле (нет ли опечатки)",
    "int_parsing": "целое число",
    "int_type": "целое число",
    "int_from_float": "целое число",
    "float_parsing": "число",
    "float_type": "число",
    "string_type": "текст",
    "bool_parsing": "true или false",
    "bool_type": "true или false",
    "tuple_type": "список",
    "list_type": "список",
    "dict_type": "пары «поле: значение»",
    "model_type": "пары «поле: значение»",
    "model_attributes_type": "пары «поле: значение»",
    "too_short": "непустой список",
}
_BOUNDS = {
    "greater_than": ("gt", "число больше"),
    "greater_than_equal": ("ge", "число не меньше"),
    "less_than": ("lt", "число меньше"),
    "less_than_equal": ("le", "число не больше"),
}


def found_and_expected(error: Mapping[str, Any]) -> str:
    """«найдено …, ожидалось …» of one error of pydantic."""
    kind, context = str(error["type"]), dict(error.get("ctx") or {})
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind == "literal_error":
        expected = str(context.get("expected", "другое значение")).replace(" or ", " или ")
    elif kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        expected = f"{words} {context.get(name)}"
    elif kind == "string_pattern_mismatch":
        expected = f"запись вида {context.get('pattern')}"
    else:
        expected = _EXPECTED.get(kind, "другое значение")
    found = "ничего" if kind == "missing" else _short(error.get("input"))
    return f"найдено {found}, ожидалось {expected}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"«{text[:60]}…»" if len(text) > 60 else f"«{text}»"
