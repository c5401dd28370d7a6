"""How fast Ф1 is read: prints task cells per second for one school, a district, a region.

Run: ``python tests/benchmarks/bench_intake_vpr.py``. Asserts nothing.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "intake"))

from builders_vpr import MUNICIPALITY, context, individual, save, section

from msoko_lib.intake.fisoko_individual import read_individual
from msoko_lib.intake.workbook import Sheet, Workbook, open_workbook

TASKS = [f"{number} ({1 + number % 3}б)" for number in range(1, 25)]
MAXIMA = [1 + number % 3 for number in range(1, 25)]
TOP = sum(MAXIMA)


def pupils_of(school: int, n: int, chance: random.Random) -> list[list[object]]:
    """Rows of one school: a section row and ``n`` pupils."""
    name = f"МБОУ «СОШ №{school}»(edu{100000 + school})"
    rows: list[list[object]] = [section(name, n)]
    for place in range(n):
        scores: list[object] = [float(chance.randint(0, top)) for top in MAXIMA]
        total = sum(scores)  # type: ignore[arg-type]
        if place % 10 == 0:
            total -= scores[3]  # type: ignore[operator]
            scores[3] = "X"
        mark = 2.0 + (total >= TOP * 0.4) + (total >= TOP * 0.55) + (total >= TOP * 0.7)
        rows.append([f"edu{100000 + school}", MUNICIPALITY, name, 40001.0 + place, 1.0, 2.0,
                     *scores, total, mark, min(5.0, mark + 1)])  # fmt: skip
    return rows


def report(title: str, cells: int, seconds: float) -> None:
    """One line of the table."""
    print(f"{title:<44} {cells:>10,} cells  {seconds:7.2f} s  {cells / seconds:>12,.0f} cells/s")


def main() -> None:
    """Read files of growing size, with and without opening the workbook."""
    chance = random.Random(1)
    given = context()
    for schools, n in ((1, 90), (14, 90), (1000, 67)):
        body = [row for school in range(schools) for row in pupils_of(school, n, chance)]
        rows = individual(body, tasks=TASKS, levels=["Б"] * len(TASKS), max_score=TOP)
        sheet = Sheet("РУ 4", rows)
        book = Workbook(Path("x.xlsx"), "", [sheet])
        cells = schools * n * len(TASKS)
        start = time.perf_counter()
        reading = read_individual(book, sheet, given)
        report(f"{schools} schools × {n} pupils, reader alone", cells, time.perf_counter() - start)
        if schools > 100:
            print(f"  findings: {len(reading.findings)}; opening such a workbook is not timed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = save(Path(folder), rows)
            start = time.perf_counter()
            opened = open_workbook(path)
            read_individual(opened, opened.sheets[0], given)
            report("  with opening the workbook", cells, time.perf_counter() - start)


if __name__ == "__main__":
    main()
