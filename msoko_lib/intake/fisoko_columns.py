"""Columns of bank frames made whole, without a Python object for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]


def repeated(values: Sequence[str | None], codes: Codes) -> Any:
    """Text column that takes ``values[code]`` for each code.

    Constant and repeated texts fill most of the bank; taking them from a short array is some
    thirty times faster than making an object for each row.

    Parameters
    ----------
    values : sequence of str or None, length k
        The different texts.
    codes : array of int, shape (n,)
        Place in ``values`` of each row's text.

    Returns
    -------
    pandas string array, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> list(repeated(["РУ", "МА"], np.array([0, 0, 1])))
    ['РУ', 'РУ', 'МА']
    """
    return pd.array(list(values), dtype="str").take(codes)


def constant_columns(constants: Mapping[str, object], n: int) -> dict[str, Any]:
    """Columns of ``n`` rows that all say the same (text, number, truth value or nothing)."""
    zeros = np.zeros(n, dtype=np.intp)
    return {
        name: repeated([value], zeros)
        if value is None or isinstance(value, str)
        else np.repeat(np.array([value]), n)
        for name, value in constants.items()
    }
