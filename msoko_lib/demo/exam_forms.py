"""Exams of the demo: parts and their maxima, mark boundaries, primary → test points.

Maxima follow published demonstration versions in their totals; conversion tables are simple
lines through a few points, not those of any year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.forms import Form, Task

# Test scores from which the usual shares count results as good and as high.
GOOD, HIGH = 61, 81


@dataclass(frozen=True)
class ExamForm:
    """An exam.

    ``cuts`` are the primary scores at which marks 3, 4 and 5 begin (ОГЭ, ГВЭ, base
    mathematics); ``points`` are (primary, test) knots of the ЕГЭ conversion. ``usual_shares``
    are the shares of marks 2…5 in the country (ЕГЭ: below ``minimum``, below 61, below 81, the
    rest), which fix the difficulty; ``popularity`` is the share of graduates who choose the
    subject (1: everybody).
    """

    exam: str
    code: str
    subject: str
    title: str
    short: tuple[int, ...]
    detailed: tuple[int, ...]
    oral: tuple[int, ...]
    cuts: tuple[int, int, int] | None
    points: tuple[tuple[int, int], ...]
    popularity: float
    usual_shares: tuple[float, float, float, float]
    minimum: float

    @cached_property
    def maxima(self) -> NDArray[np.int64]:
        return np.array(self.short + self.detailed + self.oral)

    @cached_property
    def form(self) -> Form:
        """The exam as a work of one long list of tasks, with the boundaries that calibrate it."""
        size = len(self.maxima)
        rise = np.concatenate(
            [np.linspace(-0.9, 0.9, len(self.short)),
             np.linspace(-0.3, 0.9, len(self.detailed) + len(self.oral))]
        )  # fmt: skip
        tasks = tuple(Task(str(n + 1), int(m), "Б", "") for n, m in enumerate(self.maxima))
        cuts = self.cuts or (
            self._lowest_primary(self.minimum),
            self._lowest_primary(GOOD),
            self._lowest_primary(HIGH),
        )
        return Form(
            self.subject, 9 if self.exam == "oge" else 11, tasks, cuts, self.usual_shares,
            f"{self.exam}{self.code}", difficulty=rise[:size],
        )  # fmt: skip

    def _lowest_primary(self, test: float) -> int:
        """Primary score from which the test score is at least ``test``."""
        knots = np.array(self.points)
        return int(np.ceil(np.interp(test, knots[:, 1], knots[:, 0])))

    def test_scores(self, primary: NDArray[np.integer]) -> NDArray[np.int64]:
        """Test points of the ЕГЭ."""
        knots = np.array(self.points)
        return np.rint(np.interp(primary, knots[:, 0], knots[:, 1])).astype(np.int64)

    def parts_of(self, scores: NDArray[np.integer]) -> tuple[NDArray[np.integer], ...]:
        """Task scores of the short, the detailed and the oral part."""
        first = len(self.short)
        second = first + len(self.detailed)
        return scores[:, :first], scores[:, first:second], scores[:, second:]


def _ones(*runs: tuple[int, int]) -> tuple[int, ...]:
    """Maxima from (how many tasks, maximum) runs."""
    return tuple(maximum for number, maximum in runs for _ in range(number))


def _oge(
    code: str, subject: str, short: tuple[int, ...], detailed: tuple[int, ...],
    cuts: tuple[int, int, int], popularity: float, shares: tuple[float, float, float, float],
    oral: tuple[int, ...] = (),
) -> ExamForm:  # fmt: skip
    return ExamForm(
        "oge", code, subject, subject, short, detailed, oral, cuts, (), popularity, shares, cuts[0]
    )


OGE: tuple[ExamForm, ...] = (
    _oge("01", "Русский язык", _ones((7, 1)), (2, 3, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2),
         (15, 23, 29), 1, (3, 30, 37, 30)),
    _oge("02", "Математика", _ones((19, 1)), _ones((6, 2)), (8, 15, 22), 1, (6, 48, 38, 8)),
    _oge("12", "Обществознание", _ones((15, 1), (1, 4)), (2, 3, 2, 3, 2, 2, 2, 2),
         (14, 24, 32), 0.52, (5, 45, 41, 9)),
    _oge("08", "География", _ones((27, 1)), (2, 1, 1), (12, 19, 26), 0.56, (3, 36, 41, 20)),
    _oge("06", "Биология", _ones((15, 1), (7, 2)), (2, 3, 3, 3, 3, 5), (13, 26, 38), 0.25,
         (3, 45, 44, 8)),
    _oge("05", "Информатика", _ones((12, 1)), (2, 3, 2), (5, 11, 16), 0.4, (4, 47, 37, 12)),
    _oge("03", "Физика", _ones((9, 1), (10, 2)), (2, 2, 3, 3, 3, 3), (11, 23, 35), 0.1,
         (2, 40, 44, 14)),
    _oge("04", "Химия", _ones((11, 1), (8, 2)), (3, 3, 3, 4), (10, 21, 31), 0.09,
         (3, 31, 38, 28)),
    _oge("07", "История", _ones((9, 1), (7, 2)), (2, 2, 3, 2, 3, 2), (11, 21, 30), 0.04,
         (5, 42, 38, 15)),
    _oge("09", "Английский язык", _ones((38, 1)), (10, 5), (29, 46, 58), 0.04, (1, 18, 38, 43),
         oral=(2, 6, 7)),
)  # fmt: skip


def _ege(
    code: str, subject: str, title: str, short: tuple[int, ...], detailed: tuple[int, ...],
    points: tuple[tuple[int, int], ...], popularity: float,
    shares: tuple[float, float, float, float], minimum: float, oral: tuple[int, ...] = (),
) -> ExamForm:  # fmt: skip
    return ExamForm(
        "ege", code, subject, title, short, detailed, oral, None, points, popularity, shares,
        minimum,
    )  # fmt: skip


# Usual shares of the ЕГЭ: below the minimum, up to 60, 61–80, 81 and more.
EGE: tuple[ExamForm, ...] = (
    _ege("01", "Русский язык", "Русский язык", _ones((24, 1), (1, 2), (1, 3)),
         (1, 6, 1, 1, 2, 2, 3, 3, 2, 2, 1, 1), ((0, 0), (12, 24), (35, 61), (46, 81), (54, 100)),
         1, (0.6, 33.4, 46, 20), 24),
    _ege("02", "Математика", "Математика профильная", _ones((12, 1)), (2, 3, 2, 2, 3, 4, 4),
         ((0, 0), (5, 27), (10, 60), (18, 81), (32, 100)), 0.45, (8, 36, 45, 11), 27),
    ExamForm("ege", "22", "Математика базовая", "Математика базовая", _ones((21, 1)), (), (),
             (7, 12, 17), (), 0.55, (3, 22, 40, 35), 7),
    _ege("12", "Обществознание", "Обществознание", _ones((4, 1), (12, 2)),
         (2, 2, 2, 3, 3, 4, 3, 4, 7), ((0, 0), (22, 42), (36, 61), (46, 81), (58, 100)), 0.42,
         (20, 41, 30, 9), 42),
    _ege("06", "Биология", "Биология", _ones((6, 1), (15, 2)), _ones((7, 3)),
         ((0, 0), (16, 36), (33, 61), (46, 81), (57, 100)), 0.18, (16, 50, 28, 6), 36),
    _ege("03", "Физика", "Физика", _ones((12, 1), (8, 2)), (3, 2, 2, 3, 3, 4),
         ((0, 0), (8, 36), (23, 61), (34, 81), (45, 100)), 0.14, (6, 48, 33, 13), 36),
    _ege("07", "История", "История", _ones((3, 1), (9, 2)), (2, 2, 3, 3, 2, 3, 3, 3),
         ((0, 0), (9, 32), (25, 61), (34, 81), (42, 100)), 0.12, (7, 52, 30, 11), 32),
    _ege("25", "Информатика", "Информатика и ИКТ (КЕГЭ)", _ones((25, 1), (2, 2)), (),
         ((0, 0), (6, 40), (14, 61), (22, 81), (29, 100)), 0.17, (13, 36, 36, 15), 40),
    _ege("09", "Английский язык", "Английский язык", _ones((30, 1), (8, 2)), (6, 14),
         ((0, 0), (19, 22), (52, 61), (70, 81), (86, 100)), 0.08, (2, 30, 38, 30), 22,
         oral=(1, 4, 5, 10)),
)  # fmt: skip
GVE: tuple[ExamForm, ...] = (
    ExamForm("gve", "51", "Русский язык", "Русский язык ГВЭ", _ones((8, 1)), (3, 3, 3), (),
             (5, 10, 14), (), 0.03, (3, 37, 45, 15), 5),
    ExamForm("gve", "52", "Математика", "Математика ГВЭ", _ones((12, 1)), (2,), (), (4, 7, 10),
             (), 0.03, (5, 45, 40, 10), 4),
)  # fmt: skip
FOREIGN = frozenset({"09"})
