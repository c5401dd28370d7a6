"""Every command explains itself in Russian with examples that work; Tab offers what there is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from typer.testing import CliRunner

from msoko_lib.cli import app, completion
from msoko_lib.new_folder import lay_out
from msoko_lib.project import Project

if TYPE_CHECKING:
    from conftest import Made

GROUP: Any = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)
REPOSITORY = Project.find(Path(__file__).parent)
WIDE = {"COLUMNS": "200", "TERMINAL_WIDTH": "200"}
ENGLISH = re.compile(r"\b(?:Usage|Options|Arguments|Commands|Show|Install|required|default|bool|"
                     r"int|str|path|text|Error|Try|Missing|Invalid)\b")  # fmt: skip


def help_of(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"], env=WIDE)
    assert result.exit_code == 0
    return result.output


def test_all_commands_are_here() -> None:
    assert {"init", "doctor", "demo", "check", "intake", "forms", "run", "documents", "lab",
            "publish", "verify"} <= set(COMMANDS)  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_russian_with_an_example_that_is_taken(name: str) -> None:
    text = help_of(name)
    assert "Пример" in text and "Вызов:" in text and re.search(r"[а-яё]", text)
    assert not ENGLISH.search(text), ENGLISH.search(text)
    folded = re.sub(r"\s+", " ", GROUP.commands[name].help)
    examples = [f"msoko {each}" for each in re.findall(r"msoko ([a-z][^.]*(?:\.\w[^.]*)*)", folded)]
    assert examples, "an example begins with msoko"
    for example in examples:
        line = example.split(" Код завершения")[0]
        _, called, *rest = shlex.split(line)
        GROUP.commands[called].make_context(called, rest)
    assert any(shlex.split(example)[1] == name for example in examples)


def test_every_option_has_its_words() -> None:
    assert not ENGLISH.search(help_of()), ENGLISH.search(help_of())
    for name, each in GROUP.commands.items():
        for param in each.params:
            assert param.help and re.search(r"[а-яё]", param.help), (name, param.name)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu", "2024-2025"], ("Нет такой команды: rnu", "Возможно: run")),
        (["run", "2024-2025", "--onyl", "01"], ("Нет такого параметра: --onyl", "--only")),
        (["run"], ("Не указано: ГОД",)),
        (["run", "2024-2025", "--jobs", "х"], ("Недопустимое значение: --jobs",)),
        (["run", "2024-2025", "--jobs", "0"], ("Недопустимое значение: --jobs",)),
        (["run", "2024-2025", "--jobs"], ("После --jobs нужно значение",)),
        (["run", "2024-2025", "лишнее"], ("Лишнее в команде: лишнее",)),
    ],
)
def test_faults_of_the_command_line_are_russian(words: list[str], said: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, words, env=WIDE)
    assert result.exit_code == 2
    assert all(each in result.output for each in said), result.output
    # Of a value that is missing the library does not say whose it was.
    if "нужно значение" not in result.output:
        assert "Вызов:" in result.output and "Как писать:" in result.output
    assert not ENGLISH.search(result.output)


class Typed:
    """What the completion knows of a line that is being typed."""

    def __init__(self, **params: object) -> None:
        self.params = params


def offered(offer: Any, incomplete: str, **params: object) -> list[str]:
    return [value for value, _ in offer(ctx=Typed(**params), incomplete=incomplete)]


def test_years_and_numbers(tmp_path: Path) -> None:
    lay_out(tmp_path)
    for year in ("2023-2024", "2024-2025"):
        path = tmp_path / "data" / "raw" / year / "а.csv"
        path.parent.mkdir()
        path.write_text("", encoding="utf-8")
    assert offered(completion.years, "", root=tmp_path) == ["2024-2025", "2023-2024", "newest"]
    assert offered(completion.years, "2023", root=tmp_path) == ["2023-2024"]
    numbers = dict(completion.numbers(ctx=Typed(root=tmp_path), incomplete=""))
    assert numbers["01"] == "Качество подготовки обучающихся"
    assert set(numbers) == {path.name[:2] for path in REPOSITORY.notebooks.glob("[0-9]*.ipynb")}
    assert offered(completion.numbers, "1", root=tmp_path)[0] == "10"


def test_codes_of_organisations_come_from_the_bank(tiny_project: Made) -> None:
    root = tiny_project.project.root
    found = completion.units(ctx=Typed(root=root, year=tiny_project.newest), incomplete="edu")
    assert len(found) >= 6 and all(code.startswith("edu") and name for code, name in found)
    assert found == completion.units(ctx=Typed(root=root, year="newest"), incomplete="edu")


def test_where_nothing_can_be_offered_nothing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for offer in (completion.years, completion.numbers, completion.units):
        assert offered(offer, "", root=tmp_path) == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("msoko ", "doctor"), ("msoko run 2024", "2024-2025"), ("msoko run 2024-2025 --only 0", "05")],
)
def test_the_shell_is_answered(tmp_path: Path, line: str, wanted: str) -> None:
    lay_out(tmp_path)
    path = tmp_path / "data" / "raw" / "2024-2025" / "а.csv"
    path.parent.mkdir()
    path.write_text("", encoding="utf-8")
    words = line.split(" ")
    environment = {**os.environ, "_MSOKO_COMPLETE": "complete_bash", "COMP_WORDS": line,
                   "COMP_CWORD": str(len(words) - 1)}  # fmt: skip
    code = "from msoko_lib.cli import app; app(prog_name='msoko')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False,
                          capture_output=True, text=True, encoding="utf-8")  # fmt: skip
    assert wanted in done.stdout.split(), done
