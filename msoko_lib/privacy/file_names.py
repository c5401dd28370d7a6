"""Names of raw files as they may be told of: a person's name in one is left out.

The bank, the pages of a year and every log name the file that a row came from. A file that somebody
called by a pupil's name would carry that name through all of them. Such a file gets another name
there, made from its content; the true one is shown on the methodologist's own screen alone.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePosixPath

from msoko_lib.privacy.given_names import NAMES
from msoko_lib.privacy.patterns import personal_data

_SIGNS = re.compile(r"[_.,;()\[\]]+")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{10,11}(?!\d)")
_SURNAME = re.compile(r"[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын|ский|цкий|ской|ко|юк|ук|ян|дзе|швили|ых|их"
                      r"|ова|ева|ёва|ина|ына|ская|цкая|ый|ой|ая)")  # fmt: skip


def names_a_person(name: str) -> bool:
    """True if a part of a path seems to name a person or to hold her number.

    >>> names_a_person("Иванова_Мария 11А.xlsx"), names_a_person("Ф1_Индивидуальные результаты")
    (True, False)
    """
    plain = " ".join(_SIGNS.sub(" ", name).split())
    if personal_data(plain) or personal_data(name) or _LONG_NUMBER.search(plain):
        return True
    words = plain.split()
    return any(
        (_is_first_name(one) and _SURNAME.fullmatch(other))
        or (_is_first_name(other) and _SURNAME.fullmatch(one))
        for one, other in pairwise(words)
    )


def _is_first_name(word: str) -> bool:
    return word[:1].isupper() and word.lower().replace("ё", "е") in NAMES


def told_name(relative: str, sha256: str) -> str:
    """Path of a raw file as it is told of.

    Parameters
    ----------
    relative : str
        Path below the folder of the year, parted by ``/``.
    sha256 : str
        Hash of the file's bytes: two files never get one name.

    Examples
    --------
    >>> told_name("РЦОИ/Иванов Иван Иванович.xlsx", "3fa2c9d1")
    'РЦОИ/имя скрыто 3fa2c9d1.xlsx'
    >>> told_name("ВПР/Ф1.xlsx", "3fa2c9d1")
    'ВПР/Ф1.xlsx'
    """
    path = PurePosixPath(relative)
    named = [names_a_person(part) for part in path.parts]
    if not any(named):
        return relative
    folders = ["имя скрыто" if bad else part
               for part, bad in zip(path.parts[:-1], named[:-1], strict=True)]  # fmt: skip
    suffix = path.suffix if re.fullmatch(r"\.[A-Za-z]{2,5}", path.suffix) else ""
    stem = "имя скрыто" if named[-1] else path.name.removesuffix(path.suffix)
    return "/".join([*folders, f"{stem} {sha256[:8]}{suffix}"])
