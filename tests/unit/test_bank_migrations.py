"""An older bank is carried over; until the new one is verified the old one is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from msoko_lib import bank_migrations
from msoko_lib.bank import MANIFEST, SCHEMA_VERSION, Bank, BankProblem
from msoko_lib.bank_migrations import MIGRATIONS, ready_bank, ready_banks
from msoko_lib.project import Project

YEAR = "2024-2025"
Tables = dict[str, pd.DataFrame]


@pytest.fixture
def old_bank(tmp_path: Path) -> Bank:
    """A bank as version 1 wrote it: its manifest does not say when the year was read."""
    bank = Bank(Project(tmp_path), YEAR)
    row = {"school_year": YEAR, "school_id": "a", "grade": 1, "pupils_n": 20, "source_file": "к"}
    bank.write({"enrolment": pd.DataFrame([row])}, {"inputs": "слово", "read_on": "2025-01-01"})
    path = bank.folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["read_on"]
    path.write_text(json.dumps({**manifest, "schema_version": 1}), encoding="utf-8")
    return bank


def files(bank: Bank) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in bank.folder.iterdir() if path.is_file()}


def test_there_is_a_way_from_every_version() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


def test_an_old_bank_is_carried_over_with_all_its_rows(old_bank: Bank) -> None:
    before = old_bank.table("enrolment")
    assert not old_bank.is_sound(), "version 1 is not today's"
    assert ready_banks(old_bank.project, YEAR, 3) == [YEAR]
    assert old_bank.is_sound()
    manifest = old_bank.manifest()
    assert manifest["schema_version"] == SCHEMA_VERSION and manifest["read_on"] == ""
    assert manifest["inputs"] == "слово", "nothing else of the manifest is lost"
    pd.testing.assert_frame_equal(old_bank.table("enrolment"), before)
    assert [path.name for path in old_bank.folder.iterdir() if path.is_dir()] == []
    assert ready_banks(old_bank.project, YEAR, 3) == [], "once is enough"


def lose_rows(tables: Tables, manifest: dict[str, Any]) -> tuple[Tables, dict[str, Any]]:
    return {name: frame.assign(grade=99) for name, frame in tables.items()}, manifest


def fail(tables: Tables, manifest: dict[str, Any]) -> tuple[Tables, dict[str, Any]]:
    raise KeyError("column")


@pytest.mark.parametrize("step", [lose_rows, fail])
def test_where_a_migration_fails_the_old_bank_stands(old_bank: Bank, step: Any) -> None:
    before = files(old_bank)
    with pytest.raises(BankProblem, match=f"Прежний банк на месте.*msoko intake {YEAR}"):
        ready_bank(old_bank, {1: step})
    assert files(old_bank) == before and old_bank.table("enrolment")["pupils_n"].tolist() == [20]


def test_a_written_bank_that_is_not_what_was_meant_is_taken_back(
    old_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(old_bank)
    write = Bank.write

    def cut_short(bank: Bank, tables: Tables, manifest: Any) -> None:
        write(bank, tables, manifest)
        path = bank.path("enrolment")
        path.write_bytes(path.read_bytes()[:-9])

    monkeypatch.setattr(bank_migrations.Bank, "write", cut_short)
    with pytest.raises(BankProblem, match="не перенесён"):
        ready_bank(old_bank)
    assert files(old_bank) == before


def test_killed_in_between_the_next_run_finds_one_whole_bank(
    old_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(bank: Bank) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bank_migrations.Bank, "is_sound", die)
        with pytest.raises(KeyboardInterrupt):
            ready_bank(old_bank)
    assert ready_bank(old_bank) is False and old_bank.is_sound()
    assert [path.name for path in old_bank.folder.iterdir() if path.is_dir()] == []


def test_a_bank_of_a_newer_program_is_left_alone(old_bank: Bank) -> None:
    path = old_bank.folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "schema_version": 99}), encoding="utf-8")
    before = files(old_bank)
    with pytest.raises(BankProblem, match="Обновите программу"):
        ready_bank(old_bank)
    assert files(old_bank) == before


def test_a_damaged_old_bank_is_not_carried_over(old_bank: Bank) -> None:
    path = old_bank.path("enrolment")
    path.write_bytes(path.read_bytes()[:-9])
    before = files(old_bank)
    assert ready_bank(old_bank) is False
    assert files(old_bank) == before
    assert ready_bank(Bank(old_bank.project, "2020-2021")) is False, "no bank, nothing to do"
