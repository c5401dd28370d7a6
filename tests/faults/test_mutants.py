"""The long mutation run says what it means: mutants are real, their tests are those that run there.

The run itself is ``make mutation``.
"""

from __future__ import annotations

import ast
from pathlib import Path

import mutants
import pytest
from mutants import mutants_of
from mutants_explained import EXPLAINED
from mutation import all_mutants, wrong_explanations
from tests_by_line import MOST_SECONDS, Map, is_killed

SOURCE = '''"""A number of pupils."""


def share(part: int, whole: int | None) -> float:
    """Share of a whole."""
    if not whole or part < 1:
        return 0.0
    return part / whole
'''
TEST = """import room
import pytest

def test_share():
    assert room.share(1, 4) == 0.25

def test_nobody():
    assert room.share(0, 4) == 0.0

def test_nothing():
    assert room.share(1, 0) == 0.0

def test_slow():
    assert False
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one source and its tests."""
    monkeypatch.setattr(mutants, "REPOSITORY", tmp_path)
    (tmp_path / "room.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "test_room.py").write_text(TEST, encoding="utf-8")
    return tmp_path


def known(*tests: str, seconds: float = 0.1) -> Map:
    names = [f"test_room.py::{name}" for name in tests]
    return Map(
        {name: {"seconds": seconds, "fixtures": []} for name in names},
        {},
        {"room.py": {str(line): names for line in (6, 7, 8)}},
    )


def test_every_change_of_a_source_is_one_change(place: Path) -> None:
    found = mutants_of(place / "room.py", "room")
    plain = ast.unparse(ast.parse(SOURCE))
    assert [mutant.what for mutant in sorted(found, key=lambda one: (one.lines, one.what))] == [
        "1 → 2", "Lt → LtE", "Not removed", "Or → And", "condition → False", "0.0 → 1.0",
        "Div → Mult",
    ]  # fmt: skip
    for mutant in found:
        lines = list(zip(plain.splitlines(), mutant.text.splitlines(), strict=True))
        assert sum(before != after for before, after in lines) == 1
        assert mutant.function == (5, 8)


def test_a_mutant_is_killed_by_a_test_that_fails_and_by_no_other(place: Path) -> None:
    found = {mutant.what: mutant for mutant in mutants_of(place / "room.py", "room")}
    assert is_killed(found["Div → Mult"], place, known("test_share")) is True
    # The failing test that the map does not name must not count; nor one that cannot see it.
    assert is_killed(found["Div → Mult"], place, known("test_nobody", "test_nothing")) is False
    assert is_killed(found["Div → Mult"], place, known()) is None
    assert (place / "room.py").read_text(encoding="utf-8") == SOURCE


def test_tests_of_a_line_come_first_and_the_time_is_bounded(place: Path) -> None:
    mutant = mutants_of(place / "room.py", "room")[-1]
    made = known("test_share", "test_nobody", seconds=0.7 * MOST_SECONDS)
    made.tests["test_room.py::test_far"] = {"seconds": 0.01, "fixtures": ["fixture town"]}
    made.lines["room.py"]["40"] = ["fixture town"]
    made.users["fixture town"] = ["test_room.py::test_far"]
    names, seconds = made.tests_of(mutant)
    assert names == ["test_room.py::test_nobody", "test_room.py::test_far"]
    assert seconds <= MOST_SECONDS


def test_an_explanation_is_of_a_mutant_that_is_there_and_unnoticed() -> None:
    every = all_mutants()
    assert wrong_explanations({}, every) == []
    some = next(each for room in every.values() for each in room if each.key in EXPLAINED)
    assert wrong_explanations({some: False}, every) == []
    assert wrong_explanations({some: True}, every) == [f"explained, but killed: {some.key}"]
    assert len(wrong_explanations({}, {"методы": []})) == len(EXPLAINED)
