"""Figures known from two sources: where they differ, both are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.intake.schemas import TABLES

_EPSILON = 1e-6
_FACTS = ["school_id", "value", "source_file", "source_sheet", "source_row"]


@dataclass(frozen=True)
class SameFigure:
    """What should be one number, and where it is told: form fields, or a bank table's name.

    ``enrolment`` is the sum over grades, ``context:pupils_n`` a variable of the social passport.
    """

    what: str
    sources: tuple[str, ...]


SAME_FIGURES = (
    SameFigure("Обучающиеся", ("pupils_n", "oo1_pupils_n", "enrolment", "context:pupils_n")),
    SameFigure("Обучающиеся с ОВЗ и инвалидностью", ("ovz_pupils_n", "oo1_ovz_pupils_n")),
    SameFigure("Выбывшие", ("dropped_out_n", "oo1_dropped_out_n")),
    SameFigure("Педагоги", ("teachers_n", "oo1_teachers_n", "context:teachers_n")),
    SameFigure("Педагоги с высшей категорией", ("teachers_high_n", "oo1_teachers_high_n")),
    SameFigure("Педагоги с первой категорией", ("teachers_first_n", "oo1_teachers_first_n")),
    SameFigure("Воспитанники", ("children_n", "k85_children_n")),
    SameFigure("Педагоги детского сада", ("teachers_n", "k85_teachers_n")),
)


def cross_check_sources(
    tables: Mapping[str, pd.DataFrame],
    catalogue: Catalogue,
    figures: Sequence[SameFigure] = SAME_FIGURES,
) -> list[Finding]:
    """Compare what different files say of the same figure of a school.

    Parameters
    ----------
    tables : mapping
        Bank frames of one year by table name; missing tables are taken as empty.
    catalogue : Catalogue
        Titles of form fields for the messages.
    figures : sequence of SameFigure
        What is one number wherever it stands.

    Returns
    -------
    list of Finding
        A question for each other value of a figure, with both values and both files: it is put
        against the first source of the figure. Participants of a ВПР who are more than the
        grade's pupils are a question too; fewer are not, for pupils fall ill.
    """
    given = {name: tables.get(name, TABLES[name].empty()) for name in _NAMES}
    names = given["schools"].set_index("school_id")["short_name"].to_dict()
    found: list[Finding] = []
    for figure in figures:
        facts = [(source, _facts(given, source)) for source in figure.sources]
        present = [(source, frame) for source, frame in facts if not frame.empty]
        found += _differences(figure, present, names, catalogue)
    return found + _more_than_pupils(given, names)


_NAMES = ("schools", "enrolment", "context", "form_values", "vpr_pupils")


def _facts(given: Mapping[str, pd.DataFrame], source: str) -> pd.DataFrame:
    """One row a school: the value of a figure in a source and where it stands."""
    if source == "enrolment":
        frame = given["enrolment"]
        first = frame.drop_duplicates("school_id")
        total = frame.groupby("school_id")["pupils_n"].sum()
        facts = first.assign(value=first["school_id"].map(total).astype("float64"))
    elif source.startswith("context:"):
        frame = given["context"]
        facts = frame[frame["variable"] == source.removeprefix("context:")]
    else:
        frame = given["form_values"]
        facts = frame[(frame["field_id"] == source) & frame["value"].notna()]
    return facts[_FACTS].drop_duplicates("school_id")


def _differences(
    figure: SameFigure, present: Sequence[tuple[str, pd.DataFrame]],
    names: Mapping[str, str], catalogue: Catalogue,
) -> list[Finding]:  # fmt: skip
    """A line for each other value of a school: three sources against one are one question."""
    told: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for source, facts in present:
        for row in _records(facts):
            told.setdefault(str(row["school_id"]), []).append((source, row))
    found: list[Finding] = []
    for school_id, facts_of_school in sorted(told.items()):
        seen: list[float] = []
        for place, (right, other) in enumerate(facts_of_school):
            value = float(other["value"])
            # Two fields of one file are checked where the file is read.
            first = next(
                ((left, row) for left, row in facts_of_school[:place]
                 if row["source_file"] != other["source_file"]), None,
            )  # fmt: skip
            is_new = not any(abs(value - one) <= _EPSILON for one in seen)
            seen.append(value)
            if first is None or not is_new:
                continue
            left, row = first
            found.append(
                finding(
                    "source_two_values", _place(row), what=figure.what,
                    unit=names.get(school_id, school_id),
                    left=_words(row["value"]), right=_words(value),
                    source=_source(left, row["source_file"], catalogue),
                    other=_source(right, other["source_file"], catalogue),
                )
            )  # fmt: skip
    return found


def _more_than_pupils(given: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[Finding]:
    pupils, enrolment = given["vpr_pupils"], given["enrolment"]
    # An autumn session was written by the next grade's pupils.
    spring = pupils[pupils["session"] == "spring"]
    keys = ["school_id", "grade", "subject"]
    works = spring.groupby(keys, sort=True).agg(
        pupils_n=("pupil_id", "nunique"), source_file=("source_file", "first"),
        source_sheet=("source_sheet", "first"), source_row=("source_row", "first"),
    ).reset_index()  # fmt: skip
    pairs = works.merge(enrolment, on=["school_id", "grade"], suffixes=("", "_right"))
    more = pairs[pairs["pupils_n"] > pairs["pupils_n_right"]]
    return [
        finding(
            "source_more_than_pupils", _place(row), what=f"ВПР, {row['subject']}",
            unit=names.get(row["school_id"], row["school_id"]), grade=row["grade"],
            left=row["pupils_n"], source=row["source_file"],
            right=row["pupils_n_right"], other=row["source_file_right"],
        )
        for row in _records(more)
    ]  # fmt: skip


def _records(frame: pd.DataFrame) -> Iterable[dict[str, Any]]:
    return ({str(name): value for name, value in row.items()} for row in frame.to_dict("records"))


def _place(row: Mapping[str, Any]) -> Place:
    sheet, number = row["source_sheet"], row["source_row"]
    cell = "" if pd.isna(number) else f"A{number}"
    return Place(str(row["source_file"]), "" if pd.isna(sheet) else str(sheet), cell)


def _source(source: str, file: object, catalogue: Catalogue) -> str:
    field = catalogue.fields.get(source)
    return f"«{field.title}», {file}" if field else str(file)


def _words(value: object) -> str:
    return f"{float(str(value)):g}".replace(".", ",")
