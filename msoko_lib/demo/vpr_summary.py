"""What the aggregated exports say of a group of participants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.forms import Form

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
MARKS = (2, 3, 4, 5)


@dataclass(frozen=True)
class Summary:
    """A group in a work: counts of marks, of journal directions and of scores, task sums.

    ``weight`` is the number of real participants that one simulated one stands for: 1 in the
    municipality, large for the region and the country.
    """

    n: int
    marks: Ints
    journal: Ints
    scores: Ints
    task_sums: Ints
    mark_task_sums: Ints
    maxima: Ints
    schools_n: int = 0
    weight: float = 1.0

    @property
    def participants(self) -> int:
        return round(self.n * self.weight)

    @property
    def journal_people(self) -> list[int]:
        """People behind ``journal``: they sum to ``participants``."""
        lowered, _, raised = (round(int(count) * self.weight) for count in self.journal)
        return [lowered, self.participants - lowered - raised, raised]

    @property
    def task_shares(self) -> Floats:
        """Mean share of the maximum of each task, 0…1."""
        return self.task_sums / (self.n * self.maxima)

    def mark_task_shares(self, mark: int) -> Floats | None:
        """The same for those who got this mark; None where nobody did."""
        place = MARKS.index(mark)
        if not self.marks[place]:
            return None
        return self.mark_task_sums[place] / (self.marks[place] * self.maxima)


def summarise(
    form: Form, scores: Ints, totals: Ints, marks: Ints, journal: Ints,
    schools_n: int = 0, weight: float = 1.0,
) -> Summary:  # fmt: skip
    """Count a group.

    Parameters
    ----------
    form : Form
    scores : array of shape (pupils, tasks)
    totals, marks, journal : arrays of shape (pupils,)
    schools_n : int
        Number of schools, 0 for a school itself.
    weight : float
        See :class:`Summary`.
    """
    by_mark = np.stack([scores[marks == mark].sum(axis=0) for mark in MARKS])
    directions = np.sign(journal - marks)
    return Summary(
        n=len(totals),
        marks=np.bincount(marks - MARKS[0], minlength=len(MARKS)),
        # lowered (journal higher), confirmed, raised: the order of the export
        journal=np.array([(directions == way).sum() for way in (1, 0, -1)]),
        scores=np.bincount(totals, minlength=form.max_score + 1),
        task_sums=by_mark.sum(axis=0),
        mark_task_sums=by_mark,
        maxima=form.maxima,
        schools_n=schools_n,
        weight=weight,
    )
