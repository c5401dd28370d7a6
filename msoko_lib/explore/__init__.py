"""Exploring a municipality in JupyterLab: questions in the words of the trade.

>>> from msoko_lib import municipality
>>> m = municipality()                               # doctest: +SKIP
>>> m.vpr("Математика")                              # doctest: +SKIP
"""

from msoko_lib.explore.opening import municipality
from msoko_lib.explore.problems import ExploreProblem, NoYear, UnknownName

__all__ = ["ExploreProblem", "NoYear", "UnknownName", "municipality"]
