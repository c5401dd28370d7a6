"""A second run of a year in which nothing has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msoko_lib.batch.plan import plan

if TYPE_CHECKING:
    from conftest import Made


def test_after_a_whole_run_nothing_is_left_to_do(
    run_once: Made, in_place_after_the_run: list[str] | None
) -> None:
    assert in_place_after_the_run == [job.key for job in plan(run_once.project, run_once.newest)]
