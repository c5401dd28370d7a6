"""Long tables in little memory: the same rows, their texts kept once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from msoko_lib import bank as bank_module
from msoko_lib.bank import table_bytes
from msoko_lib.indicators.inputs import work_subject
from msoko_lib.intake.compact import among, compact, joined, read_compact, with_texts
from msoko_lib.intake.merge import newest_rows
from msoko_lib.intake.schemas import TABLES

TASKS = TABLES["vpr_tasks"]


def tasks(pupils: list[str], school: str | None = "edu1", file: str = "Ф1.xlsx") -> pd.DataFrame:
    rows = [
        {
            "school_year": "2024-2025", "work_id": "2025 МА 5", "vpr_year": 2025,
            "session": "spring", "comparable": True, "subject": "Математика", "grade": 5,
            "school_id": school, "pupil_id": pupil, "task": str(task), "task_order": task,
            "score": 1.0, "max_score": 2.0, "state": "scored", "source_file": file,
            "source_row": row,
        }
        for row, pupil in enumerate(pupils, start=7)
        for task in (1, 2)
    ]  # fmt: skip
    return TASKS.conform(pd.DataFrame(rows))


def test_compact_and_written_out_again_nothing_has_changed() -> None:
    frame = tasks(["a", "b"])
    small = compact(frame)
    assert isinstance(small["source_file"].dtype, pd.CategoricalDtype)
    assert small["task_level"].isna().all(), "a column without a text"
    pd.testing.assert_frame_equal(TASKS.conform(with_texts(small)), frame)
    assert TASKS.conform(small)["pupil_id"].dtype == small["pupil_id"].dtype


def test_joined_are_all_rows_in_their_order_and_still_compact() -> None:
    parts = [tasks(["b", "a"], "edu2"), tasks(["c"], None, "Я.xlsx"), tasks(["a"], "edu1")]
    whole = joined([compact(part) for part in parts])
    plain = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(TASKS.conform(with_texts(whole)), plain)
    assert list(whole["school_id"].cat.categories) == ["edu1", "edu2"], "in the order of letters"
    assert whole["task_level"].isna().all()


@pytest.mark.parametrize("make", [compact, lambda frame: frame])
def test_rows_found_by_key_among_others(make) -> None:
    frame = pd.DataFrame({"a": ["x", "y", None, "x"], "b": ["1", "2", "3", "9"]}, dtype="str")
    others = pd.DataFrame(
        {"a": ["x", None, "y", "z", "x"], "b": ["1", "3", "1", "2", "1"]}, dtype="str"
    )
    assert among(make(frame), others, ["a", "b"]).tolist() == [True, False, True, False]
    assert among(make(frame), others.iloc[:0], ["a", "b"]).tolist() == [False] * 4


def test_keys_are_found_as_a_join_finds_them() -> None:
    rng = np.random.default_rng(5)
    names = ["work", "pupil", "file"]
    frame, others = (
        pd.DataFrame({name: rng.integers(0, 6, size).astype("str") for name in names}).astype("str")
        for size in (400, 60)
    )
    expected = frame.merge(others.drop_duplicates(), on=names, how="left", indicator=True)
    assert (among(compact(frame), others, names) == (expected["_merge"] == "both")).all()


@pytest.mark.parametrize("make", [compact, lambda frame: frame])
def test_the_row_of_the_file_saved_last_stays(make) -> None:
    old, new = tasks(["a", "b"], file="А.xlsx"), tasks(["b", "c"], file="Б.xlsx")
    editions = {"А.xlsx": "2025-05-02", "Б.xlsx": "2025-05-01"}
    kept, _ = newest_rows(make(pd.concat([old, new], ignore_index=True)), TASKS, editions)
    assert [*zip(kept["pupil_id"], kept["source_file"], strict=True)][::2] == [
        ("a", "А.xlsx"), ("b", "А.xlsx"), ("c", "Б.xlsx"),
    ]  # fmt: skip


def test_a_long_table_is_written_part_by_part_as_if_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = tasks(list("abcdefg"))
    monkeypatch.setattr(bank_module, "ROWS_AT_A_TIME", 4)
    written = pq.ParquetFile(bank_module.pa.BufferReader(table_bytes(TASKS, compact(frame))))
    assert written.num_row_groups == 4
    pd.testing.assert_frame_equal(written.read().to_pandas(), frame)


def test_what_is_read_compact_is_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = tasks(list("bca"))
    monkeypatch.setattr(bank_module, "ROWS_AT_A_TIME", 2)
    path = tmp_path / "vpr_tasks.parquet"
    path.write_bytes(table_bytes(TASKS, frame))
    read = read_compact(path, TASKS)
    assert list(read["pupil_id"].cat.categories) == ["a", "b", "c"]
    assert read["score"].dtype == frame["score"].dtype and read["grade"].dtype == "Int64"
    pd.testing.assert_frame_equal(TASKS.conform(with_texts(read)), frame)


def test_an_advanced_work_is_a_subject_of_its_own_however_its_texts_stand() -> None:
    frame = pd.DataFrame(
        {
            "subject": ["Физика", "Математика", "Математика", None],
            "work_level": [None, "базовый", "углублённый", "углублённый"],
        },
        dtype="str",
    )
    plain, small = work_subject(frame), work_subject(compact(frame))
    assert plain.dropna().tolist() == ["Физика", "Математика", "Математика (углублённый уровень)"]
    pd.testing.assert_series_equal(small.astype("str"), plain, check_names=False)
    assert small.cat.categories.is_monotonic_increasing
