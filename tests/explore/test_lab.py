"""A person at JupyterLab: opens a notebook, runs it, picks a school, sees another chart."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from msoko_lib import municipality
from msoko_lib.batch.pdf import find_browser
from msoko_lib.project import Project

if TYPE_CHECKING:
    from conftest import Made

FOLDER = Project.find(Path(__file__).parent).root / "notebooks" / "explore"
NOTEBOOK = "02_одна_школа.ipynb"
SUBJECT = "Математика"
# The whole may take this long on a busy machine; waiting costs no work.
WHOLE_S = 140
STOP_S = 10
MILLISECONDS = 1000


class Patience:
    """One allowance of time for all waits of the test: none of them may wait for ever."""

    def __init__(self, seconds: float = WHOLE_S) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, at least one: nought would mean without end."""
        return max(1.0, self._until - time.monotonic())

    def __call__(self, page: Page) -> Page:
        page.set_default_timeout(self.left * MILLISECONDS)
        return page


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def root(tiny_project: Made, tmp_path: Path) -> Path:
    """The tiny project with a notebook of its own: JupyterLab saves what it has opened."""
    root = tmp_path / "project"
    (root / "notebooks" / "explore").mkdir(parents=True)
    for name in ("data", "params", "outputs"):
        (root / name).symlink_to(tiny_project.project.root / name)
    shutil.copy(FOLDER / NOTEBOOK, root / "notebooks" / "explore")
    return root


@pytest.fixture
def lab(root: Path, tmp_path: Path, patience: Patience) -> Iterator[str]:
    """Address of what ``msoko lab`` opens, with nothing of the user's own settings."""
    config, runtime = tmp_path / "config", tmp_path / "runtime"
    config.mkdir()
    silent = {"open_browser": False}
    (config / "jupyter_server_config.json").write_text(json.dumps({
        "ServerApp": {**silent, "port": 0, "allow_root": True}, "LabApp": silent,
        "IdentityProvider": {"token": ""},
    }))  # fmt: skip
    places = ("JUPYTER_DATA_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR",
              "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    log = tmp_path / "lab.log"
    with log.open("wb") as told:
        command = subprocess.Popen(
            [sys.executable, "-c", "from msoko_lib.cli import main; main()", "lab", "--root",
             str(root)],
            env={**os.environ, **{name: str(tmp_path / name.lower()) for name in places},
                 "JUPYTER_CONFIG_DIR": str(config), "JUPYTER_RUNTIME_DIR": str(runtime)},
            stdout=told, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield _address(command, runtime, patience, log)
    finally:
        _stop(command)


def _address(command: subprocess.Popen[bytes], runtime: Path, patience: Patience, log: Path) -> str:
    """What the server has written of itself once it listens."""
    while patience.left > 1 and command.poll() is None:
        for told in runtime.glob("jpserver-*.json"):
            text = told.read_text()
            if text:
                return str(json.loads(text)["url"])
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab has not started: {log.read_text()[-2000:]}")


def _stop(command: subprocess.Popen[bytes]) -> None:
    """The command, the server and its kernels: politely, then whatever is left of them."""
    all_of_them: list[psutil.Process] = []
    if command.poll() is None:
        whole = psutil.Process(command.pid)
        all_of_them = [*whole.children(recursive=True), whole]
    for process in all_of_them:
        if process.is_running():
            process.terminate()
    _, stubborn = psutil.wait_procs(all_of_them, timeout=STOP_S)
    for process in stubborn:
        process.kill()
    command.wait(timeout=STOP_S)
    psutil.wait_procs(stubborn, timeout=STOP_S)
    assert not [process for process in all_of_them if process.is_running()]


def _said(text: str) -> str:
    """Text as it is read: spaces that do not break are spaces."""
    return " ".join(text.split())


def _text(place: Locator) -> str:
    return _said(place.inner_text())


@pytest.mark.browser
def test_a_school_is_picked_and_the_chart_changes(lab: str, root: Path, patience: Patience) -> None:
    m = municipality(folder=root)
    ours = m.schools.with_most_pupils()
    other = next(school for school in m.schools if school.id != ours.id)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        # A tall window: a cell that lies beyond its edge is not on the page at all.
        page = patience(browser.new_page(viewport={"width": 1280, "height": 4000}))
        page.goto(f"{lab}lab/tree/{NOTEBOOK}")
        # Saved answers with charts are read before anything runs; nothing can be picked yet.
        page.locator(".jp-Notebook .msoko:has(.finding) img").first.wait_for()
        assert page.locator(".jp-Notebook select option").filter(has_text="СОШ").count() == 0

        page.locator(".lm-MenuBar-item").filter(has_text=re.compile("^Run$")).click()
        page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
        cell = patience(page).locator(".jp-CodeCell:has(.widget-dropdown)")
        answer = cell.locator(".jp-OutputArea-output.jp-mod-trusted:has(.finding)")
        answer.locator("img").wait_for()
        schools, subject, year = (cell.locator("select").nth(place) for place in range(3))
        names = schools.locator("option").all_inner_texts()
        assert [_said(name) for name in names] == [_said(school.name) for school in m.schools]
        assert _text(answer.locator(".finding")) == _said(ours.vpr(SUBJECT).finding)
        assert (subject.input_value(), year.input_value()) == (SUBJECT, m.year)
        before = answer.locator("img").get_attribute("src")
        # Words stand at the left, figures at the right, whatever JupyterLab does with tables.
        aligned = "cell => getComputedStyle(cell).textAlign"
        assert answer.locator("tbody th").first.evaluate(aligned) == "left"
        assert answer.locator("tbody .num").first.evaluate(aligned) == "right"

        patience(page)
        schools.select_option(label=other.name)
        # The same place on the page tells of the other school, with another picture.
        said = _said(other.vpr(SUBJECT).finding)
        answer.locator(".finding").filter(has_text=said).wait_for()
        assert answer.count() == 1
        assert _said(other.name) in _text(answer.locator(".finding"))
        assert answer.locator("img").get_attribute("src") not in (None, before)
        browser.close()
