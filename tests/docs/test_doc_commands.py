"""Every command that the documentation names is one that there is; nothing is run."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from documents import ROOT, Document, document, documents

from msoko_lib.cli import app

# A word in capitals or with an ellipsis stands for what a user writes there.
YEAR = "2024-2025"
STANDS_FOR = (("FILE…", "a.xlsx"), ("ГОД", YEAR), ("YEAR", YEAR), ("<год>", YEAR),
              ("ПАПКА", "x"), ("FOLDER", "x"))  # fmt: skip
COMMANDS = [
    (page.name, line)
    for page in documents()
    for line in dict.fromkeys(page.command_lines())
]  # fmt: skip
# Programs of others that the pages call, and what of them must be there.
OTHERS = ("conda env create -f environment.yml", "conda activate msoko", "pre-commit install")
MODULE = re.compile(r"python -m (msoko_lib[\w.]*)")


def part(line: str) -> list[str]:
    """The commands of a line: «a && b» is two."""
    return [each.strip() for each in re.split(r"&&|\|\|", line) if each.strip()]


def is_taken(line: str) -> bool:
    """Whether a line of msoko parses."""
    for words, meant in STANDS_FOR:
        line = line.replace(words, meant)
    line = re.split(r"\s[|>]\s", line)[0].replace("\\", "/")
    whole: Any = typer.main.get_command(app)
    _, *words = shlex.split(line)
    if not words or words[0].startswith("-"):
        # Not parsed: an option of the program alone acts at once, and one of them would write into
        # the shell's settings of whoever runs the tests.
        known = {opt for param in whole.params for opt in (*param.opts, *param.secondary_opts)}
        return all(word in known or word == "--help" for word in words)
    name, *rest = words
    if name not in whole.commands:
        return False
    if rest in (["--help"], []):
        return True
    try:
        whole.commands[name].make_context(name, rest)
    except Exception as problem:
        kind = type(problem).__name__
        assert kind in ("NoSuchOption", "BadParameter", "UsageError", "MissingParameter"), kind
        # A page may name an option without the year it belongs to.
        return kind == "MissingParameter"
    return True


@pytest.mark.parametrize(
    ("page", "line"),
    [(page, each) for page, line in COMMANDS for each in part(line) if each.startswith("msoko ")],
)
def test_every_command_of_msoko_is_taken(page: str, line: str) -> None:
    assert is_taken(line), page


@pytest.mark.parametrize(
    "line",
    ["msoko form 2024-2025", "msoko run 2024-2025 --onyl 01", "msoko verify newest --edition x"],
)
def test_a_wrong_command_would_be_noticed(line: str) -> None:
    assert not is_taken(line)


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][\w-]*):", text, re.MULTILINE))


def test_every_target_of_make_is_there() -> None:
    named = {
        (page, word)
        for page, line in COMMANDS
        for each in part(line)
        if each.startswith("make ")
        for word in each.split()[1:]
    }
    assert {"report", "test", "env", "hooks", "api", "pictures"} <= {word for _, word in named}
    assert {pair for pair in named if pair[1] not in make_targets()} == set()


def test_the_phony_targets_are_the_targets() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony and set(phony[1].split()) == make_targets()


def test_what_make_runs_is_there() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for script in re.findall(r"\$\(BIN\)/python (\S+\.py)", text):
        assert (ROOT / script).is_file(), script
    for module in re.findall(r"python -m (msoko_lib[\w.]*)", text):
        assert module_file(module), module


def module_file(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_every_module_that_is_called_is_there() -> None:
    for page, line in COMMANDS:
        for name in MODULE.findall(line):
            assert module_file(name), f"{page}: {line}"


def test_every_test_that_is_named_is_there() -> None:
    for page, line in COMMANDS:
        if line.startswith("pytest "):
            for path in (word for word in shlex.split(line)[1:] if "/" in word):
                assert (ROOT / path).exists(), f"{page}: {line}"


def test_conda_and_the_script_have_the_names_that_the_pages_use() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "msoko"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "msoko" in project["scripts"]
    lines = {each for _, line in COMMANDS for each in part(line)}
    assert set(OTHERS) <= lines
    assert {each for each in lines if each.startswith(("conda ", "pre-commit "))} <= set(OTHERS)


def test_a_page_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("`msoko lab`\n\n1. x\n\n   ```bash\n   msoko demo  # y\n   ```\n")
    assert list(Document(path).command_lines()) == ["msoko demo", "msoko lab"]


def test_the_order_of_the_versions_in_the_journal() -> None:
    """The newest first; the version of the program is the first of them."""
    from msoko_lib import __version__

    heads = re.findall(r"^## (\d+\.\d+\.\d+) – (.+)$", document("CHANGELOG.md").text, re.MULTILINE)
    versions = [tuple(map(int, number.split("."))) for number, _ in heads]
    assert versions == sorted(versions, reverse=True) and heads[0][0] == __version__
    for _, when in heads[1:]:
        assert re.fullmatch(r"\d{1,2} [а-я]+ 20\d\d года", when)
