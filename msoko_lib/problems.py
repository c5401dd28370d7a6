"""What a person can mend."""

from __future__ import annotations


class Problem(Exception):
    """A trouble told in plain Russian: what is wrong, where, what to do; never a traceback."""
