"""What was read is kept by hash: an unchanged file is not read again."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from msoko_lib.atomic import write_atomically
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import Finding
from msoko_lib.versions import sources_fingerprint

READING = "reading.json"
SUFFIX = ".arrow"


@cache
def readers_fingerprint() -> str:
    """Hash of the readers' own source: a mended reader reads every file again."""
    library = Path(__file__).parent.parent
    others = ("pseudonym.py", "noko.py", "passports.py", "formula.py", "privacy/patterns.py")
    sources = [*(library / "intake").glob("*.py"), *(library / name for name in others)]
    return sources_fingerprint(sources, library)


def reading_key(raw: RawFile, context: ReadContext, maps_fingerprint: str) -> str:
    """Key under which a reading is kept: the file and everything that could change its reading."""
    parts = (
        raw.sha256,
        raw.name,
        context.school_year,
        context.settings.fingerprint,
        context.schools.fingerprint,
        context.pupils.fingerprint,
        maps_fingerprint,
        readers_fingerprint(),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ReadingCache:
    """Readings on disk, a folder for each key: Arrow tables and a JSON with the rest.

    Most files of a year are small; Parquet would take longer to open than they to be read. A
    reading that a power cut has spoilt is noticed by its hashes.
    """

    folder: Path

    def load(self, key: str) -> Reading | None:
        """The kept reading, or None where there is none (or a damaged one)."""
        place = self.folder / key
        try:
            kept = json.loads((place / READING).read_text(encoding="utf-8"))
            tables = {}
            for name, expected in kept["tables"].items():
                content = (place / f"{name}{SUFFIX}").read_bytes()
                if hashlib.sha256(content).hexdigest() != expected:
                    return None
                tables[name] = frame_of(content)
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None
        return Reading(
            layout=kept["layout"],
            title=kept["title"],
            edition_key=kept["edition_key"],
            edition_date=kept["edition_date"],
            tables=tables,
            findings=[Finding(**item) for item in kept["findings"]],
        )

    def save(self, key: str, reading: Reading) -> None:
        """Keep a reading; the JSON goes last and makes it valid."""
        place = self.folder / key
        hashes = {}
        for name, frame in reading.tables.items():
            content = _bytes_of(frame)
            hashes[name] = hashlib.sha256(content).hexdigest()
            write_atomically(place / f"{name}{SUFFIX}", content, lasting=False)
        kept = {
            "layout": reading.layout,
            "title": reading.title,
            "edition_key": reading.edition_key,
            "edition_date": reading.edition_date,
            "tables": hashes,
            "findings": [asdict(item) for item in reading.findings],
        }
        told = json.dumps(kept, ensure_ascii=False).encode()
        write_atomically(place / READING, told, lasting=False)

    def keep_only(self, keys: set[str]) -> None:
        """Forget readings that the year no longer needs."""
        if not self.folder.is_dir():
            return
        for place in self.folder.iterdir():
            if place.name not in keys:
                shutil.rmtree(place, ignore_errors=True)


def _bytes_of(frame: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(
        sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
    ) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def frame_of(content: bytes) -> pd.DataFrame:
    """A table of a kept reading."""
    with pa.ipc.open_stream(content) as reader:
        # Most tables are small: threads would cost more than they spare.
        return reader.read_all().to_pandas(use_threads=False)
