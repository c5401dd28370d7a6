"""Answer masks: signs, maxima, sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.intake.gia_masks import (
    above_maximum,
    parse_detailed,
    parse_short,
    points,
    settle_maxima,
)


@pytest.mark.parametrize(
    ("mask", "scores", "maxima"),
    [
        ("+-+3-", [1, 0, 1, 3, 0], [1, 1, 1, None, 1]),
        ("+ − – +", [1, 0, 0, 1], [1, 1, 1, 1]),
        ("000", [0, 0, 0], [None, None, None]),
        ("", [], []),
    ],
)
def test_short(mask: str, scores: list[float], maxima: list[float | None]) -> None:
    tasks = parse_short(mask)
    assert tasks is not None
    assert [task.score for task in tasks] == scores
    assert [task.max_score for task in tasks] == maxima


@pytest.mark.parametrize("mask", ["+-X", "#ИМЯ?", "1,5", "Иванов", "2(2)"])
def test_a_strange_sign_makes_the_short_mask_unreadable(mask: str) -> None:
    assert parse_short(mask) is None


@pytest.mark.parametrize("mask", ["2(2", "2", "+-", "2(2)0", "а(2)", "2(2)Иванов"])
def test_a_strange_detailed_mask_is_unreadable(mask: str) -> None:
    assert parse_detailed(mask) is None


def test_detailed_with_two_digits_and_dashes() -> None:
    tasks = parse_detailed("10(12) -(3); 2(2)")
    assert tasks is not None
    assert [(task.score, task.max_score) for task in tasks] == [(10, 12), (0, 3), (2, 2)]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=12))
def test_detailed_round_trip(pairs: list[tuple[int, int]]) -> None:
    tasks = parse_detailed("".join(f"{score}({most})" for score, most in pairs))
    assert tasks is not None
    assert [(task.score, task.max_score) for task in tasks] == pairs
    assert above_maximum(tasks) == any(score > most for score, most in pairs)
    assert points(tasks) == sum(score for score, _ in pairs)


def test_a_digit_of_one_pupil_unsettles_the_maximum_for_all() -> None:
    masks = [parse_short(mask) or [] for mask in ("+--", "+2-", "-+-")]
    settled = settle_maxima(masks)
    assert [[task.max_score for task in tasks] for tasks in settled] == [[1, None, 1]] * 3
    assert [task.score for task in settled[1]] == [1, 2, 0]
