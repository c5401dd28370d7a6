"""A pupil becomes a keyed hash before anything leaves the reader; the key lies outside the tree."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from platformdirs import user_config_path

from msoko_lib.problems import Problem

KEY_VARIABLE = "MSOKO_KEY_FILE"
KEY_BYTES = 32
GRADUATION_GRADE = 11


class KeyProblem(Problem):
    """The key cannot be used: it lies inside the tree, is damaged or others can read it."""


def key_path() -> Path:
    """Where the key lies: ``$MSOKO_KEY_FILE`` or the user's own configuration folder."""
    chosen = os.environ.get(KEY_VARIABLE)
    return Path(chosen) if chosen else user_config_path("msoko") / "pupil.key"


def load_key(root: Path, path: Path | None = None) -> bytes:
    """Read the key, making it on first use, readable by its owner alone.

    Parameters
    ----------
    root : Path
        Project root; the key must not lie below it (152-ФЗ: originals and means of
        re-identification are kept apart).
    path : Path, optional
        Key file, by default :func:`key_path`.

    Raises
    ------
    KeyProblem
        If the key lies inside the project, is damaged or is readable by others.
    """
    path = (path or key_path()).resolve()
    if path.is_relative_to(root.resolve()):
        raise KeyProblem(
            f"Ключ обезличивания {path} лежит внутри папки проекта. Перенесите его в другое место "
            f"и укажите путь в переменной {KEY_VARIABLE}."
        )
    if not path.exists():
        _create(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyProblem(
            f"Ключ обезличивания {path} могут прочитать другие пользователи. "
            f"Закройте доступ: chmod 600 {path}."
        )
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyProblem(
            f"Ключ обезличивания {path} повреждён: {len(key)} байт вместо {KEY_BYTES}. "
            "Восстановите его из резервной копии; с новым ключом прежние годы не свяжутся."
        )
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole under another name, then linked into place: of two first runs at once
    # one wins and the other reads the winner's key.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:
        # A file system without hard links (some network drives).
        os.replace(draft, path)
        return
    draft.unlink(missing_ok=True)


def fold_name(*parts: str) -> str:
    """Full name for comparison: one space between words, lower case, ё as е, no stray dots.

    >>> fold_name("  Лебедёв ", "Иван", "Ильич ") == fold_name("Лебедев Иван  Ильич")
    True
    """
    whole = " ".join(parts).replace("\u00a0", " ").lower().replace("ё", "е")
    return re.sub(r"[\s.]+", " ", whole).strip()


@dataclass(frozen=True)
class Pseudonymiser:
    """Keyed hashes (HMAC-SHA-256) for pupils.

    A named pupil is known by full name, school and year of graduation: what every file that
    names pupils has in common (documents and dates of birth stand in some files only). Names
    alone would merge namesakes of a region; the price is that a pupil who changes school is
    a new pupil.
    """

    key: bytes

    @cached_property
    def fingerprint(self) -> str:
        """What tells two keys apart without giving either away."""
        return hmac.new(self.key, b"msoko key fingerprint", hashlib.sha256).hexdigest()[:12]

    def _hash(self, *parts: str) -> str:
        message = "\x1f".join(parts).encode()
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()[:24]

    def named_pupil(
        self, full_name: str, school_id: str, grade: int, end_year: int, namesake: str = ""
    ) -> str:
        """Hash of a pupil known by name.

        Parameters
        ----------
        full_name : str
            Any spelling; folded by :func:`fold_name`.
        school_id : str
            Canonical id of the school (see the directory).
        grade : int
            Grade in the school year that ends in ``end_year``: together they give the
            graduation year, which stays the same for a pupil from year to year.
        end_year : int
            Calendar year in which the school year ends.
        namesake : str
            Document number, given only where one file shows two pupils of the same name,
            school and grade.
        """
        graduation = end_year + GRADUATION_GRADE - grade
        return self._hash("named", fold_name(full_name), school_id, str(graduation), namesake)

    def vpr_pupil(self, participant_code: str, school_id: str, grade: int, work_year: str) -> str:
        """Hash of a ВПР participant: the five-digit code holds within school, grade and session.

        Codes are given anew each year and the list of names stays at the school, so this hash
        joins the works of one pupil in one session and nothing else.
        """
        return self._hash("vpr", participant_code, school_id, str(grade), work_year)
