"""Reports as PDF: printed by a browser that is on the machine, if there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from msoko_lib.atomic import write_atomically
from msoko_lib.problems import Problem

BROWSER_VARIABLE = "MSOKO_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
          "msedge", "microsoft-edge")  # fmt: skip
# Windows has Edge; neither it nor a Mac puts browsers on the path.
_PLACES = (
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_TIMEOUT_S = 120
_PDF_START = b"%PDF"


class NoBrowser(Problem):
    """There is nothing on this machine that prints pages."""


def find_browser() -> str:
    """Path of Chromium, Chrome or Edge.

    Raises
    ------
    NoBrowser
        With what to do about it.
    """
    named = os.environ.get(BROWSER_VARIABLE, "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowser(
                f"PDF не сделаны: браузера «{named}», названного в {BROWSER_VARIABLE}, нет. "
                "Укажите путь к Chromium, Chrome или Edge или уберите эту переменную."
            )
        return found
    places = [shutil.which(name) for name in _NAMES]
    places += [path for place in _PLACES if Path(path := os.path.expandvars(place)).is_file()]
    found = next((path for path in places if path), None)
    if found is None:
        raise NoBrowser(
            "PDF не сделаны: на компьютере нет Chromium, Chrome или Edge. Установите один из них "
            f"(в Linux: sudo apt install chromium) или назовите его путь в {BROWSER_VARIABLE} и "
            "повторите команду: готовые отчёты заново делаться не будут."
        )
    return found


def is_printed(page: Path) -> bool:
    """True if a page's PDF is there and is not older than the page."""
    printed = page.with_suffix(".pdf")
    return printed.is_file() and printed.stat().st_mtime_ns >= page.stat().st_mtime_ns


def print_pages(
    pages: Iterable[Path], workers: int, progress: Callable[[str, int, int], None]
) -> dict[str, str]:
    """Print the pages that have no fresh PDF beside them.

    Returns
    -------
    dict
        Name of a page → why it was not printed. A PDF is there whole or not at all.

    Raises
    ------
    NoBrowser
    """
    browser = find_browser()
    waiting = [page for page in pages if not is_printed(page)]
    failed: dict[str, str] = {}
    progress("PDF", 0, len(waiting))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        pending = {pool.submit(_print_page, browser, page): page for page in waiting}
        for done, future in enumerate(as_completed(pending), start=1):
            why = future.result()
            if why:
                failed[pending[future].name] = why
            progress("PDF", done, len(waiting))
    return failed


def _print_page(browser: str, page: Path) -> str:
    """Print one page; empty if it went well, else why not."""
    with tempfile.TemporaryDirectory(prefix="msoko-pdf-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "page.pdf"
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--no-pdf-header-footer",
            f"--user-data-dir={Path(folder) / 'profile'}", f"--print-to-pdf={target}",
            page.resolve().as_uri(),
        ]  # fmt: skip
        if _is_root():
            # Chromium refuses its sandbox to the superuser; the page is our own and loads nothing.
            command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            return f"браузер не ответил за {_TIMEOUT_S} секунд"
        except OSError as problem:
            return f"браузер не запустился: {problem.strerror or 'причина неизвестна'}"
        content = target.read_bytes() if target.is_file() else b""
    if not content.startswith(_PDF_START):
        return "браузер закончил работу без PDF"
    write_atomically(page.with_suffix(".pdf"), content)
    return ""


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
