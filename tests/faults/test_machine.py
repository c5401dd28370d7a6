"""The machine fails: no space, no access, no memory, two runs at once, a clock set back."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from killing import TRACEBACK, command, copy_of
from small_town import INTAKE, PUBLISH, YEAR, State, what_is_broken

from msoko_lib.bank import Bank
from msoko_lib.batch.forked_kernels import ENGINE, register
from msoko_lib.batch.kernel_client import KernelServer
from msoko_lib.batch.lock import LOCK, OWNER, YearIsBusy, only_run
from msoko_lib.batch.plan import Limits, plan
from msoko_lib.batch.report import make_report
from msoko_lib.project import Project

News = Callable[[Project], None]


def no_space() -> None:
    """No file may grow beyond 6 KB: the write layer meets the limit as it meets a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))


def no_privileges() -> None:
    """Root may write anywhere; without its capabilities the permissions of a folder hold."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if os.getuid() == 0 and libc.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def test_a_full_disk_spoils_nothing_and_is_told(town: Project, with_news: News) -> None:
    with_news(town)
    before = State.of(town)
    ended = command(town, INTAKE, prepare=no_space)
    assert ended.code == 3 and TRACEBACK not in ended.said
    assert "нет места" in ended.said and "Освободите место" in ended.said
    assert what_is_broken(town, before, before) == []
    assert "/." not in ended.said.split("нет места")[1], "a draft is called by its file's name"
    again = command(town, INTAKE)
    assert again.code == 0 and Bank(town, YEAR).is_sound()


def test_a_disk_that_is_really_full(town: Project, with_news: News, tmp_path: Path) -> None:
    """A small disk in memory; where it may not be made, the limit above stands for it."""
    disk = tmp_path / "диск"
    disk.mkdir()
    size = sum(path.stat().st_size for path in town.root.rglob("*") if path.is_file()) // 1024
    options = f"size={size + 1200}k"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        assert not any(disk.iterdir()), "no disk was made"
        return
    try:
        there = copy_of(town, disk / "town")
        with_news(there)
        before = State.of(there)
        # Whatever room is left, the command's own writes use it up.
        with contextlib.suppress(OSError), (disk / "чужой файл").open("wb", buffering=0) as filler:
            for _ in range(size + 1200):
                filler.write(bytes(1024))
        ended = command(there, INTAKE)
        assert ended.code != 0 and TRACEBACK not in ended.said
        assert what_is_broken(there, before, before) == []
        (disk / "чужой файл").unlink()
        assert command(there, INTAKE).code == 0 and Bank(there, YEAR).is_sound()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("folder", [f"outputs/{YEAR}", f"data/processed/{YEAR}"])
def test_a_read_only_folder_is_told(town: Project, with_news: News, folder: str) -> None:
    with_news(town)
    before = State.of(town)
    place = town.root / folder
    place.chmod(0o555)
    try:
        ended = command(town, INTAKE, prepare=no_privileges)
    finally:
        place.chmod(0o755)
    assert ended.code == 3 and TRACEBACK not in ended.said
    assert "нет доступа" in ended.said.lower() and "только для чтения" in ended.said
    assert what_is_broken(town, before, before) == []


def test_a_raw_file_nobody_may_read_is_refused_and_the_rest_is_taken(town: Project) -> None:
    (path,) = town.raw(YEAR).glob("ВсОШ/Школьный этап/*.xlsx")
    path.chmod(0)
    ended = command(town, INTAKE, prepare=no_privileges)
    assert ended.code == 1 and TRACEBACK not in ended.said
    assert "Математика.xlsx" in ended.said and "нет доступа" in ended.said
    assert not Bank(town, YEAR).table("schools").empty
    path.chmod(0o644)
    assert command(town, INTAKE).code == 0, "nothing of the refusal was kept"


def test_a_year_under_way_names_who_holds_it(town: Project) -> None:
    before = State.of(town)
    with only_run(town, YEAR):
        for words in (INTAKE, PUBLISH):
            ended = command(town, words)
            assert ended.code == 2 and TRACEBACK not in ended.said
            for part in (YEAR, str(os.getpid()), "компьютер", "Дождитесь"):
                assert part in ended.said
    assert State.of(town) == before
    assert not (town.outputs(YEAR) / OWNER).exists()


@pytest.mark.parametrize("owner", ["", "{", "живой номер процесса"])
def test_a_lock_heals_when_its_owner_is_gone(town: Project, owner: str) -> None:
    """The number of the process lives again, its clock was ahead, its note is torn: no matter."""
    folder = town.outputs(YEAR)
    (folder / LOCK).touch()
    if owner.startswith("живой"):
        owner = json.dumps(
            {"pid": os.getppid(), "host": "x", "since": "01.01.2099 10:00", "command": "msoko run"}
        )
    (folder / OWNER).write_text(owner, encoding="utf-8")
    with only_run(town, YEAR):
        assert json.loads((folder / OWNER).read_text(encoding="utf-8"))["pid"] == os.getpid()
        (folder / OWNER).write_text("{", encoding="utf-8")
        with pytest.raises(YearIsBusy, match=YEAR), only_run(town, YEAR):
            pass


def test_a_killed_owner_leaves_no_lock(town: Project) -> None:
    def hold() -> None:
        import time

        from msoko_lib.batch import intake_step

        intake_step.read_year = lambda *words: time.sleep(60)

    ended = command(town, INTAKE, kill_after=1.0, prepare=hold)
    assert ended.code == -signal.SIGKILL
    with only_run(town, YEAR):
        pass


def test_a_clock_that_is_set_back_changes_nothing_in_the_data(town: Project) -> None:
    tables = Bank(town, YEAR).hashes()

    def set_back() -> None:
        os.environ["SOURCE_DATE_EPOCH"] = "946684800"

    for path in town.raw(YEAR).rglob("*.xlsx"):
        # Written "tomorrow", as the clock now says.
        os.utime(path, (4_000_000_000, 4_000_000_000))
    assert command(town, INTAKE, prepare=set_back).code == 0
    assert Bank(town, YEAR).hashes() == tables
    assert command(town, PUBLISH, prepare=set_back).code == 0
    # The clock is right again: an edition of the future is no hindrance.
    assert command(town, PUBLISH).code == 0


@pytest.mark.parametrize("damage", ["one bit", "manifest"])
def test_a_damaged_bank_is_told_before_it_is_used(town: Project, damage: str) -> None:
    path = town.bank(YEAR) / ("manifest.json" if damage == "manifest" else "schools.parquet")
    whole = path.read_bytes()
    if damage == "one bit":
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    else:
        path.write_bytes(whole[: len(whole) // 2])
    ended = command(town, PUBLISH)
    assert ended.code == 2 and TRACEBACK not in ended.said
    assert path.name in ended.said and f"msoko intake {YEAR}" in ended.said
    assert not (town.outputs(YEAR) / "public").exists()
    assert command(town, INTAKE).code == 0 and Bank(town, YEAR).is_sound()


def test_a_path_with_spaces_cyrillic_and_two_hundred_characters(
    town: Project, tmp_path: Path
) -> None:
    name = "Моя папка с данными за все годы, копия (2)"
    place = tmp_path / name / name / name / name / name / "проект & «школы» 100 %"
    assert len(str(place)) > 200
    place.parent.mkdir(parents=True)
    shutil.copytree(town.root, place)
    moved = Project(place)
    assert command(moved, INTAKE).code == 0
    ended = command(moved, PUBLISH)
    assert ended.code == 0, ended.said
    assert Bank(moved, YEAR).hashes() == Bank(town, YEAR).hashes()


def test_names_spoilt_by_an_archive_of_windows_change_nothing_but_names(town: Project) -> None:
    """Unpacked by a program that takes the code page of DOS for another, a name is gibberish."""
    tables = Bank(town, YEAR).table("olympiad_results").drop(columns="source_file")
    for path in sorted(town.raw(YEAR).rglob("*.xlsx")):
        path.rename(path.with_name(path.name.encode("cp866").decode("cp437")))
    assert command(town, INTAKE).code == 0
    again = Bank(town, YEAR).table("olympiad_results").drop(columns="source_file")
    assert not again.empty
    assert again.to_dict("records") == tables.to_dict("records")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelServer]:
    """Kernels that may take 1 GB; nothing of any year is loaded."""
    register()
    server = KernelServer(str(tmp_path_factory.mktemp("nothing")), YEAR, memory_mb=1024)
    yield server
    server.close()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import time; time.sleep(600)", "дольше 2 с"),
        ("kept = [bytearray(1 << 28) for _ in range(40)]", "не хватило памяти"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "прервался"),
        ("open('/нет такой папки/файл')", "ошибка при выполнении ячейки"),
    ],
)
def test_a_kernel_that_hangs_eats_memory_or_dies(
    server: KernelServer, town: Project, tmp_path: Path, cell: str, told: str
) -> None:
    path = town.notebooks / "14_schedule.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [*notebook.cells[:2], nbformat.v4.new_code_cell(cell)]
    nbformat.write(notebook, path)
    (job,) = plan(town, YEAR, only=["14"])
    # A busy machine may need a while to fill its memory.
    seconds = 2 if "2 с" in told else 60
    job = replace(job, limits=Limits(cell_s=seconds, memory_mb=1024))
    engine = {"engine_name": ENGINE, "server": server}
    outcome = make_report(job, str(town.root), str(tmp_path / "out"), engine)
    assert told in outcome.problem
    assert not list((tmp_path / "out").rglob("*.html"))


def test_the_limits_are_parameters_with_their_source(town: Project) -> None:
    (job,) = plan(town, YEAR, only=["14"])
    assert job.limits.cell_s > 0 and job.limits.memory_mb > 0
    (town.params / f"{YEAR}.yml").write_text(
        "thresholds:\n  report_cell_seconds: {value: 7}\n", encoding="utf-8"
    )
    (job,) = plan(town, YEAR, only=["14"])
    assert job.limits.cell_s == 7


def test_a_fault_of_the_program_is_told_without_a_traceback(town: Project) -> None:
    def break_it() -> None:
        from msoko_lib.batch import intake_step

        def fail(*words: object) -> None:
            raise KeyError("Иванов Иван, 5 класс")

        intake_step.read_year = fail

    ended = command(town, INTAKE, prepare=break_it)
    assert ended.code == 3 and TRACEBACK not in ended.said
    assert "Внутренняя ошибка" in ended.said and "fault.txt" in ended.said
    kept = (town.root / "fault.txt").read_text(encoding="utf-8")
    assert "KeyError" in kept and "break_it" not in kept and "fail" in kept
    assert "Иванов" not in kept + ended.said, "what a fault quotes may be a pupil"


def test_a_run_tells_of_a_bank_it_had_to_mend(town: Project) -> None:
    """In-process: reports themselves are not what is tested here."""
    from msoko_lib.batch.year import _bring_up_to_date
    from msoko_lib.intake.pipeline import silent

    path = town.bank(YEAR) / "schools.parquet"
    path.write_bytes(path.read_bytes()[:-30])
    (line,) = _bring_up_to_date(town, YEAR, 1, silent)
    assert "schools.parquet" in line and "собран заново" in line
    assert Bank(town, YEAR).is_sound()
    assert _bring_up_to_date(town, YEAR, 1, silent) == []
