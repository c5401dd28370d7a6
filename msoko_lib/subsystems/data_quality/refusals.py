"""What intake said of the year's files, as a table: refused, set aside, asked, contradicting."""

from __future__ import annotations

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.forms.units import units_of_frame
from msoko_lib.intake.rules import REFUSING, SEVERITY_TITLES

# Reading the page of refusals registers every rule there is.
from msoko_lib.intake.rules_doc import all_rules
from msoko_lib.subsystems.year import Year

TWO_VALUES = ("source_two_values", "source_more_than_pupils", "source_total_differs")
JUMPS = ("form_jump",)
COLUMNS = ["severity", "rule", "file", "sheet", "cell", "found", "expected", "action"]


def told(year: Year) -> pd.DataFrame:
    """Every line of the year's intake report, with ``refuses`` (bool) and the words of its rule."""
    manifest = Bank(year.project, year.school_year).manifest()
    rows = pd.DataFrame(manifest["findings"], columns=COLUMNS)
    titles = {rule.code: rule.title for rule in all_rules()}
    return rows.assign(
        refuses=rows["severity"].isin(list(REFUSING)),
        severity_words=rows["severity"].map(SEVERITY_TITLES),
        rule_words=[titles.get(code, code) for code in rows["rule"]],
    )


def files(year: Year) -> pd.DataFrame:
    """Files of the year: file, layout, title, rows, status."""
    manifest = Bank(year.project, year.school_year).manifest()
    return pd.DataFrame(manifest["files"], columns=["file", "layout", "title", "rows", "status"])


def touched(year: Year) -> pd.DataFrame:
    """Indicators without a value for the municipality, with the reason: what cannot be concluded.

    Returns
    -------
    DataFrame
        ``subsystem``, ``title`` (of the subsystem), ``indicator_id``, ``indicator``, ``reason``.
    """
    rows = year.indicators
    rows = rows[(rows["level"] == "municipality") & (rows["status"] != "ok")]
    silent = rows.groupby("indicator_id")["reason"].first()
    with_value = set(
        year.indicators[
            (year.indicators["level"] == "municipality") & (year.indicators["status"] == "ok")
        ]["indicator_id"]
    )
    found = [
        (part.number, part.title, item.id, item.title,
         silent[item.id] or "данных недостаточно: слишком мало людей или объектов")
        for part in year.catalogue.subsystems
        for item in part.indicators
        if item.id in silent.index and item.id not in with_value
    ]  # fmt: skip
    return pd.DataFrame(
        found, columns=["subsystem", "title", "indicator_id", "indicator", "reason"]
    )


def silent_units(year: Year) -> list[str]:
    """Organisations that are asked by a form and have sent none, by id.

    What other sources tell of an organisation is no answer of its own.
    """
    ours = files(year)
    forms = set(ours[ours["layout"].str.startswith("form")]["file"])
    # The office's own workbook is a form too: what it says of a school is no answer of the school.
    own = {name for name, item in year.catalogue.fields.items() if item.filled_by == "организация"}
    values = year.inputs.table("form_values")
    values = values[values["source_file"].isin(forms) & values["field_id"].isin(own)]
    answered = set(values["school_id"])
    asked = {unit.school_id for unit in units_of_frame(year.inputs.schools, year.school_year)}
    return sorted(asked - answered)
