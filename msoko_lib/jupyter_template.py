"""The page's template where Jupyter looks for it: ``jupyter nbconvert --template msoko``.

An installed wheel brings it along; a clone gets a copy from ``msoko doctor --fix``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir, jupyter_path

from msoko_lib.reporting.html import TEMPLATE_NAME, TEMPLATES

PLACE = Path("nbconvert") / "templates" / TEMPLATE_NAME


def found() -> Path | None:
    """The folder that Jupyter would take, or None."""
    places = (Path(folder) / PLACE for folder in jupyter_path())
    return next((place for place in places if place.is_dir()), None)


def is_current(place: Path) -> bool:
    """Whether a folder holds the template of this version."""
    return _content(place) == _content(TEMPLATES / TEMPLATE_NAME)


def install() -> Path:
    """Copy the template into the environment, or, where it may not be written, to the user.

    Returns
    -------
    Path
        The folder that Jupyter takes now.
    """
    old = found()
    places = [old, Path(sys.prefix) / "share" / "jupyter" / PLACE, Path(jupyter_data_dir()) / PLACE]
    refused: OSError | None = None
    for place in places:
        if place is None:
            continue
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, content in _content(TEMPLATES / TEMPLATE_NAME).items():
                (place / name).write_bytes(content)
        except OSError as problem:
            refused = problem
            shutil.rmtree(place, ignore_errors=True)
            continue
        return place
    raise refused or FileNotFoundError(str(PLACE))


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
