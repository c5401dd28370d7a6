"""Works and their tasks: labels, maximum scores, levels of difficulty, invented skills."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_TASK = re.compile(r"(\S+) (\d+)([БПВ])")
# Difficulty of a level on the ability scale, before the work as a whole is calibrated.
LEVEL_DIFFICULTY = {"Б": -0.55, "П": 0.35, "В": 1.0}


@dataclass(frozen=True)
class Task:
    """A task: its number («9.1», «4К1»), maximum, level and the skill it checks."""

    label: str
    max_score: int
    level: str
    skill: str


@dataclass(frozen=True)
class Form:
    """A work: subject, grade, tasks, where marks 3, 4 and 5 begin, usual shares of 2…5 (%)."""

    subject: str
    grade: int
    tasks: tuple[Task, ...]
    cuts: tuple[int, int, int]
    usual_shares: tuple[float, float, float, float]
    code: str
    work_level: str = ""
    difficulty: NDArray[np.float64] = field(
        default_factory=lambda: np.empty(0), repr=False, compare=False
    )

    @property
    def title(self) -> str:
        """Subject as the exports name it."""
        return f"{self.subject} ({self.work_level} уровень)" if self.work_level else self.subject

    @cached_property
    def maxima(self) -> NDArray[np.int64]:
        return np.array([task.max_score for task in self.tasks])

    @property
    def max_score(self) -> int:
        return int(self.maxima.sum())

    @property
    def labels(self) -> list[str]:
        return [task.label for task in self.tasks]

    @property
    def key(self) -> str:
        """Short name for seeds and file folders."""
        return f"{self.code} {self.grade}" + (" угл" if self.work_level == "углублённый" else "")


def make_form(
    subject: str,
    code: str,
    grade: int,
    tasks: str,
    cuts: tuple[int, int, int],
    usual_shares: tuple[float, float, float, float],
    skills: tuple[str, ...],
    work_level: str = "",
) -> Form:
    """A form from its compact record, tasks as «1К1 4Б, 1К2 3Б, 2 1П».

    Raises
    ------
    ValueError
        If a task is not written as number, maximum and level.
    """
    made = []
    for item in tasks.split(","):
        match = _TASK.fullmatch(item.strip())
        if match is None:
            raise ValueError(f"a task is written as «9.1 2П», found {item!r}")
        number = int(re.match(r"\d+", match[1])[0])  # type: ignore[index]
        skill = skills[(number - 1) % len(skills)]
        made.append(Task(match[1], int(match[2]), match[3], skill))
    levels = np.array([LEVEL_DIFFICULTY[task.level] for task in made])
    # Tasks of a level differ a little, the same way in every demo.
    jitter = np.random.default_rng([grade, len(made), *code.encode()]).normal(0, 0.3, len(made))
    return Form(subject, grade, tuple(made), cuts, usual_shares, code, work_level, levels + jitter)
