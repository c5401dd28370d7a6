"""Blank forms are written anew at will; a form that somebody has begun to fill never is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from msoko_lib.atomic import write_atomically
from msoko_lib.intake.workbook import file_hash

LEDGER = ".blanks.json"
AGAIN = " (новый бланк)"


@dataclass
class BlankFolder:
    """A folder of blanks that remembers what was written there.

    Parameters
    ----------
    folder : Path
    """

    folder: Path
    written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            loaded = json.loads((self.folder / LEDGER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(loaded, dict):
            self.written.update(loaded)

    def write(self, name: str, content: bytes) -> Path:
        """Write a blank; beside the old file, if that is no longer as it was written.

        Returns
        -------
        Path
            Where the blank is.
        """
        path = self.folder / name
        if path.exists() and file_hash(path) != self.written.get(name):
            path = path.with_name(f"{path.stem}{AGAIN}{path.suffix}")
        write_atomically(path, content)
        self.written[path.name] = hashlib.sha256(content).hexdigest()
        return path

    def close(self) -> None:
        """Remember what was written."""
        text = json.dumps(self.written, ensure_ascii=False, indent=1, sort_keys=True)
        write_atomically(self.folder / LEDGER, text.encode())
