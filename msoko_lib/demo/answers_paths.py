"""True answers about talents and the choice of a profession (subsystems 03, 04)."""

from __future__ import annotations

import numpy as np

from msoko_lib.demo.answers_scene import Floats, Scene

LOW_COVERAGE = 0.3
LOW_CAREER_HOURS = 28
UNPLACED_SHARE = 0.13
_HOURS = np.array([44, 52, 62, 68, 84])
_TEACHING_SHARE = 0.45
_WORK_AFTER_9 = 0.04
_COLLEGE_AFTER_11, _UNIVERSITY_AFTER_11 = 0.2, 0.68


def answer_talents(scene: Scene) -> None:
    """Additional education, gifted children, their teachers."""
    pupils, children = scene.answers["pupils_n"], scene.answers["children_n"]
    with_children = ~scene.is_additional
    older = scene.part("children_5", children, 0.42)
    of_age = scene.put("children_5_18_n", np.where(scene.is_school, pupils, older), with_children)
    covered = scene.share("extra_covered", 0.83, 0.2, context=0.12, trend=0.06)
    covered = np.where(scene.here("extra_education_low"), LOW_COVERAGE, covered)
    scene.put("extra_covered_n", scene.part("extra_covered_n", of_age, covered), with_children)
    for name, mean, apart, slope in (
        ("gifted_registry_n", 0.0035, 0.2, 0.5),
        ("special_programmes_n", 0.08, 0.2, 0.25),
        ("gifted_n", 0.09, 0.2, 0.2),
    ):
        share = scene.share(name, mean, apart, context=slope, trend=0.05)
        scene.put(name, scene.part(name, pupils, share))
    gifted = scene.answers["gifted_n"]
    planned = scene.share("gifted_plan", 0.72, 0.2, trend=0.06)
    planned = np.where(scene.here("gifted_without_plans"), 0.06, planned)
    scene.put("gifted_plan_n", scene.part("gifted_plan_n", gifted, planned))
    ovz = scene.answers["ovz_pupils_n"]
    share = scene.share("ovz_extra", 0.55, 0.25, trend=0.05)
    scene.put("ovz_extra_n", scene.part("ovz_extra_n", ovz, share))
    _answer_additional(scene)


def _answer_additional(scene: Scene) -> None:
    here = scene.is_additional
    usual = np.zeros(scene.size)
    usual[here] = [unit.pupils for unit in scene.additional]
    start = np.round(usual * np.exp(0.02 * scene.year("extra_pupils")))
    scene.put("extra_pupils_start_n", start, here)
    kept = np.where(scene.here("pupils_leave"), 0.58, scene.share("extra_kept", 0.91, 0.15))
    scene.put("extra_pupils_end_n", scene.part("extra_pupils_end_n", start, kept), here)
    won = scene.share("extra_winners", 0.17, 0.2)
    scene.put("extra_winners_n", scene.part("extra_winners_n", start, won), here)
    programmes = scene.count("extra_programmes_n", usual / 16)
    scene.put("extra_programmes_n", programmes, here)
    assessed = scene.share("extra_assessed", 0.45, 0.2, trend=0.2)
    assessed_n = scene.part("extra_assessed_n", programmes, assessed)
    scene.put("extra_assessed_n", assessed_n, here)


def answer_graduates(scene: Scene) -> None:
    """Graduates of the year and where they went by October."""
    ninth, eleventh = scene.pupils(9, 9), scene.pupils(11, 11)
    graduates = scene.put("graduates_n", ninth + eleventh)
    scene.put("graduates9_n", ninth)
    scene.put("graduates11_n", eleventh, scene.has_11)
    leaving = ninth - _staying(scene)
    unplaced_share = scene.share("unplaced", 0.006, 0.2)
    unplaced_share = np.where(scene.here("graduates_unplaced"), UNPLACED_SHARE, unplaced_share)
    # Who goes on to grade 10 is placed; so are most of those who leave school.
    profile = scene.share("by_profile", 0.66, 0.2, context=0.1, effect=0.4, trend=0.03)
    by_profile = scene.part("graduates11_by_profile_n", eleventh, profile)
    room = leaving + eleventh - by_profile
    unplaced = np.minimum(scene.part("graduates_unplaced_n", graduates, unplaced_share), room)
    scene.put("graduates_unplaced_n", unplaced)
    college = scene.part("graduates9_college_n", leaving, scene.share("college", 0.9, 0.2))
    college = np.minimum(college, np.maximum(leaving - unplaced, 0))
    scene.put("graduates9_college_n", college)
    demanded = scene.part("graduates9_demanded_n", college, scene.share("demanded", 0.5, 0.2))
    scene.put("graduates9_demanded_n", demanded)
    scene.put("graduates11_by_profile_n", by_profile, scene.has_11)
    _answer_paths(scene, by_profile)
    in_profile = np.where(scene.is_town, 0.85, 0.6)
    profiled = scene.part("profile_graduates_n", eleventh, in_profile)
    scene.put("profile_graduates_n", profiled, scene.has_11)
    sat = scene.part("profile_exam_n", profiled, scene.share("profile_exam", 0.78, 0.2))
    scene.put("profile_exam_n", sat, scene.has_11)
    targeted = scene.part("target_contracts_n", graduates, scene.share("target", 0.06, 0.2))
    scene.put("target_contracts_n", targeted)
    teaching = scene.part("target_teaching_n", targeted, _TEACHING_SHARE)
    scene.put("target_teaching_n", teaching)


def _answer_paths(scene: Scene, by_profile: Floats) -> None:
    """Grade 10, universities, colleges: those without a path are first counted after grade 9."""
    ninth, college = scene.answers["graduates9_n"], scene.answers["graduates9_college_n"]
    eleventh = scene.pupils(11, 11)
    unplaced = scene.answers["graduates_unplaced_n"]
    after_ninth = np.minimum(unplaced, ninth - college)
    left = ninth - college - after_ninth
    scene.put("graduates9_tenth_n", left - np.floor(_WORK_AFTER_9 * left))
    placed = eleventh - (unplaced - after_ninth)
    in_college = np.floor(_COLLEGE_AFTER_11 * placed)
    university = np.maximum(np.floor(_UNIVERSITY_AFTER_11 * placed), by_profile - in_college)
    university = np.minimum(university, placed - in_college)
    scene.put("graduates11_college_n", in_college, scene.has_11)
    scene.put("graduates11_university_n", university, scene.has_11)


def _staying(scene: Scene) -> Floats:
    """Pupils of grade 9 who go on to grade 10, as next year's enrolment shows."""
    pupils = scene.town.pupils
    ninth = pupils.in_grade(scene.end_year, 9)
    staying = pupils.school[ninth[pupils.stays[ninth]]]
    found = np.zeros(scene.size)
    found[scene.is_school] = np.bincount(staying, minlength=int(scene.is_school.sum()))
    return found


def answer_career(scene: Scene) -> None:
    """Career guidance: hours, courses, trials, diagnosis, partners."""
    steps = scene.own_uniform("career_hours") + 0.04 * scene.years_on
    hours = _HOURS[np.clip((steps * len(_HOURS)).astype(int), 0, len(_HOURS) - 1)]
    scene.put("career_hours", np.where(scene.here("career_hours_low"), LOW_CAREER_HOURS, hours))
    middle = scene.put("pupils_6_11_n", scene.pupils(6, 11))
    older = scene.put("pupils_8_11_n", scene.pupils(8, 11))
    course = scene.share("horizons", 0.985, 0.3, trend=0.05)
    scene.put("horizons_n", scene.part("horizons_n", middle, course))
    registered = scene.part("ticket_registered_n", middle,
                            scene.share("ticket", 0.5, 0.2, trend=0.08))  # fmt: skip
    scene.put("ticket_registered_n", registered)
    tried = scene.part("ticket_trial_n", registered, scene.share("ticket_trial", 0.72, 0.2))
    scene.put("ticket_trial_n", tried)
    diagnosed = scene.share("career_diagnosed", 0.87, 0.2, trend=0.08)
    scene.put("career_diagnosed_n", scene.part("career_diagnosed_n", older, diagnosed))
    scene.put("partners_n", scene.count("partners_n", 1.5 + 0.008 * scene.pupils(1, 11)))
    ovz = scene.answers["ovz_pupils_n"]
    everybody = np.maximum(scene.pupils(1, 11), 1)
    ovz_middle = scene.put("ovz_6_11_n", scene.part("ovz_6_11_n", ovz, middle / everybody))
    guided = scene.share("ovz_career", 0.97, 0.3)
    scene.put("ovz_career_n", scene.part("ovz_career_n", ovz_middle, guided))
