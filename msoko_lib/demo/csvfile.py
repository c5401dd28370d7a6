"""Write csv as РЦОИ sends it: semicolons, the encoding of the day."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from msoko_lib.demo.xlsx import Row


def write_csv(path: Path, rows: Sequence[Row], encoding: str) -> None:
    """Write rows as text parted by semicolons, lines ended as in Windows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue().encode(encoding))
