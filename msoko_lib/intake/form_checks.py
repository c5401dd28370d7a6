"""Checks of forms that need more than one file: the year before, an answer that came later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake import rules_forms as _rules_forms  # noqa: F401  (registers the rules)
from msoko_lib.intake.form_cells import NUMERIC_KINDS, plain
from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.passports import FormField

_SUM_NOISE = 1e-6
Row = dict[str, Any]
_Answers = dict[tuple[str, str], Row]


def accept_forms(
    form_values: pd.DataFrame, previous: pd.DataFrame, catalogue: Catalogue
) -> tuple[pd.DataFrame, list[Finding]]:
    """Compare the answers of a year with each other and with the year before.

    Parameters
    ----------
    form_values, previous : DataFrame
        Bank table ``form_values`` of the year (merged: one row an organisation and field) and of
        the year before (may be empty).
    catalogue : Catalogue

    Returns
    -------
    DataFrame
        The rows that stay: a part that exceeds its whole is taken out.
    list of Finding
        Parts above their whole (refused), sums that differ and jumps (questions).
    """
    answers = _numbers(form_values)
    above = {key: told for key, told in _parts_above(answers, catalogue)}
    keys = zip(form_values["school_id"], form_values["field_id"], strict=True)
    kept = form_values[[key not in above for key in keys]].reset_index(drop=True)
    left = {key: row for key, row in answers.items() if key not in above}
    found = list(above.values())
    found += _sums_that_differ(left, catalogue)
    found += _jumps(left, _numbers(previous), catalogue)
    return kept, found


def check_forms(
    form_values: pd.DataFrame, previous: pd.DataFrame, catalogue: Catalogue
) -> list[Finding]:
    """Lines of :func:`accept_forms` alone."""
    return accept_forms(form_values, previous, catalogue)[1]


def is_jump(before: float, now: float, times: float) -> bool:
    """True if a value changed by more than ``times`` times.

    Nought counts as one: from 0 to 2 is no jump of more than two times, from 0 to 30 is.

    >>> is_jump(10, 21, 2), is_jump(10, 20, 2), is_jump(0, 2, 2), is_jump(30, 0, 2)
    (True, False, False, True)
    """
    if before * now < 0:
        return True
    larger, smaller = max(abs(before), abs(now)), min(abs(before), abs(now))
    return larger > times * (smaller or 1.0)


def summands(item: FormField) -> tuple[str, ...]:
    """Fields whose sum a field must equal (``sum_of`` of its row in the catalogue)."""
    return item.sum_of


def _numbers(frame: pd.DataFrame) -> _Answers:
    filled = frame[frame["value"].notna()]
    return {(str(row["school_id"]), str(row["field_id"])): row for row in filled.to_dict("records")}


def _value(row: Row) -> float:
    return float(row["value"])


def _place(row: Row) -> Place:
    sheet, number = row["source_sheet"], row["source_row"]
    return Place(
        str(row["source_file"]),
        "" if pd.isna(sheet) else str(sheet),
        "" if pd.isna(number) else f"A{number}",
    )


def _parts_above(
    answers: _Answers, catalogue: Catalogue
) -> Iterator[tuple[tuple[str, str], Finding]]:
    for (school_id, field_id), row in answers.items():
        item = catalogue.fields.get(field_id)
        whole = answers.get((school_id, item.part_of or "")) if item else None
        if item is None or whole is None or _value(row) <= _value(whole):
            continue
        title = catalogue.fields[str(whole["field_id"])].title
        told = finding("form_part_above_whole", _place(row), field=item.title, whole=title,
                       value=plain(_value(row)), total=plain(_value(whole)))  # fmt: skip
        yield (school_id, field_id), told


def _sums_that_differ(answers: _Answers, catalogue: Catalogue) -> Iterator[Finding]:
    totals = [item for item in catalogue.fields.values() if summands(item)]
    schools = dict.fromkeys(school_id for school_id, _ in answers)
    for item in totals:
        for school_id in schools:
            row = answers.get((school_id, item.id))
            parts = [answers.get((school_id, name)) for name in summands(item)]
            if row is None or any(part is None for part in parts):
                continue
            total = sum(_value(part) for part in parts if part is not None)
            if abs(total - _value(row)) > _SUM_NOISE:
                titles = [catalogue.fields[name].title for name in summands(item)]
                yield finding("form_sum_differs", _place(row), field=item.title,
                              value=plain(_value(row)), total=plain(total),
                              parts=", ".join(f"«{title}»" for title in titles))  # fmt: skip


def _jumps(answers: _Answers, previous: _Answers, catalogue: Catalogue) -> Iterator[Finding]:
    for key, row in answers.items():
        item, before = catalogue.fields.get(key[1]), previous.get(key)
        if item is None or before is None or item.kind not in NUMERIC_KINDS:
            continue
        if is_jump(_value(before), _value(row), item.jump):
            yield finding("form_jump", _place(row), field=item.title, times=plain(item.jump),
                          before=plain(_value(before)), value=plain(_value(row)))  # fmt: skip
