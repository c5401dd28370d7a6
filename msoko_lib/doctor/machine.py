"""What the computer has: memory, a browser, LibreOffice, the console, long paths."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from pathlib import Path

from msoko_lib.doctor.line import Line, good, warning

# Less free memory than one report may take with its libraries: one process at a time.
LOW_MEMORY_MB = 1024
# Names of reports and editions add up to this much below the project's folder.
LONGEST_BELOW = 160
_WINDOWS_PATH = 260
_MB = 1024 * 1024


def free_memory_mb() -> int | None:
    """Memory that programs may still take; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        told = dict(line.split(":", 1) for line in lines)
        return int(told["MemAvailable"].split()[0]) // 1024
    except (OSError, KeyError, ValueError):
        return _windows_memory_mb() if os.name == "nt" else None


def _windows_memory_mb() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *(
                (name, ctypes.c_ulonglong)
                for name in (
                    "total",
                    "available",
                    "total_page",
                    "available_page",
                    "total_virtual",
                    "available_virtual",
                    "extended",
                )
            ),
        ]

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel32 = getattr(ctypes, "windll").kernel32  # noqa: B009
    if not kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available) // _MB


def memory(free_mb: int | None, processors: int = os.cpu_count() or 1) -> Line:
    """Free memory and processors."""
    what = "Память"
    if free_mb is None:
        return good(what, f"сколько свободно, система не говорит; процессоров – {processors}")
    told = f"свободно {free_mb} МБ, процессоров – {processors}"
    if free_mb < LOW_MEMORY_MB:
        return warning(
            what,
            told,
            "Закройте другие программы и делайте отчёты одним процессом: msoko run newest --jobs 1",
        )
    return good(what, told)


def fork() -> Line:
    """How kernels start here."""
    from msoko_lib.batch.kernel_client import can_fork

    if can_fork():
        return good("Запуск отчётов", "быстрый: тетради берут уже загруженные данные")
    return good("Запуск отчётов", "обычный: каждая тетрадь загружает данные сама")


def browser() -> Line:
    """What prints PDF."""
    from msoko_lib.batch.pdf import NoBrowser, find_browser

    try:
        return good("Браузер для PDF", find_browser())
    except NoBrowser:
        return warning(
            "Браузер для PDF",
            "Chromium, Chrome или Edge не найден: msoko run --pdf не сработает, остальное – да",
            "Установите один из них или назовите его путь в переменной MSOKO_BROWSER.",
        )


def office() -> Line:
    """LibreOffice; nothing of msoko needs it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return good("LibreOffice", found or "не найден; он не обязателен")


def console(encoding: str | None = None, preferred: str | None = None) -> Line:
    """Whether Russian letters and marks come out on the screen and in redirected output."""
    screen = encoding or sys.stdout.encoding or ""
    system = preferred or locale.getpreferredencoding(False)
    told = f"экран – {screen or 'неизвестна'}, система – {system}"
    if "utf" in screen.lower():
        return good("Кодировка", told)
    return warning(
        "Кодировка",
        f"{told}: часть знаков может заменяться",
        "Перед работой задайте переменную PYTHONUTF8=1 (в Windows: chcp 65001 и set PYTHONUTF8=1).",
    )


def long_paths(root: Path, is_windows: bool, enabled: bool) -> Line | None:
    """Windows refuses paths over 260 characters unless told not to; None elsewhere."""
    if not is_windows:
        return None
    length = len(str(root)) + LONGEST_BELOW
    told = f"путь к папке – знаков {len(str(root))}"
    if enabled or length < _WINDOWS_PATH:
        return good("Длинные пути", told)
    return warning(
        "Длинные пути",
        f"{told}: пути к изданиям выйдут за предел Windows",
        "Перенесите "
        "папку ближе к корню диска, например в C:\\msoko, или включите длинные "
        "пути (LongPathsEnabled).",
    )


def long_paths_enabled() -> bool:
    """The setting of Windows; True elsewhere."""
    if os.name != "nt":
        return True
    import winreg

    open_key, query = getattr(winreg, "OpenKey"), getattr(winreg, "QueryValueEx")  # noqa: B009
    place = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with open_key(getattr(winreg, "HKEY_LOCAL_MACHINE"), place) as key:  # noqa: B009
            return bool(query(key, "LongPathsEnabled")[0])
    except OSError:
        return False
