"""Small pieces of markup that the index and the intake page share."""

from __future__ import annotations

from collections.abc import Iterable

from msoko_lib.reporting.markup import MARKS, esc, prose


def heading(text: str, anchor: str) -> str:
    """Second level heading with its anchor."""
    return f'<h2 id="{esc(anchor)}">{prose(text)}</h2>'


def paragraph(text: str) -> str:
    """Paragraph of escaped text."""
    return f"<p>{prose(text)}</p>"


def bullet_list(items: Iterable[str], kind: str = "plain-list") -> str:
    """List of ready markup."""
    return f'<ul class="{kind}">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def link(href: str, text: str, small: str = "") -> str:
    """Link with an optional line under it."""
    below = f"<small>{prose(small)}</small>" if small else ""
    return f'<a href="{esc(href)}">{prose(text)}</a>{below}'


def status(kind: str, word: str, text: str) -> str:
    """Line of «Главное» of a working page: shape, word of its own, sentence given as text."""
    shape, _ = MARKS[kind]
    return (
        f'<span class="mark mark-{kind}"><span aria-hidden="true">{shape}</span> {esc(word)}</span>'
        f" <span>{prose(text)}</span>"
    )
