"""Bad school directories: the header is in row 3, schools from row 4, columns as ``DIRECTORY``."""

from __future__ import annotations

from typing import Any

import builders_gia as b
from refusals import BadFile, BadInput, Row

GOOD = b.school_row()


def directory(bad: Row, cell: str, kept: int = 1) -> BadFile:
    """A good school in row 4 and a bad one in row 5."""
    return BadFile(b.directory_rows(GOOD, bad), cell, {"schools": kept}, name="Справочник.xlsx")


def second(login: Any = "edu100002", ris: Any = 111002, name: Any = "СОШ № 2", **more: Any) -> Row:
    return b.school_row(login, ris, name, **more)


CASES: dict[str, BadInput] = {
    "directory_no_code": directory(second(None, None), "A5"),
    # The school keeps its login.
    "directory_bad_code": directory(second(ris="сто"), "B5", kept=2),
    "directory_no_name": directory(second(name=None), "D5"),
    "directory_code_twice": directory(second(ris=111001), "A5"),
    "directory_shared_name": directory(second(name="МОУ «СОШ №1»"), "A4", kept=2),
    "directory_not_active": directory(second(**{"Действует по": 2020}), "A5"),
    "directory_bad_date": directory(second(**{"Действует с": "давно"}), "K5", kept=2),
    "directory_unknown_word": directory(second(**{"Город/село": "выселки"}), "I5", kept=2),
    "directory_empty": BadFile(b.directory_rows(), "", {}, name="Справочник.xlsx"),
}
