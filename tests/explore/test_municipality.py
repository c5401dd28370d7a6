"""What a methodologist may ask of a municipality, and what is answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import yaml
from matplotlib.axes import Axes

from msoko_lib import municipality
from msoko_lib.explore.choosing import Choice
from msoko_lib.explore.municipality import QUESTIONS, Municipality
from msoko_lib.explore.own_indicator import DRAFT_ID
from msoko_lib.explore.problems import ExploreProblem, UnknownName
from msoko_lib.explore.view import View
from msoko_lib.indicators.measure_panel import passing_variance, planned_error, smallest_visible
from msoko_lib.indicators.task_deficits import task_deficits
from msoko_lib.methods.effects import effect_power, minimum_detectable_effect
from msoko_lib.passports import Passport
from msoko_lib.subsystems.effects.planning import untouched_panel
from msoko_lib.subsystems.quality import work_marks
from msoko_lib.subsystems.school.vpr import zones

if TYPE_CHECKING:
    from conftest import Made

MATHS = "Математика"


@pytest.fixture(scope="module")
def m(tiny_project: Made) -> Municipality:
    return municipality(folder=tiny_project.project.root)


def views_of(m: Municipality) -> dict[str, View]:
    """One answer of each kind."""
    school, other = m.schools[0], m.schools[1]
    return {
        "works": m.vpr(MATHS), "by_school": m.vpr(MATHS).by_school(),  # type: ignore[union-attr]
        "over_years": m.vpr(MATHS).over_years(), "exams": m.gia("ОГЭ"),  # type: ignore[union-attr]
        "both_exams": m.gia(), "tasks": m.tasks(MATHS), "skills": m.skills(MATHS),
        "indicator": m.indicator("КП-08"), "indicator_by": m.indicator("КП-08").by_school(),
        "indicator_years": m.indicator("КП-08").over_years(),
        "schools": m.compare(school, other), "years": m.compare(*m.years[-2:]),
        "subjects": m.compare(MATHS, "Русский язык"), "screening": m.screening(),
        "explained": m.screening(school), "power": m.screening_power(), "clusters": m.clusters(),
        "own": m.new_indicator("Доля детей с ОВЗ", "ovz_pupils_n", "pupils_n"),
        "plan": m.plan("КП-04", schools=2, change=3, start="2025-10-01"),
        "check": school.check(), "reply": school.reply, "replies": m.replies,
        "school_works": school.vpr(), "school_tasks": school.tasks(),
        "expected": school.expected(), "similar": school.similar(), "signs": school.signs(),
        "measures": school.measures, "school_years": school.over_years(),
        "fields": m.fields.find("педагог"), "found": m.indicators.find("вакансии"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def views(m: Municipality) -> dict[str, View]:
    return views_of(m)


def test_the_newest_year_is_opened_and_told(m: Municipality, tiny_project: Made) -> None:
    assert m.year == tiny_project.newest and m.years == list(tiny_project.truth.school_years)
    assert len(m.schools) == len(tiny_project.truth.schools)
    assert m.name in repr(m)
    html = m._repr_html_()
    assert all(call.split("(")[0] in html for call in QUESTIONS)


def test_every_promised_call_exists(m: Municipality) -> None:
    for line in QUESTIONS:
        for name in re.findall(r"\bm\.(\w+)", line):
            assert name in dir(m), name


def test_every_answer_is_a_russian_sentence_a_page_and_a_frame(views: dict[str, View]) -> None:
    for name, view in views.items():
        assert re.match(r"[А-ЯЁ«]", repr(view)) and repr(view).endswith("."), name
        assert "\n" not in repr(view) and "nan" not in repr(view), name
        html = view._repr_html_()
        assert 'class="msoko"' in html and isinstance(view.frame, pd.DataFrame), name
        assert not re.search(r">(nan|None|NaT|inf)<", html), name
        for image in re.findall(r'<img alt="([^"]*)"', html):
            assert image.strip(), name


def test_figures_are_ordinary_and_new_each_time(views: dict[str, View]) -> None:
    for name, view in views.items():
        if view.draw is None:
            with pytest.raises(ExploreProblem, match="Рисовать нечего"):
                view.plot()
            continue
        axes, again = view.plot(), view.plot()
        assert isinstance(axes, Axes) and axes is not again, name
        axes.set_title("своё")
        assert again.get_title() != "своё"


def test_no_pupil_and_no_handful_is_in_a_frame(views: dict[str, View]) -> None:
    for name, view in views.items():
        assert not {"pupil_id", "teacher_id"} & set(view.frame.columns), name
        if {"denominator", "mark"} <= set(view.frame.columns):
            assert not (view.frame["denominator"] < 5).any(), name


def test_answers_are_those_of_the_reports(m: Municipality) -> None:
    whole = work_marks.against_region(m.opened)
    maths = whole[whole["subject"] == MATHS].reset_index(drop=True)
    pd.testing.assert_frame_equal(m.vpr(MATHS).frame, maths)
    school = m.schools[0]
    own = zones(school.opened)
    ours = school.vpr(MATHS).frame
    assert set(ours["grade"]) == set(own.loc[own["subject"] == MATHS, "grade"])
    tasks = task_deficits(m.opened.inputs)
    sure = tasks[(tasks["unit_id"] == school.id) & (tasks["state"] == "established")]
    shown = school.tasks().frame
    assert int((shown["state"] == "established").sum()) == len(sure)


def test_a_school_is_found_by_name_part_and_code(m: Municipality) -> None:
    for school in m.schools:
        assert m.school(school.name).id == school.id == m.schools[school.id].id
    assert m.schools[0].name in m.schools and "Нет такой" not in m.schools
    assert set(m.schools.names) <= set(m.schools._ipython_key_completions_())
    misspelt = "Ъ" + m.schools[0].name
    with pytest.raises(UnknownName, match=re.escape(m.schools[0].name)):
        m.school(misspelt)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: m.vpr("Матиматика"), "Похоже на: Математика"),
        (lambda m: m.vpr(MATHS, 12), "в 12 классе нет"),
        (lambda m: m.gia("ОГЕ"), "Похоже на: ОГЭ"),
        (lambda m: m.gia("ОГЭ", "Физека"), "Физика"),
        (lambda m: m.indicator("КП-8"), "КП-08"),
        (lambda m: m.indicator("КП-02").by_school(), "по предметам и классам"),
        (lambda m: m.compare(m.schools[0], MATHS), "названо разное"),
        (lambda m: m.compare(m.schools[0], m.schools[0]), "одна и та же школа"),
        (lambda m: m.compare(m.year, m.year), "одинаковых года"),
        (lambda m: m.in_year("2019-2020"), "прочитанного года"),
        (lambda m: m.clusters(method="дерево"), "Нет метода"),
        (lambda m: m.clusters(conditions=["рост"]), "Нет условия"),
        (lambda m: m.clusters(k=99), "Групп должно быть"),
        (lambda m: m.skills(MATHS, "Ъъъъъ"), "Нет умения"),
        (lambda m: m.new_indicator("П", "нет_такого", "pupils_n"), "Нет поля формы"),
        (lambda m: m.new_indicator("П", "pupils_n +", "pupils_n"), "записана с ошибкой"),
        (lambda m: m.new_indicator("П", "pupils_n"), "знаменатель"),
        (lambda m: m.new_indicator("П", "pupils_n", kind="дола"), "доля"),
        (lambda m: m.plan("КП-04", schools=99), "Для сравнения должно остаться"),
        (lambda m: m.plan("КП-04", schools=0), "хотя бы одна школа"),
        (lambda m: m.plan("КП-04", schools=1, start="1.10.2025"), "2025-10-01"),
        (lambda m: m.choose.vpr().choose(colour="red"), "не выбирают"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said_in_russian(
    m: Municipality, call: object, said: str
) -> None:
    with pytest.raises(ExploreProblem) as problem:
        call(m)  # type: ignore[operator]
    assert said in str(problem.value)


def test_two_schools_are_not_put_against_each_other_by_vpr(m: Municipality) -> None:
    view = m.compare(m.schools[0], m.schools[1])
    assert "друг с другом не сравниваются" in view._repr_html_()
    for column in view.frame.columns:
        assert not re.search(r"rank|place|difference", column)


def test_an_own_indicator_is_what_the_form_says_and_can_be_kept(m: Municipality) -> None:
    own = m.new_indicator("Доля детей с ОВЗ", "ovz_pupils_n", "pupils_n")
    answers = m.opened.inputs.answers
    for row in own.frame[own.frame["status"] == "ok"].itertuples():
        told = answers.loc[row.unit_id]
        assert row.value == pytest.approx(told["ovz_pupils_n"] / told["pupils_n"])
    kept = yaml.safe_load(own.yaml)
    assert Passport.model_validate(kept[0]).id == DRAFT_ID
    assert own.passport is not None and kept[0]["from_fields"]["numerator"] == "ovz_pupils_n"


def test_a_plan_agrees_with_the_smallest_visible_effect(m: Municipality) -> None:
    panel = untouched_panel(m.opened, "КП-04")
    parts = passing_variance(panel)
    assert parts is not None
    size = float(panel[panel["year"] == panel["year"].max()]["n"].median())
    expected = smallest_visible(panel, [2], [size])["k2"].iloc[0]
    frame = m.plan("КП-04", schools=2, change=3).frame.set_index("schools")
    assert frame.loc[2, "visible"] == pytest.approx(expected)
    error, freedom = planned_error(parts, 2, size)
    assert frame.loc[2, "power"] == pytest.approx(
        effect_power(0.03, error, degrees_of_freedom=freedom)
    )
    # More schools: a smaller effect is seen, and the same one more surely.
    assert frame["visible"].is_monotonic_decreasing and frame["power"].is_monotonic_increasing


@pytest.mark.parametrize("freedom", [5, 30, float("inf")])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_power_is_the_inverse_of_the_smallest_visible_effect(freedom: float, power: float) -> None:
    smallest = minimum_detectable_effect(0.2, power=power, degrees_of_freedom=freedom)
    assert effect_power(smallest, 0.2, degrees_of_freedom=freedom) == pytest.approx(power)
    assert effect_power(-smallest, 0.2, degrees_of_freedom=freedom) == pytest.approx(power)


def test_a_plan_names_the_first_year_that_can_show_it(m: Municipality) -> None:
    early = m.plan("КП-04", 2, start="2025-10-01")._repr_html_()
    late = m.plan("КП-04", 2, start="2026-04-20")._repr_html_()
    assert "2025/26" in early and "2026/27" not in early
    assert "2026/27" in late


def test_conditions_are_named_in_russian(m: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msoko_lib.explore.clustering._fewest", lambda year: 2)
    names = m.condition_names
    assert len(names) == len(set(names)) > 2
    assert not re.search(r"[A-Za-z_]", " ".join(names))


def test_vacancies_say_out_of_how_many(m: Municipality) -> None:
    said = (school.check()._repr_html_() for school in m.schools)
    told = next(text for text in said if "Вакансии:" in text)
    assert re.search(r"Вакансии: [^<]*на 100\s+ставок", told)


def test_lists_of_choice_change_the_answer(m: Municipality) -> None:
    choice = m.choose.school(m.schools[0], MATHS)
    assert isinstance(choice, Choice) and m.schools[0].name in repr(choice)
    box = choice.lists()
    assert len(box.children) == 3
    shown = []

    class Shown:
        def update(self, page: object) -> None:
            shown.append(page._repr_html_())  # type: ignore[attr-defined]

    choice._shown = Shown()
    choice.widgets["school"].value = m.schools[1].id
    assert choice.chosen["school"] == m.schools[1].id
    assert len(shown) == 1 and m.schools[1].name in shown[0]
    # A subject that the year does not have is answered in words, and the lists go on working.
    choice._answer = lambda **_: m.vpr("Матиматика")
    choice.choose(subject=None)
    assert "Похоже на: Математика" in shown[1]


def test_every_question_with_lists_answers_its_first_choice(m: Municipality) -> None:
    names = [name for name in dir(m.choose) if not name.startswith("_")]
    assert len(names) >= 9
    for name in names:
        call = getattr(m.choose, name)
        choice = call("КП-04", 2) if name == "plan" else call()
        assert isinstance(choice.value, View), name
        for widget in choice.lists().children:
            assert widget.description, name
