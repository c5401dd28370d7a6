"""The true value of every field of the catalogue for every organisation and year.

What forms, registers and statistical reports say comes from here, so that they agree; what people
spoil on the way is not here.
"""

from __future__ import annotations

from collections.abc import Sequence

from msoko_lib.demo.answers_conditions import answer_conditions, answer_noko, answer_sizes
from msoko_lib.demo.answers_paths import answer_career, answer_graduates, answer_talents
from msoko_lib.demo.answers_results import answer_low_results, answer_objectivity, answer_quality
from msoko_lib.demo.answers_scene import Scene
from msoko_lib.demo.answers_staff import answer_heads, answer_methodical, answer_teachers
from msoko_lib.demo.answers_upbringing import answer_preschools, answer_upbringing
from msoko_lib.demo.collected_parts import cast_collected
from msoko_lib.demo.municipality import Additional, Preschool
from msoko_lib.demo.vpr_year import Town

Answers = dict[str, dict[str, object]]
# In this order: what comes later builds on the wholes before it.
_THEMES = (
    answer_sizes, answer_graduates, answer_quality, answer_talents, answer_teachers,
    answer_career, answer_low_results, answer_objectivity, answer_heads, answer_methodical,
    answer_upbringing, answer_preschools, answer_conditions, answer_noko,
)  # fmt: skip


def answers(
    town: Town, preschools: Sequence[Preschool], additional: Sequence[Additional], end_year: int
) -> Answers:
    """True answers of a school year.

    Parameters
    ----------
    town : Town
    preschools : sequence of Preschool
    additional : sequence of Additional
    end_year : int
        Calendar year in which the school year ends; one of ``town.end_years``.

    Returns
    -------
    dict
        Organisation (its code in the bank) → field of the catalogue → answer: ``bool`` for yes
        and no, ``int`` for people and things, ``float`` for other numbers, ``str`` for a choice
        or words, ``date`` for a date. A field that does not concern an organisation is missing.
        The same arguments give the same answers.
    """
    parts = cast_collected(town.schools, town.plants, preschools, additional, town.planted)
    scene = Scene(town, preschools, additional, parts, end_year)
    for theme in _THEMES:
        theme(scene)
    return scene.answers_of()
