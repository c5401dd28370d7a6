"""Which code made a result: versions, commit, fingerprint of the sources."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import os
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from msoko_lib import __version__
from msoko_lib.project import PACKAGE

LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "papermill", "nbconvert")
# Name of the file that a release keeps its commit in.
REVISION = "REVISION"
EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
# An edition that is made again elsewhere names the commit that it was made from.
COMMIT_VARIABLE = "MSOKO_COMMIT"
SOURCE_SUFFIXES = frozenset({".py", ".j2", ".css", ".json"})


def versions() -> dict[str, str]:
    """Versions of msoko and of the libraries whose numbers enter the reports."""
    return {"msoko": __version__, **{name: metadata.version(name) for name in LIBRARIES}}


def commit(root: Path) -> str:
    """Short commit of what is delivered, or an empty text outside git.

    Parameters
    ----------
    root : Path
        Where ``params`` and ``notebooks`` lie. Inside an installed package it is the commit that
        the release was made from, or the release's number: whatever repository lies around the
        package is another's.
    """
    told = os.environ.get(COMMIT_VARIABLE)
    return _commit(root) if told is None else told


@cache
def _commit(root: Path) -> str:
    if root.is_relative_to(PACKAGE):
        made_from = root / REVISION
        told = made_from.read_text(encoding="utf-8").strip() if made_from.is_file() else ""
        return told or f"выпуск {__version__}"
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


@cache
def code_fingerprint(*modules: str, library: Path = Path(__file__).parent) -> str:
    """Hash of modules and of every module of the library that they import, at any depth.

    What a table was computed by: a changed page or command leaves it alone.

    Parameters
    ----------
    *modules : str
        Dotted names, ``msoko_lib.indicators.engine``.
    library : Path
        Folder of the package.
    """
    return sources_fingerprint(imported_sources(*modules, library=library), library)


def imported_sources(*modules: str, library: Path = Path(__file__).parent) -> set[Path]:
    """Source files of modules and of all that they import from their own package.

    Read off the import statements, those inside functions too; a package's ``__init__`` counts
    where a module of it does, because it is run.
    """
    found: dict[str, Path] = {}
    open_ = list(modules)
    while open_:
        name = open_.pop()
        path = _source_of(name, library)
        if name in found or path is None:
            continue
        found[name] = path
        open_.append(name.rpartition(".")[0])
        open_ += _imports(path, name if path.name == "__init__.py" else name.rpartition(".")[0])
    return set(found.values())


def _source_of(name: str, library: Path) -> Path | None:
    first, *rest = name.split(".")
    if first != library.name:
        return None
    place = library.joinpath(*rest)
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@cache
def _imports(path: Path, package: str) -> list[str]:
    """Names that a source may import: modules, and what is taken from packages."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*up, node.module or ""]).strip(".") if node.level else node.module
            names += [f"{base}", *(f"{base}.{alias.name}" for alias in node.names)]
    return names


def build_date() -> dt.date:
    """Date of the edition; ``SOURCE_DATE_EPOCH`` fixes it for reproducible runs."""
    epoch = os.environ.get(EPOCH_VARIABLE)
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    return dt.datetime.now().astimezone().date()
