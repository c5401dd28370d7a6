"""What a release carries beside the library: parameters, notebooks, pages, the page's template.

Everything else is said in ``pyproject.toml``. A clone keeps these files where they are.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
DELIVERY = Path("msoko_lib") / "delivery"
TEMPLATE = Path("msoko_lib") / "reporting" / "templates" / "msoko"
# Folder of the delivery → what of it goes along.
PARTS = {
    "params": ("*.yml", "*.csv", "*.md", "*.docx"),
    "notebooks": ("*.ipynb", "*.md"),
    "docs": ("*.md", "*.png", "*.svg", "*.html"),
}
SINGLE = ("requirements.lock", "LICENSE", "README.md", "README.ru.md", "CHANGELOG.md",
          "CONTRIBUTING.md")  # fmt: skip
# Whatever a municipality has put into its clone is no part of a release.
OWN = "params/own"
OWN_DELIVERED = "params/own/README.md"


def delivered() -> list[Path]:
    """Files that go along, below the root of the clone."""
    found = [Path(name) for name in SINGLE]
    for folder, patterns in PARTS.items():
        for pattern in patterns:
            found += [path.relative_to(HERE) for path in (HERE / folder).rglob(pattern)]
    return sorted(path for path in found if _goes_along(path))


def _goes_along(path: Path) -> bool:
    name = path.as_posix()
    if name.startswith(f"{OWN}/"):
        return name == OWN_DELIVERED
    return not any(part.startswith(".") for part in path.parts)


def revision() -> str:
    """Short commit that the release is made from; empty outside git."""
    if not (HERE / ".git").exists():
        return ""
    command = ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class WithDelivery(build_py):
    """The library, and inside it what is delivered with it."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        place = Path(self.build_lib) / DELIVERY
        shutil.rmtree(place, ignore_errors=True)
        for path in delivered():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / path, place / path)
        (place / "REVISION").write_text(revision(), encoding="utf-8")


setup(
    cmdclass={"build_py": WithDelivery},
    # Where Jupyter looks for templates: `jupyter nbconvert --template msoko` works alone.
    data_files=[
        (
            "share/jupyter/nbconvert/templates/msoko",
            sorted(str(path.relative_to(HERE)) for path in (HERE / TEMPLATE).iterdir()),
        )
    ],
)
