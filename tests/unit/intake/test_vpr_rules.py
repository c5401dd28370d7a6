"""Every ВПР rule is called by its bad input and says where, what and what to do."""

from __future__ import annotations

import re

import pytest
from cases_vpr import CASES, CROSS_CASES, Case

from msoko_lib.intake.rules import Finding, all_rules
from msoko_lib.intake.rules_vpr_groups import register  # noqa: F401  (the rules are registered)

ALLOWED_LATIN = re.compile(r"edu\d+|reg\d+_m\d+|data/raw/|params|msoko|xlsx|Excel|\bB\b|[A-Z]+\d+")


def all_cases() -> dict[str, list[Finding]]:
    return {code: case.findings() for code, case in CASES.items()} | {
        code: make() for code, make in CROSS_CASES.items()
    }


def test_every_rule_has_a_case() -> None:
    codes = {rule.code for rule in all_rules() if rule.code.startswith("vpr_")}
    assert codes == CASES.keys() | CROSS_CASES.keys()


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_bad_input_calls_its_rule_with_an_address(code: str) -> None:
    found = [item for item in CASES[code].findings() if item.rule == code]
    assert found, f"rule {code} was not called"
    assert found[0].file and found[0].sheet
    assert re.fullmatch(r"[A-Z]{1,2}[1-9][0-9]*", found[0].cell)


@pytest.mark.parametrize("code", sorted(CROSS_CASES))
def test_a_cross_check_names_both_files(code: str) -> None:
    found = [item for item in CROSS_CASES[code]() if item.rule == code]
    assert found
    assert "файл 0.xlsx" in found[0].found and "файл 1.xlsx" in found[0].found


def test_sentences_are_russian_whole_and_without_placeholders() -> None:
    for code, findings in all_cases().items():
        for item in findings:
            for part in (item.found, item.expected, item.action):
                assert not re.search(r"[{}]|None|nan|np\.", part), (code, part)
                assert part.endswith((".", "»", ")")), (code, part)
            whole = f"{item.found} {item.expected} {item.action}"
            latin = ALLOWED_LATIN.sub("", whole)
            assert not re.search(r"[A-Za-z]{2,}", latin), (code, latin)


def test_a_good_file_has_nothing_but_a_note() -> None:
    findings = Case(CASES["vpr_unscored"].rows).findings()
    assert [item.severity for item in findings] == ["note"]
