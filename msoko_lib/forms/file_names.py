"""File names that every system takes, from the names of organisations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_QUOTES = re.compile(r"[\"'«»“”„‟‘’‚`]")
_BANNED = re.compile(r"[\\/:*?<>|\x00-\x1f\x7f]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST = 90  # a Cyrillic letter takes two bytes, and 255 bytes is the limit of most disks


def safe_name(name: str) -> str:
    """Name without quotes and signs that Windows bans; «№» stays.

    >>> safe_name('МБОУ «СОШ № 1» г. Энск'), safe_name("Лицей 2/3.")
    ('МБОУ СОШ № 1 г. Энск', 'Лицей 2-3')
    """
    plain = _BANNED.sub("-", _QUOTES.sub("", unicodedata.normalize("NFC", name)))
    plain = " ".join(plain.split())[:_LONGEST].strip(" .-")
    return f"{plain}_" if _RESERVED.fullmatch(plain) else plain


def file_names(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code → file name (without suffix); equal names get the code added.

    Parameters
    ----------
    named : iterable of (code, name)

    Examples
    --------
    >>> file_names([("a", "СОШ № 1"), ("b", "«СОШ № 1»"), ("c", "")])
    {'a': 'СОШ № 1 (a)', 'b': 'СОШ № 1 (b)', 'c': 'c'}
    """
    safe = {code: safe_name(name) or safe_name(code) for code, name in named}
    folded = [name.casefold() for name in safe.values()]
    return {
        code: f"{name} ({safe_name(code)})" if folded.count(name.casefold()) > 1 else name
        for code, name in safe.items()
    }
