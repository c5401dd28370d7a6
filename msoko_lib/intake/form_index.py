"""The catalogue as a reader of forms needs it: fields by code and by title."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake.cells import Cell
from msoko_lib.intake.header_map import fold_header
from msoko_lib.passports import FormField


@dataclass(frozen=True, eq=False)
class FormIndex:
    """Fields of all forms; an index is equal to itself alone.

    Parameters
    ----------
    fields : dict
        Code → field.
    subsystems : dict
        Code → number of the subsystem.
    by_title : dict
        Folded title → codes that carry it.
    titles : dict
        Number of a subsystem → its title.
    """

    fields: dict[str, FormField]
    subsystems: dict[str, str]
    by_title: dict[str, tuple[str, ...]]
    titles: dict[str, str]

    def by_code(self, cell: Cell) -> str | None:
        """Code in a cell, or None where it is none."""
        return cell.strip() if isinstance(cell, str) and cell.strip() in self.fields else None

    def named(self, cell: Cell, subsystem: str = "") -> str | None:
        """Code of the field that a title names, or None if none does or several do.

        Of several, the one of ``subsystem`` is meant.
        """
        if not isinstance(cell, str):
            return None
        codes = self.by_title.get(fold_header(cell), ())
        if len(codes) > 1:
            codes = tuple(code for code in codes if self.subsystems[code] == subsystem)
        return codes[0] if len(codes) == 1 else None


def form_index(catalogue: Catalogue) -> FormIndex:
    """Index of a catalogue's fields, those of other years included."""
    subsystems, by_title = {}, defaultdict(list)
    for part in catalogue.subsystems:
        for item in part.fields:
            subsystems[item.id] = part.number
            by_title[fold_header(item.title)].append(item.id)
    return FormIndex(
        dict(catalogue.fields),
        subsystems,
        {title: tuple(codes) for title, codes in by_title.items()},
        {part.number: part.title for part in catalogue.subsystems},
    )
