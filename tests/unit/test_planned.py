"""The programme target by target: plan, fact, met or not, whose; in reports 15 and 18."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Nothing
from msoko_lib.subsystems import annual, management, planned
from msoko_lib.subsystems.year import Year

OWN = ("municipality", "municipality")


def target(
    name: str, plan: float | None, fact: float | None, *, less: bool = False, unit: str = "%",
    of: tuple[str, str] = OWN, kind: str = "programme", who: str | None = None, repeat: int = 1,
) -> dict[str, object]:  # fmt: skip
    level, unit_id = of
    return {
        "kind": kind, "level": level, "unit_id": unit_id, "target": name, "repeat": repeat,
        "target_unit": unit, "plan": plan, "fact": fact, "less_is_better": less, "responsible": who,
    }  # fmt: skip


A, B = ("school", "a"), ("school", "b")
ROWS = [
    target("Первая смена", 90, 87.5, who="Отдел школ"),
    target("Очередь в сад", 2, 1, less=True, who="Отдел садов"),
    target("Отток педагогов", 2, 3, less=True),
    target("Ремонт", 4, None, unit="ед.", who="Хозяйственный отдел"),
    target("Кружки", 70, 70, of=A), target("Кружки", 70, 62, of=B),
    target("Сайт", 95, 96, of=A),
    target("Задание", 10, 1, of=A, kind="assignment"),
]  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    root = tmp_path_factory.mktemp("planned")
    return year_of(root, {"a": {"pupils_n": 50.0}, "b": {"pupils_n": 60.0}},
                   tables={planned.TABLE: ROWS})  # fmt: skip


def cells(block: Block) -> str:
    return block.html().replace(ru.NBSP, " ").replace("\u202f", " ")


def test_each_target_is_judged_by_its_own_direction(year: Year) -> None:
    found = planned.targets_of(year).set_index(["target", "unit_id"])["state"]
    assert dict(found.droplevel("unit_id").drop("Кружки")) == {
        "Первая смена": planned.UNMET, "Очередь в сад": planned.MET,
        "Отток педагогов": planned.UNMET, "Ремонт": planned.UNKNOWN, "Сайт": planned.MET,
    }  # fmt: skip
    assert found["Кружки", "a"] == planned.MET and found["Кружки", "b"] == planned.UNMET


def test_the_assignment_is_no_target_of_the_programme(year: Year) -> None:
    assert "Задание" not in set(planned.targets_of(year)["target"])


def test_the_annual_report_shows_plan_fact_gap_and_who_answers(year: Year) -> None:
    told = cells(annual.programme(year))
    for words in ("Первая смена", "87,5", "−2,5 п.п.", "Отдел школ", "▼ не выполнен",
                  "○ нет данных", "из 4 показателей программы выполнено 1, не выполнено 2, "
                  "без факта или плана 1", "из 3 показателей организаций выполнено 2"):  # fmt: skip
        assert words.lower() in told.lower(), words
    assert planned.NOBODY in told, "a target without a name says so"
    # The annual report names no organisation.
    assert year.unit_names["b"] not in told


def test_the_report_on_the_cycle_names_where_a_target_is_not_met(year: Year) -> None:
    told = cells(management.targets(year))
    assert year.unit_names["b"] in told and year.unit_names["a"] not in told
    assert "−8 п.п." in told


def test_counts_alone_are_accepted_as_before(tmp_path: Path) -> None:
    """An office that fills in the form and sends no table."""
    answers = {"programme_items_n": 6.0, "programme_done_n": 5.0}
    alone = year_of(tmp_path, {name: answers for name in "abc"})
    assert planned.targets_of(alone).empty
    told = cells(annual.programme(alone))
    assert "15" in told and "Показатели муниципальной программы" not in told
    assert isinstance(management.targets(alone), Nothing)


def test_targets_without_any_counts_are_shown(year: Year) -> None:
    told = cells(annual.programme(year))
    assert "Планов с фактом в данных года нет" not in told
