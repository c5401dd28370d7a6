"""Blocks of a report: what a code cell of a report notebook ends with.

``Lead`` opens a report, ``Section`` is its unit: a sentence with the finding, one chart, the table
behind it, and a line on how to read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from msoko_lib.reporting.cells import Column, Kind
from msoko_lib.reporting.markup import (
    MARKS,
    TABLE_MIME,
    Block,
    Mark,
    Nothing,
    check_anchor,
    id_attribute,
    mark_html,
    more_link,
    prose,
)
from msoko_lib.reporting.pictures import Figure
from msoko_lib.reporting.tables import ReportTable

__all__ = [
    "MARKS", "TABLE_MIME", "Action", "Block", "Column", "Figure", "Folded", "Kind", "Lead", "Mark",
    "Nothing", "Quoted", "ReportTable", "Section", "Sentence",
]  # fmt: skip

MAX_SENTENCES: Final = 5
MAX_ACTIONS: Final = 7
LEAD_ANCHOR: Final = "glavnoe"
ACTIONS_ANCHOR: Final = "chto-sdelat"
NOTHING_STANDS_OUT: Final = (
    "По собранным данным ничего не выделяется: заметных отклонений от ожидаемого нет."
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of «Главное» with its mark and the anchor of its ground."""

    text: str
    mark: Mark
    anchor: str = ""

    def __post_init__(self) -> None:
        check_anchor(self.anchor)
        if self.mark not in MARKS:
            raise ValueError(f"a mark is one of {', '.join(MARKS)}, found {self.mark!r}")
        if not self.text.strip():
            raise ValueError("a sentence of «Главное» is empty")


@dataclass(frozen=True)
class Action:
    """One line of «Что сделать».

    Parameters
    ----------
    addressee : str
        Who: «Директор», «Заместитель по УВР», «РМО учителей математики».
    text : str
        What to do.
    deadline : str
        Until when, as text.
    control : str
        Indicator by which the result will be seen.
    ground : str
        Indicator, value and threshold that led here.
    anchor : str
        Section of the report where the ground is shown.
    """

    addressee: str
    text: str
    deadline: str
    control: str
    ground: str
    anchor: str = ""

    def __post_init__(self) -> None:
        check_anchor(self.anchor)
        if not (self.addressee.strip() and self.text.strip()):
            raise ValueError("an action needs an addressee and a text")


@dataclass(frozen=True)
class Lead(Block):
    """«Главное» and «Что сделать»: all a director needs who reads no further.

    Parameters
    ----------
    sentences : sequence of Sentence
        At most five; none: the report says plainly that nothing stands out.
    actions : sequence of Action
        At most seven; none: the second heading is left out.

    Raises
    ------
    ValueError
        If there are more.
    """

    sentences: Sequence[Sentence] = ()
    actions: Sequence[Action] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentences", tuple(self.sentences))
        object.__setattr__(self, "actions", tuple(self.actions))
        if len(self.sentences) > MAX_SENTENCES:
            raise ValueError(
                f"«Главное»: at most {MAX_SENTENCES} sentences, found {len(self.sentences)}"
            )
        if len(self.actions) > MAX_ACTIONS:
            raise ValueError(
                f"«Что сделать»: at most {MAX_ACTIONS} actions, found {len(self.actions)}"
            )

    def html(self) -> str:
        """Markup of both lists."""
        if self.sentences:
            lines = "".join(_sentence_html(sentence) for sentence in self.sentences)
            body = f'<ul class="lead">{lines}</ul>'
        else:
            body = f'<p class="nothing">{mark_html("same")} {NOTHING_STANDS_OUT}</p>'
        return f'<h2 id="{LEAD_ANCHOR}">Главное</h2>{body}{self._actions_html()}'

    def _actions_html(self) -> str:
        if not self.actions:
            return ""
        rows = "".join(_action_html(action) for action in self.actions)
        heads = "".join(f'<th scope="col">{head}</th>' for head in _ACTION_HEADS)
        return (
            f'<h2 id="{ACTIONS_ANCHOR}">Что сделать</h2><table class="actions">'
            '<caption class="hidden">Адресные рекомендации и место для решения</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{self._grounds_html()}"
        )

    def _grounds_html(self) -> str:
        """Grounds for the second sheet of paper: the first is a summary that prints alone."""
        lines = "".join(f"<li>{prose(action.ground) or '—'}</li>" for action in self.actions)
        return (
            f'<div class="grounds"><p>Основания рекомендаций, по номерам</p><ol>{lines}</ol></div>'
        )

    def plain(self) -> str:
        """Sentences with their marks, one a line."""
        lines = [f"{MARKS[item.mark][0]} {item.text}" for item in self.sentences]
        return "\n".join(lines or [NOTHING_STANDS_OUT])


_ACTION_HEADS: Final = ("Кому", "Что сделать", "Срок", "По чему увидим результат", "Решение")
_DECISION: Final = ' class="decision"'


def _sentence_html(item: Sentence) -> str:
    link = more_link(item.anchor, item.text)
    return f"<li>{mark_html(item.mark)} <span>{prose(item.text)}{link}</span></li>"


def _action_html(item: Action) -> str:
    ground = ""
    if item.ground:
        link = more_link(item.anchor, item.ground)
        ground = f'<span class="ground">Основание: {prose(item.ground)}{link}</span>'
    cells = (f"{prose(item.text)}{ground}", prose(item.deadline), prose(item.control), "")
    rest = "".join(
        f'<td data-label="{head}"{_DECISION if head == "Решение" else ""}>{cell}</td>'
        for head, cell in zip(_ACTION_HEADS[1:], cells, strict=True)
    )
    return f'<tr><th scope="row">{prose(item.addressee)}</th>{rest}</tr>'


@dataclass(frozen=True, eq=False)
class Section(Block):
    """A finding and what it stands on.

    Parameters
    ----------
    finding : str
        Sentence that says the finding; it opens the section under the topic's heading.
    figure, table : Block, optional
        One chart and the table behind it; either may be :class:`Nothing`.
    reading : str
        n, interval, what it is compared with, what it does not say.
    anchor : str
        Link target for «Главное».
    items : sequence of Block
        Further blocks in reading order, for small multiples or several tables.

    Raises
    ------
    ValueError
        If the finding is empty or nothing stands under it.
    """

    finding: str
    figure: Block | None = None
    table: Block | None = None
    reading: str = ""
    anchor: str = ""
    items: Sequence[Block] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        check_anchor(self.anchor)
        object.__setattr__(self, "items", tuple(self.items))
        if not self.finding.strip():
            raise ValueError("a section needs a sentence with its finding")
        if not (self.blocks or self.reading):
            raise ValueError(f"nothing stands under the finding {self.finding!r}")

    @property
    def blocks(self) -> list[Block]:
        """Chart, table and further items in reading order."""
        return [block for block in (self.figure, self.table, *self.items) if block is not None]

    def html(self) -> str:
        """Markup of the section."""
        reading = f'<p class="reading">{prose(self.reading)}</p>' if self.reading else ""
        body = "".join(block.html() for block in self.blocks)
        return (
            f'<div class="section"{id_attribute(self.anchor)}>'
            f'<p class="finding">{prose(self.finding)}</p>{body}{reading}</div>'
        )

    def plain(self) -> str:
        """The finding."""
        return self.finding

    def table_payloads(self) -> list[dict[str, Any]]:
        """Tables of the section in reading order."""
        return [payload for block in self.blocks for payload in block.table_payloads()]


@dataclass(frozen=True, eq=False)
class Quoted(Block):
    """A block of another report, shown here too; the workbook has its tables from there.

    Parameters
    ----------
    block : Block
        What is shown.
    """

    block: Block

    def html(self) -> str:
        """Markup of the block."""
        return self.block.html()

    def plain(self) -> str:
        """What the block says."""
        return self.block.plain()


@dataclass(frozen=True, eq=False)
class Folded(Block):
    """A long list for those who look for it: folded on screen, left out on paper.

    Parameters
    ----------
    summary : str
        Line that unfolds it and stands for it on paper.
    block : Block
        What is folded.
    """

    summary: str
    block: Block

    def __post_init__(self) -> None:
        if not self.summary.strip():
            raise ValueError("a folded list needs a summary")

    def html(self) -> str:
        """Markup: details and summary."""
        return f"<details><summary>{prose(self.summary)}</summary>{self.block.html()}</details>"

    def plain(self) -> str:
        """The summary."""
        return self.summary

    def table_payloads(self) -> list[dict[str, Any]]:
        """Tables of the folded block."""
        return self.block.table_payloads()
