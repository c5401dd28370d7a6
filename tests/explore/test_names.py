"""Names as people type them, and the cheap door to exploring."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from msoko_lib.explore import NoYear, UnknownName, municipality
from msoko_lib.explore.names import found
from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.versions import imported_sources

SUBJECTS = {"Математика": 1, "Математика (углублённый уровень)": 2, "Русский язык": 3}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Математика", 1),
        ("математика", 1),
        (" русский  ЯЗЫК ", 3),
        ("углубленный", 2),
        ("русск", 3),
    ],
)
def test_a_name_is_found_as_people_type_it(asked: str, meant: int) -> None:
    assert found(asked, SUBJECTS, "предмета") == meant


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Матиматика", "Нет предмета «Матиматика». Похоже на: Математика."),
        ("матем", "подходит не к одному имени: Математика, Математика (углублённый уровень)"),
        ("Ру", "Нет предмета «Ру»"),
        ("Ъъъ", "Есть: Математика, Математика (углублённый уровень), Русский язык"),
        ("", "Нет предмета «»"),
    ],
)
def test_a_slip_is_answered_with_names(asked: str, said: str) -> None:
    with pytest.raises(UnknownName) as problem:
        found(asked, SUBJECTS, "предмета")
    assert said in str(problem.value)
    # JupyterLab prints this in place of a traceback.
    assert problem.value._render_traceback_() == [str(problem.value)]


def test_without_any_name_it_says_so() -> None:
    with pytest.raises(UnknownName, match="нет ни одного имени"):
        found("Физика", {}, "предмета")


def test_importing_the_library_loads_nothing() -> None:
    """Every command starts with this import; exploring is loaded when it is asked for."""
    code = (
        "import sys, json, msoko_lib; before = sorted(sys.modules); "
        "door = msoko_lib.municipality.__module__; print(json.dumps([before, door]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, door = json.loads(done.stdout)
    assert door == "msoko_lib.explore.opening"
    assert not {"pandas", "numpy", "matplotlib", "IPython", "ipywidgets"} & set(before)
    assert not [name for name in before if name.startswith("msoko_lib.")]


def test_the_library_has_no_other_door() -> None:
    import msoko_lib

    assert "municipality" in dir(msoko_lib)
    with pytest.raises(AttributeError, match="no attribute 'munizipality'"):
        _ = msoko_lib.munizipality


def test_no_table_is_computed_anew_because_exploring_changed() -> None:
    names = {str(path) for path in imported_sources("msoko_lib.indicators.engine")}
    assert any(name.endswith("msoko_lib/__init__.py") for name in names)
    assert not [name for name in names if "/msoko_lib/explore/" in name]


def test_without_a_project_it_says_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    with pytest.raises(NoYear, match="нет проекта msoko"):
        municipality()


@pytest.mark.parametrize(
    ("year", "raw", "said"),
    [
        (None, [], "Данных ещё нет"),
        (None, ["2024-2025"], "Выполните: msoko intake 2024-2025"),
        ("2023-2024", [], "data/raw/2023-2024"),
        ("2024/25", ["2024-2025"], "Файлы за 2024-2025 есть, но ещё не прочитаны"),
        ("24-25", [], "записывается как 2024-2025"),
        ("2024-2027", [], "записывается как 2024-2025"),
    ],
)
def test_a_year_without_a_bank_says_what_to_do(
    year: str | None, raw: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "common.yml").touch()
    for name in raw:
        folder = tmp_path / "data" / "raw" / name
        folder.mkdir(parents=True)
        (folder / "Ф1.xlsx").touch()
    with pytest.raises(NoYear) as problem:
        municipality(year, tmp_path)
    assert said in str(problem.value)
    assert isinstance(problem.value, ExploreProblem)
