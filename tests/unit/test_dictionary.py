"""``docs/словарь-данных.md`` is what the schemas and the catalogue say, and all that they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.dictionary import INDICATOR_MEANINGS, dictionary_markdown
from msoko_lib.indicators.engine import COLUMNS
from msoko_lib.intake.schemas import TABLES
from msoko_lib.passports import Target
from msoko_lib.project import Project

REPOSITORY = Project.find(Path(__file__).parent)
PAGE = REPOSITORY.root / "docs" / "словарь-данных.md"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(REPOSITORY)


@pytest.fixture(scope="module")
def page(catalogue: Catalogue) -> str:
    return dictionary_markdown(catalogue)


def test_the_page_in_the_repository_is_up_to_date(page: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == page, "write it anew: make docs"


def test_the_command_of_the_makefile_writes_the_same_page(page: str) -> None:
    makefile = (REPOSITORY.root / "Makefile").read_text(encoding="utf-8")
    assert "python -m msoko_lib.dictionary > docs/словарь-данных.md" in makefile
    assert "python -m msoko_lib.intake.rules_doc > docs/отказы.md" in makefile
    command = [sys.executable, "-m", "msoko_lib.dictionary"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY.root)
    assert done.stdout.decode() == page


def test_every_table_column_question_and_indicator_stands_in_it(
    page: str, catalogue: Catalogue
) -> None:
    for table in TABLES.values():
        section = page.split(f"### `{table.name}` – ")[1].split("\n### ")[0].split("\n## ")[0]
        told = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
        assert told == table.columns, table.name
    lines = page.splitlines()
    for item in catalogue.fields.values():
        assert sum(line.startswith(f"| `{item.id}` | {item.title} |") for line in lines) == 1
    for passport in catalogue.passports.values():
        (line,) = [line for line in lines if line.startswith(f"| {passport.id} | ")]
        assert passport.title in line and passport.unit in line
        assert line.count(" | ") == 9, "no cell breaks the row"


def test_the_columns_of_the_indicator_table_have_their_meanings() -> None:
    assert set(INDICATOR_MEANINGS) == set(COLUMNS)


def test_all_targets_are_told_with_status_and_source(page: str, catalogue: Catalogue) -> None:
    def told(target: Target) -> bool:
        return f"{target.words} ({target.status}: {target.source})" in page

    for passport in catalogue.passports.values():
        for target in (passport.target, *passport.other_targets):
            assert target is None or told(target), passport.id
    assert "малокомплектные: " in page and "2029/30: 1 %" in page


def test_a_changed_question_changes_the_page(page: str, catalogue: Catalogue) -> None:
    part = catalogue.subsystems[0]
    field = part.fields[0].model_copy(update={"title": "Другой | вопрос", "since": 2027})
    changed = part.model_copy(update={"fields": (field, *part.fields[1:])})
    other = dictionary_markdown(Catalogue(subsystems=(changed, *catalogue.subsystems[1:])))
    assert other != page
    assert "Другой \\| вопрос" in other and "Действует с 2026/27." in other
