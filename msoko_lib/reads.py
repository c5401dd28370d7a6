"""What a report has read of the banks: noted where data come from, kept with what is computed.

A process that makes reports calls :func:`begin`; from then on whatever gives data notes its name
and a hash of what it gave. Tables of a bank note themselves (:mod:`msoko_lib.bank`). A function
marked :func:`derived` is noted as a whole in place of all that it is computed from: a report on
one indicator need not be made anew because another indicator of the same table changed. An answer
that is kept for later keeps what was read for it, and this is noted each time that it is given
(:class:`Kept`): else the second reader would seem to have read nothing.

It errs on one side: what is not surely known is noted as :data:`UNKNOWN`, which is never the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, overload

import pandas as pd

# Name of what was read → hash of what it gave.
Reads = dict[str, str]
UNKNOWN = "?"
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Records under way, the innermost last; empty where nobody asks what is read.
_open: list[Reads] = []


def begin() -> None:
    """Note from here on all that this process reads; what was noted before is forgotten."""
    _open[:] = [{}]


def is_noting() -> bool:
    """True in a process that makes reports."""
    return bool(_open)


def so_far() -> Reads:
    """All that was read since :func:`begin`."""
    return dict(_open[0]) if _open else {}


def name_of(what: str, school_year: str, *args: object) -> str:
    """How something that can be read is named in a record."""
    return json.dumps([what, school_year, *args], ensure_ascii=False)


def note(name: str, digest: str) -> None:
    """Say that something was read."""
    if _open:
        _open[-1][name] = digest


@contextmanager
def noted() -> Iterator[Reads]:
    """What is read inside; it counts as read outside too, however the inside ends."""
    mine: Reads = {}
    if not _open:
        yield mine
        return
    _open.append(mine)
    try:
        yield mine
    finally:
        _open.pop()
        _open[-1].update(mine)


@dataclass(frozen=True)
class Kept(Generic[Result]):
    """An answer kept for later with what was read for it; None: nobody looked."""

    answer: Result
    reads: Mapping[str, str] | None

    @classmethod
    def of(cls, compute: Callable[[], Result]) -> Kept[Result]:
        """Compute an answer to be kept."""
        with noted() as mine:
            answer = compute()
        return cls(answer, mine if _open else None)

    def give(self) -> Result:
        """The answer; whoever takes it has read all that it was computed from."""
        if _open:
            _open[-1].update(NOBODY_LOOKED if self.reads is None else self.reads)
        return self.answer


NOBODY_LOOKED: Mapping[str, str] = {UNKNOWN: UNKNOWN}


class kept_property(Generic[Result]):  # noqa: N801 - used as cached_property is
    """``cached_property`` whose readers have read what it was computed from."""

    def __init__(self, compute: Callable[[Any], Result]) -> None:
        self._compute = compute
        self._name = f"kept {compute.__name__}"
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Result: ...

    def __get__(self, instance: object | None, owner: type) -> Result | Self:
        if instance is None:
            return self
        kept: Kept[Result] | None = instance.__dict__.get(self._name)
        if kept is None:
            kept = Kept.of(lambda: self._compute(instance))
            instance.__dict__[self._name] = kept
            return kept.answer
        return kept.give()


class OfAYear(Protocol):
    """Whatever data of a school year are asked of; ``digests`` spares hashing an answer twice."""

    @property
    def school_year(self) -> str: ...

    @property
    def digests(self) -> dict[str, str]: ...


Asked = TypeVar("Asked", bound=OfAYear)
Told = Callable[Concatenate[Asked, Arguments], Result]


def derived(
    words: str,
) -> Callable[[Told[Asked, Arguments, Result]], Told[Asked, Arguments, Result]]:
    """Let an answer be noted by its own hash and not by the tables that it is computed from.

    For a function of an opened year and plain arguments, given by place, whose answer is a frame or
    plain values. It is asked again when a later run wants to know whether the answer is the same.

    Parameters
    ----------
    words : str
        What it gives, for people: «показатель {0}»; the arguments may stand in it.
    """

    def mark(compute: Told[Asked, Arguments, Result]) -> Told[Asked, Arguments, Result]:
        what = f"{compute.__module__}:{compute.__qualname__}"

        @wraps(compute)
        def told(asked: Asked, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            if not _open:
                return compute(asked, *args, **kwargs)
            inside: Reads = {}
            _open.append(inside)
            try:
                answer = compute(asked, *args, **kwargs)
            except BaseException:
                _open.pop()
                # There is no answer to hash: whoever goes on without it depends on all of this.
                _open[-1].update(inside)
                raise
            _open.pop()
            if kwargs:
                note(UNKNOWN, UNKNOWN)
                return answer
            name = name_of(what, asked.school_year, *args)
            if name not in asked.digests:
                asked.digests[name] = digest_of(answer)
            note(name, asked.digests[name])
            return answer

        told.in_words = words  # type: ignore[attr-defined]
        return told

    return mark


def digest_of(answer: object) -> str:
    """Hash of an answer, exact to the last digit; :data:`UNKNOWN` of what cannot be hashed."""
    digest = hashlib.sha256()
    if isinstance(answer, tuple) and any(isinstance(part, pd.DataFrame) for part in answer):
        parts = [digest_of(part) for part in answer]
        return UNKNOWN if UNKNOWN in parts else digest_of(parts)
    if isinstance(answer, pd.Series):
        answer = answer.to_frame()
    if isinstance(answer, pd.DataFrame):
        digest.update(repr((answer.index.names, answer.columns.names, answer.attrs)).encode())
        for label, column in [("", answer.index), *answer.items()]:
            digest.update(repr((label, _kind(column.dtype), column.tolist())).encode())
    elif _is_plain(answer):
        digest.update(repr(answer).encode())
    else:
        return UNKNOWN
    return digest.hexdigest()[:16]


def _kind(dtype: object) -> str:
    if isinstance(dtype, pd.CategoricalDtype):
        # Their order is that of sorted rows; those without a row are counted too.
        return f"{dtype.ordered} {dtype.categories.tolist()}"
    return str(dtype)


def _is_plain(answer: object) -> bool:
    if isinstance(answer, list | tuple):
        return all(map(_is_plain, answer))
    if isinstance(answer, dict):
        return all(_is_plain(part) for pair in answer.items() for part in pair)
    return answer is None or isinstance(answer, str | int | float)
