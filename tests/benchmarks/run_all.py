"""Run every benchmark beside this file and write what they print to ``docs/benchmarks.md``.

Figures are told with the machine they were measured on; nothing is asserted. Names of benchmarks
as arguments run those alone and leave the page as it is.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil

from msoko_lib.atomic import write_atomically
from msoko_lib.versions import build_date, commit, versions

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "benchmarks.md"
HEAD = """# Скорость

Страницу пишет `make bench`. Отношения считаются внутри одного запуска; сами секунды зависят от
машины и от того, чем она занята ещё. «CPU» – время процессоров вместе со всеми дочерними
процессами, «MB» – наибольшая память всех процессов вместе, общие страницы посчитаны один раз.

"""


def main(names: list[str]) -> int:
    """Run the scripts one after another, each in a process of its own."""
    told, failed = [], []
    for script in sorted(HERE.glob("bench_*.py")):
        if names and script.stem not in names:
            continue
        print(f"== {script.stem}", flush=True)
        done = subprocess.run(
            [sys.executable, str(script)], check=False, stdout=subprocess.PIPE, text=True
        )
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(script.stem)
        told.append(f"## {script.stem}\n\n{_purpose(script)}\n\n```\n{done.stdout.rstrip()}\n```\n")
    if failed:
        print("did not finish:", ", ".join(failed))
    elif not names:
        write_atomically(PAGE, (HEAD + _machine() + "\n".join(told)).encode())
    return int(bool(failed))


def _purpose(script: Path) -> str:
    """First line of a script's docstring."""
    return script.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items())
    return (
        f"Измерено {build_date().isoformat()}, версия {commit(HERE)}: {platform.system()} "
        f"{platform.machine()}, процессоров {os.cpu_count()}, памяти {memory:.0f} ГБ, Python "
        f"{platform.python_version()}; {libraries}.\n\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
