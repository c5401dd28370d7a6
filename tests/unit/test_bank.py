"""The bank is whole or not there, says what it came from, and knows when it was altered."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pandera.errors
import pytest

from msoko_lib import bank as bank_module
from msoko_lib.atomic import write_atomically
from msoko_lib.bank import MANIFEST, Bank, BankProblem, table_of_years
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import file_hash
from msoko_lib.project import Project

YEAR = "2024-2025"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def bank(project: Project) -> Bank:
    return Bank(project, YEAR)


def enrolment(*rows: tuple[str, int, int], year: str = YEAR) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["school_id", "grade", "pupils_n"])
    return frame.assign(school_year=year, source_file="контингент.csv")


def context(value: object = 0.5) -> pd.DataFrame:
    row = {"school_year": YEAR, "school_id": "a", "variable": "доля", "value": value}
    return pd.DataFrame([{**row, "source_file": "паспорт.csv"}])


def test_what_is_written_is_read_again(bank: Bank) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20), ("b", 1, 3))}, {"files": []})
    read = bank.table("enrolment")
    assert read.columns.tolist() == TABLES["enrolment"].columns
    assert read["pupils_n"].tolist() == [20, 3]
    assert read["school_id"].tolist() == ["a", "b"]
    assert (
        read.dtypes.astype(str).to_dict()
        == TABLES["enrolment"].empty().dtypes.astype(str).to_dict()
    )
    pd.testing.assert_frame_equal(
        bank.table("enrolment", columns=["pupils_n"], filters=[("school_id", "=", "b")]),
        read.loc[[1], ["pupils_n"]].reset_index(drop=True),
    )


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_missing_table_is_empty_with_its_columns(bank: Bank, name: str) -> None:
    empty = bank.table(name)
    assert empty.empty and empty.columns.tolist() == TABLES[name].columns
    TABLES[name].validate(empty)
    assert bank.table(name, columns=["school_year"]).columns.tolist() == ["school_year"]


def test_the_manifest_names_tables_rows_and_hashes(bank: Bank) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {"inputs": "слово"})
    manifest = bank.manifest()
    assert manifest["inputs"] == "слово"
    assert set(manifest["tables"]) == {"enrolment", "context"}
    assert manifest["tables"]["enrolment"] == {
        "rows": 1, "sha256": file_hash(bank.path("enrolment")),
    }  # fmt: skip
    assert bank.hashes("context") == {"context": file_hash(bank.path("context"))}
    assert set(bank.hashes()) == {"enrolment", "context"}


def test_the_manifest_is_written_last(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def note(path: Path, content: bytes) -> None:
        order.append(path.name)
        write_atomically(path, content)

    monkeypatch.setattr(bank_module, "write_atomically", note)
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {})
    assert order[-1] == MANIFEST and len(order) == 3


def test_a_write_that_breaks_off_leaves_the_old_bank(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {"inputs": "старое"})
    assert bank.is_sound()

    def break_off(path: Path, content: bytes) -> None:
        if path.name == MANIFEST:
            raise OSError("no space left")
        write_atomically(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(bank_module, "write_atomically", break_off)
        with pytest.raises(OSError, match="no space"):
            bank.write({"enrolment": enrolment(("a", 1, 21))}, {})
    assert bank.manifest()["inputs"] == "старое" and bank.is_sound()
    assert bank.table("enrolment")["pupils_n"].tolist() == [20] and not bank.table("context").empty
    bank.write({"enrolment": enrolment(("a", 1, 21))}, {"inputs": "новое"})
    assert bank.is_sound() and bank.table("enrolment")["pupils_n"].tolist() == [21]


@pytest.mark.parametrize("broken_at", range(4))
def test_what_was_committed_is_brought_to_its_end(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    """Whichever of the moves was the last, the next run finds the new bank whole."""
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {"inputs": "старое"})
    moves: list[str] = []
    replace = bank_module.os.replace

    def lose_power(source: Path, target: Path) -> None:
        if Path(source).parent.name == ".ready":
            moves.append(Path(source).name)
            if len(moves) > broken_at:
                raise KeyboardInterrupt
        replace(source, target)

    new = {"enrolment": enrolment(("a", 1, 21)), "teachers_n": None, "context": context(0.7)}
    with monkeypatch.context() as patch:
        patch.setattr(bank_module.os, "replace", lose_power)
        if broken_at < 3:
            with pytest.raises(KeyboardInterrupt):
                bank.write(new, {"inputs": "новое"})
        else:
            bank.write(new, {"inputs": "новое"})
    bank.settle()
    assert bank.is_sound() and bank.manifest()["inputs"] == "новое"
    assert bank.table("enrolment")["pupils_n"].tolist() == [21]
    assert {path.name for path in bank.folder.iterdir()} == {
        MANIFEST, "enrolment.parquet", "context.parquet",
    }  # fmt: skip


def test_a_damaged_file_is_named_before_it_is_used(bank: Bank) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {})
    bank.require_sound()
    whole = bank.path("enrolment").read_bytes()
    bank.path("enrolment").write_bytes(whole[: len(whole) // 2])
    bank.path("context").unlink()
    for use in (bank.require_sound, lambda: bank.table("enrolment")):
        with pytest.raises(BankProblem, match=rf"enrolment\.parquet.*msoko intake {YEAR}"):
            use()
    with pytest.raises(BankProblem, match=r"context\.parquet: файла нет"):
        bank.require_sound()


def test_a_table_that_is_gone_this_time_leaves_no_file(bank: Bank) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {})
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context().iloc[:0]}, {})
    assert bank.is_sound()
    assert not bank.path("context").exists() and bank.table("context").empty


def test_soundness(bank: Bank) -> None:
    assert not bank.is_sound() and not bank.exists
    bank.write({"enrolment": enrolment(("a", 1, 20)), "context": context()}, {})
    assert bank.is_sound() and bank.exists
    whole = bank.path("enrolment").read_bytes()
    bank.path("enrolment").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not bank.is_sound(), "a file of the same length with one bit changed"
    bank.path("enrolment").write_bytes(whole)
    assert bank.is_sound()
    bank.path("context").unlink()
    assert not bank.is_sound(), "a file that the manifest names is gone"


@pytest.mark.parametrize("text", ["", "{", '{"tables": {}}', "[]", '"текст"', "null"])
def test_a_damaged_manifest_is_unsound_and_no_crash(bank: Bank, text: str) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20))}, {})
    (bank.folder / MANIFEST).write_text(text, encoding="utf-8")
    assert not bank.is_sound()


def test_a_bank_of_another_schema_is_unsound(bank: Bank) -> None:
    bank.write({"enrolment": enrolment(("a", 1, 20))}, {})
    path = bank.folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "schema_version": 0}), encoding="utf-8")
    assert not bank.is_sound()


def test_a_year_without_bank_says_what_to_do(bank: Bank) -> None:
    with pytest.raises(BankProblem, match=f"msoko intake {YEAR}"):
        bank.manifest()


@pytest.mark.parametrize(
    ("column", "value"),
    [("grade", 13), ("grade", 0), ("pupils_n", -1), ("pupils_n", None), ("school_id", None)],
)
def test_values_outside_the_schema_are_not_written(bank: Bank, column: str, value: object) -> None:
    frame = enrolment(("a", 1, 20)).astype(object)
    frame[column] = value
    with pytest.raises(pandera.errors.SchemaErrors):
        bank.write({"enrolment": frame}, {})
    assert not bank.exists


def test_a_word_outside_a_closed_list_is_not_written(bank: Bank) -> None:
    row = {
        "school_year": YEAR, "school_id": "a", "unit_kind": "завод", "short_name": "А",
        "in_directory": True, "source_file": "1.csv",
    }  # fmt: skip
    with pytest.raises(pandera.errors.SchemaErrors):
        bank.write({"schools": pd.DataFrame([row])}, {})


def test_an_atomic_write_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "file.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"

    def fail(source: object, target: object) -> None:
        raise OSError("locked")

    monkeypatch.setattr(bank_module.os, "replace", fail)
    with pytest.raises(OSError, match="locked"):
        write_atomically(path, b"three")
    assert path.read_bytes() == b"two"
    assert [item.name for item in path.parent.iterdir()] == ["file.json"], "no draft stays behind"


def test_years_are_put_together_oldest_first(project: Project, bank: Bank) -> None:
    before = Bank(project, "2022-2023")
    before.write({"enrolment": enrolment(("a", 1, 18), year="2022-2023")}, {})
    bank.write({"enrolment": enrolment(("a", 1, 20))}, {})
    both = table_of_years(bank, "enrolment")
    assert both["school_year"].tolist() == ["2022-2023", YEAR]
    assert table_of_years(bank, "enrolment", years=2)["school_year"].tolist() == [YEAR]
    assert table_of_years(bank, "context").columns.tolist() == TABLES["context"].columns
    assert bank.previous(2) == before
