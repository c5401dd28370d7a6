"""``msoko doctor``: each planted fault gets its mark, its word and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from msoko_lib import jupyter_template
from msoko_lib.batch.lock import LOCK
from msoko_lib.cli import app
from msoko_lib.doctor import BAD, GOOD, WARNING, Line, examine, machine, place, program
from msoko_lib.new_folder import lay_out
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_BYTES, KEY_VARIABLE

YEAR = "2024-2025"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    lay_out(tmp_path / "Округ")
    return Project.find(tmp_path / "Округ")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "key" / "pupil.key"
    path.parent.mkdir()
    monkeypatch.setenv(KEY_VARIABLE, str(path))
    return path


def is_fault(line: Line | None, mark: str, *words: str) -> bool:
    assert line is not None and line.mark == mark, line
    assert mark == GOOD or line.mend, "a fault without a way out"
    return all(word in f"{line.said} {line.mend}" for word in words)


def test_everything_is_looked_at_in_russian_and_once(project: Project) -> None:
    lines = list(examine(project.root))
    names = [line.what for line in lines]
    assert len(names) == len(set(names)) >= 18
    assert all(line.said and line.mark in (GOOD, WARNING, BAD) for line in lines)
    assert not any("не проверено" in line.said for line in lines), lines
    assert [line for line in lines if line.mark == BAD] == []


def test_outside_a_folder_the_computer_is_looked_at(tmp_path: Path) -> None:
    line = list(examine(tmp_path))[-1]
    assert is_fault(line, WARNING, "msoko init .")


def test_an_old_python() -> None:
    assert is_fault(program.python((3, 10, 4)), BAD, "3.10.4", "3.11")
    assert is_fault(program.python((3, 14, 0)), GOOD, "3.14.0")


def test_libraries_beside_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    found = metadata.version("pandas")
    lock.write_text(f"# a comment\npandas=={found}\nnumpy==0.0.1\n", encoding="utf-8")
    locked = program.locked_versions(lock)
    assert locked == {"pandas": found, "numpy": "0.0.1"}
    assert is_fault(program.libraries(locked, ["pandas"]), GOOD)
    assert is_fault(program.libraries(locked, ["pandas", "numpy"]), WARNING, "numpy", "0.0.1")
    absent = program.libraries(locked, ["pandas", "no-such-package"])
    assert is_fault(absent, BAD, "no-such-package", "pip install -r")
    assert is_fault(program.libraries({}, ["pandas"]), WARNING, "requirements.lock")
    assert {"pandas", "typer"} <= set(program.needed()) and "pytest" not in program.needed()


def test_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(program.kernel(), GOOD)
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    other = tmp_path / "python"
    spec = '{"argv": ["%s", "-m", "ipykernel"], "display_name": "x", "language": "python"}'
    (folder / "kernel.json").write_text(spec % other.as_posix(), encoding="utf-8")
    assert is_fault(program.kernel(), BAD, "которого нет", "ipykernel install")
    other.write_text("", encoding="utf-8")
    assert is_fault(program.kernel(), WARNING, "другой Python")
    (folder / "kernel.json").write_text(spec % Path(sys.executable).as_posix(), encoding="utf-8")
    assert is_fault(program.kernel(), GOOD)


def test_the_template_is_missing_old_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyter_template, "jupyter_path", lambda: [str(tmp_path / "jupyter")])
    monkeypatch.setattr(jupyter_template, "jupyter_data_dir", lambda: str(tmp_path / "jupyter"))
    (tmp_path / "prefix").write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    assert is_fault(program.template(), WARNING, "msoko doctor --fix")
    where = jupyter_template.install()
    assert where == tmp_path / "jupyter" / jupyter_template.PLACE, "the environment refuses"
    assert is_fault(program.template(), GOOD)
    (where / "page.css").write_text("", encoding="utf-8")
    assert is_fault(program.template(), WARNING, "другой версии")
    jupyter_template.install()
    assert is_fault(program.template(), GOOD)


def test_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(program.fonts(), GOOD, "DejaVu Sans")
    monkeypatch.setattr("msoko_lib.reporting.style.FAMILY", "Нет Такого Шрифта")
    assert is_fault(program.fonts(), BAD, "Нет Такого Шрифта")


def test_memory_browser_office_and_console(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(machine.memory(500, 8), WARNING, "500 МБ", "--jobs 1")
    assert is_fault(machine.memory(8000, 8), GOOD) and is_fault(machine.memory(None, 2), GOOD)
    assert is_fault(machine.console("cp866", "cp1251"), WARNING, "cp866", "PYTHONUTF8=1")
    assert is_fault(machine.console("utf-8", "cp1251"), GOOD)
    assert is_fault(machine.fork(), GOOD)
    monkeypatch.setenv("MSOKO_BROWSER", "нет-такого-браузера")
    monkeypatch.setenv("PATH", "")
    assert is_fault(machine.browser(), WARNING, "MSOKO_BROWSER")
    assert is_fault(machine.office(), GOOD, "не обязателен")


def test_long_paths_matter_on_windows_alone() -> None:
    deep = Path("/" + "x" * 150)
    assert machine.long_paths(deep, False, False) is None
    assert is_fault(machine.long_paths(deep, True, False), WARNING, "LongPathsEnabled")
    assert is_fault(machine.long_paths(deep, True, True), GOOD)
    assert is_fault(machine.long_paths(Path("/msoko"), True, False), GOOD)


def test_the_key(project: Project, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(place.key(project), GOOD, "появится") and not key.exists()
    manifest = project.bank(YEAR) / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}", encoding="utf-8")
    assert is_fault(place.key(project), BAD, "резервной копии") and not key.exists()
    key.write_bytes(b"1" * KEY_BYTES)
    key.chmod(0o600)
    assert is_fault(place.key(project), GOOD, str(key))
    if os.name == "posix":
        key.chmod(0o644)
        assert is_fault(place.key(project), BAD, "chmod 600")
        key.chmod(0o600)
    key.write_bytes(b"1")
    assert is_fault(place.key(project), BAD, "повреждён")
    monkeypatch.setenv(KEY_VARIABLE, str(project.root / "pupil.key"))
    assert is_fault(place.key(project), BAD, "внутри папки")


def test_room_and_rights(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(place.disk(project, 100 * 1024**2), BAD, "100 МБ")
    assert is_fault(place.disk(project, 1024**3), WARNING, "1024 МБ")
    assert is_fault(place.disk(project, 50 * 1024**3), GOOD)
    before = sorted(project.root.rglob("*"))
    assert is_fault(place.rights(project), GOOD)
    assert sorted(project.root.rglob("*")) == before, "the probe is gone"
    # A folder that cannot be written in, also for a user who may do everything: it is a file.
    shutil.rmtree(project.root / "outputs")
    (project.root / "outputs").write_text("", encoding="utf-8")
    assert is_fault(place.rights(project), BAD, "outputs", "доступ")


@pytest.mark.parametrize("name", ["OneDrive - Управление", "Яндекс.Диск", "Dropbox"])
def test_a_folder_in_a_cloud(tmp_path: Path, name: str) -> None:
    lay_out(tmp_path / name / "msoko")
    assert is_fault(place.cloud(Project(tmp_path / name / "msoko")), WARNING, name, "персональные")


def test_a_cloud_of_another_name(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_fault(place.cloud(project), GOOD)
    monkeypatch.setenv("OneDrive", str(project.root.parent))
    assert is_fault(place.cloud(project), WARNING, "облаке")


def test_leavings_and_locks(project: Project) -> None:
    outputs = project.outputs(YEAR)
    outputs.mkdir(parents=True)
    assert is_fault(place.leavings(project), GOOD) and is_fault(place.locks(project), GOOD)
    (outputs / ".index.html.0123abcd").write_text("", encoding="utf-8")
    project.bank(YEAR).mkdir(parents=True)
    (project.bank(YEAR) / ".schools.parquet.0123abcd").write_text("", encoding="utf-8")
    assert is_fault(place.leavings(project), WARNING, "недописанных файлов – 2", "msoko run")
    with FileLock(outputs / LOCK):
        assert is_fault(place.locks(project), WARNING, YEAR, "Дождитесь")
    assert is_fault(place.locks(project), GOOD)


def test_wrong_parameters(project: Project) -> None:
    assert is_fault(place.parameters(project), GOOD)
    (project.own / "common.yml").write_text("municipalty: 1\n", encoding="utf-8")
    assert is_fault(place.parameters(project), BAD, "params/own/common.yml", "municipalty")


def test_a_look_that_breaks_hides_no_other(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Line:
        raise RuntimeError

    monkeypatch.setattr(program, "fonts", broken)
    lines = {line.what: line for line in examine(project.root)}
    assert is_fault(lines["Шрифт диаграмм"], BAD, "не проверено")
    assert lines["Облако"].mark == GOOD


def test_the_command_ends_with_1_where_work_is_impossible(project: Project, key: Path) -> None:
    call = ["doctor", "--root", str(project.root)]
    fine = CliRunner().invoke(app, call)
    assert fine.exit_code == 0 and "Работать можно" in fine.output, fine.output
    key.write_bytes(b"1")
    key.chmod(0o600)
    broken = CliRunner().invoke(app, call)
    assert broken.exit_code == 1 and "✗ Ключ обезличивания" in broken.output
    assert "Исправить:" in broken.output and "Мешает работать: 1" in broken.output
