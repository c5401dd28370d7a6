"""msoko: an open reference system for municipal assessment of education quality (МСОКО)."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# The door to exploring, opened when somebody asks for it: commands and reports never need it.
# No import statement: what a table was computed by is read off them, and no table is by these.
_DOORS = {"municipality": "msoko_lib.explore"}

__all__ = ["municipality"]


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        return getattr(importlib.import_module(_DOORS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_DOORS])
