"""What the notebook's own machinery needs to know: charts, and whether a person is choosing."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDGETS = "MSOKO_WIDGETS"
DPI = 110


def shell() -> Any:
    """The running IPython; None outside of it, without importing it."""
    loaded = sys.modules.get("IPython")
    return loaded.get_ipython() if loaded is not None else None


def show_figures() -> None:
    """Let a figure at the end of a cell be shown: those made without pyplot else are not."""
    running = shell()
    if running is None:
        return
    formatter = running.display_formatter.formatters["image/png"]
    # By name: matplotlib is imported by whoever draws, not by whoever opens a year.
    formatter.for_type_by_name("matplotlib.figure", "Figure", _png)


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI)
    return stream.getvalue()


def is_live() -> bool:
    """True where a person at JupyterLab runs the cell and can choose.

    A front end names the cell in its request; what runs notebooks by itself (nbval, nbconvert,
    papermill) does not. The variable ``MSOKO_WIDGETS`` (1 or 0) overrides it.
    """
    told = os.environ.get(WIDGETS)
    if told is not None:
        return told == "1"
    kernel = getattr(shell(), "kernel", None)
    if kernel is None:
        return False
    request = kernel.get_parent("shell") or {}
    return bool((request.get("metadata") or {}).get("cellId"))
