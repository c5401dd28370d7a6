"""The list of rules: what is read, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rule_samples import RULE

from msoko_lib.project import Project
from msoko_lib.recommendations.rules import RulesProblem, load_rules
from msoko_lib.recommendations.wording import fill


def test_a_rule_is_read(with_rules: Callable[..., Project]) -> None:
    (item,) = load_rules(with_rules(a=RULE), {"ПП-09"})
    assert (item.subsystem, item.rule.id, item.rule.when[0].fact) == ("07", "ПП-Р01", "ПП-09")
    assert item.rule.is_in_force("2024-2025")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight: 3", "weight: 9", "поле «weight»"),
        ("weight: 3", "wieght: 3", "опечатк"),
        ("id: ПП-Р01", "id: ПП-1", "ПП-1"),
        ("{target}", "{tragte}", "нет подстановки {tragte}"),
        ("Закрепить наставника.", "Наказать виновных.", "так писать нельзя"),
        ("addressee: руководитель", "addressee: завхоз", "завхоз"),
        ("    addressee: руководитель\n", "", "нужны и addressee, и advice"),
        ("    deadline: до 1 ноября\n", "", "deadline и control"),
        ('    summary: "Наставники есть не у всех: {units}."\n', "", "нужен summary"),
        ("units: [школа]", "units: [школа, муниципалитет]", "не может быть"),
        ("weight: 3", "weight: 3\n    office: {addressee: РМО}", "office → advice"),
        (
            "weight: 3",
            "weight: 3\n    in_office: false\n    office: {addressee: РМО, advice: Помочь.}",
            "office не нужен",
        ),
        (
            "weight: 3",
            "weight: 3\n    office: {addressee: РМО, advice: Наказать.}",
            "office: так писать нельзя",
        ),
        (
            "[школа]",
            "[муниципалитет]\n    office: {addressee: РМО, advice: Помочь.}",
            "для правил об организациях",
        ),
        ("is: хуже ориентира", "is: плохо", "плохо"),
        ("is: хуже ориентира", "is: хуже ориентира, below: 3", "одно из трёх"),
        ("fact: ПП-09", "fact: ПП-99", "нет показателя или признака «ПП-99»"),
        ("rules:", "rules: [", "не по правилам YAML"),
    ],
)
def test_each_way_to_write_it_wrong_is_named(
    with_rules: Callable[..., Project], old: str, new: str, told: str
) -> None:
    assert old in RULE
    with pytest.raises(RulesProblem) as problem:
        load_rules(with_rules(a=RULE.replace(old, new)), {"ПП-09"})
    assert told in str(problem.value)
    assert "a.yml" in str(problem.value) and "строка" in str(problem.value)


def test_the_same_number_in_two_files_is_refused(with_rules: Callable[..., Project]) -> None:
    with pytest.raises(RulesProblem, match=r"ПП-Р01 описано дважды: ещё a\.yml, строка 4"):
        load_rules(with_rules(a=RULE, b=RULE))


@pytest.mark.parametrize(
    ("number", "nominative", "genitive"),
    [(1, "педагог", "педагога"), (3, "педагога", "педагогов"), (5, "педагогов", "педагогов"),
     (11, "педагогов", "педагогов"), (21, "педагог", "педагога")],
)  # fmt: skip
def test_the_noun_follows_its_number(number: int, nominative: str, genitive: str) -> None:
    words, counts = {"rest": str(number)}, {"rest": number}
    forms = "педагог|педагога|педагогов"
    assert fill(f"{{rest:{forms}}}", words, counts) == f"{number}\u00a0{nominative}"
    assert fill(f"у {{rest:~{forms}}}", words, counts) == f"у {number}\u00a0{genitive}"
