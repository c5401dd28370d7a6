"""Run every benchmark beside this file and write what they print to ``docs/benchmarks.md``.

Figures are told with the day and the machine they were measured on; nothing is asserted. Names of
benchmarks as arguments run those alone; the others keep what the page says of them.
"""

from __future__ import annotations

import os
import platform
import re
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
_SECTION = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def main(names: list[str]) -> int:
    """Run the scripts one after another, each in a process of its own."""
    failed = []
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
        else:
            # At once: what takes half an hour may be broken off.
            write_section(script, done.stdout)
    if failed:
        print("did not finish:", ", ".join(failed))
    return int(bool(failed))


def write_section(script: Path, printed: str) -> None:
    """Put what a benchmark has printed in its place on the page."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else HEAD
    sections = {match[1]: match[0].rstrip() for match in _SECTION.finditer(page)}
    sections[script.stem] = (
        f"## {script.stem}\n\n{_purpose(script)}\n\n{_machine()}\n```text\n{printed.rstrip()}\n```"
    )
    text = HEAD + "\n\n".join(sections[name] for name in sorted(sections)) + "\n"
    write_atomically(PAGE, text.encode())


def _purpose(script: Path) -> str:
    """First line of a script's docstring."""
    return script.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items())
    return (
        f"Измерено {build_date().isoformat()}, версия {commit(HERE)}: {platform.system()} "
        f"{platform.machine()}, процессоров {os.cpu_count()}, памяти {memory:.0f} ГБ, Python "
        f"{platform.python_version()}; {libraries}.\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
