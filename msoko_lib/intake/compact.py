"""The long tables in little memory: their texts are kept once, in the rows stand numbers.

A region's year has ten million rows of tasks. Each repeats its file, sheet, subject, school and
pupil; as texts a row takes 340 bytes, as numbers of texts 75. In memory such a column is a
categorical with categories in alphabetical order; in the bank's files it is plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import union_categoricals

from msoko_lib.intake.reading import Reading
from msoko_lib.intake.schemas import TABLES, Table

_TEXT = pd.StringDtype(na_value=np.nan)
# A row a pupil × task, or a group × task: by far the longest tables of a year.
COMPACT = ("vpr_tasks", "vpr_task_rates", "gia_tasks")


def compacted(reading: Reading) -> Reading:
    """The reading with its long tables made compact, in place."""
    for name in COMPACT:
        frame = reading.tables.get(name)
        if frame is not None:
            reading.tables[name] = compact(TABLES[name].conform(frame))
    return reading


def compact(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of text as categories; the others as they are."""
    texts = {
        name: "category"
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, pd.StringDtype)
    }
    return frame.astype(texts) if texts else frame


def with_texts(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The frame (or some of its columns) with texts written out: for few rows."""
    chosen = frame if columns is None else frame[list(columns)]
    written = {
        name: _written_out(chosen[name])
        for name, dtype in chosen.dtypes.items()
        if isinstance(dtype, pd.CategoricalDtype)
    }
    return chosen.assign(**written) if written else chosen


def _written_out(column: pd.Series) -> pd.Series:
    """Categories as plain texts; Arrow does it many times faster than ``astype``."""
    texts = pa.array(column.array).cast(pa.large_string())
    return pd.Series(_TEXT.__from_arrow__(texts), index=column.index, name=column.name)


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames of one table one below the other; compact ones stay compact."""
    first = frames[0]
    columns = {}
    for name in first.columns:
        parts = [frame[name] for frame in frames]
        if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            # A column without a single text has categories of no kind.
            same = [part.cat.rename_categories(part.cat.categories.astype("str")) for part in parts]
            columns[name] = pd.Series(union_categoricals(same, sort_categories=True), copy=False)
        else:
            columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns, copy=False)


def read_compact(path: Path, table: Table) -> pd.DataFrame:
    """A bank table whose texts are never written out, not even while it is read."""
    texts = [item.name for item in table.fields if item.kind == "str"]
    arrow = pq.read_table(path, read_dictionary=texts).replace_schema_metadata(None)
    frame = arrow.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    for name in texts:
        column = frame[name]
        kinds = pd.Index(column.cat.categories.astype("str"))
        renamed = column.cat.rename_categories(kinds)
        frame[name] = renamed.cat.reorder_categories(kinds.sort_values())
    return frame


def among(frame: pd.DataFrame, others: pd.DataFrame, key: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which rows of a frame have their key among the rows of another frame.

    Parameters
    ----------
    frame, others : DataFrame
        Both have the columns of ``key``: texts, or categories of texts.

    Returns
    -------
    ndarray of bool, shape (len(frame),)
    """
    mine = np.zeros(len(frame), dtype=np.int64)
    theirs = np.zeros(len(others), dtype=np.int64)
    known = np.ones(len(others), dtype=bool)
    for name in key:
        column = frame[name].astype("category")
        kinds = column.cat.categories
        missing = len(kinds)
        codes = column.cat.codes.to_numpy(dtype=np.int64)
        others_codes = kinds.get_indexer(pd.Index(others[name].astype("str")))
        is_empty = others[name].isna().to_numpy()
        known &= (others_codes >= 0) | is_empty
        mine = mine * (missing + 1) + np.where(codes < 0, missing, codes)
        theirs = theirs * (missing + 1) + np.where(is_empty, missing, others_codes)
    return np.isin(mine, np.unique(theirs[known]))
