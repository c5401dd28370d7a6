"""``docs/отказы.md`` is the page that the rules make, and the page shows every rule."""

from __future__ import annotations

import re
import subprocess
import sys
from string import Formatter

import pytest
from builders_gia import REPOSITORY

from msoko_lib.intake.rules import Rule, all_rules
from msoko_lib.intake.rules_doc import explained, rules_markdown, section_of
from msoko_lib.intake.rules_doc_words import WORDS, WORDS_OF_RULE, words_of

PAGE = REPOSITORY.root / "docs" / "отказы.md"
COMMAND = f"{sys.executable} -m msoko_lib.intake.rules_doc > docs/отказы.md"


def rows_of_tables() -> list[list[str]]:
    lines = [line for line in rules_markdown().splitlines() if line.startswith("| ")]
    cells = [re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |")) for line in lines]
    return [row for row in cells if row[0] not in ("Что не так", "---")]


def test_the_page_in_the_repository_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_markdown(), f"write it anew: {COMMAND}"


def test_the_command_writes_the_same_page() -> None:
    """A process of its own imports the rules in another order; the page must not change."""
    command = [sys.executable, "-m", "msoko_lib.intake.rules_doc"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY.root)
    assert done.stdout.decode() == rules_markdown()


def test_every_rule_has_its_row_of_five_cells() -> None:
    rows = rows_of_tables()
    assert len(rows) == len(all_rules()) >= 40
    assert {len(row) for row in rows} == {5}
    assert sorted(row[0] for row in rows) == sorted(rule.title for rule in all_rules())
    for row in rows:
        assert all(cell.strip() for cell in row), row
        assert not re.search(r"[{}]|«\s*»|««\*|  ", " ".join(row)), row


def test_every_gap_has_words_and_every_word_a_gap() -> None:
    gaps = {
        (rule.code, fact)
        for rule in all_rules()
        for part in (rule.found, rule.expected, rule.action)
        for _, fact, _, _ in Formatter().parse(part)
        if fact is not None
    }
    for rule, fact in gaps:
        words_of(rule, fact)
    assert gaps >= WORDS_OF_RULE.keys()
    common = {fact for rule, fact in gaps if (rule, fact) not in WORDS_OF_RULE}
    assert common == WORDS.keys()


def test_a_rule_of_a_new_family_needs_its_section() -> None:
    rule = Rule("weather_bad", "note", "Погода", "{what}", "", "")
    with pytest.raises(LookupError, match="weather_bad"):
        section_of(rule)
    with pytest.raises(KeyError):
        explained(Rule("weather_bad", "note", "", "", "", ""), "{cloud}")
