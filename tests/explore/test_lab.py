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

import pytest
from playwright.sync_api import sync_playwright

from msoko_lib.batch.pdf import find_browser
from msoko_lib.project import ROOT_VARIABLE, Project

if TYPE_CHECKING:
    from conftest import Made

FOLDER = Project.find(Path(__file__).parent).root / "notebooks" / "explore"
NOTEBOOK = "02_одна_школа.ipynb"
# Another machine may be slow; a test that waits costs no work.
PATIENCE = 45
MILLISECONDS = 1000


@pytest.fixture
def lab(demo_project: Made, tmp_path: Path) -> Iterator[str]:
    """Address of a JupyterLab of its own on a copy of the notebooks."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(FOLDER / NOTEBOOK, folder)
    settings = tmp_path / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # Every cell stays on the page, also those below the edge of the window.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    runtime = tmp_path / "runtime"
    places = {name: str(tmp_path / name.lower()) for name in
              ("JUPYTER_CONFIG_DIR", "IPYTHONDIR")}  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
         "--expose-app-in-browser", "--ServerApp.port=0", "--IdentityProvider.token=",
         f"--ServerApp.root_dir={folder}", f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
         f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}"],
        env={**os.environ, **places, "JUPYTER_RUNTIME_DIR": str(runtime),
             ROOT_VARIABLE: str(demo_project.project.root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        yield _address(server, runtime)
    finally:
        server.terminate()
        server.wait(timeout=60)


def _address(server: subprocess.Popen[bytes], runtime: Path) -> str:
    """What the server has written of itself once it listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        for told in runtime.glob("jpserver-*.json"):
            text = told.read_text()
            if text:
                return str(json.loads(text)["url"])
        time.sleep(0.2)
    raise AssertionError("JupyterLab has not started")


@pytest.mark.browser
def test_a_school_is_picked_and_the_chart_changes(lab: str, demo_project: Made) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * MILLISECONDS)
        page.goto(f"{lab}lab/tree/{NOTEBOOK}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # Saved answers are there before anything runs, lists are not.
        page.locator(".jp-Notebook .msoko .finding").nth(1).wait_for(state="attached")
        assert page.locator("select option").filter(has_text="СОШ").count() == 0
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        schools = page.locator(".jp-Cell:has(.widget-dropdown)")
        schools.locator("select").first.wait_for()
        answer = schools.locator(".jp-RenderedHTMLCommon .msoko")
        answer.locator("img").wait_for()
        before = answer.locator("img").get_attribute("src")
        lists = schools.locator("select")
        assert lists.count() == 3, "school, subject, year"
        names = [text.strip() for text in lists.first.locator("option").all_inner_texts()]
        shown = lists.first.evaluate("box => box.options[box.selectedIndex].text")
        assert len(names) == len(demo_project.truth.schools)
        assert shown in answer.inner_text()
        other = next(name for name in names if name != shown and "Гимназия" in name)
        lists.first.select_option(label=other)
        # The same place on the page tells of the other school, with another picture.
        answer.filter(has_text=re.compile(re.escape(other))).wait_for()
        assert answer.count() == 1
        assert answer.locator("img").get_attribute("src") != before
        browser.close()
