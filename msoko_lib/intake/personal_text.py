"""Free texts that come in are looked through: what names a person is not taken into the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from msoko_lib.intake.cells import column_letters
from msoko_lib.intake.rules import Finding, Place, Rule, finding, register
from msoko_lib.privacy.patterns import personal_data

register(
    Rule(
        "personal_text", "refused_rows", "В тексте сведения о человеке",
        "Текст похож на {kinds}.", "текст без имён, документов, телефонов и адресов.",
        "Уберите эти сведения из ячейки (вместо имени – должность или «ученик») и положите файл "
        "заново; текст не принят, остальная строка принята.",
    ),
)  # fmt: skip

# Where people write in their own words; a text that a row cannot be without takes the row along.
TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "form_values": ("text",),
    "replies": ("text",),
    "recommendation_replies": ("document", "comment"),
    "measures": ("title", "document", "responsible", "reason"),
    "roadmap": ("title", "responsible"),
    "plan_targets": ("responsible",),
    "procedures": ("title",),
    "cycle_documents": ("document", "link"),
}
_NEEDED: Final = frozenset({"title", "replies.text", "cycle_documents.document"})


def refuse_personal_texts(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Tables without texts that name people, and a line for each such text.

    Parameters
    ----------
    tables : mapping
        Bank table → frame; frames are not changed.

    Returns
    -------
    tables : dict
    findings : list of Finding
    """
    clean, told = dict(tables), []
    for name, columns in TEXTS.items():
        frame = clean.get(name)
        if frame is None or frame.empty:
            continue
        for column in columns:
            if column not in frame:
                continue
            found = {text: personal_data(str(text)) for text in frame[column].dropna().unique()}
            bad = frame[column].map(lambda text, found=found: bool(found.get(text)))
            if not bad.any():
                continue
            for row in frame[bad].to_dict("records"):
                told.append(_line(row, found[row[column]]))
            if column in _NEEDED or f"{name}.{column}" in _NEEDED:
                frame = frame[~bad].reset_index(drop=True)
            else:
                frame = frame.assign(**{column: frame[column].where(~bad)})
        clean[name] = frame
    return clean, told


def _line(row: Mapping[str, object], kinds: Mapping[str, int]) -> Finding:
    number = row.get("source_row")
    # Which column it was is the layout's business; the row is found by its first cell.
    cell = f"{column_letters(0)}{number}" if isinstance(number, int) else ""
    sheet = row.get("source_sheet")
    place = Place(str(row["source_file"]), sheet if isinstance(sheet, str) else "", cell)
    return finding("personal_text", place, kinds=", ".join(kinds))
