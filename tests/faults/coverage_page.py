"""What the tests run through, line by line and branch by branch, room by room of the library."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from reliability_page import table, write_section

from msoko_lib.versions import build_date

SECTION = "покрытие"
ALL_TESTS = "все тесты"


def main() -> None:
    """Read what ``coverage run`` has gathered and write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--of", default=ALL_TESTS, help="which tests were run, in Russian")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(path)]
        subprocess.run(command, check=True)
        measured = json.loads(path.read_text(encoding="utf-8"))
    write_section(SECTION, told(measured, options.of))


def rooms(measured: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Room of the library (its first folder, or the top) → sums of its files."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    names = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    for file, entry in measured["files"].items():
        parts = Path(file).parts
        room = parts[1] if len(parts) > 2 else "сама папка"
        for name in names:
            sums[room][name] += entry["summary"].get(name, 0)
            sums["всего"][name] += entry["summary"].get(name, 0)
    whole = sums.pop("всего")
    return {**dict(sorted(sums.items())), "всего": whole}


def told(measured: dict[str, Any], tests: str) -> str:
    """The section in Russian."""
    rows: list[tuple[object, ...]] = [
        (
            room if room in ("всего", "сама папка") else f"`{room}`",
            each["num_statements"],
            _share(each["covered_lines"], each["num_statements"]),
            each["num_branches"],
            _share(each["covered_branches"], each["num_branches"]),
        )
        for room, each in rooms(measured).items()
    ]
    head = ("Часть msoko_lib", "Строк", "Пройдено, %", "Ветвей", "Пройдено, %")
    return f"""## Покрытие тестами

Через какие строки и ветви программы проходят тесты. Измерено {build_date():%d.%m.%Y}: {tests}.
Вымышленные данные и калибровка не считаются. Повторить: `make coverage`.

{table(head, rows)}
"""


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}".replace(".", ",") if whole else "—"


if __name__ == "__main__":
    main()
