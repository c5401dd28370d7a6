"""Every rule of report 01: a case where it speaks and one where it stays silent."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, findings, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.objectivity.facts_screening import ANY_SIGN
from msoko_lib.subsystems.quality import (
    facts_exams,
    facts_groups,
    facts_municipality,
    facts_schools,
)

TOWN = MUNICIPALITY
OGE = {"target": 0.95, "target_words": "не ниже 95 %", "target_status": "муниципальный"}
TASK = "математика, 6 класс, задание 3 («Решение задач»)"
BELOW = {
    "detail": "в 3 работах из 18; до их доли не хватает 21 отметки",
    "label": "физика, 8 класс",
    "brief": "3 работы из 18",
}
EGE = {"detail": "химия (2 из 9)", "label": "химия"}
LITERACY = {"target": 0.8, "target_words": "не ниже 80 %", "target_status": "муниципальный"}
ABOVE = {"detail": "в 2 работах из 18", "label": "физика, 8 класс", "brief": "2 работы из 18"}
m, s, e, g = facts_municipality, facts_schools, facts_exams, facts_groups

CASES = (
    Case("КП-Р01", (flag(m.BELOW, TOWN, detail="ниже региона в 5 работах из 23", label="физика"),),
         (flag(m.BELOW, TOWN, "same"), flag(m.ABOVE, TOWN)), "ниже региона в 5 работах из 23"),
    Case("КП-Р02", (flag(m.ABOVE, TOWN, detail="выше региона в 5 работах из 23"),),
         (flag(m.ABOVE, TOWN, "same"),), "выше региона"),
    Case("КП-Р03", (flag(m.LEVEL, TOWN, detail="отличия не видно"),),
         (flag(m.LEVEL, TOWN, "same"),), "отличия не видно"),
    Case("КП-Р04", (flag(m.NO_REGION, TOWN, status="no_data"),), (flag(m.ABOVE, TOWN),),
         "для сравнения с регионом нет"),
    Case("КП-Р05", (flag(m.GROWTH, TOWN, detail="физика, 8 класс"),), (flag(m.GROWTH, "a"),),
         "выросла доля «2»: физика, 8 класс"),
    Case("КП-Р06", (flag(m.TASKS, TOWN, detail=TASK, numerator=2),),
         (flag(m.TASKS_LOW, TOWN, numerator=2),), "2 задания ВПР; больше всего отстаёт математика"),
    Case("КП-Р07", (flag(m.TASKS_LOW, TOWN, numerator=5),),
         (flag(m.TASKS_LOW, TOWN, "same", numerator=5),), "5 заданий ВПР"),
    Case("КП-Р08", (share("КП-08", 383, 419, TOWN, **OGE),), (share("КП-08", 18, 19, TOWN, **OGE),),
         "383 из 419 девятиклассников; не сдали 36 учеников"),
    Case("КП-Р09", (share("КП-08", 99, 100, TOWN, **OGE),), (share("КП-08", 90, 100, TOWN, **OGE),),
         "99 из 100 девятиклассников: ориентир (не ниже 95 %)"),
    Case("КП-Р10", (flag(s.BELOW_OFTEN, **BELOW),), (flag(s.BELOW_OFTEN, state="same"),),
         "в 3 работах из 18; до их доли не хватает 21 отметки (физика, 8 класс)"),
    Case("КП-Р11", (flag(s.BELOW, **BELOW), flag(s.BELOW_OFTEN, state="same")),
         (flag(s.BELOW, **BELOW), flag(s.BELOW_OFTEN, **BELOW)), "заметно меньше"),
    Case("КП-Р12", (flag(s.TASKS, detail=TASK, numerator=4, brief="4 задания"),),
         (flag(s.TASKS, state="same"),), "4 задания ВПР, и слабее они"),
    Case("КП-Р24", (flag(s.TASKS_GENERAL, detail=TASK, numerator=4, label="физика, 8 класс"),),
         (flag(s.TASKS, detail=TASK, numerator=4),), "слабее вся работа (физика, 8 класс)"),
    Case("КП-Р13", (share("КП-08", 10, 12, **OGE),), (share("КП-08", 63, 65, **OGE),),
         "не сдали 2 из 12 девятиклассников"),
    Case("КП-Р14", (flag(e.HANDFUL_FAILED, detail="1 из 3 девятиклассников"),),
         (flag(e.HANDFUL_FAILED, state="same"),), "не сдали 1 из 3 девятиклассников"),
    Case("КП-Р15", (flag(e.ALL_PASSED, detail="три ученика"),), (flag(e.ALL_PASSED, state="same"),),
         "сдали все (три ученика)"),
    Case("КП-Р16", (flag(s.ABOVE, **ABOVE), flag(s.ABOVE_OFTEN, state="same")),
         (flag(s.ABOVE, **ABOVE), flag(s.ABOVE_OFTEN, **ABOVE)),
         "больше, чем в остальных школах, в 2 работах из 18"),
    Case("КП-Р25", (flag(s.ABOVE_OFTEN, **ABOVE), flag(ANY_SIGN, state="same")),
         (flag(s.ABOVE_OFTEN, **ABOVE), flag(ANY_SIGN)), "в 2 работах из 18: физика, 8 класс"),
    Case("КП-Р26", (flag(s.ABOVE_OFTEN, **ABOVE), flag(ANY_SIGN)),
         (flag(s.ABOVE_OFTEN, **ABOVE), flag(ANY_SIGN, state="same")), "об опыте говорить рано"),
    Case("КП-Р27", (share(e.EGE_FAILED, 12, 400, TOWN, state="attention", **EGE),),
         (share(e.EGE_FAILED, 0, 400, TOWN, state="same"),), "12 из 400 результатов ЕГЭ"),
    Case("КП-Р28", (flag(e.EXAMS_FELL, TOWN, detail="ЕГЭ, физика (−4,2)"),),
         (flag(e.EXAMS_FELL, TOWN, "same"),), "ниже прошлого года: ЕГЭ, физика (−4,2)"),
    Case("КП-Р29", (flag(e.EXAMS_ROSE, TOWN, detail="ОГЭ, история (+0,41)"),),
         (flag(e.EXAMS_ROSE, TOWN, "same"),), "выше прошлого года: ОГЭ, история (+0,41)"),
    Case("КП-Р30", (flag(g.SKILLS, TOWN, detail="математика, «Дроби» (в 3 классах из 6)",
                         label="математика, «Дроби»"),), (flag(g.SKILLS, TOWN, "same"),),
         "в нескольких классах: математика, «Дроби»"),
    Case("КП-Р31", (flag(g.GAPS, TOWN, detail="сдали в городе 95 %, на селе 80 %"),),
         (flag(g.GAPS, TOWN, "same"),), "в городе 95 %, на селе 80 %"),
    Case("КП-Р32", (share("КП-17", 3, 500, TOWN, better=-1),),
         (share("КП-17", 0, 500, TOWN, better=-1),), "3 из 500 выпускников"),
    Case("КП-Р33", (share("КП-18", 300, 600, TOWN, **LITERACY),),
         (share("КП-18", 475, 600, TOWN, **LITERACY),), "300 из 600 учеников (50 %)"),
    Case("КП-Р34", (flag("КП-18", TOWN, status="no_data"),),
         (share("КП-18", 300, 600, TOWN, **LITERACY),), "Сведений о функциональной грамотности"),
    Case("КП-Р35", (share(e.EGE_FAILED, 2, 41, state="attention", **EGE),),
         (share(e.EGE_FAILED, 0, 41, state="same"),), "2 из 41 результата ЕГЭ: химия (2 из 9)"),
    Case("КП-Р36", (share("КП-17", 1, 51, better=-1),), (share("КП-17", 0, 51, better=-1),),
         "1 из 51 выпускника"),
    Case("КП-Р37", (share("КП-18", 30, 90, **LITERACY),), (share("КП-18", 4, 6, **LITERACY),),
         "30 из 90 учеников (33 %)"),
    Case("КП-Р17", (flag(s.NO_DIFFERENCE, detail="ни в одной работе из 17"),),
         (flag(s.NO_DIFFERENCE, state="same"),), "не отличаются от остальных школ ни в одной"),
    Case("КП-Р18", (flag(s.HANDFUL, detail="«4» и «5» – 10 из 22 отметок", status="not_enough"),),
         (flag(s.HANDFUL, detail="«4» и «5» – 10 из 22 отметок"),), "10 из 22 отметок"),
    Case("КП-Р19", (share(s.LOW_MARKS, 5, 101), flag(s.BELOW, state="same")),
         (share(s.LOW_MARKS, 5, 101), flag(s.BELOW, **BELOW)), "5 из 101 отметки (5,0 %)"),
    Case("КП-Р20", (flag(s.NO_RESULTS, status="no_data"),), (flag(s.NO_DIFFERENCE, detail="нет"),),
         "Результатов ВПР школы за год нет"),
    Case("КП-Р21", (flag(s.ALONE),), (flag(s.ALONE, state="same"),), "не с кем сравнить"),
    Case("КП-Р22", (flag(s.NEAR, detail="не хватило одного балла", numerator=6, denominator=151),),
         (flag(s.NEAR, state="same", detail="-", numerator=6, denominator=151),),
         "не хватило одного балла в 6 из 151 результата"),
    Case("КП-Р23", (share("КП-08", 63, 65, **OGE),), (share("КП-08", 65, 65, **OGE),),
         "не сдали 2 из 65 девятиклассников: ориентир (не ниже 95 %) достигнут"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_speaks_and_stays_silent(case: Case) -> None:
    check("01", case)


def test_no_rule_goes_untested() -> None:
    check_every_rule_has_a_case("01", CASES)


def test_a_school_hears_of_its_exams_once() -> None:
    for passed, expected in ((65, "КП-Р15"), (63, "КП-Р23"), (50, "КП-Р13")):
        facts = [
            share("КП-08", passed, 65, **OGE),
            flag(e.ALL_PASSED, state="attention" if passed == 65 else "same", detail="65 учеников"),
            flag(e.HANDFUL_FAILED, state="same"),
        ]
        assert findings("01", facts)["rule_id"].tolist() == [expected]
