"""The key lies outside the tree and is its owner's alone; a pupil is one hash in any spelling."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from msoko_lib.pseudonym import (
    KEY_BYTES,
    KEY_VARIABLE,
    KeyProblem,
    Pseudonymiser,
    fold_name,
    key_path,
    load_key,
)

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no permission bits")
SCHOOL, GRADE, YEAR = "edu991001", 9, 2025


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def pupils() -> Pseudonymiser:
    return Pseudonymiser(bytes(range(KEY_BYTES)))


@POSIX
def test_the_key_is_made_on_first_use_for_its_owner_alone(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "own" / "pupil.key"
    key = load_key(root, path)
    assert len(key) == KEY_BYTES and path.read_bytes() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(root, path) == key
    assert [item.name for item in path.parent.iterdir()] == ["pupil.key"], "no draft stays behind"


def test_two_keys_are_not_alike(root: Path, tmp_path: Path) -> None:
    assert load_key(root, tmp_path / "a.key") != load_key(root, tmp_path / "b.key")


def test_the_variable_names_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "another.key"))
    assert key_path() == tmp_path / "another.key"
    monkeypatch.delenv(KEY_VARIABLE)
    assert not key_path().is_relative_to(Path.cwd()), "by default in the user's own folder"


def test_a_key_inside_the_project_is_refused_and_not_made(root: Path) -> None:
    inside = root / "params" / "pupil.key"
    with pytest.raises(KeyProblem) as caught:
        load_key(root, inside)
    assert str(inside) in str(caught.value) and KEY_VARIABLE in str(caught.value)
    assert not inside.exists()


@POSIX
def test_a_key_that_reaches_the_project_by_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(KeyProblem):
        load_key(root, tmp_path / "link" / "pupil.key")


@POSIX
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(root: Path, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "pupil.key"
    load_key(root, path)
    path.chmod(mode)
    with pytest.raises(KeyProblem, match=re.escape(f"chmod 600 {path}")):
        load_key(root, path)


@pytest.mark.parametrize("content", [b"", b"short", bytes(KEY_BYTES + 1)])
def test_a_damaged_key_is_refused_and_kept(root: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pupil.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyProblem, match=f"{len(content)} байт"):
        load_key(root, path)
    assert path.read_bytes() == content, "a new key would cut the ties to earlier years"


def test_first_runs_at_the_same_time_agree_on_one_key(root: Path, tmp_path: Path) -> None:
    """Six processes wait for one signal and ask for the key at once."""
    code = (
        "import sys, time; from pathlib import Path; from msoko_lib.pseudonym import load_key\n"
        "root, key, start = map(Path, sys.argv[1:])\n"
        "print('ready', flush=True)\n"
        "while not start.exists(): time.sleep(0.001)\n"
        "print(load_key(root, key).hex())"
    )
    path, start = tmp_path / "own" / "pupil.key", tmp_path / "start"
    command = [sys.executable, "-c", code, str(root), str(path), str(start)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    keys = {process.communicate(timeout=60)[0].strip() for process in running}
    assert keys == {path.read_bytes().hex()}
    assert [item.name for item in path.parent.iterdir()] == ["pupil.key"]


@pytest.mark.parametrize(
    "spelling",
    [
        "Лебедёв Пётр Ильич", "Лебедев Петр Ильич", "ЛЕБЕДЁВ ПЁТР ИЛЬИЧ", "лебедев пётр ильич",
        "  Лебедёв  Пётр   Ильич ", "Лебедёв\u00a0Пётр Ильич", "Лебедёв\tПётр\nИльич",
        "Лебедёв Пётр Ильич.",
    ],
)  # fmt: skip
def test_one_pupil_in_any_spelling(pupils: Pseudonymiser, spelling: str) -> None:
    expected = pupils.named_pupil("лебедев петр ильич", SCHOOL, GRADE, YEAR)
    assert pupils.named_pupil(spelling, SCHOOL, GRADE, YEAR) == expected


def test_a_name_in_three_columns_is_the_name_in_one() -> None:
    assert fold_name("Лебедёв", "Пётр ", "Ильич") == fold_name("Лебедев Петр Ильич")
    assert fold_name("Лебедёв", "Пётр", "") == fold_name("Лебедев Петр")


def test_a_pupil_keeps_the_hash_from_year_to_year(pupils: Pseudonymiser) -> None:
    now = pupils.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025)
    assert pupils.named_pupil("Лебедев Пётр", SCHOOL, 8, 2024) == now
    assert pupils.named_pupil("Лебедев Пётр", SCHOOL, 11, 2027) == now


def test_other_pupils_have_other_hashes(pupils: Pseudonymiser) -> None:
    hashes = {
        pupils.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025),
        pupils.named_pupil("Лебедев Павел", SCHOOL, 9, 2025),
        pupils.named_pupil("Лебедев Пётр", "edu991002", 9, 2025),
        pupils.named_pupil("Лебедев Пётр", SCHOOL, 8, 2025),
        pupils.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025, namesake="4500 123456"),
        pupils.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025, namesake="4500 654321"),
    }
    assert len(hashes) == 6


def test_neighbouring_parts_do_not_run_together(pupils: Pseudonymiser) -> None:
    one = pupils.vpr_pupil("4000", "1edu", 4, "2025")
    assert one != pupils.vpr_pupil("40001", "edu", 4, "2025")


def test_a_vpr_code_holds_within_school_grade_and_session(pupils: Pseudonymiser) -> None:
    hashes = {
        pupils.vpr_pupil("40001", SCHOOL, 4, "2025"),
        pupils.vpr_pupil("40002", SCHOOL, 4, "2025"),
        pupils.vpr_pupil("40001", "edu991002", 4, "2025"),
        pupils.vpr_pupil("40001", SCHOOL, 5, "2025"),
        pupils.vpr_pupil("40001", SCHOOL, 4, "2024"),
        pupils.vpr_pupil("40001", SCHOOL, 4, "2022о"),
    }
    assert len(hashes) == 6


def test_another_key_gives_other_hashes_and_another_fingerprint(pupils: Pseudonymiser) -> None:
    other = Pseudonymiser(bytes(KEY_BYTES))
    assert other.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025) != pupils.named_pupil(
        "Лебедев Пётр", SCHOOL, 9, 2025
    )
    assert other.fingerprint != pupils.fingerprint
    assert pupils.key.hex() not in pupils.fingerprint


def test_a_hash_tells_nothing_of_the_name(pupils: Pseudonymiser) -> None:
    assert re.fullmatch(r"[0-9a-f]{24}", pupils.named_pupil("Лебедев Пётр", SCHOOL, 9, 2025))
