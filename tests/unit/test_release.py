"""A release: the wheel alone, with no repository around, makes a municipality's first report."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from msoko_lib import __version__
from msoko_lib.project import Project

REPOSITORY = Project.find(Path(__file__).parent)
YEAR = "2024-2025"
TEMPLATE = "share/jupyter/nbconvert/templates/msoko"
SOURCES = ("msoko_lib", "params", "notebooks", "docs")
SINGLE = ("setup.py", "pyproject.toml", "MANIFEST.in", "LICENSE", "README.md", "README.ru.md",
          "CHANGELOG.md", "CONTRIBUTING.md", "requirements.lock")  # fmt: skip
SECRET = "municipality: {name: Тайный округ}\n"


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, **options
    )  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a release is built from: a clone in which a municipality has worked."""
    root = tmp_path_factory.mktemp("source")
    left_out = shutil.ignore_patterns("__pycache__")
    for name in SOURCES:
        shutil.copytree(REPOSITORY.root / name, root / name, ignore=left_out)
    for name in SINGLE:
        shutil.copy(REPOSITORY.root / name, root / name)
    (root / "params" / "own").mkdir(exist_ok=True)
    (root / "params" / "own" / "common.yml").write_text(SECRET, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--wheel-dir", str(folder), str(source)])  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed apart; its dependencies are those of the tests."""
    target = tmp_path_factory.mktemp("installed")
    run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", str(target), str(wheel)])  # fmt: skip
    return target


def names_of(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_carries_all_that_is_delivered_and_nothing_of_ones_own(wheel: Path) -> None:
    assert wheel.name.startswith(f"msoko-{__version__}-")
    names = names_of(wheel)
    for folder in ("params", "notebooks"):
        for path in (REPOSITORY.root / folder).rglob("*"):
            name = path.relative_to(REPOSITORY.root).as_posix()
            if path.is_file() and "/own/" not in name and "/." not in name:
                assert f"msoko_lib/delivery/{name}" in names, name
    assert {"msoko_lib/delivery/docs/новый-учебный-год.md", "msoko_lib/delivery/requirements.lock",
            "msoko_lib/delivery/docs/как-читать-отчёт.html", "msoko_lib/delivery/README.ru.md",
            "msoko_lib/delivery/params/own/README.md"} <= names  # fmt: skip
    assert "msoko_lib/delivery/params/own/common.yml" not in names
    assert not any(name.startswith(("tests/", "outputs/", "data/")) for name in names)
    code = {f"msoko_lib/{path.relative_to(REPOSITORY.root / 'msoko_lib').as_posix()}"
            for path in (REPOSITORY.root / "msoko_lib").rglob("*.py")}  # fmt: skip
    assert code <= names
    assert any(name.endswith(f"data/{TEMPLATE}/index.html.j2") for name in names)


def test_a_release_can_be_built_from_its_source_archive(source: Path, wheel: Path) -> None:
    """``python -m build`` makes the archive first and the wheel from it."""
    code = "from setuptools import build_meta; print(build_meta.build_sdist('dist'))"
    run([sys.executable, "-c", code], cwd=source)
    (archive,) = (source / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    inside = {name.removeprefix("msoko_lib/delivery/") for name in names_of(wheel)
              if name.startswith("msoko_lib/delivery/")}  # fmt: skip
    assert inside - {"REVISION"} <= names
    assert "params/own/common.yml" not in names


def test_from_an_empty_folder_to_the_first_report(
    installed: Path, tmp_path: Path, key_file: Path
) -> None:
    """``msoko init . && msoko demo && msoko run newest`` with no repository around."""
    folder = tmp_path / "Округ"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}

    def msoko(*words: str) -> str:
        command = [sys.executable, "-m", "msoko_lib.cli", *words]
        return run(command, cwd=folder, env=environment).stdout

    where = run([sys.executable, "-c", "import msoko_lib; print(msoko_lib.__file__)"],
                cwd=folder, env=environment)  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(installed)
    assert "готова" in msoko("init", ".")
    assert YEAR in msoko("demo", "--schools", "3", "--years", "1")
    keep_few(Project(folder).raw(YEAR))
    own = folder / "params" / "own" / "common.yml"
    own.write_text("municipality: {name: Сосновский округ}\n", encoding="utf-8")
    said = msoko("run", "newest", "--only", "17", "--jobs", "1")
    assert "Сделано отчётов: 1" in said
    page = (folder / "outputs" / YEAR / "17_data_quality.html").read_text(encoding="utf-8")
    assert "Сосновский округ" in page
    assert f"msoko {__version__}" in page and f"выпуск {__version__}" in page, "no git was near"
    edition = json.loads(
        next((folder / "outputs" / YEAR / "editions").rglob("*.json")).read_text(encoding="utf-8")
    )
    assert __version__ in json.dumps(edition, ensure_ascii=False)
    assert not (folder / "notebooks" / "reports").exists()
    assert "Ничего вашего не изменено" in msoko("init", ".")


def keep_few(raw: Path) -> None:
    """The directory and three works: the way is the same, the reading short."""
    files = sorted(path for path in raw.rglob("*") if path.is_file())
    works = [path for path in files if path.parts[len(raw.parts)] == "ВПР"]
    kept = {*works[:3], *(path for path in files if path.name == "Справочник ОО.xlsx")}
    assert len(kept) == 4
    for path in files:
        if path not in kept:
            path.unlink()
