"""Python, the libraries, the kernels and the template that reports are made with."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from msoko_lib import __version__
from msoko_lib.doctor.line import Line, bad, good, warning
from msoko_lib.project import delivery
from msoko_lib.versions import commit

LOWEST_PYTHON = (3, 11)
LOCK = "requirements.lock"
KERNEL = "python3"
_MOST_NAMES = 5


def release() -> Line:
    """Which msoko this is and where its pages lie."""
    place = delivery()
    told = " ".join(part for part in (__version__, commit(place)) if part)
    return good("Программа", f"msoko {told}; руководства – {place / 'docs'}")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Line:
    """The interpreter."""
    told = ".".join(map(str, version))
    if version[:2] < LOWEST_PYTHON:
        lowest = ".".join(map(str, LOWEST_PYTHON))
        return bad(
            "Python",
            f"версия {told}, нужна {lowest} или новее",
            "Создайте окружение заново: conda env create -f environment.yml",
        )
    return good("Python", told)


def locked_versions(path: Path | None = None) -> dict[str, str]:
    """Name of a package → version that the program was tried with; empty without a lock."""
    file = path or delivery() / LOCK
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_canonical(name): version.strip() for name, version in pairs}


def needed() -> list[str]:
    """Packages that msoko itself asks for."""
    try:
        asked = metadata.requires("msoko") or []
    except metadata.PackageNotFoundError:
        return []
    return [_canonical(each) for each in asked if "extra ==" not in each]


def libraries(locked: Mapping[str, str], names: list[str]) -> Line:
    """Installed libraries beside the versions that everything was tried with."""
    what = "Библиотеки"
    if not locked:
        return warning(
            what, f"файла {LOCK} нет: сверить версии не с чем", "Возьмите его из поставки."
        )
    looked_at = names or list(locked)
    missing, other = [], []
    for name in looked_at:
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if name in locked and found != locked[name]:
            other.append(f"{name} {found} вместо {locked[name]}")
    if missing and names:
        return bad(
            what,
            f"не установлены: {_few(missing)}",
            f"Установите: python -m pip install -r {delivery() / LOCK}",
        )
    if other:
        return warning(
            what,
            f"не те версии, с которыми программа проверена: {_few(other)}",
            f"Поставить проверенные: python -m pip install -r {delivery() / LOCK}",
        )
    return good(what, f"версии те же, что проверены: {len(looked_at)}")


def kernel() -> Line:
    """The Jupyter kernel that runs the notebooks."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    what = "Ядро Jupyter"
    mend = "Запишите его заново: python -m ipykernel install --sys-prefix"
    try:
        spec = KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        return bad(what, f"ядра {KERNEL} нет: отчёты не сделать", mend)
    program = spec.argv[0] if spec.argv else ""
    # «python» without a place is the one that the notebooks are started with.
    if Path(program).name == program or _same(program, sys.executable):
        return good(what, KERNEL)
    if not Path(program).is_file():
        return bad(what, f"ядро {KERNEL} ссылается на Python, которого нет: {program}", mend)
    return warning(what, f"ядро {KERNEL} запускает другой Python: {program}", mend)


def template() -> Line:
    """The page's template for ``jupyter nbconvert``; ``msoko run`` does without."""
    from msoko_lib.jupyter_template import found, is_current

    what = "Шаблон страницы для Jupyter"
    place = found()
    mend = "Записать его: msoko doctor --fix"
    if place is None:
        return warning(what, "не записан: jupyter nbconvert --template msoko не сработает", mend)
    if not is_current(place):
        return warning(what, f"другой версии: {place}", mend)
    return good(what, str(place))


def fonts() -> Line:
    """The font of the charts: without it Cyrillic letters become squares."""
    from matplotlib import font_manager

    from msoko_lib.reporting.style import FAMILY

    what = "Шрифт диаграмм"
    try:
        font_manager.findfont(FAMILY, fallback_to_default=False)
    except ValueError:
        return bad(
            what,
            f"шрифта {FAMILY} нет",
            "Поставьте matplotlib заново: python -m pip install --force-reinstall matplotlib",
        )
    return good(what, FAMILY)


def _same(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()


def _few(names: list[str]) -> str:
    more = f" и ещё {len(names) - _MOST_NAMES}" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement.strip())
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""
