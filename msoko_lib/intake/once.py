"""What several layouts ask of the same sheet is found once and stays with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from msoko_lib.intake.workbook import Sheet

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def once_a_sheet(
    compute: Callable[Concatenate[Sheet, Arguments], Result],
) -> Callable[Concatenate[Sheet, Arguments], Result]:
    """Let a function of a sheet be computed once for it; nobody may change what it gives.

    Parameters
    ----------
    compute : callable
        Function of a sheet; further arguments are positional and hashable.
    """

    @wraps(compute)
    def kept(sheet: Sheet, *args: Arguments.args, **_none: Arguments.kwargs) -> Result:
        key = (compute, *args)
        if key not in sheet.kept:
            sheet.kept[key] = compute(sheet, *args)  # type: ignore[call-arg]
        return sheet.kept[key]  # type: ignore[return-value]

    return kept
