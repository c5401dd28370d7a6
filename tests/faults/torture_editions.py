"""The same inputs give the same bytes: with one job and with two, today and after two editions.

``make torture`` runs it; it writes its part of docs/reliability.md.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from killing import command, copy_of
from reliability_page import table, write_section
from small_town import INTAKE, PUBLISH, REPOSITORY, YEAR, State, lay_out

from msoko_lib.demo import write_demo
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_VARIABLE
from msoko_lib.versions import EPOCH_VARIABLE, build_date

SECTION = "воспроизводимость"
SCHOOL = "edu991002"
REPORTS = ("--only", "14", "--only", "05")


def on(day: str) -> Callable[[], None]:
    """Called in the command's process: the clock stands at this moment."""
    return lambda: os.environ.__setitem__(EPOCH_VARIABLE, day)


def main() -> int:
    """Make everything twice, compare, write the section; 1 if a byte differs."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="msoko-torture-") as name:
        folder = Path(name)
        os.environ[KEY_VARIABLE] = str(folder / "key" / "pupil.key")
        source = folder / "source"
        shutil.copytree(REPOSITORY / "params", source / "params")
        write_demo(source, schools=3, years=1, pupils_scale=0.2, until=YEAR)
        fresh = lay_out(source / "data" / "raw" / YEAR, folder / "fresh")
        states, codes = {}, []
        for jobs in ("1", "2"):
            # At one path: what is shown with a path must be the same.
            town = copy_of(fresh, folder / "town")
            for words in (INTAKE, ("run", YEAR, *REPORTS, "--jobs", jobs),
                          ("documents", YEAR), PUBLISH):  # fmt: skip
                codes.append(command(town, words).code)
            states[jobs] = State.of(town)
        told = [f"один процесс и два: {each}" for each in states["1"].differs_from(states["2"])]
        told += _again(town, codes)
    kinds = Counter(Path(each).suffix.lstrip(".") or "без окончания" for each in states["1"].files)
    write_section(SECTION, _section(kinds, told, codes, time.monotonic() - begun))
    print("\n".join(told) or "the same bytes", codes)
    return int(bool(told) or any(codes))


def _again(town: Project, codes: list[int]) -> list[str]:
    """A second edition on another day, then the whole made again on a third."""
    run = ("run", YEAR, "--school", SCHOOL, "--jobs", "2")
    codes.append(command(town, run, prepare=on("1750900000")).code)
    ended = command(town, ("verify", YEAR, "--again"), prepare=on("1760900000"))
    return [] if ended.code == 0 else [f"verify --again: {ended.said[-800:]}"]


def _section(kinds: Counter[str], told: list[str], codes: list[int], seconds: float) -> str:
    rows: list[tuple[object, ...]] = [(kind, n) for kind, n in sorted(kinds.items())]
    verdict = "Различий нет." if not told else "Различия:\n\n" + "\n".join(f"- {x}" for x in told)
    return f"""## Одно и то же – до байта

Одни и те же файлы при одном `SOURCE_DATE_EPOCH` прочитаны, посчитаны и выпущены дважды: одним
процессом и двумя; сравнены все файлы банка, отчётов, документов и открытого выпуска. Затем сделано
второе издание на другой день, и `msoko verify --again` повторил его из исходных файлов.

{table(("Вид файла", "Сравнено"), rows)}

{verdict} Команд: {len(codes) + 1}, завершились ошибкой: {sum(map(bool, codes))}. Время:
{seconds / 60:.0f} мин. Измерено {build_date():%d.%m.%Y}.
"""


if __name__ == "__main__":
    sys.exit(main())
