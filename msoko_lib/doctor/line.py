"""One line of the examination."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, WARNING, BAD = "✓", "!", "✗"


@dataclass(frozen=True)
class Line:
    """What was looked at and what was seen.

    Attributes
    ----------
    mark : str
        ``✓`` in order, ``!`` works but look at it, ``✗`` will not work.
    what : str
        What was looked at.
    said : str
        What was seen.
    mend : str
        What to do; empty where there is nothing to do.
    """

    mark: str
    what: str
    said: str
    mend: str = ""


def good(what: str, said: str) -> Line:
    """In order."""
    return Line(GOOD, what, said)


def warning(what: str, said: str, mend: str) -> Line:
    """Works, but a person should look at it."""
    return Line(WARNING, what, said, mend)


def bad(what: str, said: str, mend: str) -> Line:
    """Will not work."""
    return Line(BAD, what, said, mend)
