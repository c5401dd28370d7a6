"""True answers about sizes, conditions and НОКО (subsystem 11); everything else builds on sizes."""

from __future__ import annotations

from datetime import date

import numpy as np

from msoko_lib.demo.answers_scene import Floats, Scene
from msoko_lib.demo.school_tables import social_shares

# Columns of the social passport that the forms repeat as numbers of pupils.
OVZ_COLUMN, REGISTERED_COLUMN = 6, 7
_TEXTBOOKS_A_PUPIL = 11.5
_SITE_POINTS = {"school": 120, "preschool": 90, "additional": 80}
# НОКО: sub-indicators of each criterion with their weights, usual value, spread.
_NOKO: dict[str, dict[str, tuple[float, float, float]]] = {
    "k1": {"p11": (0.3, 96, 2.5), "p12": (0.3, 94, 6), "p13": (0.4, 94, 2.5)},
    "k2": {"p21": (0.5, 92, 7), "p23": (0.5, 92, 3)},
    "k3": {"p31": (0.3, 84, 8), "p32": (0.4, 88, 7), "p33": (0.3, 93, 4)},
    "k4": {"p41": (0.4, 96, 2), "p42": (0.4, 96, 2), "p43": (0.2, 96, 2)},
    "k5": {"p51": (0.3, 94, 3), "p52": (0.2, 95, 2.5), "p53": (0.5, 94, 2.5)},
}  # fmt: skip
# Points are given in steps: 30 a way of contact, 20 a condition.
_STEPS = {"p12": 30, "p21": 20, "p31": 20, "p32": 20}
_WEAK_ACCESS = {"p31": 20.0, "p32": 40.0, "p33": 58.0}
# An organisation is assessed once in three years; calendar years by the remainder.
_NOKO_REMAINDER = {"school": 2, "preschool": 1, "additional": 0}
_NOKO_CYCLE = 3


def answer_sizes(scene: Scene) -> None:
    """Pupils by stage, children with special needs, numbers of graduates."""
    pupils = scene.put("pupils_n", scene.pupils(1, 11))
    scene.put("oo1_pupils_n", pupils)
    scene.put("pupils_noo_n", scene.pupils(1, 4))
    scene.put("pupils_ooo_n", scene.pupils(5, 9))
    scene.put("pupils_soo_n", scene.pupils(10, 11), scene.has_11)
    ovz = scene.part("ovz_pupils_n", pupils, social_share(scene, OVZ_COLUMN))
    children = np.array([unit.children for unit in scene.preschools], dtype=float)
    size = np.zeros(scene.size)
    size[scene.is_preschool] = children
    size = np.round(size * np.exp(0.03 * scene.own("children") + 0.02 * scene.year("children")))
    scene.put("children_n", size, scene.is_preschool)
    scene.put("k85_children_n", size, scene.is_preschool)
    of_children = scene.part("ovz_children", size, scene.share("ovz_children", 0.075, 0.25))
    ovz = np.where(scene.is_school, ovz, of_children)
    scene.put("ovz_pupils_n", ovz, ~scene.is_additional)
    scene.put("oo1_ovz_pupils_n", ovz)


def social_share(scene: Scene, column: int) -> Floats:
    """A share of the social passport (0…1), nought where there is none."""
    shares = np.zeros(scene.size)
    shares[scene.is_school] = social_shares(scene.town, scene.end_year)[:, column] / 100
    return shares


def answer_conditions(scene: Scene) -> None:
    """Shifts, computers, internet, buildings, textbooks, meals, site, safety."""
    pupils = scene.answers["pupils_n"]
    crowded = scene.is_town & (np.nan_to_num(pupils) > 450)
    first = np.where(crowded, scene.share("first_shift", 0.9, 0.4, trend=0.08), 1.0)
    scene.put("first_shift_n", scene.part("first_shift_n", pupils, first))
    each = 0.13 * np.exp(0.2 * scene.own("computers") + 0.03 * scene.years_on)
    scene.put("computers_n", scene.count("computers_n", 4 + each * pupils))
    fast = scene.own_uniform("internet") + 0.08 * scene.years_on
    scene.put_number(
        "oo2_internet_mbit",
        np.where(scene.is_town, np.where(fast > 0.6, 200, 100), np.where(fast > 0.3, 100, 50)),
    )
    with_buildings = ~scene.is_additional
    number = np.where(scene.own_uniform("buildings") > 0.7, 2.0, 1.0)
    buildings = scene.put("buildings_n", number, with_buildings)
    bad = np.where(scene.here("bad_building"), buildings, 0.0)
    scene.put("buildings_bad_n", bad, with_buildings)
    needed = scene.put("textbooks_needed_n", np.round(_TEXTBOOKS_A_PUPIL * pupils))
    supplied = scene.share("textbooks", 0.992, 0.4, trend=0.05)
    scene.put("textbooks_n", scene.part("textbooks_n", needed, supplied))
    fed = scene.share("hot_meals", 0.95, 0.3, context=-0.1, trend=0.05)
    scene.put("hot_meals_n", scene.part("hot_meals_n", pupils, fed))
    every = np.ones(scene.size, dtype=bool)
    most = np.where(
        scene.is_school, _SITE_POINTS["school"],
        np.where(scene.is_preschool, _SITE_POINTS["preschool"], _SITE_POINTS["additional"]),
    )  # fmt: skip
    full = np.where(scene.here("site_incomplete"), 0.47, scene.share("site", 0.95, 0.3, trend=0.08))
    scene.put_number("site_points_max", most, every)
    scene.put_number("site_points", np.floor(most * full), every)
    _answer_documents(scene)


def _answer_documents(scene: Scene) -> None:
    every = np.ones(scene.size, dtype=bool)
    in_time = scene.put_yes("self_examination", scene.yes("self_examination", 0.93, 0.02), every)
    day = 8 + np.floor(11 * scene.own_uniform("self_examination_date"))
    scene.put_words(
        "self_examination_date",
        [
            date(scene.end_year, 4, int(at)) if yes else date(scene.end_year, 5, int(at))
            for at, yes in zip(day, in_time, strict=True)
        ],
    )
    scene.put_yes("accreditation", every)
    scene.put_yes("safety", scene.yes("safety", 0.95, 0.02) & ~scene.here("open_orders"), every)
    accessible = scene.yes("accessible_building", 0.7, 0.03) & ~scene.here("noko_access_weak")
    scene.put_yes("accessible_building", accessible, every)


def answer_noko(scene: Scene) -> None:
    """Scores of the last independent assessment of each organisation and what came of its plan."""
    every = np.ones(scene.size, dtype=bool)
    remainder = np.where(
        scene.is_school, _NOKO_REMAINDER["school"],
        np.where(scene.is_preschool, _NOKO_REMAINDER["preschool"], _NOKO_REMAINDER["additional"]),
    )  # fmt: skip
    assessed = scene.end_year - (scene.end_year - remainder) % _NOKO_CYCLE
    scene.put("noko_year", assessed, every)
    weak, strong = scene.here("noko_access_weak"), scene.here("strong_head")
    for criterion, parts in _NOKO.items():
        total = np.zeros(scene.size)
        for name, (weight, mean, spread) in parts.items():
            score = _part_score(scene, name, mean, spread, assessed)
            score = np.where(strong, 100.0 if name in _STEPS else np.maximum(score, 97.0), score)
            score = np.where(weak & (name in _WEAK_ACCESS), _WEAK_ACCESS.get(name, 0.0), score)
            scene.put_number(f"noko_{name}", score, every)
            total = total + weight * score
        scene.put_number(f"noko_{criterion}", np.round(total, 1), every)
    due = scene.put("noko_plan_n", scene.count("noko_plan_n", 4.5), every)
    done = scene.share("noko_plan_done", 0.97, 0.3)
    done = np.where(weak, 0.2, np.where(strong, 1.0, done))
    scene.put("noko_plan_done_n", scene.part("noko_plan_done_n", due, done), every)


def _part_score(scene: Scene, name: str, mean: float, spread: float, assessed: Floats) -> Floats:
    """A sub-indicator: the organisation's own, a little apart in each assessment."""
    lasting, early = scene.own(f"noko {name}"), scene.own(f"noko {name} first")
    # Assessments alternate between two lasting draws: the same year gives the same score.
    again = (assessed // _NOKO_CYCLE) % 2
    score = mean + spread * (0.9 * lasting + 0.3 * early * (1 - 2 * again))
    if name in _STEPS:
        score = _STEPS[name] * np.round(score / _STEPS[name])
    return np.asarray(np.clip(np.round(score, 1), 40, 100))
