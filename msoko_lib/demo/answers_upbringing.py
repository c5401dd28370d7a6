"""True answers about upbringing and about preschools (subsystems 09, 10)."""

from __future__ import annotations

import numpy as np

from msoko_lib.demo.answers_conditions import REGISTERED_COLUMN, social_share
from msoko_lib.demo.answers_scene import Scene

# In the newest year: so many times as many registered pupils.
REGISTERED_TIMES = 2.5
SICK_DAYS, USUAL_SICK_DAYS = 23.0, 10.5
SELF_RATING, RATED_BY_EXPERTS = 4.6, 2.7
_POSTS_A_PSYCHOLOGIST = 280
_QUARTER = 4
_MKDO_AREAS = range(1, 10)
_BASE_LEVEL = 3.0


def answer_upbringing(scene: Scene) -> None:
    """Programme, adviser, clubs, registered pupils, СПТ, psychologists, volunteers."""
    pupils = scene.answers["pupils_n"]
    every = ~scene.is_additional
    scene.put_yes("upbringing_programme", scene.yes("upbringing_programme", 0.98, 0.01), every)
    scene.put_yes("adviser", scene.yes("adviser", 0.92, 0.03))
    for name, share in (("theatre", 0.86), ("sports_club", 0.93), ("museum", 0.72),
                        ("media", 0.78)):  # fmt: skip
        scene.put_yes(name, scene.yes(name, share, 0.04))
    for name, mean, trend in (("movement_n", 0.5, 0.12), ("volunteers_n", 0.26, 0.05)):
        scene.put(name, scene.part(name, pupils, scene.share(name, mean, 0.2, trend=trend)))
    scene.put("absent_n", scene.part("absent_n", pupils, scene.share("absent", 0.0015, 0.2)))
    _answer_registered(scene)
    tested = scene.pupils(8, 11) + np.floor(scene.pupils(7, 7) / 2)
    due = scene.put("spt_due_n", tested)
    done = scene.put("spt_done_n", scene.part("spt_done_n", due, scene.share("spt", 0.975, 0.2)))
    risk = scene.share("spt_risk", 0.06, 0.15, context=-0.1)
    scene.put("spt_risk_n", scene.part("spt_risk_n", done, risk))
    wanted = np.ceil(_QUARTER * pupils / _POSTS_A_PSYCHOLOGIST) / _QUARTER
    scene.put_number("psychologist_posts", np.where(scene.here("no_psychologist"), 0.0, wanted))


def _answer_registered(scene: Scene) -> None:
    pupils = scene.answers["pupils_n"]
    registered = scene.part("registered_n", pupils, social_share(scene, REGISTERED_COLUMN))
    jumps = scene.here("registered_jump") & (scene.end_year >= scene.town.newest)
    registered = np.where(jumps, np.round(REGISTERED_TIMES * registered), registered)
    busy = np.where(jumps, 0.4, scene.share("registered_busy", 0.93, 0.2))
    improved = np.where(jumps, 0.1, scene.share("registered_improved", 0.55, 0.15))
    scene.put("registered_n", registered)
    scene.put("registered_busy_n", scene.part("registered_busy_n", registered, busy))
    # Of those on the list during the year: still there, improved, left for another reason.
    year = scene.part("registered_year", 3 * registered, 0.72)
    year = scene.put("registered_year_n", np.maximum(year, registered))
    gone = scene.part("registered_improved_n", year, improved)
    scene.put("registered_improved_n", np.minimum(gone, year - registered))


def answer_preschools(scene: Scene) -> None:
    """Places and demand, quality by МКДО, staff, health, parents, readiness for school."""
    here, children = scene.is_preschool, scene.answers["children_n"]
    under = np.round(0.22 * np.nan_to_num(children))
    over = np.nan_to_num(children) - under
    for name, own, spare, waiting in (("under3", under, 1.02, 1.06), ("over3", over, 1.04, 1.0)):
        scene.put(f"places_{name}_n", np.ceil(own * spare), here)
        scene.put(f"need_{name}_n", np.ceil(own * waiting), here)
    scene.put_yes("program_do", scene.yes("program_do", 0.95, 0.03), here)
    scene.put_yes("environment_do", scene.yes("environment_do", 0.9, 0.04), here)
    _answer_mkdo(scene)
    teachers = scene.answers["teachers_n"]
    degree = scene.part("teachers_degree_n", teachers, scene.share("degree", 0.42, 0.2))
    scene.put("teachers_degree_n", degree, here)
    days = USUAL_SICK_DAYS * np.exp(0.06 * scene.own("sick") + 0.03 * scene.year("sick"))
    days = np.where(scene.here("sick_days_many"), SICK_DAYS, days)
    scene.put("sick_days_n", np.round(days * children), here)
    asked = scene.put("parents_asked_n", scene.part("parents", children, 0.78), here)
    satisfied = scene.share("parents_satisfied", 0.92, 0.2)
    scene.put("parents_satisfied_n", scene.part("satisfied", asked, satisfied), here)
    leaving = scene.put("ready_tested_n", scene.part("leaving", children, 0.2), here)
    scene.put("ready_n", scene.part("ready", leaving, scene.share("ready", 0.9, 0.2)), here)


def _answer_mkdo(scene: Scene) -> None:
    """Nine areas about the preschool's own level; the self-rating is a little kinder."""
    here, proud = scene.is_preschool, scene.here("self_rating_high")
    level = 3.5 + 0.15 * scene.own("mkdo") + 0.05 * scene.years_on
    level = np.where(proud, RATED_BY_EXPERTS, level)
    total = np.zeros(scene.size)
    for area in _MKDO_AREAS:
        score = level + 0.2 * scene.own(f"mkdo {area}") + 0.04 * scene.year(f"mkdo {area}")
        score = np.clip(np.round(score, 2), 1, 5)
        scene.put_number(f"mkdo_{area}", score, here)
        total = total + score
    mean = total / len(_MKDO_AREAS)
    scene.put_yes("mkdo_base", mean >= _BASE_LEVEL, here)
    kinder = mean + 0.2 + 0.05 * scene.own("mkdo_self")
    rated = np.where(proud, SELF_RATING, kinder)
    scene.put_number("mkdo_self", np.clip(np.round(rated, 2), 1, 5), here)
