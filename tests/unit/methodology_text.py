"""docs/методика.md and docs/допущения.md as tests see them; numbers written as they write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msoko_lib.methods.rounding import half_up
from msoko_lib.project import Project

PROJECT = Project.find(Path(__file__).parent)
PAGE = (PROJECT.root / "docs" / "методика.md").read_text(encoding="utf-8")
ASSUMPTIONS = (PROJECT.root / "docs" / "допущения.md").read_text(encoding="utf-8")
SECTIONS = {
    int(number): body
    for number, body in re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}


@dataclass(frozen=True)
class Example:
    """A sentence of the page and the call that its numbers come from.

    ``{0:1}`` in ``text`` is the first result with one decimal, ``{0:%0}`` as whole per cents,
    ``{0:+1}`` with its sign.
    """

    section: int
    call: Callable[[], Iterable[Any]]
    text: str

    def filled(self) -> str:
        """The text with the results of the call in it."""
        return self.text.format(*map(printed, self.call()))


class Number(float):
    """A number that formats itself as Russian print does."""

    def __format__(self, spec: str) -> str:
        decimals = int(spec[-1])
        value = half_up(self * 100 if "%" in spec else float(self), decimals)
        text = f"{abs(value):.{decimals}f}".replace(".", ",")
        if value < 0:
            return "−" + text
        return "+" + text if "+" in spec else text


def printed(result: Any) -> Any:
    """A result ready for a text: numbers in Russian print, words as they are."""
    return result if isinstance(result, str) else Number(result)
