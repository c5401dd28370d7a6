"""Which code made a result: versions, commit, fingerprint of the sources."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from msoko_lib import __version__

LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "papermill", "nbconvert")
EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
SOURCE_SUFFIXES = frozenset({".py", ".j2", ".css", ".json"})


def versions() -> dict[str, str]:
    """Versions of msoko and of the libraries whose numbers enter the reports."""
    return {"msoko": __version__, **{name: metadata.version(name) for name in LIBRARIES}}


@cache
def commit(root: Path) -> str:
    """Short commit of the project's folder, or an empty text outside git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def sources_fingerprint(paths: Iterable[Path], base: Path) -> str:
    """Hash of source files: their paths below ``base`` and their bytes."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(base).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def library_fingerprint() -> str:
    """Hash of the library's sources and templates."""
    folder = Path(__file__).parent
    files = [path for path in folder.rglob("*") if path.suffix in SOURCE_SUFFIXES]
    return sources_fingerprint(files, folder)


def build_date() -> dt.date:
    """Date of the edition; ``SOURCE_DATE_EPOCH`` fixes it for reproducible runs."""
    epoch = os.environ.get(EPOCH_VARIABLE)
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    return dt.datetime.now().astimezone().date()
