"""Where things lie and how a school year is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from msoko_lib.project import (
    ROOT_VARIABLE,
    Project,
    ProjectNotFound,
    end_year_of,
    is_school_year,
    previous_school_year,
    school_year_of,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "common.yml").write_text("{}", encoding="utf-8")
    return tmp_path.resolve()


def test_the_project_is_found_from_any_folder_below(root: Path) -> None:
    deep = root / "data" / "raw" / "2024-2025" / "ВПР"
    deep.mkdir(parents=True)
    assert Project.find(deep).root == root
    assert Project.find(root).root == root
    assert Project.find(str(deep)).root == root


def test_the_project_is_found_from_the_current_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "notebooks").mkdir()
    monkeypatch.chdir(root / "notebooks")
    assert Project.find().root == root


def test_the_variable_goes_before_the_current_folder_and_the_argument_before_both(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other").resolve()
    (other / "params").mkdir()
    (other / "params" / "common.yml").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv(ROOT_VARIABLE, str(other))
    assert Project.find().root == other
    assert Project.find(root).root == root


def test_outside_a_project_the_message_names_the_folder_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectNotFound) as caught:
        Project.find()
    assert str(tmp_path) in str(caught.value)
    assert "--root" in str(caught.value) and "params/common.yml" in str(caught.value)


def test_folders_of_a_year(root: Path) -> None:
    project = Project(root)
    assert project.raw("2024-2025") == root / "data" / "raw" / "2024-2025"
    assert project.bank("2024-2025") == root / "data" / "processed" / "2024-2025"
    assert project.outputs("2024-2025") == root / "outputs" / "2024-2025"
    assert project.notebooks == root / "notebooks" / "reports"


def test_raw_years_are_folders_with_files_oldest_first(root: Path) -> None:
    project = Project(root)
    assert project.raw_years() == []
    for name in ("2024-2025", "2022-2023", "2023-2024", "2023-2025", "старое"):
        (root / "data" / "raw" / name / "ВПР").mkdir(parents=True)
    for name in ("2024-2025", "2022-2023", "2023-2025", "старое"):
        (root / "data" / "raw" / name / "ВПР" / "1.xlsx").write_bytes(b"")
    assert project.raw_years() == ["2022-2023", "2024-2025"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-2025", True), ("1999-2000", False), ("2024-2026", False), ("2025-2024", False),
        ("2024/2025", False), ("2024-25", False), (" 2024-2025", False), ("2024-2025 ", False),
        ("2024-2025\n", False), ("2099-2100", False), ("", False),
    ],
)  # fmt: skip
def test_what_a_school_year_is(text: str, expected: bool) -> None:
    assert is_school_year(text) is expected


def test_school_years_and_calendar_years() -> None:
    assert school_year_of(2025) == "2024-2025"
    assert end_year_of("2024-2025") == 2025
    assert previous_school_year("2024-2025") == "2023-2024"
    assert previous_school_year("2024-2025", 3) == "2021-2022"
    assert previous_school_year("2024-2025", 0) == "2024-2025"
    with pytest.raises(ValueError, match="2024-2026"):
        end_year_of("2024-2026")
