"""The yearly intake from end to end on small folders: what it reads anew, refuses, sets aside."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import builders_gia as gia
import builders_vpr as vpr
import pandas as pd
import pytest
from refusals import SCHOOLS, Row, write_book

from msoko_lib.bank import Bank
from msoko_lib.intake.pipeline import DRAFT_NAME, intake_year, is_up_to_date
from msoko_lib.intake.rules import findings_frame
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE

YEAR = "2025-2026"
SHEET = "Лист1"
DIRECTORY = gia.directory_rows(
    *(gia.school_row(s["logins"], s["ris_code"], s["short_name"]) for s in SCHOOLS)
)
CLEAN = vpr.individual([vpr.section(count=1), vpr.GOOD_PUPILS[0]])
RUSSIAN = "01 - Русский язык 2026.05.29"
PROTOCOL = gia.ege(gia.sparse_pupil(1), gia.sparse_pupil(2, "Петров"), title=RUSSIAN)
BAD_ROW = gia.sparse_pupil(3, "Яров", test=101)


def put(project: Project, name: str, rows: Sequence[Row]) -> Path:
    path = project.raw(YEAR) / name
    write_book(path, {SHEET: rows})
    return path


@pytest.fixture
def project(new_project: Callable[[], Project]) -> Project:
    """A project with a directory, a clean Ф1 and a clean protocol."""
    made = new_project()
    put(made, "Справочник ОО.xlsx", DIRECTORY)
    put(made, "ВПР/2849657.xlsx", CLEAN)
    put(made, "РЦОИ/протокол.xlsx", PROTOCOL)
    return made


def tables(project: Project) -> dict[str, int]:
    bank = Bank(project, YEAR)
    return {name: entry["rows"] for name, entry in bank.manifest()["tables"].items()}


def test_clean_files_end_with_0_and_fill_the_bank(project: Project) -> None:
    result = intake_year(project, YEAR)
    assert result.findings == []
    assert result.exit_code == 0
    assert set(result.files["status"]) == {"прочитан"}
    assert tables(project) == {
        "schools": 2, "vpr_pupils": 1, "vpr_tasks": 4, "gia_results": 2, "gia_tasks": 10,
    }  # fmt: skip


def test_one_bad_row_ends_with_1_and_costs_one_row(project: Project) -> None:
    put(project, "РЦОИ/протокол.xlsx", [*PROTOCOL, BAD_ROW])
    result = intake_year(project, YEAR)
    assert [item.rule for item in result.findings] == ["gia_test_above_100"]
    assert result.exit_code == 1
    status = result.files.set_index("file")["status"]
    assert status["РЦОИ/протокол.xlsx"] == "прочитан не весь"
    assert tables(project)["gia_results"] == 2


def test_nothing_usable_ends_with_2(new_project: Callable[[], Project]) -> None:
    project = new_project()
    assert intake_year(project, YEAR).exit_code == 2
    put(project, "кружки.xlsx", [["Кружок", "Руководитель"], ["Шахматы", "Яров"]])
    result = intake_year(project, YEAR)
    assert result.exit_code == 2
    assert result.files["status"].tolist() == ["не принят"]
    assert "unrecognised" in [item.rule for item in result.findings]
    assert Bank(project, YEAR).is_sound()


def test_only_the_changed_file_is_read_again(project: Project) -> None:
    assert intake_year(project, YEAR).reread_n == 3
    assert is_up_to_date(project, YEAR)
    assert intake_year(project, YEAR).reread_n == 0
    put(project, "РЦОИ/протокол.xlsx", [*PROTOCOL, gia.sparse_pupil(3, "Яров", test=40)])
    assert not is_up_to_date(project, YEAR)
    assert intake_year(project, YEAR).reread_n == 1
    assert tables(project)["gia_results"] == 3
    assert is_up_to_date(project, YEAR)


def test_a_new_date_on_disk_alone_reads_nothing_again(project: Project) -> None:
    path = project.raw(YEAR) / "РЦОИ" / "протокол.csv"
    (project.raw(YEAR) / "РЦОИ/протокол.xlsx").unlink()
    gia.save(path.parent, PROTOCOL, ".csv").rename(path)
    intake_year(project, YEAR)
    os.utime(path, (1_800_000_000, 1_800_000_000))
    # The date decides which of two exports is the newer, so the year is put together anew.
    assert not is_up_to_date(project, YEAR)
    assert intake_year(project, YEAR).reread_n == 0
    assert is_up_to_date(project, YEAR)


def test_a_changed_directory_reads_every_file_again(project: Project) -> None:
    intake_year(project, YEAR)
    put(project, "Справочник ОО.xlsx", DIRECTORY[:-1])
    assert intake_year(project, YEAR).reread_n == 3


def test_a_removed_file_leaves_the_bank(project: Project) -> None:
    intake_year(project, YEAR)
    (project.raw(YEAR) / "РЦОИ/протокол.xlsx").unlink()
    assert not is_up_to_date(project, YEAR)
    intake_year(project, YEAR)
    assert tables(project).keys() == {"schools", "vpr_pupils", "vpr_tasks"}
    assert not Bank(project, YEAR).path("gia_results").exists()


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "harm",
    [
        lambda bank: _spoil(bank.path("gia_results")),
        lambda bank: bank.path("gia_results").unlink(),
        lambda bank: (bank.folder / "manifest.json").write_text("{"),
        lambda bank: (bank.folder / "manifest.json").unlink(),
    ],
    ids=["a byte", "a table", "half a manifest", "no manifest"],
)
def test_a_bank_harmed_by_hand_is_noticed_and_mended(
    project: Project, harm: Callable[[Bank], object]
) -> None:
    intake_year(project, YEAR)
    bank = Bank(project, YEAR)
    whole = bank.table("gia_results")
    harm(bank)
    assert not is_up_to_date(project, YEAR)
    assert intake_year(project, YEAR).reread_n == 0
    assert is_up_to_date(project, YEAR)
    pd.testing.assert_frame_equal(bank.table("gia_results"), whole)


def test_a_harmed_cache_is_read_anew(project: Project) -> None:
    intake_year(project, YEAR)
    whole = Bank(project, YEAR).table("gia_results")
    for path in (Bank(project, YEAR).folder / ".readings").rglob("gia_results.arrow"):
        path.write_bytes(b"")
    intake_year(project, YEAR)
    pd.testing.assert_frame_equal(Bank(project, YEAR).table("gia_results"), whole)


def test_another_key_makes_the_bank_anew(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake_year(project, YEAR)
    before = set(Bank(project, YEAR).table("gia_results")["pupil_id"])
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "another.key"))
    assert not is_up_to_date(project, YEAR)
    assert intake_year(project, YEAR).reread_n == 3
    assert before.isdisjoint(Bank(project, YEAR).table("gia_results")["pupil_id"])


def test_an_unknown_school_is_set_aside_and_its_rows_stay(project: Project) -> None:
    strange = "Лицей(edu777777)"
    pupils = [vpr.pupil(40002 + n, [2, 1, 2, 1], 6, 5, 5, strange) for n in range(2)]
    put(project, "ВПР/лицей.xlsx", vpr.individual([vpr.section(strange, 2), *pupils]))
    result = intake_year(project, YEAR)
    (told,) = result.findings
    assert (told.rule, told.severity) == ("unknown_school", "set_aside")
    assert (told.file, told.cell) == ("ВПР/лицей.xlsx", "A10")
    assert "«edu777777»" in told.found and "строк: 2" in told.found
    assert result.exit_code == 1
    bank = Bank(project, YEAR)
    assert (bank.table("vpr_pupils")["school_id"] == "edu777777").sum() == 2
    known = bank.table("schools").set_index("school_id")["in_directory"]
    assert known.to_dict() == {"edu123456": True, "edu123457": True, "edu777777": False}
    # A slip in the code is pointed out.
    put(project, "ВПР/лицей.xlsx", vpr.individual([
        vpr.section("Лицей(edu123465)", 1), vpr.pupil(40002, [2, 1, 2, 1], 6, 5, 5, "Л(edu123465)")
    ]))  # fmt: skip
    assert any("Похоже на «edu12345" in item.found for item in intake_year(project, YEAR).findings)


def test_without_a_directory_the_codes_are_the_schools_and_a_draft_is_made(
    project: Project,
) -> None:
    (project.raw(YEAR) / "Справочник ОО.xlsx").unlink()
    shares = [[vpr.SCHOOL, None, 1, 0, 0, 0, 100]]
    put(project, "ВПР/отметки.xlsx", vpr.marks(shares))
    result = intake_year(project, YEAR)
    assert [item.rule for item in result.findings] == ["no_directory"]
    assert DRAFT_NAME in result.findings[0].action
    assert result.exit_code == 0
    schools = Bank(project, YEAR).table("schools").set_index("school_id")
    assert schools["in_directory"].to_dict() == {"edu123456": True, "ris111001": True}
    assert schools.loc["edu123456", "short_name"] == "МБОУ «СОШ №1 г.Энск»"
    # One row a code: the methodologist joins the two of one school herself.
    draft = result.draft
    assert draft["Логин ФИС ОКО"].tolist() == ["edu123456", ""]
    assert draft["Код ОО РИС"].tolist() == ["", "111001"]
    assert draft["Краткое название"].tolist() == ["МБОУ «СОШ №1 г.Энск»", ""]
    assert "всего 2" in result.findings[0].found


def test_the_completed_draft_is_a_directory(project: Project) -> None:
    from msoko_lib.intake.directory import write_directory_draft

    (project.raw(YEAR) / "Справочник ОО.xlsx").unlink()
    draft = intake_year(project, YEAR).draft
    first = draft.iloc[[0]].assign(**{"Код ОО РИС": "111001", "Краткое название": "СОШ № 1"})
    write_directory_draft(first, project.raw(YEAR) / "справочник.xlsx")
    result = intake_year(project, YEAR)
    assert result.findings == [] and result.exit_code == 0
    # Ф1 and the protocol now belong to one school.
    bank = Bank(project, YEAR)
    assert set(bank.table("gia_results")["school_id"]) == {"edu123456"}
    assert set(bank.table("vpr_pupils")["school_id"]) == {"edu123456"}


def test_two_processes_read_what_one_reads(project: Project) -> None:
    for grade in (5, 6):
        work = f"ВПР 2026 Русский язык {grade} класс"
        put(project, f"ВПР/{grade}.xlsx", vpr.marks(vpr.GOOD_MARKS, work=work))
    alone = intake_year(project, YEAR)
    hashes = Bank(project, YEAR).hashes()
    for path in (Bank(project, YEAR).folder / ".readings").rglob("reading.json"):
        path.unlink()
    together = intake_year(project, YEAR, jobs=2)
    assert together.reread_n == alone.reread_n == 5
    assert Bank(project, YEAR).hashes() == hashes
    pd.testing.assert_frame_equal(findings_frame(together.findings), findings_frame(alone.findings))


def test_a_directory_under_any_name_is_found(project: Project) -> None:
    intake_year(project, YEAR)
    whole = {name: Bank(project, YEAR).table(name) for name in tables(project)}
    folder = project.raw(YEAR)
    (folder / "Справочник ОО.xlsx").rename(folder / "я.xlsx")
    # A list that calls itself a directory and is none.
    put(project, "перечень.xlsx", [["Кружок", "Руководитель"], ["Шахматы", "Яров"]])
    found = intake_year(project, YEAR)
    assert found.files.set_index("file").loc["я.xlsx", "layout"] == "directory"
    assert [item.rule for item in found.findings] == ["unrecognised"]
    # The others were kept as that directory tells them.
    assert found.reread_n == 2
    for name in set(whole) - {"schools"}:
        pd.testing.assert_frame_equal(Bank(project, YEAR).table(name), whole[name])
    assert intake_year(project, YEAR).reread_n == 0


def test_of_two_directories_the_first_is_used_whatever_its_name(project: Project) -> None:
    put(project, "А.xlsx", DIRECTORY[:-1])
    result = intake_year(project, YEAR)
    told = next(item for item in result.findings if item.rule == "two_directories")
    assert told.file == "Справочник ОО.xlsx" and "А.xlsx" in told.found
    assert tables(project)["schools"] == 1, "the other one lists a second school"


def test_other_sheets_of_the_directory_are_read_too(project: Project) -> None:
    path = project.raw(YEAR) / "Справочник ОО.xlsx"
    write_book(path, {"Школы": DIRECTORY, "Протокол": PROTOCOL})
    (project.raw(YEAR) / "РЦОИ/протокол.xlsx").unlink()
    result = intake_year(project, YEAR)
    assert result.findings == []
    assert tables(project)["gia_results"] == 2 and tables(project)["schools"] == 2


def test_progress_counts_to_its_end(project: Project) -> None:
    said: list[tuple[str, int, int]] = []
    intake_year(project, YEAR, progress=lambda *step: said.append(step))
    steps = list(dict.fromkeys(step for step, _, _ in said))
    assert steps == ["поиск справочника ОО", "чтение файлов", "сведение"]
    for step in steps:
        done = [(count, total) for name, count, total in said if name == step]
        assert done[0][0] == 0 and done[-1][0] == done[-1][1]
        assert done == sorted(done)


def test_a_note_below_the_directory_is_no_refusal(project: Project) -> None:
    notes = [[], ["Примечание: сверено с РИС ГИА"], ["Итого: 2"], [None, "данные на 1 сентября"]]
    put(project, "Справочник ОО.xlsx", [*DIRECTORY, *notes])
    result = intake_year(project, YEAR)
    assert [(item.rule, item.cell) for item in result.findings] == [("list_rows_skipped", "A7")]
    assert result.exit_code == 0 and tables(project)["schools"] == 2


def test_a_threshold_below_nought_costs_no_pupil(project: Project) -> None:
    put(project, "РЦОИ/протокол.xlsx", [*PROTOCOL, ["Минимальная граница", -24]])
    result = intake_year(project, YEAR)
    assert [item.rule for item in result.findings] == ["gia_minimum_unread"]
    assert tables(project)["gia_results"] == 2
