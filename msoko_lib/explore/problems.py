"""What a person at a notebook can mend, told in one line of Russian without a traceback."""

from __future__ import annotations

from msoko_lib.problems import Problem


class ExploreProblem(Problem):
    """A question that cannot be answered as it was asked."""

    def _render_traceback_(self) -> list[str]:
        """What JupyterLab prints: the sentence alone."""
        return [str(self)]


class UnknownName(ExploreProblem, LookupError):
    """There is no such school, subject, indicator; the message proposes the nearest."""


class NoYear(ExploreProblem):
    """The year has no bank yet, or no project was found; the message says what to do."""
