"""docs/reliability.md: every long test writes its own section and leaves the others as they are."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
TOP = """# Надёжность

Что испытано и чем кончилось. Числа записаны самими испытаниями, руками их не правят: `make torture`
– сбои и чужие файлы, `make coverage` – покрытие ветвей тестами, `make mutation` – мутационные
испытания. Короткая форма тех же испытаний идёт в `make test`.
"""


def section(name: str, page: Path = PAGE) -> str:
    """A section as it stands on the page; empty: there is none."""
    whole = page.read_text(encoding="utf-8") if page.is_file() else ""
    _, _, rest = whole.partition(f"<!-- {name} -->")
    return rest.partition(f"<!-- конец: {name} -->")[0]


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Put a section in place of the one of that name, or at the end."""
    whole = page.read_text(encoding="utf-8") if page.is_file() else TOP
    begin, end = f"<!-- {name} -->", f"<!-- конец: {name} -->"
    own = f"{begin}\n{text.strip()}\n{end}"
    place = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if place.search(whole):
        whole = place.sub(lambda _: own, whole)
    else:
        whole = f"{whole.rstrip()}\n\n{own}\n"
    page.write_text(whole, encoding="utf-8")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
