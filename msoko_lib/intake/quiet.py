"""The reader of workbooks writes its panics past Python; nobody is to see them on the console."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_ERRORS = 2


@contextmanager
def quiet_panics() -> Iterator[None]:
    """Turn the error stream of the process away while foreign code reads a file.

    A damaged workbook makes the reader panic: the panic becomes an exception and then a refusal
    with an address, but before that Rust prints a traceback of its own.
    """
    with _LOCK:
        try:
            sys.stderr.flush()
            kept = os.dup(_ERRORS)
        except (OSError, ValueError, AttributeError):
            # No error stream at all (a window without a console): nothing to turn away.
            yield
            return
        away = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(away, _ERRORS)
            yield
        finally:
            os.dup2(kept, _ERRORS)
            os.close(away)
            os.close(kept)
