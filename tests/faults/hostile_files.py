"""Containers made to harm a reader: each a name and bytes, made from one honest workbook."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from book_parts import Made, parts_of
from hostile_books import additions, bombs, far_cells, long_sheets, markup
from hostile_texts import honest_xls, open_documents, pages, texts, wrong_names, xls_areas


def torn(content: bytes, suffix: str, count: int, rng: np.random.Generator) -> Iterator[Made]:
    """The file cut short, bytes turned over, blocks lost, doubled or filled with zeros."""
    size = len(content)
    for n in range(count):
        changed = bytearray(content)
        kind = n % 5
        place, length = int(rng.integers(size)), int(rng.integers(1, max(2, size // 20)))
        if kind == 0:
            changed = changed[:place]
        elif kind == 1:
            for at in rng.integers(size, size=int(rng.integers(1, 30))):
                changed[int(at)] ^= 1 << int(rng.integers(8))
        elif kind == 2:
            del changed[place : place + length]
        elif kind == 3:
            changed[place : place + length] = bytes(len(changed[place : place + length]))
        else:
            changed[place:place] = changed[place : place + length]
        yield f"torn {n}{suffix}", bytes(changed)


def small_containers(honest: bytes, csv: bytes, rng: np.random.Generator) -> Iterator[Made]:
    """The part of the corpus that is quickly made: what once killed or deceived a reader."""
    parts = parts_of(honest)
    yield from far_cells(parts)
    yield from markup(parts)
    yield from additions(parts)
    yield from wrong_names(honest, csv)
    yield from pages(csv)
    yield from open_documents()
    yield from xls_areas()
    rows: list[list[object]] = [list(line.split(";")) for line in csv.decode().splitlines()]
    for content, suffix in ((honest, ".xlsx"), (csv, ".csv"), (honest_xls(rows), ".xls")):
        yield from torn(content, suffix, 20, rng)


def containers(
    honest: bytes, csv: bytes, torn_each: int, rng: np.random.Generator
) -> Iterator[Made]:
    """The whole corpus.

    Parameters
    ----------
    honest : bytes
        An xlsx file that is read without a word.
    csv : bytes
        A csv file in UTF-8, its cells parted by semicolons.
    torn_each : int
        How many damaged copies to make of each.
    """
    parts = parts_of(honest)
    yield from bombs(parts)
    yield from long_sheets(parts)
    yield from far_cells(parts)
    yield from markup(parts)
    yield from additions(parts)
    yield from wrong_names(honest, csv)
    yield from texts(csv)
    yield from pages(csv)
    yield from open_documents()
    yield from xls_areas()
    rows: list[list[object]] = [list(line.split(";")) for line in csv.decode().splitlines()]
    for content, suffix in ((honest, ".xlsx"), (csv, ".csv"), (honest_xls(rows), ".xls")):
        yield from torn(content, suffix, torn_each, rng)
