"""Answer masks of ГИА protocols: «+-+3-» and «2(2)0(3)» as points by task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from msoko_lib.intake.cells import DASHES

_SHORT_SIGNS = re.compile(r"[-+0-9]*")
_DETAILED_TASK = re.compile(r"([0-9]{1,2}|-)\(([0-9]{1,2})\)")
_DETAILED = re.compile(r"(?:(?:[0-9]{1,2}|-)\([0-9]{1,2}\)[;,]?)*")
_DASHES_TO_MINUS = str.maketrans({dash: "-" for dash in DASHES})


@dataclass(frozen=True)
class TaskScore:
    """Points of one task; ``max_score`` is None where the mask does not tell it."""

    score: float
    max_score: float | None


# A region has millions of tasks and few kinds of them: each kind is one object.
_OF_SIGN = {str(digit): TaskScore(float(digit), None) for digit in range(10)} | {
    "+": TaskScore(1.0, 1.0),
    "-": TaskScore(0.0, 1.0),
}


@cache
def _of_pair(score: str, most: str) -> TaskScore:
    return TaskScore(0.0 if score == "-" else float(score), float(most))


@cache
def _without_maximum(task: TaskScore) -> TaskScore:
    return TaskScore(task.score, None)


def _folded(mask: str) -> str:
    return re.sub(r"\s+", "", mask).translate(_DASHES_TO_MINUS)


def parse_short(mask: str) -> list[TaskScore] | None:
    """Tasks with a short answer: ``+`` one of one, ``-`` nought, a digit that many points.

    Returns None where the mask holds any other sign. The maximum of a task marked by a digit is
    unknown: the mask gives the points alone.

    >>> [task.score for task in parse_short("+-3")]
    [1.0, 0.0, 3.0]
    """
    folded = _folded(mask)
    if not _SHORT_SIGNS.fullmatch(folded):
        return None
    return [_OF_SIGN[sign] for sign in folded]


def parse_detailed(mask: str) -> list[TaskScore] | None:
    """Tasks with a detailed or oral answer: ``2(2)0(3)``, points and maximum.

    Returns None where the mask is written otherwise.

    >>> [(task.score, task.max_score) for task in parse_detailed("2(2)0(3)")]
    [(2.0, 2.0), (0.0, 3.0)]
    """
    folded = _folded(mask)
    if not _DETAILED.fullmatch(folded):
        return None
    return [_of_pair(score, most) for score, most in _DETAILED_TASK.findall(folded)]


def settle_maxima(masks: Sequence[list[TaskScore]]) -> list[list[TaskScore]]:
    """Short masks of one exam with maxima that hold for all of its pupils.

    ``-`` means nought of one only if no pupil has points by digit at that place: where one has,
    the task is worth more and its maximum is unknown to all.
    """
    by_digit = {
        place for tasks in masks for place, task in enumerate(tasks) if task.max_score is None
    }
    if not by_digit:
        return list(masks)
    return [
        [_without_maximum(task) if place in by_digit else task for place, task in enumerate(tasks)]
        for tasks in masks
    ]


def above_maximum(tasks: Sequence[TaskScore]) -> bool:
    """True if a task has more points than its own maximum: ``3(2)``."""
    return any(task.max_score is not None and task.score > task.max_score for task in tasks)


def points(*parts: Sequence[TaskScore]) -> float:
    """Sum of the points of all parts."""
    return sum(task.score for part in parts for task in part)
