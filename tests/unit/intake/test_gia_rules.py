"""Every rule of ГИА, lists, directory and maps is called by its bad input, with an address."""

from __future__ import annotations

import re

import pytest
from cases_gia import APPEAL_CASES, CASES, CASES_ELSEWHERE

from msoko_lib.intake.rules import Finding, all_rules

PREFIXES = ("gia_", "appeal", "olympiad_", "list_", "medal_", "directory_", "map_")


def all_findings() -> dict[str, list[Finding]]:
    return {code: case.findings() for code, case in CASES.items()} | {
        code: make() for code, make in APPEAL_CASES.items()
    }


def test_every_rule_has_a_case() -> None:
    codes = {rule.code for rule in all_rules() if rule.code.startswith(PREFIXES)}
    assert codes == CASES.keys() | APPEAL_CASES.keys() | CASES_ELSEWHERE


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_bad_input_calls_its_rule_at_its_address(code: str) -> None:
    case = CASES[code]
    found = [item for item in case.findings() if item.rule == code]
    assert found, f"rule {code} was not called"
    assert found[0].sheet == "Лист1"
    assert found[0].cell == case.cell.replace("-", "")


@pytest.mark.parametrize("code", sorted(APPEAL_CASES))
def test_an_appeal_calls_its_rule(code: str) -> None:
    assert code in [item.rule for item in APPEAL_CASES[code]()]


def test_sentences_are_russian_whole_and_without_placeholders() -> None:
    for code, findings in all_findings().items():
        for item in findings:
            for part in (item.found, item.expected, item.action):
                assert not re.search(r"[{}]|None|nan|np\.", part), (code, part)
                assert part.endswith((".", "»", ")")), (code, part)
            words = re.sub(
                r"edu\d+|data/raw/|params(/column_maps)?(/[\w.]+)?|msoko|csv|Excel|\bI+\b",
                "",
                f"{item.found} {item.expected} {item.action}",
            )  # fmt: skip
            assert not re.search(r"[A-Za-z]{2,}", words), (code, words)


@pytest.mark.parametrize(
    "code",
    [code for code, case in CASES.items() if code.startswith(("gia_", "olympiad_", "medal_"))],
)
def test_messages_quote_no_person(code: str) -> None:
    for item in CASES[code].findings():
        assert not re.search(r"Иван|Петр|Сидор|222222|333333|999999|А-17", item.sentence)
