"""Pictures of the guides, taken anew from the invented municipality: ``make pictures``.

Wants Chromium, Chrome or Edge and a year of reports made from ``msoko demo``. Each picture is the
first screen of a page, written to docs/images as a PNG of few colours, at most 120 KB.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from msoko_lib.batch.pdf import find_browser
from msoko_lib.project import ROOT_VARIABLE, Project

FOLDER = Path(__file__).parent / "images"
LARGEST = 120_000
COLOURS = (128, 64, 32, 16)
# The first notebook that is there is shown.
NOTEBOOKS = ("explore/01*.ipynb", "explore/*.ipynb", "reports/04_career.ipynb")
WAIT_S = 90


@dataclass(frozen=True)
class Picture:
    """A file of docs/images, a page below outputs/<year>, the part of it that is shown."""

    name: str
    page: str
    width: int = 960
    height: int = 720


PICTURES = (
    Picture("index.png", "index.html"),
    Picture("school-report.png", "schools/*.html", height=900),
    Picture("refusals.png", "intake.html", height=860),
)
LAB = "jupyterlab.png"


def small_png(taken: bytes) -> bytes:
    """The picture as a PNG of as many colours as fit into 120 KB."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in COLOURS:
        stream = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if stream.tell() <= LARGEST:
            return stream.getvalue()
    raise ValueError(f"{stream.tell()} bytes in {COLOURS[-1]} colours: show less of the page")


def take_reports(page: Page, outputs: Path) -> None:
    """First screens of the year's pages."""
    for picture in PICTURES:
        path = sorted(outputs.glob(picture.page))[0]
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        page.goto(path.as_uri())
        (FOLDER / picture.name).write_bytes(small_png(page.screenshot()))


@contextlib.contextmanager
def lab(project: Project) -> Iterator[str]:
    """A JupyterLab of its own on this machine alone, as ``msoko lab`` opens it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as own:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
             f"--IdentityProvider.token={token}", "--allow-root", "--notebook-dir",
             str(project.notebooks.parent), "--LabApp.news_url=None"],
            env={**os.environ, ROOT_VARIABLE: str(project.root), "JUPYTER_CONFIG_DIR": own,
                 "JUPYTERLAB_WORKSPACES_DIR": own, "JUPYTERLAB_SETTINGS_DIR": own},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
        try:
            _wait(f"http://127.0.0.1:{port}/api?token={token}", process)
            yield address
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=2).close()
            return
        time.sleep(0.5)
    raise RuntimeError("JupyterLab does not answer")


def take_lab(page: Page, project: Project) -> None:
    """A notebook opened in JupyterLab, beside the list of the others."""
    folder = project.notebooks.parent
    found = next(path for each in NOTEBOOKS for path in sorted(folder.glob(each)))
    with lab(project) as address:
        page.set_viewport_size({"width": 1180, "height": 720})
        page.goto(address.format(found.relative_to(folder).as_posix()))
        page.wait_for_selector(".jp-Notebook .jp-MarkdownOutput h1", timeout=WAIT_S * 1000)
        page.wait_for_timeout(4000)
        # What JupyterLab says of itself (news, updates) is no part of the picture.
        page.add_style_tag(content=".Toastify, .jp-toast-button { display: none !important; }")
        (FOLDER / LAB).write_bytes(small_png(page.screenshot()))


def main() -> None:
    """Take all the pictures."""
    project = Project.find(Path(__file__).parent)
    outputs = project.outputs(project.raw_years()[-1])
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(locale="ru-RU")
        take_reports(page, outputs)
        take_lab(page, project)
        browser.close()
    for path in sorted(FOLDER.glob("*.png")):
        print(f"{path.name}: {path.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main()
