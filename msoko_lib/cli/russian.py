"""Help and faults of the command line in Russian: the library's own words are English."""

from __future__ import annotations

import difflib
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# The base of all faults of a command line; the library does not export its name.
UsageFault: type[Exception] = typer.BadParameter.__bases__[0]
OPTIONS, COMMANDS = "[ПАРАМЕТРЫ]", "КОМАНДА …"
_HELP = "Показать эту справку."
_PANELS = {
    "ARGUMENTS_PANEL_TITLE": "Что указать",
    "OPTIONS_PANEL_TITLE": "Параметры",
    "COMMANDS_PANEL_TITLE": "Команды",
    "ERRORS_PANEL_TITLE": "Так нельзя",
    "ABORTED_TEXT": "Прервано.",
    "DEFAULT_STRING": "[по умолчанию: {}]",
    "REQUIRED_LONG_STRING": "[обязательно]",
    "RICH_HELP": "Как писать: [blue]{command_path} {help_option}[/]",
}
_COMPLETION = {
    "install_completion": "Подсказывать команды и коды по клавише Tab в этой оболочке.",
    "show_completion": "Показать настройку подсказок, чтобы записать её самому.",
}


class _Russian:
    """What commands and the group of them have in common."""

    def get_usage(self, context: Any) -> str:
        """«Вызов: msoko run …»."""
        return str(super().get_usage(context)).replace("Usage:", "Вызов:", 1)  # type: ignore[misc]

    def get_help_option(self, context: Any) -> Any:
        """The option of help, with its words."""
        option = super().get_help_option(context)  # type: ignore[misc]
        if option is not None:
            option.help = _HELP
        return option

    def get_params(self, context: Any) -> Any:
        """Options whose words are Russian; a type of the language says nothing to a person."""
        params = super().get_params(context)  # type: ignore[misc]
        for param in params:
            param.help = _COMPLETION.get(param.name, param.help)
            if param.metavar is None or param.param_type_name == "argument":
                param.display_type_rich = _no_type
        return params

    def format_help(self, context: Any, formatter: Any) -> None:
        """Help with Russian headings."""
        speak_russian()
        super().format_help(context, formatter)  # type: ignore[misc]

    def make_context(self, *words: Any, **more: Any) -> Any:
        """Read the command line; what is wrong with it is told in Russian."""
        try:
            return super().make_context(*words, **more)  # type: ignore[misc]
        except UsageFault as problem:
            translate(problem)
            raise


class RussianCommand(_Russian, TyperCommand):
    """A command."""


class RussianGroup(_Russian, TyperGroup):
    """The commands of the program."""

    def resolve_command(self, context: Any, args: list[str]) -> Any:
        """Find a command; an unknown one is told in Russian with its likeness."""
        try:
            return super().resolve_command(context, args)
        except UsageFault as problem:
            near = difflib.get_close_matches(args[0], list(self.commands))
            more = f" Возможно: {', '.join(near)}." if near else ""
            _say(problem, f"Нет такой команды: {args[0]}.{more}")
            raise


def _no_type(**_: Any) -> None:
    """Nothing is said about the type."""


def speak_russian() -> None:
    """Give the library's headings Russian words; only where help or a fault is printed."""
    from typer import rich_utils

    for name, words in _PANELS.items():
        setattr(rich_utils, name, words)


def translate(problem: Exception) -> None:
    """Put a fault of the command line into Russian; its kind stays."""
    kind = type(problem).__name__
    message = str(getattr(problem, "message", ""))
    param = getattr(problem, "param", None)
    name = _name_of(param) if param is not None else ""
    extra = re.search(r"unexpected extra argument\S* \((.*)\)", message)
    if kind == "NoSuchOption":
        near = ", ".join(sorted(getattr(problem, "possibilities", None) or []))
        said = f"Нет такого параметра: {getattr(problem, 'option_name', '')}."
        said += f" Возможно: {near}." if near else ""
    elif kind == "MissingParameter":
        said = f"Не указано: {name}."
    elif kind == "BadOptionUsage":
        said = f"После {getattr(problem, 'option_name', '')} нужно значение."
    elif kind == "BadParameter":
        said = f"Недопустимое значение: {name}. Как писать, сказано в справке команды."
    elif extra:
        said = f"Лишнее в команде: {extra[1]}."
    else:
        said = message
    _say(problem, said)


def _say(problem: Any, said: str) -> None:
    """Make a fault say this, and the headings around it Russian."""
    speak_russian()
    problem.message = said
    problem.format_message = lambda: said


def _name_of(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name)
    return str(param.opts[-1])
