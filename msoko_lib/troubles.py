"""Troubles of the machine in plain Russian: no space, no access, no memory, a fault of ours."""

from __future__ import annotations

import errno
import os
import re
import traceback
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from platformdirs import user_log_path

_NO_SPACE = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_NO_ACCESS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_DRAFT = re.compile(r"^\.(.+)\.[0-9a-f]{8}$")
WHOLE = "Готовое раньше цело, недописанного не осталось."
LOG_VARIABLE = "MSOKO_LOG"


def of_system(problem: OSError) -> str:
    """What happened to a file or a disk, in one sentence with its place."""
    where = _place(problem)
    named = f": {where}" if where else ""
    if problem.errno in _NO_SPACE:
        return f"на диске нет места для записи{named}"
    if problem.errno in _NO_ACCESS:
        return f"нет доступа к файлу или папке{named}"
    if problem.errno == errno.ENAMETOOLONG:
        return f"слишком длинное имя файла{named}"
    if problem.errno == errno.ENOENT:
        return f"файл или папка исчезли во время работы{named}"
    if problem.errno in (errno.EMFILE, errno.ENFILE):
        return "открыто слишком много файлов"
    return f"файл не записан или не прочитан{named}"


def advice(problem: OSError) -> str:
    """What to do about it."""
    if problem.errno in _NO_SPACE:
        return "Освободите место на диске и повторите команду."
    if problem.errno in _NO_ACCESS:
        return (
            "Проверьте, что папка не только для чтения и файл не открыт в другой программе, и "
            "повторите команду."
        )
    if problem.errno == errno.ENAMETOOLONG:
        return "Перенесите проект ближе к корню диска или сократите имя файла."
    return "Проверьте диск и повторите команду."


def told(problem: BaseException) -> str:
    """The whole message for a person who runs a command."""
    if isinstance(problem, OSError):
        said = of_system(problem)
        return f"{said[0].upper()}{said[1:]}. {advice(problem)} {WHOLE}"
    if isinstance(problem, (MemoryError, BrokenProcessPool)):
        return (
            "Не хватило памяти или система прервала вычисления. Закройте другие программы и "
            f"повторите с одним процессом: --jobs 1. {WHOLE}"
        )
    return (
        "Внутренняя ошибка программы; в ваших файлах исправлять нечего. Повторите команду. Если "
        f"ошибка повторится, перешлите разработчику файл {_keep(problem)}: данных в нём нет. "
        f"{WHOLE}"
    )


def _place(problem: OSError) -> str:
    """The file as a person knows it: a draft is called by the name of what it was to become."""
    if not problem.filename or not isinstance(problem.filename, (str, Path)):
        return ""
    path = Path(problem.filename)
    return str(path.with_name(_DRAFT.sub(r"\1", path.name)))


def _keep(problem: BaseException) -> Path:
    """Where the fault happened, without its text: that may quote a cell of somebody's file."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(problem.__traceback__)
    ]
    chosen = os.environ.get(LOG_VARIABLE)
    path = Path(chosen) if chosen else user_log_path("msoko") / "ошибка.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([type(problem).__name__, *frames]) + "\n", encoding="utf-8")
    except OSError:
        return Path("(записать его не удалось)")
    return path
