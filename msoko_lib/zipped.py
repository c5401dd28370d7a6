"""Files that are zip archives inside: how they fail to open, and bytes that depend on content."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from typing import Final

from msoko_lib.versions import build_date

# What reading a damaged, encrypted or oddly packed archive may raise: each packing fails in its own
# way, and a list that forgets one lets a single file of a folder end the whole intake.
ARCHIVE_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError,
)  # fmt: skip
# The first moment that a zip can name.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")


def same_every_time(content: bytes) -> bytes:
    """The same office file with one moment in all its parts and the day of the edition as its date.

    Parameters
    ----------
    content : bytes
        An xlsx or docx file.
    """
    saved = f"{build_date():%Y-%m-%d}T00:00:00Z".encode()
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            part = old.read(name)
            if name == _PROPERTIES:
                part = _SAVED.sub(rb"\g<1>" + saved + rb"\g<2>", part)
            new.writestr(entry, part)
    return stream.getvalue()
