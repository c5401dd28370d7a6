"""Whose form it is: by the hidden code, by the name above the table, or nobody's."""

from __future__ import annotations

from msoko_lib.intake.form_marks import OFFICE_NAME, UNIT_ID, UNIT_NAME, BookMarks
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import Place


def unit_of_row(code: str, name: str, context: ReadContext) -> str:
    """School id of a row of the office's form; ``name:…`` if the directory knows neither.

    The name goes first: it is what the person read, and a hidden column stays behind when the
    others are sorted.
    """
    known = context.schools.by_name(name) if name else None
    known = known or (context.schools.by_login(code) if code else None)
    return known or code or f"name:{name}"


def unit_of_book(
    marks: BookMarks, context: ReadContext, place: Place, reading: Reading
) -> str | None:
    """School id of a form that belongs to one organisation; None if it must not be read.

    A code that the directory does not know stays as it is and is set aside by the pipeline.
    """
    code, made_for = marks.hidden.get(UNIT_ID, ""), marks.hidden.get(UNIT_NAME, "")
    written = {
        school_id: name
        for name in marks.names
        if (school_id := context.schools.by_name(name)) is not None
    }
    owner = context.schools.by_login(code) if code else None
    owner = owner or (context.schools.by_name(made_for) if made_for else None)
    if owner is None and len(written) == 1:
        owner = next(iter(written))
    strangers = [name for school_id, name in written.items() if school_id != owner]
    if strangers:
        reading.add(
            "form_two_units", place, made_for=made_for or written.get(owner or "", strangers[-1]),
            written=strangers[0], school_year=context.school_year,
        )  # fmt: skip
        return None
    named = [name for name in marks.names if name != OFFICE_NAME]
    if not code and not made_for:
        if not named:
            reading.add("form_no_unit", place)
            return None
        reading.add("form_unit_by_name", place)
    return owner or code or f"name:{made_for or named[0]}"
