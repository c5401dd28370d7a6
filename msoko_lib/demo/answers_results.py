"""True answers about results, low results and objectivity (subsystems 01, 02, 05)."""

from __future__ import annotations

import numpy as np

from msoko_lib.demo.answers_scene import Bools, Floats, Scene
from msoko_lib.demo.vpr_year import written_by_school

# Quiet municipality: so many of the weakest schools stand in the list.
_LISTED_SHARE = 0.15
# A school so weak is there in every year.
LOW_EFFECT = -0.8
# The new standards came grade by grade: year in which the school year ends less last grade reached.
_NOO_FROM, _OOO_FROM, _SOO_FROM = 2021, 2017, 2013
_NIKO_ONE_IN = 4
_PROGRAMMES = ("не участвует", "муниципальная программа", "региональный проект", "проект «500+»")


def answer_quality(scene: Scene) -> None:
    """Certificates, diagnostics, new standards, regional works, rehearsals, НИКО."""
    graduates = scene.answers["graduates_n"]
    ninth, eleventh = scene.pupils(9, 9), scene.pupils(11, 11)
    failed11 = scene.part(
        "no_certificate11_n", eleventh, scene.share("no_certificate11", 0.008, 0.3, effect=-0.5)
    )
    failed9 = scene.part(
        "no_certificate9", ninth, scene.share("no_certificate9", 0.012, 0.3, effect=-0.8)
    )
    scene.put("no_certificate11_n", failed11, scene.has_11)
    scene.put("no_certificate_n", np.minimum(failed9 + failed11, graduates))
    for tested, reached, whole, mean in (
        ("literacy_tested_n", "literacy_reached_n", scene.pupils(8, 8), 0.72),
        ("start1_tested_n", "start1_ready_n", scene.pupils(1, 1), 0.86),
        ("meta_tested_n", "meta_basic_n", scene.pupils(5, 5) + scene.pupils(10, 10), 0.8),
    ):
        asked = scene.put(tested, scene.part(tested, whole, 0.94))
        share = scene.share(reached, mean, 0.2, context=0.1, effect=0.8, trend=0.03)
        scene.put(reached, scene.part(reached, asked, share))
    _answer_standards(scene)
    for tested, reached, works, mean in (
        ("regional_tested_n", "regional_basic_n",
         2 * (scene.pupils(4, 4) + scene.pupils(7, 7)), 0.8),
        ("rehearsal_tested_n", "rehearsal_passed_n", 2 * (ninth + eleventh), 0.87),
    ):  # fmt: skip
        asked = scene.put(tested, scene.part(tested, works, 0.93))
        share = scene.share(reached, mean, 0.2, context=0.1, effect=0.9, trend=0.03)
        scene.put(reached, scene.part(reached, asked, share))
    _answer_niko(scene)


def _answer_standards(scene: Scene) -> None:
    year = scene.end_year
    for name, whole, first, last, since in (
        ("fgos_noo_n", "pupils_noo_n", 1, 4, _NOO_FROM),
        ("fgos_ooo_n", "pupils_ooo_n", 5, 9, _OOO_FROM),
        ("fgos_soo_n", "pupils_soo_n", 10, 11, _SOO_FROM),
    ):
        upto = int(np.clip(year - since, 0, last))
        there = scene.pupils(first, upto) if upto >= first else np.zeros(scene.size)
        scene.put(name, np.where(np.isnan(scene.answers[whole]), np.nan, there))
    ovz = scene.answers["ovz_pupils_n"]
    share = scene.share("ovz_fgos", 0.96, 0.3, trend=0.05)
    scene.put("ovz_fgos_n", scene.part("ovz_fgos_n", ovz, share), ~scene.is_additional)
    for name, asked in (
        ("program_noo", scene.is_school),
        ("program_ooo", scene.is_school),
        ("program_soo", scene.has_11),
        ("program_ovz", scene.is_school & (ovz > 0)),
    ):
        scene.put_yes(name, scene.yes(name, 0.93, 0.03), asked)


def _answer_niko(scene: Scene) -> None:
    """A sample of schools, another one each year; never nobody."""
    chosen = scene.is_school & (np.arange(scene.size) % _NIKO_ONE_IN == scene.end_year % 2)
    asked = scene.put("niko_tested_n", scene.part("niko_tested_n", scene.pupils(6, 6), 0.9), chosen)
    share = scene.share("niko", 0.76, 0.15, context=0.1, effect=0.9)
    scene.put("niko_basic_n", scene.part("niko_basic_n", asked, share), chosen)


def listed(scene: Scene) -> tuple[Bools, Bools]:
    """Schools of the list of low results in this year, and those that are helped."""
    newest = scene.town.newest
    low = scene.effect < LOW_EFFECT
    left = scene.here("helped_and_left") & (scene.end_year < newest)
    alone = scene.here("listed_without_help") & (scene.end_year >= newest - 1)
    if not (low | left | alone).any():
        number = max(1, round(_LISTED_SHARE * int(scene.is_school.sum())))
        weakness = np.where(scene.is_school, scene.effect, np.inf)
        here = np.zeros(scene.size, dtype=bool)
        here[np.argsort(weakness, kind="stable")[:number]] = True
        return here, here
    return low | left | alone, low | left


def answer_low_results(scene: Scene) -> None:
    """The list, the help, the risks."""
    here, helped = listed(scene)
    scene.put_yes("shnor_listed", here)
    scene.put_yes("shnor_helped", helped)
    kinds = np.where(helped, 1 + np.floor(3 * scene.own_uniform("programme")), 0).astype(int)
    scene.put_words(
        "support_programme",
        [_PROGRAMMES[kind] if school else None
         for kind, school in zip(kinds, scene.is_school, strict=True)],
    )  # fmt: skip
    ever = here | scene.here("helped_and_left")
    risks = scene.put("risks_n", scene.count("risks_n", 6.0), ever)
    share = scene.share("risks_improved", 0.6, 0.2, trend=0.1)
    share = np.where(scene.here("helped_and_left"), 0.85, share)
    share = np.where(scene.here("listed_without_help"), 0.1, share)
    scene.put("risks_improved_n", scene.part("risks_improved_n", risks, share), ever)


def answer_objectivity(scene: Scene) -> None:
    """Works and their second reading, rules of marking, experts."""
    works = np.zeros(scene.size)
    works[scene.is_school] = written_by_school(scene.town, scene.end_year)
    scene.put("works_written_n", works)
    again = scene.part("works_rechecked_n", works, scene.share("rechecked", 0.13, 0.15))
    scene.put("works_rechecked_n", again)
    same = scene.share("matched", 0.95, 0.2)
    same = np.where(scene.here("recheck_not_confirmed"), 0.62, same)
    scene.put("works_matched_n", scene.part("works_matched_n", again, same))
    missing = scene.here("vsoko_missing")
    published = scene.put_yes("vsoko_published", scene.yes("vsoko", 0.95, 0.02) & ~missing)
    scene.put_words(
        "vsoko_link",
        [f"https://ou-{place + 1}.zarechny.example/vsoko" if yes == 1 else None
         for place, yes in enumerate(published)],
    )  # fmt: skip
    scene.put("violations_n", np.zeros(scene.size))
    events = scene.yes("objectivity_events", 0.9, 0.03) & ~missing
    scene.put_yes("objectivity_events", events)


def answer_experts(scene: Scene, teachers: Floats) -> None:
    """Experts and observers among the teachers."""
    asked = ~scene.is_additional
    usual = np.where(scene.is_school, 0.14, 0.05)
    experts = scene.part("experts_n", teachers, usual * np.exp(0.2 * scene.own("experts")))
    scene.put("experts_n", experts, asked)
    trained = scene.part("experts_trained_n", experts, scene.share("trained", 0.95, 0.3))
    scene.put("experts_trained_n", trained, asked)
