"""What became of the reports of a run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RunResult:
    """Reports made, reports that were up to date, and the failed ones with their reason.

    ``moved`` are those of the reports up to date whose data have changed in what they do not read.
    ``reasons`` says of each report that was to be made why; ``unprinted`` are pages that were to be
    printed and were not, with the reason; ``told`` is what a person should know besides.
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    unprinted: dict[str, str] = field(default_factory=dict)
