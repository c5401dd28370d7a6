"""Kill intake, run and publication many times at random moments; write what came of it.

``make torture`` runs it; the short form is ``test_killed.py``. A seed is printed, so that what
failed can be tried again. With ``--only`` one command is killed; the lines of the others stay on
the page as they were measured, each with its own day and seed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from killing import Count, command, copy_of, kill_many, warm
from reliability_page import section, table, write_section
from small_town import FILES, INTAKE, PUBLISH, REPOSITORY, RUN, YEAR, add_later_file, lay_out

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
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    parser.add_argument("--only", choices=[words[0] for words in SHARES], help="one command")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="msoko-torture-") as name:
        folder = Path(name)
        os.environ[KEY_VARIABLE] = str(folder / "key" / "pupil.key")
        counts = torture(folder, options)
    write_section(SECTION, told(counts, options.seed, section(SECTION)))
    broken = [line for count in counts.values() for line in count.broken]
    print("\n".join(broken) or "nothing was lost")
    return int(bool(broken))


def torture(folder: Path, options: argparse.Namespace) -> dict[tuple[str, ...], Count]:
    """Counts of every command, or of the one that is asked for."""
    source = folder / "source"
    shutil.copytree(REPOSITORY / "params", source / "params")
    write_demo(source, schools=3, years=1, pupils_scale=0.2, until=YEAR)
    raw = source / "data" / "raw" / YEAR
    town = lay_out(raw, folder / "before")
    command(town, INTAKE)
    warm(town, YEAR)
    until = time.monotonic() + 60 * options.minutes

    def news(project: Project) -> None:
        add_later_file(raw, project)

    def nothing(project: Project) -> None:
        return

    def killed(
        words: tuple[str, ...], before: Project, change: Callable[[Project], None], part: int
    ) -> Count:
        share = SHARES[words] / (1 if words == RUN else 2)
        times = max(1, round(options.kills * share))
        return kill_many(words, before, change, times, options.seed + part, folder, until)

    counts = {}
    if options.only in (None, INTAKE[0]):
        # An empty bank, then a bank that stands: half of the intakes each.
        first = killed(INTAKE, lay_out(raw, folder / "fresh"), nothing, 0)
        counts[INTAKE] = first.plus(killed(INTAKE, town, news, 1))
        print(counts[INTAKE], flush=True)
    if options.only in (None, PUBLISH[0]):
        # A site published for the first time, then one in place of another.
        first = killed(PUBLISH, town, nothing, 2)
        published = copy_of(town, folder / "published")
        command(published, PUBLISH)
        news(published)
        command(published, INTAKE)
        warm(published, YEAR)
        counts[PUBLISH] = first.plus(killed(PUBLISH, published, nothing, 3))
        print(counts[PUBLISH], flush=True)
    if options.only in (None, RUN[0]):
        counts[RUN] = killed(RUN, town, news, 4)
        print(counts[RUN], flush=True)
    return counts


def told(counts: dict[tuple[str, ...], Count], seed: int, before: str = "") -> str:
    """The section in Russian; lines of commands not killed this time are those of ``before``."""
    rows: list[tuple[object, ...]] = []
    for words, title in TITLES.items():
        if words not in counts:
            line = next((each for each in before.splitlines() if each.startswith(f"| {title}")), "")
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            rows += [tuple(cells)] if line else []
            continue
        count = counts[words]
        rows.append(
            (
                title,
                count.tried,
                count.killed,
                count.tried - len(count.spoilt),
                f"{count.seconds:.1f}".replace(".", ","),
                round(count.memory_mb),
                f"{build_date():%d.%m.%Y}, {seed}",
            )
        )
    tried = sum(int(str(row[1])) for row in rows)
    lost = tried - sum(int(str(row[3])) for row in rows)
    head = ("Команда", "Прервано", "Убита до конца работы", "Ничего не испорчено",
            "Сама команда, с", "Память, МБ", "День и начальное число случая")  # fmt: skip
    return f"""## Прерванная работа

Команду убивают в случайный миг (SIGKILL всей группе процессов), затем проверяют: каждый файл либо
прежний, либо новый целиком; страницы, книги и таблицы открываются; банк и издания совпадают со
своими описями; следующий запуск сам доводит работу до конца и даёт до байта то же, что запуск без
помех. Муниципалитет крошечный: файлов {len(FILES)}.

{table(head, rows)}

Всего прерываний: {tried}, с потерями: {lost}. Версия {__version__}. Повторить: `make torture`.
"""


if __name__ == "__main__":
    sys.exit(main())
