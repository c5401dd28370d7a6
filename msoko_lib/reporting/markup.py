"""What every block of a report shares: escaping, anchors, marks and the style for JupyterLab."""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Final, Literal

from msoko_lib.reporting.numbers_ru import unbroken

TABLE_MIME: Final = "application/vnd.msoko.table+json"

Mark = Literal["up", "attention", "same", "few"]
MARKS: Final[dict[str, tuple[str, str]]] = {
    "up": ("▲", "выше ожидаемого"),
    "attention": ("▼", "требует внимания"),
    "same": ("●", "без изменений"),
    "few": ("○", "данных недостаточно"),
}

_ANCHOR = re.compile(r"[A-Za-zА-Яа-яЁё][\w-]*")

# Only what a block needs to look right inside JupyterLab. Reports replace it with their own sheet:
# MsokoExporter drops every <style data-msoko>.
LAB_STYLE: Final = (
    "<style data-msoko>"
    ".msoko{max-width:960px;line-height:1.5}"
    ".msoko table{border-collapse:collapse;margin:.5em 0}"
    ".msoko caption{text-align:left;font-weight:600;padding:.3em 0}"
    # JupyterLab aligns every cell to the right by a stronger selector than a single class.
    ".msoko.msoko th,.msoko.msoko td{text-align:left;padding:.3em .45em;"
    "border-bottom:1px solid #d5dae0;vertical-align:top;white-space:normal}"
    ".msoko.msoko thead th{vertical-align:bottom}.msoko.msoko .num{text-align:right}"
    ".msoko.msoko tbody .num,.msoko.msoko tbody .keep{white-space:nowrap}"
    ".msoko .table-box{overflow-x:auto}"
    ".msoko .ours{font-weight:600}.msoko .state,.msoko .note{color:#5a6470}"
    ".msoko .mark-up{color:#1f5fa8}.msoko .mark-attention{color:#a84b00}"
    ".msoko figure{margin:.8em 0}.msoko img{max-width:100%;height:auto}"
    ".msoko .ground{display:block;color:#5a6470}.msoko .decision{min-width:8em}"
    ".msoko .hidden{position:absolute;clip-path:inset(50%)}"
    "</style>"
)


def esc(text: object) -> str:
    """Escape text for HTML, in element content and in quoted attributes alike.

    Examples
    --------
    >>> esc('СОШ <№ 1> & "Лицей"')
    'СОШ &lt;№ 1&gt; &amp; &quot;Лицей&quot;'
    """
    return html.escape(str(text), quote=True)


def prose(text: str) -> str:
    """Escape a sentence and keep its figures together with their units."""
    return esc(unbroken(text))


def more_link(anchor: str, about: str) -> str:
    """Link «подробнее» to a section; its full name tells a screen reader about what."""
    if not anchor:
        return ""
    return (
        f' <a class="more" href="#{esc(anchor)}" aria-label="подробнее: {esc(about)}">подробнее</a>'
    )


def check_anchor(anchor: str) -> str:
    """Return the anchor if it can be an ``id`` and a link target; empty means none.

    Raises
    ------
    ValueError
        If it holds spaces or signs, or does not begin with a letter.
    """
    if anchor and not _ANCHOR.fullmatch(anchor):
        raise ValueError(f"an anchor is letters, digits, '-' and '_', found {anchor!r}")
    return anchor


def id_attribute(anchor: str) -> str:
    """Attribute `` id="…"`` for an anchor, nothing for an empty one."""
    return f' id="{esc(anchor)}"' if anchor else ""


def mark_html(mark: str) -> str:
    """Shape and word of a mark: the shape for the eye, the word for everybody.

    Raises
    ------
    ValueError
        If the mark is not one of :data:`MARKS`.
    """
    if mark not in MARKS:
        raise ValueError(f"a mark is one of {', '.join(MARKS)}, found {mark!r}")
    shape, word = MARKS[mark]
    return f'<span class="mark mark-{mark}"><span aria-hidden="true">{shape}</span> {word}</span>'


@dataclass(frozen=True)
class Block(ABC):
    """A piece of a report that JupyterLab and the exporter show alike."""

    @abstractmethod
    def html(self) -> str:
        """Markup of the block without style, for use inside other blocks and pages."""

    @abstractmethod
    def plain(self) -> str:
        """One line of text for consoles and diffs of notebooks."""

    def table_payloads(self) -> list[dict[str, Any]]:
        """Tables inside the block as plain data, in reading order."""
        return []

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {
            "text/plain": self.plain(),
            "text/html": f'{LAB_STYLE}<div class="msoko">{self.html()}</div>',
        }
        payloads = self.table_payloads()
        if payloads:
            bundle[TABLE_MIME] = {"tables": payloads}
        return bundle


@dataclass(frozen=True)
class Nothing(Block):
    """Said in the place of a chart or a table that cannot be shown honestly."""

    text: str = "Данных недостаточно."

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("Nothing needs a sentence that says why there is nothing")

    def html(self) -> str:
        """Markup: the mark ○ and the sentence."""
        return (
            f'<p class="nothing"><span class="mark-few" aria-hidden="true">○</span> '
            f"{prose(self.text)}</p>"
        )

    def plain(self) -> str:
        """The sentence."""
        return f"○ {self.text}"
