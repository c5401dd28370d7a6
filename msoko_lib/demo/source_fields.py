"""Which fields the demo's sources give, so that the office's form does not ask for them again."""

from __future__ import annotations

from collections.abc import Mapping

from msoko_lib.passports import UnitKind

OO1_FIELDS = frozenset({
    "oo1_pupils_n", "first_shift_n", "oo1_ovz_pupils_n", "oo1_dropped_out_n", "oo1_teachers_n",
    "oo1_teachers_high_n", "oo1_teachers_first_n", "teachers_under_35_n", "teachers_pension_n",
    "posts_n", "posts_filled_n", "psychologist_posts",
})  # fmt: skip
OO2_FIELDS = frozenset({"buildings_n", "buildings_bad_n", "computers_n", "oo2_internet_mbit"})
K85_FIELDS = frozenset({"k85_children_n", "k85_teachers_n", "sick_days_n", "teachers_degree_n"})
NOKO_PARTS = (
    "p11", "p12", "p13", "p21", "p23", "p31", "p32", "p33", "p41", "p42", "p43", "p51", "p52",
    "p53",
)  # fmt: skip
NOKO_CRITERIA = ("k1", "k2", "k3", "k4", "k5")
NOKO_FIELDS = frozenset(
    f"noko_{name}" for name in (*NOKO_PARTS, *NOKO_CRITERIA, "year", "plan_n", "plan_done_n")
)
MKDO_AREAS = tuple(range(1, 10))
MKDO_FIELDS = frozenset({*(f"mkdo_{area}" for area in MKDO_AREAS), "mkdo_self", "mkdo_base"})
DIAGNOSIS_FIELDS = frozenset({
    "teachers_diagnosed_n", "teachers_deficit_n", "teachers_route_n", "teachers_repeated_n",
    "teachers_closed_n",
})  # fmt: skip
OF_EVERYBODY = frozenset({
    "orders_open_n", "site_points", "site_points_max", "assignment_items_n", "assignment_done_n",
    "programme_items_n", "programme_done_n",
})  # fmt: skip
OF_SCHOOLS = frozenset({
    *OO1_FIELDS, *OO2_FIELDS, *DIAGNOSIS_FIELDS, "accreditation", "regional_tested_n",
    "regional_basic_n", "rehearsal_tested_n", "rehearsal_passed_n", "niko_tested_n",
    "niko_basic_n", "ticket_registered_n", "ticket_trial_n",
})  # fmt: skip
OF_PRESCHOOLS = frozenset({*K85_FIELDS, *MKDO_FIELDS})


def is_assessed(answers: Mapping[str, object], end_year: int) -> bool:
    """True if НОКО came to the organisation in this school year."""
    return answers.get("noko_year") == end_year


def from_sources(kind: UnitKind, answers: Mapping[str, object], end_year: int) -> frozenset[str]:
    """Fields of the office's form that the sources of a year give for an organisation.

    Parameters
    ----------
    kind : {"school", "preschool", "additional"}
    answers : mapping
        True answers of the organisation in this year.
    end_year : int
        Calendar year in which the school year ends.
    """
    given = OF_EVERYBODY
    if kind == "school":
        given |= OF_SCHOOLS
    elif kind == "preschool":
        given |= OF_PRESCHOOLS
    if is_assessed(answers, end_year):
        given |= NOKO_FIELDS
    return frozenset(given & answers.keys())
