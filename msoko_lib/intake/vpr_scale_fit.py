"""The scale that turns primary scores into marks: known, or the one that fits the file best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.settings import Scale


@dataclass(frozen=True)
class MarkScale:
    """Scores at which 3, 4 and 5 begin; ``inferred`` if found from the marks themselves."""

    cuts: tuple[float, float, float]
    inferred: bool

    @property
    def words(self) -> str:
        """For messages: «3 с 8, 4 с 15, 5 с 21»; a mark that nobody has is left out."""
        parts = [
            f"«{mark}» с {cut:g}" for mark, cut in zip((3, 4, 5), self.cuts, strict=True)
            if np.isfinite(cut)
        ]  # fmt: skip
        origin = "по этому файлу" if self.inferred else "из params"
        return f"{', '.join(parts) or 'одна отметка у всех'}, {origin}"

    def marks(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """Mark that each score gives."""
        steps = scores[:, None] >= np.array(self.cuts)
        return np.asarray(2 + steps.sum(axis=1), dtype=np.int64)


def known_scale(scale: Scale) -> MarkScale:
    """Scale of the settings as cut points."""
    return MarkScale((float(scale.from_3), float(scale.from_4), float(scale.from_5)), False)


def fit_scale(scores: NDArray[np.float64], marks: NDArray[np.int64]) -> MarkScale:
    """Cut points with the fewest marks on the wrong side.

    For each mark k = 3, 4, 5 the cut c minimises
    #{mark ≥ k, score < c} + #{mark < k, score ≥ c} over the observed scores; of equally good
    cuts the lowest that some pupil of mark k or more reached. Boundaries are independent, so
    three passes over the sorted scores give the least sum of the three counts.

    Parameters
    ----------
    scores, marks : array, shape (n,)
        Primary scores and marks of the same pupils, none missing.

    Returns
    -------
    MarkScale
        A cut is infinite where no pupil has that mark or a higher one, minus infinity where
        all have.

    Examples
    --------
    >>> import numpy as np
    >>> fit_scale(np.array([3., 7, 8, 14, 15, 20]), np.array([2, 2, 3, 3, 4, 4])).cuts
    (8.0, 15.0, inf)
    """
    low, mid, high = (_best_cut(scores, marks >= mark) for mark in (3, 4, 5))
    return MarkScale((low, mid, high), True)


def _best_cut(scores: NDArray[np.float64], above: NDArray[np.bool_]) -> float:
    if above.all():
        return -np.inf
    if not above.any():
        return np.inf
    levels, inverse = np.unique(scores, return_inverse=True)
    n_above = np.bincount(inverse, weights=above, minlength=len(levels))
    n_below = np.bincount(inverse, weights=~above, minlength=len(levels))
    # Cut at levels[i]: those above that lie lower, and those below that lie at it or higher.
    lost = np.concatenate([[0.0], np.cumsum(n_above)])
    gained = n_below.sum() - np.concatenate([[0.0], np.cumsum(n_below)])
    candidates = np.concatenate([levels, [np.inf]])
    return float(candidates[int(np.argmin(lost + gained))])
