"""Do the tests notice a changed line? A random sample of changed lines, each tried by its tests.

The sample is drawn by a seed from all mutants of the rooms; a mutant is killed if a test fails that
runs through the changed line, or if the tests no longer end. The share killed is written with
Wilson's interval, every survivor with its place. ``make mutation`` runs it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mutants import REPOSITORY, Mutant, mutants_of
from mutants_explained import EXPLAINED
from reliability_page import table, write_section
from tests_by_line import MOST_SECONDS, Map, is_killed, load_others, watch_tests

SECTION = "мутации"


@dataclass(frozen=True)
class Room:
    """Sources whose lines are changed, and the tests that may notice it."""

    title: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]


# Hostile files are read in forks, which coverage does not follow: they are not among the tests.
ROOMS = {
    "methods": Room("методы", ("msoko_lib/methods/*.py",),
                    ("tests/oracles", "tests/unit/methods", "msoko_lib/methods")),
    "intake": Room("загрузка", ("msoko_lib/intake/*.py",),
                   ("tests/unit/intake", "tests/faults/test_personal_data.py",
                    "msoko_lib/intake",
                    # A whole municipality is read by these: too long for every mutant.
                    "--ignore-glob=*_demo.py")),
    "publication": Room(
        "защита чисел",
        ("msoko_lib/publication/*.py", "msoko_lib/methods/disclosure*.py",
         "msoko_lib/methods/suppression.py", "msoko_lib/methods/sensitive_cells.py"),
        ("tests/oracles/test_disclosure.py", "tests/unit/publication", "msoko_lib/publication"),
    ),
}  # fmt: skip
WATCHED = ["msoko_lib/methods", "msoko_lib/intake", "msoko_lib/publication"]
COPIED = ("msoko_lib", "tests", "params", "notebooks", "docs")
COPIED_FILES = ("pyproject.toml", "README.md", "README.ru.md", "Makefile", "CHANGELOG.md")
Tried = dict[Mutant, bool | None]


def all_mutants() -> dict[str, list[Mutant]]:
    """Title of a room → every mutant of its sources."""
    return {
        room.title: [
            mutant
            for path in sorted({path for each in room.sources for path in REPOSITORY.glob(each)})
            for mutant in mutants_of(path, room.title)
        ]
        for room in ROOMS.values()
    }


def main() -> int:
    """Draw the sample, try it, write the section; 1 if an explanation explains nothing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=60, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=200, help="for each room")
    parser.add_argument("--rooms", nargs="+", choices=list(ROOMS), default=list(ROOMS))
    parser.add_argument("--maps", type=Path, help="folder where to keep what tests run through")
    options = parser.parse_args()
    every = all_mutants()
    load_others()
    tried: Tried = {}
    with tempfile.TemporaryDirectory(prefix="msoko-mutants-") as folder:
        place = Path(folder)
        copy_to(place)
        for name in options.rooms:
            room = ROOMS[name]
            mutants = every[room.title]
            kept = (options.maps or place) / f"{name}.json"
            if not kept.is_file():
                watch_tests(place, list(room.tests), WATCHED, kept)
            known = Map.read(kept)
            print(f"{room.title}: {len(known.tests)} tests are known", flush=True)
            chance = random.Random(options.seed)
            until = time.monotonic() + 60 * options.minutes
            for mutant in chance.sample(mutants, min(options.sample, len(mutants))):
                if time.monotonic() > until:
                    break
                tried[mutant] = is_killed(mutant, place, known)
                print(f"{_ANSWERS[tried[mutant]]} {mutant.name}", flush=True)
    write_section(SECTION, told(tried, {room: len(all) for room, all in every.items()}, options))
    wrong = wrong_explanations(tried, every)
    print("\n".join(wrong))
    return int(bool(wrong))


_ANSWERS = {True: "killed  ", False: "SURVIVED", None: "NO TESTS"}


def copy_to(place: Path) -> None:
    """What the tests need, where it can be changed."""
    without = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        shutil.copytree(REPOSITORY / name, place / name, ignore=without)
    for name in COPIED_FILES:
        shutil.copy2(REPOSITORY / name, place / name)


def wrong_explanations(tried: Tried, every: dict[str, list[Mutant]]) -> list[str]:
    """Explanations of mutants that do not exist, and of those that the tests do notice."""
    keys = {mutant.key for room in every.values() for mutant in room}
    gone = [f"no such mutant is left: {key}" for key in EXPLAINED if key not in keys]
    noticed = [f"explained, but killed: {mutant.key}" for mutant, killed in tried.items()
               if killed and mutant.key in EXPLAINED]  # fmt: skip
    return gone + noticed


def told(tried: Tried, totals: dict[str, int], options: argparse.Namespace) -> str:
    """The section in Russian."""
    # Nothing of ours may be loaded before the forks: they load the changed source themselves.
    from msoko_lib.methods.intervals import wilson
    from msoko_lib.versions import build_date

    rows: list[tuple[object, ...]] = []
    for room, total in totals.items():
        mine = {mutant: killed for mutant, killed in tried.items() if mutant.room == room}
        n, killed_n = len(mine), sum(killed is True for killed in mine.values())
        same_n = sum(killed is not True and each.key in EXPLAINED for each, killed in mine.items())
        if n:
            low, high = (100 * float(edge) for edge in wilson(killed_n, n))
            rows.append((room, total, n, killed_n, f"{100 * killed_n / n:.0f}",
                         f"{low:.0f}–{high:.0f}", same_n))  # fmt: skip
    head = ("Часть", "Всего изменений", "В выборке", "Замечено тестами", "Доля, %",
            "95 % интервал, %", "Не замечено, но равносильно")  # fmt: skip
    alive = [mutant for mutant, killed in tried.items() if killed is not True]
    same = [f"- `{each.name}` – {EXPLAINED[each.key]}" for each in alive if each.key in EXPLAINED]
    missed = [f"- `{each.name}`" for each in alive if each.key not in EXPLAINED]
    return f"""## Мутационные испытания

Одна строка программы меняется (знак сравнения, действие, число, условие), и тесты должны это
заметить. Из всех таких изменений взята случайная выборка (начальное число случая {options.seed}),
поэтому доля – с интервалом. Изменение пробуют те тесты, которые проходят через изменённую строку,
самые быстрые сначала и не больше {MOST_SECONDS:.0f} секунд: остальные тесты могли бы заметить
больше. Измерено {build_date():%d.%m.%Y}. Повторить: `make mutation`.

{table(head, rows)}

Не замечены и равносильны прежней строке:

{chr(10).join(same) or "- нет"}

Не замечены:

{chr(10).join(missed) or "- нет"}
"""


if __name__ == "__main__":
    sys.exit(main())
