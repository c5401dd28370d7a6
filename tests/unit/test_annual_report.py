"""The annual report: comes out whatever is missing, names no school, counts nothing twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hand_made_year import year_of
from reports_by_cell import blocks_of
from test_reports_without_data import CATALOGUE, KINDS, Given, invented

from msoko_lib.project import Project
from msoko_lib.recommendations.apply import apply_rules, summaries
from msoko_lib.recommendations.facts import facts_frame
from msoko_lib.recommendations.rules import NumberedRule, Rule
from msoko_lib.reporting.blocks import Block, Lead, Quoted
from msoko_lib.settings import SettingsProblem
from msoko_lib.subsystems.annual.params import FILE, load_annual
from msoko_lib.subsystems.annual.parts import part
from msoko_lib.subsystems.annual.problems import may_be_named, ranked_problems
from msoko_lib.subsystems.annual.structure import coverage
from msoko_lib.subsystems.annual.targets import by_subsystem, states_of
from msoko_lib.subsystems.annual.tasks import OFFICE, task_rows
from msoko_lib.subsystems.annual.told import named_findings, told_findings
from msoko_lib.subsystems.year import Year, open_year_of
from msoko_lib.subsystems.year_changes import year_changes

_RULE = """
rules:
  - id: ПП-Р01
    units: [школа]
    when:
      - {fact: ПП-09, is: хуже ориентира}
    mark: attention
    finding: "Без наставника {rest:педагог|педагога|педагогов}."
    summary: "Наставники есть не у всех: {units}."
    addressee: управление
    advice: "Закрепить наставника."
    deadline: до 1 ноября
    control: ПП-09
    weight: 3
"""
_FACT = {
    "fact_id": "ПП-09", "level": "school", "unit_id": "a", "unit": "%", "scale": 100, "better": 1,
    "value": 0.25, "numerator": 1, "denominator": 4, "n": 4, "target": 0.8, "status": "ok",
    "target_words": "не ниже 80 %", "target_status": "муниципальный",
}  # fmt: skip
NOTEBOOK = "18_annual.ipynb"
PARTS = ("03", "04", "07", "09", "11")
REPOSITORY = Project.find(Path(__file__).parent)


def answers(*units: str, size: int = 60) -> Given:
    return {
        unit: {
            name: value
            for number in PARTS
            for name, value in invented(CATALOGUE, number, unit, size + 20 * place).items()
        }
        for place, unit in enumerate(units)
    }


def nothing(root: Path) -> Year:
    return year_of(root, {}, kinds=KINDS)


def half(root: Path) -> Year:
    return year_of(root, answers("a", "c", "e"), kinds=KINDS)


def text_of(block: Block) -> str:
    return re.sub(r"data:image/[^\"']*", "", block.html())


@pytest.mark.parametrize("made", [nothing, half], ids=lambda made: made.__name__)
def test_the_report_comes_out(made: Callable[[Path], Year], tmp_path: Path) -> None:
    """A first year without history, six schools: no data at all, half of the forms."""
    opened = made(tmp_path)
    blocks = blocks_of(NOTEBOOK, opened)
    assert len(blocks) > 20
    for call, block in blocks.items():
        assert block.plain().strip() and block.html(), call
        assert not re.search(r"\bnan\b|\bNone\b|NaN|\{[a-z_]+\}|из 0 ", text_of(block)), call
    lead = next(block for block in blocks.values() if isinstance(block, Lead))
    assert any(item.mark == "few" for item in lead.sentences), lead.plain()
    assert lead.actions
    if made is nothing:
        assert "Нет ни одного значения по" in lead.plain()
        sections = coverage(opened).set_index("number")
        assert set(sections["state"]) == {"empty", "outside"}
        assert "бюджет" in sections.loc["1.8", "told"]


@pytest.fixture(scope="module")
def year(tiny_project) -> Year:
    return open_year_of(tiny_project.project, tiny_project.newest)


@pytest.fixture(scope="module")
def blocks(year: Year) -> dict[str, Block]:
    return blocks_of(NOTEBOOK, year)


def test_no_organisation_is_named_but_for_good_practice(
    year: Year, blocks: dict[str, Block]
) -> None:
    for call, block in blocks.items():
        named = [name for name in year.unit_names.values() if name in text_of(block)]
        assert not named or "practice" in call, (call, named)
    payloads = [item for block in blocks.values() for item in block.table_payloads()]
    for payload in payloads:
        if payload["name"] != "18 Практика":
            told = str(payload["records"])
            assert not [name for name in year.unit_names.values() if name in told], payload["name"]


def test_a_check_for_names_would_find_one(year: Year) -> None:
    told = " ".join(named_findings(year)["finding"])
    assert any(name in told for name in year.unit_names.values())


def test_on_results_of_vpr_nobody_is_named(year: Year) -> None:
    assert may_be_named(year, "ТЛ-07")
    for name in ("КП-02", "ШН-01", "МР-07", "Результат выше ожидаемого"):
        assert not may_be_named(year, name)


def test_problems_stand_by_evidence_importance_and_size(year: Year) -> None:
    rows = ranked_problems(year)
    keys = list(zip(~rows["is_sure"], -rows["weight"], -rows["share"], strict=True))
    assert len(rows) > 5 and keys == sorted(keys)
    units = rows[rows["units_n"].notna()]
    assert (units["sure_n"] <= units["units_n"]).all()
    assert (units["units_n"] <= units["asked_n"]).all()
    assert rows["mark"].eq("attention").all()


def test_tasks_go_to_the_office_with_deadline_and_control(year: Year) -> None:
    rows = task_rows(year)
    assert len(rows) and rows["addressee"].isin(OFFICE).all()
    assert rows[["advice", "deadline", "control", "ground"]].ne("").all().all()
    assert rows["advice"].is_unique and rows["weight"].is_monotonic_decreasing


def test_every_subsystem_has_its_section(year: Year, blocks: dict[str, Block]) -> None:
    numbers = [item.number for item in year.catalogue.subsystems]
    assert [f'annual.part(year, "{number}")' for number in numbers] == [
        call for call in blocks if call.startswith("annual.part")
    ]


def test_key_figures_are_those_of_the_indicator_table(year: Year) -> None:
    """Nothing is computed a second time: the table prints the indicator table's values."""
    table = next(
        item for item in part(year, "07").table_payloads() if item["title"] == "Главные показатели"
    )
    for record in table["records"]:
        value = year.values(str(record["indicator"])[:5], "municipality")["value"]
        shown = str(record[year.school_year])
        if value.empty:
            assert not re.search(r"\d", shown)
        else:
            digits = float(re.sub(r"[^\d,−]", "", shown).replace(",", ".").replace("−", "-"))
            assert min(abs(digits - value[0] * scale) for scale in (1, 100)) <= 0.5


def test_tables_of_report_13_stay_there(blocks: dict[str, Block]) -> None:
    outcome = blocks["annual.outcome(year)"]
    assert isinstance(outcome, Quoted) and outcome.table_payloads() == []


def fact(name: str, **more: object) -> dict[str, object]:
    return {
        "fact_id": name, "level": "municipality", "unit_id": "municipality", "unit": "%",
        "scale": 100, "better": 1, "status": "ok", "target": 0.8, "mark": "same",
        "subsystem": "03", **more,
    }  # fmt: skip


def test_an_indicator_with_parts_reaches_its_target_only_with_all_of_them() -> None:
    rows = pd.DataFrame(
        [
            fact("a", mark="up"), fact("a", mark="up"), fact("b", mark="up"), fact("b"),
            fact("c", mark="attention"), fact("c", mark="up"), fact("d", target=None, mark="same"),
        ]
    )  # fmt: skip
    counts = by_subsystem(states_of(rows)).loc["03"]
    assert counts[["known_n", "aimed_n", "reached_n", "near_n", "behind_n"]].tolist() == [
        4, 3, 1, 1, 1,
    ]  # fmt: skip


def test_a_year_changes_only_beyond_chance_and_never_by_vpr(year: Year) -> None:
    def share(name: str, x: float, before: float, n: float = 1000.0) -> dict[str, object]:
        return fact(
            name, value=x / n, numerator=x, denominator=n, previous=before / n,
            previous_numerator=before, previous_denominator=n, n=n,
        )  # fmt: skip

    rows = [share("ТЛ-07", 900, 700), share("ПП-09", 500, 700), share("ВС-11", 500, 505),
            share("ШН-03", 900, 100), share("КП-02", 900, 100)]  # fmt: skip
    facts = facts_frame(pd.DataFrame(rows)).assign(subsystem="03", mark="same")
    found = year_changes(year, facts).set_index("fact_id")["change"].to_dict()
    assert found == {"ТЛ-07": "better", "ПП-09": "worse", "ВС-11": ""}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("КП-08, КП-14", "КП-99, КП-14", "нет показателя «КП-99»"),
        ("КП-08, КП-14", "КП-02, КП-14", "КП-02 даётся по предметам"),
        ('"11": [УС-06', '"12": [УС-06', "нет подсистемы «12»"),
        ("indicators: [ДО-01,", "indicators: [ЯЯ-01,", "раздел 1.1: нет показателя «ЯЯ-01»"),
        ("indicators: [УС-13]", 'indicators: [УС-13], missing: "нет"', "либо indicators, либо"),
    ],
)
def test_a_wrong_file_is_refused_in_words(old: str, new: str, says: str, tmp_path: Path) -> None:
    text = (REPOSITORY.params / FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsProblem, match=re.escape(says)):
        load_annual(Project(tmp_path), CATALOGUE)


def test_told_findings_keep_their_rules(year: Year) -> None:
    """The unnamed text is the rule's own, only the list of names is a number."""
    named = named_findings(year)
    told = told_findings(year).set_index("rule_id")
    assert set(told.index) <= set(named.index)
    units = told[told["units_n"].notna()]
    assert (units["units_n"] == named.loc[units.index, "value"]).all()


def test_an_advice_with_the_figures_of_one_organisation_is_left_out() -> None:
    """One school's numbers (or its order's) would tell which one is meant."""
    text = _RULE.replace("Закрепить наставника.", "Закрепить наставника за {rest}.")
    for written, expected in ((_RULE, "Закрепить наставника."), (text, "")):
        (rule,) = yaml.safe_load(written)["rules"]
        rules = [NumberedRule("07", Rule.model_validate(rule))]
        found = apply_rules(rules, facts_frame(pd.DataFrame([_FACT])), {"a": "school"}, "2024-2025")
        told = summaries(found, rules, None)
        assert told["finding"].tolist() == ["Наставники есть не у всех: 1\u00a0школа."]
        assert told["advice"].tolist() == [expected]
