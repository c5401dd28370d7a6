"""Kill intake, run and publication many times at random moments; write what came of it.

``make torture`` runs it; the short form is ``test_killed.py``. A seed is printed, so that what
failed can be tried again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from killing import Count, command, copy_of, kill_many, warm
from reliability_page import table, write_section
from small_town import INTAKE, PUBLISH, REPOSITORY, RUN, YEAR, add_later_file, lay_out

from msoko_lib import __version__
from msoko_lib.demo import write_demo
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE
from msoko_lib.versions import build_date

SECTION = "сбои"
# Of two hundred kills: a run takes five times as long as the others.
SHARES = {INTAKE: 0.5, PUBLISH: 0.2, RUN: 0.3}
TITLES = {INTAKE: "загрузка (`msoko intake`)", PUBLISH: "открытый выпуск (`msoko publish`)",
          RUN: "отчёты (`msoko run`)"}  # fmt: skip


def main() -> int:
    """Make a town, kill on it, write the section; 1 if anything was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="msoko-torture-") as name:
        folder = Path(name)
        os.environ[KEY_VARIABLE] = str(folder / "key" / "pupil.key")
        counts = torture(folder, options.kills, options.seed)
    write_section(SECTION, told(counts, options.seed))
    broken = [line for count in counts.values() for line in count.broken]
    print("\n".join(broken) or "nothing was lost")
    return int(bool(broken))


def torture(folder: Path, kills: int, seed: int) -> dict[tuple[str, ...], Count]:
    """Counts of every command."""
    source = folder / "source"
    shutil.copytree(REPOSITORY / "params", source / "params")
    write_demo(source, schools=3, years=1, pupils_scale=0.2, until=YEAR)
    raw = source / "data" / "raw" / YEAR
    town = lay_out(raw, folder / "before")
    command(town, INTAKE)
    warm(town, YEAR)

    def news(project: Project) -> None:
        add_later_file(raw, project)

    def nothing(project: Project) -> None:
        return

    counts = {}
    # An empty bank, then a bank that stands: half of the intakes each.
    times = round(kills * SHARES[INTAKE] / 2)
    fresh = lay_out(raw, folder / "fresh")
    first = kill_many(INTAKE, fresh, nothing, times, seed, folder)
    counts[INTAKE] = first.plus(kill_many(INTAKE, town, news, times, seed + 1, folder))
    print(counts[INTAKE], flush=True)
    # A site published for the first time, then one in place of another.
    times = round(kills * SHARES[PUBLISH] / 2)
    first = kill_many(PUBLISH, town, nothing, times, seed + 2, folder)
    published = copy_of(town, folder / "published")
    command(published, PUBLISH)
    news(published)
    command(published, INTAKE)
    warm(published, YEAR)
    counts[PUBLISH] = first.plus(kill_many(PUBLISH, published, nothing, times, seed + 3, folder))
    print(counts[PUBLISH], flush=True)
    counts[RUN] = kill_many(RUN, town, news, round(kills * SHARES[RUN]), seed + 4, folder)
    print(counts[RUN], flush=True)
    return counts


def told(counts: dict[tuple[str, ...], Count], seed: int) -> str:
    """The section in Russian."""
    rows: list[tuple[object, ...]] = [
        (
            TITLES[words],
            count.tried,
            count.killed,
            count.tried - len(count.spoilt),
            f"{count.seconds:.1f}".replace(".", ","),
            round(count.memory_mb),
        )
        for words, count in counts.items()
    ]
    tried = sum(count.tried for count in counts.values())
    lost = sum(len(count.spoilt) for count in counts.values())
    head = ("Команда", "Прервано", "Убита до конца работы", "Ничего не испорчено",
            "Сама команда, с", "Память, МБ")  # fmt: skip
    return f"""## Прерванная работа

Команду убивают в случайный миг (SIGKILL всей группе процессов), затем проверяют: каждый файл либо
прежний, либо новый целиком; страницы, книги и таблицы открываются; банк и издания совпадают со
своими описями; следующий запуск сам доводит работу до конца и даёт до байта то же, что запуск без
помех. Муниципалитет крошечный: файлов {len(_files())}.

{table(head, rows)}

Всего прерываний: {tried}, с потерями: {lost}. Версия {__version__}, {build_date():%d.%m.%Y},
начальное число случая {seed}. Повторить: `make torture`.
"""


def _files() -> tuple[str, ...]:
    from small_town import FILES

    return FILES


if __name__ == "__main__":
    sys.exit(main())
