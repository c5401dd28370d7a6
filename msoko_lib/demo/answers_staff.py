"""True answers about teachers, heads and methodical work (subsystems 06, 07, 08)."""

from __future__ import annotations

import numpy as np

from msoko_lib.demo.answers_results import LOW_EFFECT, answer_experts, listed
from msoko_lib.demo.answers_scene import Bools, Floats, Scene

VACANCY_SHARE, PENSION_SHARE = 0.15, 0.46
EVENTS_ON_DEFICITS, RECOMMENDATIONS_DONE, DOCUMENTED = 0.07, 0.12, 0.5
OPEN_ORDERS = 5
_QUARTER = 4


def answer_teachers(scene: Scene) -> None:
    """Teachers: how many, who, trained, diagnosed, mentored; posts and pay."""
    every = np.ones(scene.size, dtype=bool)
    teachers = scene.put("teachers_n", _teachers(scene), every)
    scene.put("oo1_teachers_n", teachers)
    scene.put("k85_teachers_n", teachers, scene.is_preschool)
    wave = scene.here("retirement_wave")
    _answer_posts(scene, teachers, wave)
    high = scene.part(
        "teachers_high_n", teachers, scene.share("high", 0.28, 0.2, effect=0.5, trend=0.02)
    )
    first = scene.part("teachers_first_n", teachers - high, scene.share("first", 0.45, 0.2))
    scene.put("teachers_high_n", high, every)
    scene.put("teachers_first_n", first, every)
    scene.put("oo1_teachers_high_n", high)
    scene.put("oo1_teachers_first_n", first)
    young_share = np.where(wave, 0.06, scene.share("under_35", 0.26, 0.15, trend=0.01))
    young = scene.part("teachers_under_35_n", teachers, young_share)
    old_share = np.where(wave, PENSION_SHARE, scene.share("pension", 0.16, 0.15, trend=0.02))
    scene.put("teachers_under_35_n", young)
    old = scene.part("teachers_pension_n", teachers, old_share)
    scene.put("teachers_pension_n", np.minimum(old, teachers - young))
    _answer_training(scene, teachers, every)
    _answer_diagnosis(scene, teachers)
    _answer_newcomers(scene, teachers)
    answer_experts(scene, teachers)


def _teachers(scene: Scene) -> Floats:
    """Small schools have more teachers for a pupil."""
    apart = np.exp(0.06 * scene.own("teachers"))
    school = (5.5 + 0.0575 * scene.pupils(1, 11)) * apart
    preschool = np.nan_to_num(scene.answers["children_n"]) / 9.6 * apart
    extra = np.nan_to_num(scene.answers["extra_pupils_start_n"]) / 26 * apart
    every = np.where(scene.is_school, school, np.where(scene.is_preschool, preschool, extra))
    return np.asarray(np.round(every), dtype=np.float64)


def _answer_posts(scene: Scene, teachers: Floats, wave: Bools) -> None:
    every = np.ones(scene.size, dtype=bool)
    posts = np.round(_QUARTER * 1.17 * teachers) / _QUARTER
    vacant_share = np.where(wave, VACANCY_SHARE, scene.share("vacant", 0.006, 0.2))
    vacant = scene.part("vacant", _QUARTER * posts, vacant_share) / _QUARTER
    scene.put_number("posts_n", posts, every)
    scene.put_number("posts_filled_n", posts - vacant, every)
    pay = 100 + 1.5 * scene.own("salary") + 0.5 * scene.year("salary")
    scene.put_number("salary_percent", np.round(pay, 1), every)


def _answer_training(scene: Scene, teachers: Floats, every: Bools) -> None:
    courses = scene.part("teachers_courses_n", teachers, scene.share("courses", 0.95, 0.3))
    scene.put("teachers_courses_n", courses, every)
    registry = scene.share("registry", 0.58, 0.15, trend=0.05)
    scene.put("teachers_registry_courses_n", scene.part("teachers_registry", courses, registry))
    scene.put(
        "teachers_assessment_n",
        scene.part("teachers_assessment_n", teachers, scene.share("assessment", 0.14, 0.2)), every,
    )  # fmt: skip
    for name, mean in (
        ("teachers_gifted_n", 0.25),
        ("teachers_contest_n", 0.13),
        ("teachers_other_subject_n", 0.035),
    ):
        scene.put(name, scene.part(name, teachers, scene.share(name, mean, 0.2)))


def _answer_diagnosis(scene: Scene, teachers: Floats) -> None:
    """Diagnosis → deficit → route → second diagnosis → deficit closed."""
    lost = scene.here("no_routes")
    share = scene.share("diagnosed", 0.52, 0.15, trend=0.06)
    diagnosed = scene.put("teachers_diagnosed_n", scene.part("diagnosed", teachers, share))
    found = scene.put("teachers_deficit_n", scene.part("deficit", diagnosed, 0.6))
    routed = np.where(lost, 0.0, scene.share("route", 0.72, 0.2, trend=0.05))
    scene.put("teachers_route_n", np.where(lost, 0.0, scene.part("route", found, routed)))
    again = scene.part("repeated", found, scene.share("repeated", 0.55, 0.15))
    again = scene.put("teachers_repeated_n", again)
    closed = np.where(lost, 0.1, scene.share("closed", 0.72, 0.15))
    scene.put("teachers_closed_n", scene.part("closed", again, closed))
    trained = scene.part("diagnosed_trained", diagnosed, scene.share("diagnosed_trained", 0.8, 0.2))
    scene.put("teachers_diagnosed_trained_n", np.where(lost, np.minimum(trained, 1), trained))


def _answer_newcomers(scene: Scene, teachers: Floats) -> None:
    new = scene.put("teachers_new_n", scene.part("new", teachers, scene.share("new", 0.1, 0.2)))
    scene.put("teachers_mentored_n",
              scene.part("mentored", new, scene.share("mentored", 0.97, 0.3)))  # fmt: skip
    hired = scene.put("hired_before_n", scene.part("hired", teachers, 0.045))
    scene.put("hired_stayed_n", scene.part("stayed", hired, scene.share("stayed", 0.78, 0.2)))


def answer_heads(scene: Scene) -> None:
    """Heads: training, reserve, orders of supervision, tasks carried out."""
    every = np.ones(scene.size, dtype=bool)
    strong, weak = scene.here("strong_head"), scene.here("open_orders")
    # A head comes and stays; he is new for two years.
    appointed = 2012 + np.floor(15 * scene.own_uniform("head_appointed"))
    served = scene.end_year - 1 - appointed
    new = (served >= 0) & (served < 2) & ~strong
    scene.put_yes("head_management", scene.yes("head_management", 0.88, 0.02) | strong, every)
    scene.put_yes("head_diagnosed", scene.yes("head_diagnosed", 0.84, 0.03) | strong, every)
    scene.put_yes("head_courses", scene.yes("head_courses", 0.92, 0.02) | strong, every)
    scene.put_yes("head_new", new, every)
    scene.put_yes("head_mentored", new & scene.yes("head_mentored", 0.93), every)
    reserve = 1 + np.floor(1.6 * scene.own_uniform("reserve"))
    scene.put("reserve_n", np.where(scene.here("no_reserve"), 0, reserve), every)
    scene.put("orders_open_n", np.where(weak, OPEN_ORDERS, 0), every)
    left = np.where(scene.effect < LOW_EFFECT, 1.0, 0.0)
    scene.put("dropped_out_n", left)
    scene.put("oo1_dropped_out_n", left)
    ovz = scene.answers["ovz_pupils_n"]
    fitted = np.where(strong, 1.0, scene.share("ovz_conditions", 0.93, 0.25, trend=0.04))
    scene.put("ovz_conditions_n", scene.part("ovz_conditions_n", ovz, fitted))
    for items, done, mean, usual in (
        ("assignment_items_n", "assignment_done_n", 9.5, 0.97),
        ("programme_items_n", "programme_done_n", 5.5, 0.93),
    ):
        set_n = scene.put(items, scene.count(items, mean), every)
        share = np.where(strong, 1.0, np.where(weak, 0.6, scene.share(done, usual, 0.2)))
        scene.put(done, scene.part(done, set_n, share), every)


def answer_methodical(scene: Scene) -> None:
    """РМО, events, visits, recommendations, what teachers say of the support."""
    teachers = scene.answers["teachers_n"]
    stubborn = scene.here("recommendations_not_done")
    members = scene.share("rmo_members", 0.9, 0.2)
    scene.put("rmo_members_n", scene.part("rmo_members_n", teachers, members))
    led = scene.put("rmo_led_n", scene.count("rmo_led_n", 0.055 * teachers - 0.3).clip(0))
    scene.put("rmo_on_results_n", scene.part("rmo_on_results_n", led, 0.93))
    events = scene.put("events_n", scene.count("events_n", 6 + 0.22 * teachers))
    aimed = scene.share("events_on_deficits", 0.68, 0.15, trend=0.04)
    aimed = np.where(scene.here("events_not_on_deficits"), EVENTS_ON_DEFICITS, aimed)
    scene.put("events_on_deficits_n", scene.part("events_on_deficits_n", events, aimed))
    here, helped = listed(scene)
    visits = np.where(helped, 3.0, np.where(here, 0.0, 1.0)) + (scene.own_uniform("visits") > 0.6)
    scene.put("visits_n", np.where(here & ~helped, 0.0, visits))
    scene.put("methodists_n", scene.part("methodists_n", teachers, 0.025))
    given = scene.put("recommendations_n", scene.count("recommendations_n", 6.0))
    done = scene.share("recommendations_done", 0.9, 0.2, trend=0.03)
    done = np.where(stubborn, RECOMMENDATIONS_DONE, done)
    done = np.where(scene.here("done_without_document"), DOCUMENTED, done)
    scene.put("recommendations_done_n", scene.part("recommendations_done_n", given, done))
    scene.put("experience_n", scene.count("experience_n", 0.06 * teachers))
    asked = scene.part("support_answers_n", teachers, scene.share("support_answers", 0.75, 0.15))
    scene.put("support_answers_n", asked)
    score = 4.3 + 0.12 * scene.own("support_score") + 0.03 * scene.year("support_score")
    score = np.where(scene.here("events_not_on_deficits"), 3.3, score)
    scene.put_number("support_score", np.clip(np.round(score, 2), 1, 5))
    scene.put_yes("network", scene.yes("network", 0.55, 0.05))
