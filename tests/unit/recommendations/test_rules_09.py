"""Rules of subsystem 09: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY

BUSY = {"target": 1.0, "target_words": "100 %", "target_status": "муниципальный"}
IMPROVED = {"target": 0.5, "target_words": "не ниже 50 %", "target_status": "муниципальный"}
TESTED = {"target": 0.95, "target_words": "не ниже 95 %", "target_status": "муниципальный"}
VOLUNTEERS = {"target": 0.2, "target_words": "не ниже 20 %", "target_status": "муниципальный"}
OTHERS = {"reference": 0.5, "reference_level": "municipality"}
PER_POST = {"unit": "чел.", "scale": 1, "better": -1, "complete": True, "target": 300,
            "target_words": "не больше 300", "target_status": "муниципальный"}  # fmt: skip
NONE = {"value": None, "numerator": None, "denominator": None, "n": 0, "status": "no_data"}

CASES = (
    Case("ВС-Р01", (flag("учёт-вырос", detail="64, год назад 16"),),
         (flag("учёт-вырос", state="same"),), "стало заметно больше: 64, год назад 16"),
    Case("ВС-Р02", (flag("учёт-больше-остальных", detail="64 из 566 учеников, 113 на тысячу"),),
         (flag("учёт-больше-остальных", state="same"),), "64 из 566 учеников"),
    Case("ВС-Р03", (share("ВС-07", 26, 64, **BUSY),), (share("ВС-07", 11, 16, **BUSY),),
         "заняты 26 из 64 учеников на учёте (41 %)"),
    Case("ВС-Р04", (share("ВС-06", 12, 128, **IMPROVED),), (share("ВС-06", 7, 18, **IMPROVED),),
         "снято 12 из 128 учеников"),
    Case("ВС-Р05", (flag("нет-психолога", detail="103 ученика", complete=True),),
         (flag("нет-психолога", state="same", complete=True),), "нет (103 ученика)"),
    Case("ВС-Р06", (share("ВС-10", 800, 2, **PER_POST) | {"value": 400.0},),
         (share("ВС-10", 620, 2, **PER_POST) | {"value": 310.0},), "психолога: 400"),
    Case("ВС-Р07", (share("ВС-08", 60, 90, **TESTED),), (share("ВС-08", 8, 9, **TESTED),),
         "прошли 60 из 90 учеников"),
    Case("ВС-Р08", (flag("нет-программы-воспитания"), flag("нет-программы-воспитания", "k")),
         (flag("нет-программы-воспитания", state="same"),), "программы воспитания на сайте нет"),
    Case("ВС-Р09", (flag("нет-советника"),), (flag("нет-советника", state="same"),),
         "Советника директора"),
    Case("ВС-Р10", (flag("нет-школьного-объединения", label="театр"),
                    flag("нет-школьного-объединения", label="музей")),
         (flag("нет-школьного-объединения", state="same", label="театр"),),
         "В школе нет: театр; музей."),
    Case("ВС-Р11", (share("ВС-11", 20, 400, **VOLUNTEERS),), (share("ВС-11", 3, 20, **VOLUNTEERS),),
         "Волонтёров 20 из 400 учеников"),
    Case("ВС-Р12", (flag("пропуски-много", detail="9 из 400 учеников"),),
         (flag("пропуски-много", state="same"),), "пропустили 9 из 400 учеников"),
    Case("ВС-Р13",
         (flag("учёт-муниципалитета-вырос", MUNICIPALITY,
               detail="35,9 на тысячу, год назад 26,0"),),
         (flag("учёт-муниципалитета-вырос", MUNICIPALITY, "same"),),
         "учеников: 35,9 на тысячу, год назад 26,0"),
    Case("ВС-Р14", (share("ВС-03", 300, 400, **OTHERS),), (share("ВС-03", 5, 8, **OTHERS),),
         "объединениях 300 из 400 учеников"),
    Case("ВС-Р15", (share("ВС-05", 0, 1, MUNICIPALITY) | NONE,),
         (share("ВС-05", 50, 900, MUNICIPALITY),), "неизвестно", True),
    Case("ВС-Р16", (share("ВС-08", 0, 1, MUNICIPALITY) | NONE,),
         (share("ВС-08", 85, 90, MUNICIPALITY),), "неизвестно", True),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_the_rule_speaks_and_keeps_silent(case: Case) -> None:
    check("09", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("09", CASES)
