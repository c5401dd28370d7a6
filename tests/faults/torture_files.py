"""The long form: the whole corpus of hostile files and a thousand mutations, told as JSON.

``python tests/faults/torture_files.py ROOT YEAR [--mutants 1000] [--torn 60] [--seed 1]`` reads
the files of a year of the demo municipality that lies in ROOT, and writes to standard output::

    {"suite": "files", "containers": {"tried": …, "survived": …, "seconds": …, "memory_mb": …},
     "mutations": {…, "by_kind": {…}, "by_layout": {…}}, "faults": [{"name": …, "fault": …}]}

``seconds`` and ``memory_mb`` are the most that one file took. It ends with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from accepted import lost_silently, values_without_cells
from hostile_files import containers
from mutations import MUTATIONS, opened, saved
from read_apart import Desk, fault_of, read_apart

from msoko_lib.bank import Bank
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.workbook import Workbook

EACH_LAYOUT = 2


@dataclass
class Tally:
    """How many were tried, how many ended as they should, what the worst one cost."""

    tried: int = 0
    survived: int = 0
    seconds: float = 0.0
    memory_mb: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    groups: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)

    def take(self, name: str, answer: dict[str, Any], **groups: str) -> None:
        """Count a file."""
        fault = fault_of(answer)
        self.tried += 1
        self.survived += not fault
        self.seconds = max(self.seconds, answer["seconds"])
        self.memory_mb = max(self.memory_mb, answer["memory_mb"])
        self.outcomes["fault" if fault else "read" if answer["rows"] else "refused"] += 1
        for group, value in groups.items():
            self.groups.setdefault(group, Counter())[value] += 1
        if fault:
            self.faults.append({"name": name, "fault": fault})
            print(f"{self.tried}. {name}: {fault}", file=sys.stderr, flush=True)
        elif self.tried % 50 == 0:
            print(f"{self.tried} files, {len(self.faults)} faults", file=sys.stderr, flush=True)

    def told(self) -> dict[str, Any]:
        """Counts as plain data."""
        return {
            "tried": self.tried,
            "survived": self.survived,
            "seconds": self.seconds,
            "memory_mb": self.memory_mb,
            **{key: dict(sorted(value.items())) for key, value in self.groups.items()},
            "outcomes": dict(self.outcomes),
        }


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


def try_containers(desk: Desk, folder: Path, torn: int, seed: int) -> Tally:
    """Every hostile container."""
    tally = Tally()
    root, year = desk.project.root, desk.school_year
    made = containers(honest_xlsx(root, year), honest_csv(root, year), torn,
                      np.random.default_rng(seed))  # fmt: skip
    for name, content in made:
        tally.take(name, container_answer(desk, folder, name, content))
    return tally


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
        self.honest: dict[Path, Reading] = {}

    def answer(self, kind: str, source: Path, seed: int) -> dict[str, Any]:
        """What became of one mutant."""
        file = opened(source)
        # Saved and read as it is first: what saving alone changes is no mutation.
        if source not in self.honest:
            plain = saved(file, self.folder, "honest")
            self.honest[source] = self.desk.reading_of(plain)[0]
            plain.unlink()
        MUTATIONS[kind](file, np.random.default_rng(seed))
        path = saved(file, self.folder, f"mutant {kind} {seed}")

        def check(reading: Reading, book: Workbook) -> list[str]:
            told = values_without_cells(reading, book)
            if file.touched is not None:
                told += lost_silently(self.honest[source], reading, file.touched, book)
            return told

        try:
            return read_apart(self.desk, path, check)
        finally:
            path.unlink()


def try_mutants(desk: Desk, folder: Path, count: int, seed: int) -> Tally:
    """Mutations of every layout."""
    tally, maker = Tally(), Mutants(desk, folder)
    for layout, kind, source, number in mutants(honest_files(desk, EACH_LAYOUT), count, seed):
        answer = maker.answer(kind, source, number)
        tally.take(f"{kind} of {source.name}, seed {number}", answer,
                   by_kind=kind, by_layout=layout)  # fmt: skip
    return tally


def torture(root: Path, year: str, count: int, torn: int, seed: int) -> dict[str, Any]:
    """The whole suite as plain data."""
    desk = Desk(root, year)
    with tempfile.TemporaryDirectory() as folder:
        held = try_containers(desk, Path(folder), torn, seed)
        changed = try_mutants(desk, Path(folder), count, seed)
    return {
        "suite": "files",
        "containers": held.told(),
        "mutations": changed.told(),
        "faults": held.faults + changed.faults,
    }


def main() -> int:
    """Run the suite and tell its counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("year")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--torn", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    told = torture(given.root, given.year, given.mutants, given.torn, given.seed)
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
    return int(bool(told["faults"]))


if __name__ == "__main__":
    sys.exit(main())
