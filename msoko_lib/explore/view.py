"""What an exploring call gives: a sentence, a frame, a chart that one can change, a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.reporting.blocks import Block, Figure, Section
from msoko_lib.reporting.markup import LAB_STYLE, prose

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

_STYLE = (
    "<style data-msoko>.msoko .finding{font-weight:600;font-size:1.08em;margin:.4em 0}"
    ".msoko .reading,.msoko figcaption{color:#5a6470}</style>"
)


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """An answer: as a line of text, as a page in JupyterLab, as data and as a chart.

    Attributes
    ----------
    finding : str
        The answer in one sentence.
    frame : DataFrame
        The numbers behind it, shares 0…1, one row as the chart has it.
    reading : str
        What it is compared with and what it does not say.

    Notes
    -----
    ``view.plot()`` gives matplotlib axes, ``view.figure()`` the whole figure: both are new at each
    call and may be changed at will.
    """

    finding: str
    frame: pd.DataFrame
    draw: Callable[[], MatplotlibFigure] | None = None
    table: Block | None = None
    reading: str = ""
    caption: str = ""
    more: Sequence[Block] = field(default_factory=tuple)

    def figure(self) -> MatplotlibFigure:
        """The chart as a new matplotlib figure.

        Raises
        ------
        ExploreProblem
            If there is nothing to draw.
        """
        if self.draw is None:
            raise ExploreProblem(f"Рисовать нечего: {self.finding}.")
        return self.draw()

    def plot(self) -> Axes:
        """Axes of the new chart; ``ax.figure`` is the whole of it."""
        return self.figure().axes[0]

    def block(self) -> Block:
        """The answer as a block of a report."""
        chart = Figure(self.draw(), repr(self), self.caption) if self.draw else None
        blocks = [item for item in (chart, self.table, *self.more) if item is not None]
        if not blocks and not self.reading:
            return _Said(self.finding)
        return Section(self.finding, items=blocks, reading=self.reading)

    def __repr__(self) -> str:
        return f"{self.finding.rstrip('.')}."

    def _repr_html_(self) -> str:
        return page_of(self.block())

    def __dir__(self) -> list[str]:
        hidden = {"draw", "block", "more", "caption"}
        return [name for name in super().__dir__() if name not in hidden]


@dataclass(frozen=True)
class _Said(Block):
    """A sentence alone."""

    text: str

    def html(self) -> str:
        return f'<p class="finding">{prose(self.text)}</p>'

    def plain(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False, repr=False)
class ReportView(View):
    """An answer that a report gives already: its section is shown as it stands there."""

    section: Block | None = None

    def block(self) -> Block:
        """The section of the report."""
        return self.section if self.section is not None else super().block()

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name != "section"]


def from_report(
    section: Block, frame: pd.DataFrame, draw: Callable[[], MatplotlibFigure] | None = None
) -> ReportView:
    """A view of a report's section with the data it was made of."""
    return ReportView(section.plain().removeprefix("○ ").rstrip("."), frame, draw, section=section)


def page_of(block: Block) -> str:
    """Markup of a block for a notebook, with the style it needs there."""
    return f'{LAB_STYLE}{_STYLE}<div class="msoko">{block.html()}</div>'


def html_of(thing: Any) -> str:
    """Markup of whatever a call has given."""
    if isinstance(thing, Block):
        return page_of(thing)
    shown = getattr(thing, "_repr_html_", None)
    return str(shown()) if shown is not None else f"<p>{prose(str(thing))}</p>"
