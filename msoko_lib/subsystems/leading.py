"""«Главное» of every report: which of the sentences found are printed, and in which order."""

from __future__ import annotations

from msoko_lib.reporting.blocks import (
    MAX_ACTIONS,
    MAX_SENTENCES,
    NOTHING_STANDS_OUT,
    Action,
    Lead,
    Sentence,
)

# A sentence with the action that follows from it; either may be absent.
Found = list[tuple[Sentence | None, Action | None]]
ORDER = {"attention": 0, "up": 1, "few": 2, "same": 3}


def lead_of(found: Found) -> Lead:
    """What needs attention first, then what is above, then the rest; five sentences at most.

    Where nothing differs, that is said first and plainly. Where more than five sentences need
    attention, the last place is kept for what goes well: whom to learn from is half of the matter.

    Parameters
    ----------
    found : list of (Sentence or None, Action or None)
        In the order of the report; sentences of one mark keep it.
    """
    sentences = [sentence for sentence, _ in found if sentence is not None]
    ordered = sorted(sentences, key=lambda sentence: ORDER[sentence.mark])
    if ordered and all(sentence.mark == "same" for sentence in ordered):
        ordered.insert(0, Sentence(NOTHING_STANDS_OUT, "same"))
    printed = ordered[:MAX_SENTENCES]
    good = [sentence for sentence in ordered if sentence.mark == "up"]
    if good and good[0] not in printed:
        printed[-1] = good[0]
    actions = [action for _, action in found if action is not None]
    return Lead(printed, actions[:MAX_ACTIONS])
