"""All charts of the reports in one place.

Each takes a tidy frame and returns a matplotlib ``Figure``; ``blocks.Figure`` carries it into a
report. Under the heading of a ``Section``, which is the finding already, the title is left empty.
"""

from __future__ import annotations

from msoko_lib.reporting.charts_bars import bars
from msoko_lib.reporting.charts_funnel import funnel
from msoko_lib.reporting.charts_grid import heat_map, small_multiples
from msoko_lib.reporting.charts_marks import draw_distribution, score_distribution, stacked_marks
from msoko_lib.reporting.charts_pairs import dumbbell
from msoko_lib.reporting.charts_points import labelled_points
from msoko_lib.reporting.charts_ranked import caterpillar
from msoko_lib.reporting.charts_rows import dot_with_interval
from msoko_lib.reporting.charts_scatter import Border, corners
from msoko_lib.reporting.charts_time import draw_trend, trend
from msoko_lib.reporting.style import FULL_WIDTH, TEXT_WIDTH

__all__ = [
    "FULL_WIDTH", "TEXT_WIDTH", "Border", "bars", "caterpillar", "corners", "dot_with_interval",
    "draw_distribution", "draw_trend", "dumbbell", "funnel", "heat_map", "labelled_points",
    "score_distribution",
    "small_multiples", "stacked_marks", "trend",
]  # fmt: skip
