"""Templates of documents: read, checked against what they may ask for, filled.

A template is a Word file with names between double braces. Whatever it asks for that does not
exist is refused before anything is written, in words that say which file and which name.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from msoko_lib.documents.placeholders import COMMON, Kind
from msoko_lib.problems import Problem
from msoko_lib.zipped import ARCHIVE_FAULTS, same_every_time

FOLDER = "documents"
_PROPERTIES = ("author", "comments", "identifier", "subject", "title")
# Word takes no more.
_LONGEST_PROPERTY = 255
Context = Mapping[str, str | int | Sequence[Mapping[str, str | int]]]


class TemplateProblem(Problem):
    """A template cannot be used; the message names the file and what is wrong in it."""


def check_template(path: Path, kind: Kind) -> None:
    """Refuse a template that is absent, is no Word file or asks for what there is not.

    Raises
    ------
    TemplateProblem
    """
    template = _opened(path)
    told = []
    for text in _texts(template):
        try:
            told += _unknown(_environment().parse(text), kind)
        except TemplateError as problem:
            raise TemplateProblem(
                f"Шаблон {_shown(path)}: подстановка записана не по правилам. Проверьте парные "
                f"скобки {{{{ }}}} и {{% %}}, у каждого for – свой endfor. Подробность: "
                f"{problem.message or 'место неизвестно'}."
            ) from None
    if told:
        listed = "\n".join(f"  {line}" for line in dict.fromkeys(told))
        raise TemplateProblem(
            f"Шаблон {_shown(path)} просит то, чего нет:\n{listed}\n"
            f"Можно: {', '.join(kind.all_names)}; строки списков – в params/{FOLDER}/README.md."
        )


def fill(path: Path, kind: Kind, context: Context) -> bytes:
    """A document made from a template.

    Raises
    ------
    TemplateProblem
        If the template cannot be filled.
    """
    template = _opened(path)
    template.render_properties = lambda words, jinja_env: _fill_properties(template, words)
    try:
        template.render(dict(context), jinja_env=_environment(), autoescape=True)
    except TemplateError as problem:
        raise TemplateProblem(
            f"Шаблон {_shown(path)} не заполняется: {problem.message or 'причина неизвестна'}."
        ) from None
    stream = io.BytesIO()
    template.save(stream)
    return same_every_time(stream.getvalue())


def _fill_properties(template: Any, context: Mapping[str, Any]) -> None:
    """Author, title and the like: plain text, in which quotation marks are no entities."""
    properties = template.docx.core_properties
    for name in _PROPERTIES:
        words = _environment().from_string(getattr(properties, name)).render(context)
        setattr(properties, name, words[:_LONGEST_PROPERTY])


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined)


def _shown(path: Path) -> str:
    return f"params/{FOLDER}/{path.name}"


def _opened(path: Path) -> Any:
    try:
        template = DocxTemplate(str(path))
        template.init_docx()
    except (PackageNotFoundError, FileNotFoundError):
        if path.is_file():
            raise TemplateProblem(_no_word_file(path)) from None
        raise TemplateProblem(
            f"Нет шаблона {_shown(path)}. Вернуть шаблоны, какими они были: "
            "msoko documents --templates."
        ) from None
    except (KeyError, *ARCHIVE_FAULTS):
        raise TemplateProblem(_no_word_file(path)) from None
    return template


def _no_word_file(path: Path) -> str:
    return (
        f"Шаблон {_shown(path)} – не файл Word (.docx). Если это .doc, сохраните его в Word как "
        ".docx под тем же именем."
    )


def _texts(template: Any) -> list[str]:
    """Sources of the body, the headers and the footers as the template engine reads them."""
    parts = [template.patch_xml(template.get_xml())]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.patch_xml(xml) for xml in _part_texts(template, uri)]
    return parts


def _part_texts(template: Any, uri: str) -> list[str]:
    return [template.get_part_xml(part) for _, part in template.get_headers_footers(uri)]


def _unknown(tree: nodes.Template, kind: Kind) -> list[str]:
    """Names that a template asks for and nobody gives, in words."""
    rows = _loops(tree, kind)
    known = {*COMMON, *kind.names, *kind.lists, *rows, "loop"}
    bound = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    told = [
        f"{{{{ {name.name} }}}}"
        for name in tree.find_all(nodes.Name)
        if name.ctx == "load" and name.name not in known | bound
    ]
    for node in tree.find_all(nodes.Getattr):
        if not isinstance(node.node, nodes.Name) or node.node.name == "loop":
            continue
        fields = rows.get(node.node.name)
        owner = node.node.name
        if owner in kind.lists or (fields is not None and node.attr not in fields):
            told.append(f"{{{{ {owner}.{node.attr} }}}}")
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and loop.iter.name not in kind.lists:
            told.append(f"{{% for … in {loop.iter.name} %}} – такого списка нет")
    return told


def _loops(tree: nodes.Template, kind: Kind) -> dict[str, tuple[str, ...]]:
    """Name of one row of a walked list → its fields (of all lists walked under that name)."""
    found: dict[str, tuple[str, ...]] = {}
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name):
            fields = kind.lists.get(loop.iter.name, ())
            found[loop.target.name] = (*found.get(loop.target.name, ()), *fields)
    return found
