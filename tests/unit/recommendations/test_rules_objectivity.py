"""Every rule of report 05: a case where it speaks and one where it stays silent."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.objectivity import facts_outside, facts_screening

TOWN = MUNICIPALITY
o, s = facts_outside, facts_screening
SIGNS = {"detail": "границы отметок и журнал", "brief": "границы отметок и журнал"}

ALL = {"target": 1.0, "target_words": "100 %", "target_status": "муниципальный"}
NINETY = {"target": 0.9, "target_words": "не ниже 90 %", "target_status": "муниципальный"}
TEN = {"target": 0.1, "target_words": "не ниже 10 %", "target_status": "муниципальный"}

CASES = (
    Case("ОБ-Р01", (flag(s.COMBINED_AGAIN, **SIGNS),), (flag(s.COMBINED, **SIGNS),),
         "второй год подряд: границы отметок"),
    Case("ОБ-Р02", (flag(s.COMBINED, **SIGNS), flag(s.COMBINED, "b", **SIGNS)),
         (flag(s.COMBINED, state="same"),), "Сошлись признаки, требующие проверки: границы"),
    Case("ОБ-Р03", (flag(s.SINGLE, **SIGNS),), (flag(s.SINGLE, state="same"),),
         "одного для вывода недостаточно"),
    Case("ОБ-Р04", (flag(s.JOURNAL, detail="в 650 из 1 104 случаев (59 %) – в остальных 28 %"),),
         (flag(s.JOURNAL, state="same"),), "ниже журнала в 650 из 1 104 случаев"),
    Case("ОБ-Р05", (flag(o.ANNUAL, detail="в 42 из 68 случаев"),), (flag(o.ANNUAL, state="same"),),
         "Отметка ОГЭ ниже годовой в 42 из 68 случаев"),
    Case("ОБ-Р06", (flag(o.OLYMPIAD, TOWN, detail="Лесная СОШ (−41,3 п.п.)", label="Лесная СОШ"),),
         (flag(o.OLYMPIAD, TOWN, "same"),), "не подтверждаются на муниципальном: Лесная СОШ"),
    Case("ОБ-Р07", (flag(o.UNOBSERVED, detail="12"),), (flag(o.UNOBSERVED, state="same"),),
         "ни в одной аудитории из 12"),
    Case("ОБ-Р08", (flag(s.NO_COMBINATION, TOWN, detail="по 13 школам из 14"),),
         (flag(s.NO_COMBINATION, TOWN, "same", detail="по 13 школам"),), "по 13 школам из 14"),
    Case("ОБ-Р09", (flag(s.NO_SCREENING, TOWN, status="no_data"),),
         (flag(s.NO_COMBINATION, TOWN, detail="по 13 школам из 14"),), "скрининг не проводился"),
    Case("ОБ-Р10", (share("ОБ-08", 8, 26, TOWN, better=-1),), (share("ОБ-08", 1, 26, TOWN),),
         "8 из 26 претендентов"),
    Case("ОБ-Р11", (flag(s.JOURNAL_LEVEL, TOWN),), (flag(s.JOURNAL_LEVEL, TOWN, "same"),),
         "примерно одинаково"),
    Case("ОБ-Р12", (flag(s.TOO_FEW, status="not_enough"),), (flag(s.SINGLE, state="same"),),
         "слишком мало"),
    Case("ОБ-Р13", (share(o.MEDALS, 1, 26, TOWN, state="attention"), share("ОБ-08", 1, 26, TOWN)),
         (share(o.MEDALS, 8, 26, TOWN, state="attention"), share("ОБ-08", 8, 26, TOWN)),
         "1 из 26 претендентов"),
    Case("ОБ-Р14", (flag(o.MEDALS, TOWN), share("ОБ-08", 1, 3, TOWN, status="not_enough")),
         (flag(o.MEDALS, TOWN), share("ОБ-08", 1, 26, TOWN)), "претендентов слишком мало"),
    Case("ОБ-Р15", (share(o.MEDALS_CONFIRMED, 0, 26, TOWN, state="attention"),),
         (share(o.MEDALS_CONFIRMED, 1, 26, TOWN, state="same"),), "26 претендентов"),
    Case("ОБ-Р16", (share("ОБ-14", 30, 51, **NINETY),), (share("ОБ-14", 44, 51, **NINETY),),
         "30 из 51 отметки (59 %), ориентир не ниже 90 %"),
    Case("ОБ-Р17", (share("ОБ-10", 300, 7000, TOWN, **TEN),),
         (share("ОБ-10", 800, 7000, TOWN, **TEN),), "300 из 7 000 работ"),
    Case("ОБ-Р18", (flag("ОБ-10", TOWN, status="no_data"),),
         (share("ОБ-10", 300, 7000, TOWN, **TEN),), "Сведений о перекрёстной проверке"),
    Case("ОБ-Р19", (flag("ОБ-12", value=2, unit="шт.", scale=1, n=1),),
         (flag("ОБ-12", value=0, unit="шт.", scale=1, n=1),), "за год: 2"),
    Case("ОБ-Р20", (share("ОБ-11", 12, 14, TOWN, **ALL),), (share("ОБ-11", 14, 14, TOWN, **ALL),),
         "у 12 из 14 школ"),
    Case("ОБ-Р21", (share("ОБ-13", 30, 41, TOWN, **ALL),), (share("ОБ-13", 41, 41, TOWN, **ALL),),
         "30 из 41 эксперта и наблюдателей (73 %)"),
    Case("ОБ-Р22", (share("ОБ-15", 10, 14, TOWN, **ALL),), (share("ОБ-15", 14, 14, TOWN, **ALL),),
         "в 10 из 14 школ"),
    Case("ОБ-Р23", (share("ОБ-14", 480, 500, TOWN, **NINETY),),
         (share("ОБ-14", 400, 500, TOWN, **NINETY),), "480 из 500 отметок (96 %)"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_speaks_and_stays_silent(case: Case) -> None:
    check("05", case)


def test_no_rule_goes_untested() -> None:
    check_every_rule_has_a_case("05", CASES)
