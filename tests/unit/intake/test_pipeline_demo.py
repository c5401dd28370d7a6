"""The whole intake on a tiny demo municipality: every planted fault named, nobody's name kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from raw_people import people_of
from refusals import assert_whole

from msoko_lib.bank import Bank
from msoko_lib.demo import DemoTruth, write_demo
from msoko_lib.intake.cache import frame_of
from msoko_lib.intake.pipeline import IntakeResult, intake_year, is_up_to_date
from msoko_lib.intake.rules import findings_frame
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

YEAR = "2024-2025"
# What the demo calls a planted fault → the rule that must tell of it.
RULE_OF_DEFECT = {
    "blank_form": "vpr_upload_form", "pupil_twice": "vpr_pupil_twice",
    "score_above_maximum": "vpr_task_above_max", "older_edition": "older_edition",
    "truncated": "broken_workbook", "password": "password", "wrong_year": "vpr_wrong_year",
    "teacher_twice": "source_teacher_merged", "form_of_other_year": "source_wrong_year",
    "per_cent_as_text": "source_bad_value", "total_differs": "source_total_differs",
    "ogrn_typo": "unknown_school",
    "form_numbers_as_text": "form_unit_words", "form_sheet_deleted": "form_sheets_missing",
    "form_corrected": "older_edition", "form_part_above": "form_part_above_whole",
    "form_date_unreadable": "form_not_date", "form_jump": "form_jump",
    "form_last_year": "form_wrong_year", "form_none_is_zero": "form_none_is_zero",
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A demo municipality whose newest year was read."""

    project: Project
    truth: DemoTruth
    result: IntakeResult
    raw: pd.DataFrame

    @property
    def bank(self) -> Bank:
        return Bank(self.project, YEAR)


@pytest.fixture(scope="module")
def town(new_project: Callable[[], Project]) -> Town:
    project = new_project()
    truth = write_demo(project.root, schools=4, years=2, pupils_scale=0.3)
    result = intake_year(project, YEAR)
    return Town(project, truth, result, people_of(project.raw(YEAR)))


def test_every_planted_fault_is_told_of_and_the_year_is_usable(town: Town) -> None:
    said = {(item.rule, item.file) for item in town.result.findings}
    defects = [item for item in town.truth.defects if item.school_year == YEAR]
    assert len(defects) >= 6
    for defect in defects:
        assert (RULE_OF_DEFECT[defect.code], defect.file) in said, defect
    assert town.result.exit_code == 1
    for item in town.result.findings:
        assert_whole(item)


def test_a_fault_of_one_cell_costs_one_cell(town: Town) -> None:
    defect = next(item for item in town.truth.defects if item.code == "score_above_maximum")
    tasks = town.bank.table("vpr_tasks")
    row = tasks[
        (tasks["source_file"] == defect.file) & (tasks["source_row"] == defect.details["row"])
    ]
    assert row.loc[row["task"] == defect.details["task"], "score"].isna().all()
    assert row.loc[row["task"] != defect.details["task"], "score"].notna().sum() >= len(row) - 3


def test_the_tables_of_the_bank_are_there_and_traceable(town: Town) -> None:
    files = set(town.result.files["file"])
    assert len(files) == len(list(path for path in town.project.raw(YEAR).rglob("*.*")))
    filled = {name for name in TABLES if not town.bank.table(name).empty}
    assert filled >= {
        "schools", "enrolment", "context", "vpr_pupils", "vpr_tasks", "vpr_marks", "vpr_journal",
        "vpr_scores", "vpr_task_rates", "vpr_bias", "gia_results", "gia_tasks",
        "olympiad_results", "medal_candidates", "annual_marks", "observers",
        "form_values", "teacher_groups",
    }  # fmt: skip
    for name in filled:
        frame = town.bank.table(name)
        assert set(frame["source_file"]) <= files
        # A school that only some file names stands in no row of the directory.
        rows = frame[frame["in_directory"]] if name == "schools" else frame
        assert rows["source_row"].notna().all(), name
        assert not frame.duplicated(list(TABLES[name].key)).any(), name
        assert (frame["school_year"] == YEAR).all(), name


def test_the_second_run_reads_nothing_and_says_the_same(town: Town) -> None:
    hashes = town.bank.hashes()
    assert is_up_to_date(town.project, YEAR)
    again = intake_year(town.project, YEAR)
    assert again.reread_n == 0
    assert town.bank.hashes() == hashes
    pd.testing.assert_frame_equal(
        findings_frame(again.findings), findings_frame(town.result.findings)
    )


def strings_below(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text that the files of a folder hold, Parquet and Arrow taken apart."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".parquet", ".arrow"):
            is_kept = path.suffix == ".arrow"
            frame = frame_of(path.read_bytes()) if is_kept else pd.read_parquet(path)
            for column in frame.select_dtypes(exclude=["number", "bool"]):
                yield f"{path.name}:{column}", "\n".join(map(str, frame[column].dropna().unique()))
            for column in frame.select_dtypes("integer"):
                yield f"{path.name}:{column}", "\n".join(map(str, frame[column].dropna().unique()))
        elif path.is_file():
            yield path.name, path.read_bytes().decode("utf-8")


def test_no_name_and_no_document_leaves_the_raw_files(town: Town) -> None:
    names = set(town.raw["full_name"]) | {
        " ".join(name.split()[:2]) for name in town.raw["full_name"]
    }
    documents = set(town.raw["document"]) - {""}
    assert len(names) > 200 and len(documents) > 50
    named = re.compile("|".join(map(re.escape, sorted(names))), re.IGNORECASE)
    documented = re.compile(rf"\b(?:{'|'.join(sorted(documents))})\b")
    folder = town.project.bank(YEAR)
    places = list(strings_below(folder))
    assert any(".readings" in str(path) for path in folder.rglob("*.arrow"))
    assert "manifest.json" in [place for place, _ in places]
    assert "reading.json" in [place for place, _ in places]
    told = json.dumps([vars(item) for item in town.result.findings], ensure_ascii=False)
    draft = town.result.draft.to_csv()
    for place, text in [*places, ("findings", told), ("draft", draft)]:
        assert not named.search(text), (place, named.search(text))
        assert not documented.search(text), (place, documented.search(text))


def test_the_search_for_names_would_find_one(town: Town, tmp_path: Path) -> None:
    """The privacy test above must be able to fail: a bank with one name in it is caught."""
    name = town.raw["full_name"].iloc[0]
    pd.DataFrame({"unit_name": ["школа", name]}).to_parquet(tmp_path / "x.parquet")
    assert any(name in text for _, text in strings_below(tmp_path))


@pytest.fixture(scope="module")
def identified(town: Town) -> pd.DataFrame:
    """Bank rows of named pupils beside the names that the tests found in the same raw rows."""
    parts = []
    for name in ("gia_results", "olympiad_results", "medal_candidates", "annual_marks"):
        frame = town.bank.table(name)
        keys = ["school_id", "pupil_id", "source_file", "source_sheet", "source_row"]
        # Candidates for a medal are in the eleventh grade, whatever the list says.
        parts.append(frame[keys].assign(table=name, grade=frame.get("grade", 11)))
    rows = pd.concat(parts, ignore_index=True)
    rows["source_sheet"] = rows["source_sheet"].fillna("")
    joined = rows.merge(town.raw, on=["source_file", "source_sheet", "source_row"], how="left")
    assert joined["full_name"].notna().all(), "every row of a named pupil has its raw row"
    return joined


def test_a_pupil_is_the_same_in_every_file_that_names_him(identified: pd.DataFrame) -> None:
    who = ["full_name", "school_id", "grade"]
    ids = identified.groupby(who)["pupil_id"].nunique()
    documents = identified[identified["document"] != ""].groupby(who)["document"].nunique()
    # Namesakes of one class are told apart by their documents.
    assert (ids[documents.reindex(ids.index).fillna(1) < 2] == 1).all()
    owners = identified.groupby("pupil_id")[who].nunique()
    assert (owners == 1).all(axis=None), "no two pupils share a code"


@pytest.mark.parametrize(
    ("grade", "tables"),
    [
        (9, {"gia_results", "olympiad_results", "annual_marks"}),
        (11, {"gia_results", "olympiad_results", "medal_candidates"}),
    ],
)
def test_pupils_are_joined_across_files(
    identified: pd.DataFrame, grade: int, tables: set[str]
) -> None:
    of_grade = identified[identified["grade"] == grade]
    met = of_grade.groupby("pupil_id")["table"].agg(set)
    assert any(tables <= found for found in met), "somebody stands in all of these files"
    # Everybody whom two kinds of files name under one name is one pupil in both.
    by_name = of_grade.groupby(["full_name", "school_id"])["table"].agg(set)
    for table in sorted(tables):
        by_code = sum(table in found for found in met)
        assert by_code == sum(table in found for found in by_name), table
