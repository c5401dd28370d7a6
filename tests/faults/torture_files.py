"""The long form: a thousand mutations of honest files and the whole corpus of hostile ones.

``make torture`` runs it; it writes its part of docs/reliability.md and ends with 1 if anything is
wrong. Each fault is told as it is found, with the seed that makes the file again.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from accepted import lost_silently, values_without_cells
from hostile_files import containers
from mutated_file import opened, saved
from mutations import MUTATIONS
from read_apart import MOST_MEMORY_MB, MOST_SECONDS, Desk, fault_of, read_apart
from reliability_page import table, write_section
from small_town import REPOSITORY, YEAR

from msoko_lib import __version__
from msoko_lib.bank import Bank
from msoko_lib.demo import write_demo
from msoko_lib.intake.pipeline import intake_year
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.workbook import Workbook, open_workbook
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE
from msoko_lib.versions import build_date

EACH_LAYOUT = 2
SECTION = "чужие файлы"
MUTATED = "изменённые честные файлы"
CONTAINERS = "файлы во вред"


@dataclass
class Tally:
    """How many were tried, how many ended as they should, what the worst one cost."""

    until: float = math.inf
    tried: int = 0
    seconds: float = 0.0
    memory_mb: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    groups: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """True if there is no time for another file."""
        return time.monotonic() > self.until

    def take(self, name: str, answer: dict[str, Any], **groups: str) -> None:
        """Count a file."""
        fault = fault_of(answer)
        self.tried += 1
        self.seconds = max(self.seconds, answer["seconds"])
        self.memory_mb = max(self.memory_mb, answer["memory_mb"])
        self.outcomes["fault" if fault else "read" if answer["rows"] else "refused"] += 1
        for group, value in groups.items():
            self.groups.setdefault(group, Counter())[value] += 1
        if fault:
            self.faults.append(f"{name}: {fault}")
            print(self.faults[-1], flush=True)
        elif self.tried % 50 == 0:
            print(f"{self.tried} files, {len(self.faults)} faults", flush=True)


def honest_xlsx(root: Path, year: str) -> bytes:
    """A workbook of the demo that is read without a word to speak of."""
    files = sorted((root / "data/raw" / year).rglob("Ф1_*.xlsx"))
    return min(files, key=lambda path: path.stat().st_size).read_bytes()


def honest_csv(root: Path, year: str) -> bytes:
    """A csv of the demo, in UTF-8 with plain line ends."""
    for path in sorted((root / "data/raw" / year).rglob("*.csv")):
        content = path.read_bytes()
        try:
            decoded = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            decoded = content.decode("cp1251")
        if decoded.count(";") > 200:
            return decoded.replace("\r\n", "\n").encode()
    raise FileNotFoundError("the demo has no csv")


def try_containers(desk: Desk, folder: Path, tally: Tally, torn: int, seed: int) -> None:
    """Every hostile container."""
    root, year = desk.project.root, desk.school_year
    made = containers(honest_xlsx(root, year), honest_csv(root, year), torn,
                      np.random.default_rng(seed))  # fmt: skip
    for name, content in made:
        if tally.is_over:
            return
        tally.take(name, container_answer(desk, folder, name, content))


def container_answer(desk: Desk, folder: Path, name: str, content: bytes) -> dict[str, Any]:
    """What became of one container."""
    path = folder / name
    path.write_bytes(content)
    try:
        return read_apart(desk, path)
    finally:
        path.unlink()


def honest_files(desk: Desk, each: int) -> dict[str, list[Path]]:
    """Layout → files of the year that have it, the smallest first."""
    folder = desk.project.raw(desk.school_year)
    found: dict[str, list[Path]] = {}
    for item in Bank(desk.project, desk.school_year).manifest()["files"]:
        if item["layout"] and item["rows"] and item["status"] == "прочитан":
            found.setdefault(item["layout"], []).append(folder / item["file"])
    return {
        layout: sorted(paths, key=lambda path: path.stat().st_size)[:each]
        for layout, paths in sorted(found.items())
    }


def mutants(
    files: dict[str, list[Path]], count: int, seed: int
) -> Iterator[tuple[str, str, Path, int]]:
    """Layout, kind of mutation, honest file, seed of the mutant: every pair in turn."""
    layouts = list(files)
    for n in range(count):
        kind = list(MUTATIONS)[n % len(MUTATIONS)]
        layout = layouts[(n // len(MUTATIONS) + n) % len(layouts)]
        paths = files[layout]
        yield layout, kind, paths[n // (len(MUTATIONS) * len(layouts)) % len(paths)], seed + n


class Mutants:
    """Makes mutants and reads them; honest readings are kept for comparison."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.honest: dict[Path, tuple[Reading, Workbook]] = {}

    def answer(self, kind: str, source: Path, seed: int) -> dict[str, Any]:
        """What became of one mutant."""
        file = opened(source)
        # Saved and read as it is first: what saving alone changes is no mutation.
        if source not in self.honest:
            plain = saved(file, self.folder, "honest")
            self.honest[source] = self.desk.reading_of(plain)[0], open_workbook(plain)
            plain.unlink()
        MUTATIONS[kind](file, np.random.default_rng(seed))
        path = saved(file, self.folder, f"mutant {kind} {seed}")

        def check(reading: Reading, book: Workbook) -> list[str]:
            told = values_without_cells(reading, book)
            if file.touched is not None:
                honest, plain = self.honest[source]
                told += lost_silently(honest, reading, file.touched, plain, book)
            return told

        try:
            return read_apart(self.desk, path, check)
        finally:
            path.unlink()


def try_mutants(desk: Desk, folder: Path, tally: Tally, count: int, seed: int) -> None:
    """Mutations of every layout."""
    maker = Mutants(desk, folder)
    for layout, kind, source, number in mutants(honest_files(desk, EACH_LAYOUT), count, seed):
        if tally.is_over:
            return
        answer = maker.answer(kind, source, number)
        tally.take(f"{kind} of {source.name}, seed {number}", answer, kind=kind, layout=layout)


def torture(desk: Desk, options: argparse.Namespace) -> dict[str, Tally]:
    """Both suites, until the time is over."""
    until = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as folder:
        changed = Tally(until=until)
        try_mutants(desk, Path(folder), changed, options.mutants, options.seed)
        held = Tally(until=until)
        try_containers(desk, Path(folder), held, options.torn, options.seed)
    return {MUTATED: changed, CONTAINERS: held}


def told(tallies: dict[str, Tally], seed: int) -> str:
    """The section in Russian."""
    rows: list[tuple[object, ...]] = [
        (name, each.tried, each.outcomes["read"], each.outcomes["refused"], len(each.faults),
         f"{each.seconds:.0f}", each.memory_mb)
        for name, each in tallies.items() if each.tried
    ]  # fmt: skip
    head = ("Что дано", "Файлов", "Прочитано", "Отказ с адресом", "Нарушений", "Самый долгий, с",
            "Память, МБ")  # fmt: skip
    layouts = len(tallies[MUTATED].groups.get("layout", {}))
    kinds = len(tallies[MUTATED].groups.get("kind", {}))
    faults = [f"- {line}" for each in tallies.values() for line in each.faults]
    return f"""## Чужие и повреждённые файлы

Честные файлы вымышленного муниципалитета меняются случайно: ячейки, заголовки, строки, столбцы,
листы, объединения, типы, кодировки, повторы, огромные и отрицательные числа, другие годы и регионы,
обрыв (способов: {kinds}, видов файлов: {layouts}). Отдельно – книги и тексты, сделанные во вред:
«бомбы», ячейки в последнем углу, оборванные и перевёрнутые байты. Каждый файл читается отдельным
процессом и обязан кончиться чтением или отказом с адресом не дольше {MOST_SECONDS} с времени
процессора и в пределах {MOST_MEMORY_MB} МБ; принятое число обязано стоять в своей строке файла,
потерянная строка – быть названа.

{table(head, rows)}

Нарушения:

{chr(10).join(faults) or "- нет"}

Версия {__version__}, {build_date():%d.%m.%Y}, начальное число случая {seed}. Повторить:
`make torture`.
"""


def small_year(folder: Path) -> Desk:
    """A made municipality that has files of every kind, read into its bank."""
    os.environ[KEY_VARIABLE] = str(folder / "key" / "pupil.key")
    shutil.copytree(REPOSITORY / "params", folder / "town" / "params")
    write_demo(folder / "town", schools=4, years=1, pupils_scale=0.3, until=YEAR)
    intake_year(Project(folder / "town"), YEAR)
    return Desk(folder / "town", YEAR)


def main() -> int:
    """Run the suite, write the section; 1 if a file broke the contract."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--torn", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="msoko-torture-") as name:
        tallies = torture(small_year(Path(name)), options)
    write_section(SECTION, told(tallies, options.seed))
    return int(any(each.faults for each in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
