"""The commands of msoko, nothing else."""

from __future__ import annotations

import io
import sys

# In the order of help: from files to reports, then to what leaves the house.
from msoko_lib.cli import folder, data, reports, handing_over  # isort: skip
from msoko_lib.cli.common import app, console
from msoko_lib.intake.cells import visible
from msoko_lib.problems import Problem

__all__ = ["app", "data", "folder", "handing_over", "main", "reports"]


def main() -> None:
    """Run a command; what a person can mend is said in Russian, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A mark that an old console cannot show must not stop a command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except Problem as problem:
        console.print(visible(str(problem)), soft_wrap=True, markup=False)
        sys.exit(2)
    # The last line of defence: whatever it is, a person is told in words.
    except Exception as problem:
        from msoko_lib.troubles import told

        console.print(told(problem), soft_wrap=True, markup=False)
        sys.exit(3)
