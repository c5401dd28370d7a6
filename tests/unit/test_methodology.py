"""docs/методика.md says what the code does: names, numbers, limits, thresholds, plain Russian.

docs/допущения.md answers the four questions for every assumption.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import pytest
from methodology_objectivity import EXAMPLES as OBJECTIVITY
from methodology_schools import EXAMPLES as SCHOOLS
from methodology_small_numbers import EXAMPLES as SMALL_NUMBERS
from methodology_text import ASSUMPTIONS, PAGE, PROJECT, SECTIONS, Example, Number

from msoko_lib.settings import load_settings

EXAMPLES = [*SMALL_NUMBERS, *OBJECTIVITY, *SCHOOLS]
DOORS = {
    "intervals", "value_added", "concordance", "bunching", "consistency", "objectivity", "items",
    "clusters", "context", "factors", "effects", "composite", "disclosure", "rounding",
}  # fmt: skip
METHOD_SECTIONS = range(1, 27)
LEAD_INS = [
    "Что спрашивает", "Что нужно", "Как считает", "Как читать", "Когда молчит",
    "Чего не говорит", "Источник",
]  # fmt: skip
A_PAGE_AND_A_HALF = 650  # words

# Section, function, parameter, and the words in which the section gives its default.
DEFAULTS = [
    (5, "value_added.classify_effects", "min_n", "с {:0} учеников"),
    (5, "value_added.classify_effects", "min_effect", "от {:1} стандартного отклонения"),
    (7, "bunching.share_moved", "min_n", "Наименьшее – {:0} работ"),
    (7, "bunching.share_moved", "min_share", "не меньше {:%0} %"),
    (8, "bunching.school_bunching", "target_share", "перевод {:%0} % работ"),
    (8, "bunching.school_bunching", "min_power", "с вероятностью {:%0} %"),
    (12, "objectivity.screen_objectivity", "min_n", "не меньше {:0} результатов"),
    (12, "objectivity.domain_power", "share_difference", "больше на {:%0} п.п."),
    (12, "objectivity.domain_power", "share_moved", "перевод {:%0} % работ"),
    (12, "objectivity.domain_power", "sd_ratio", "разброс {:1} от обычного"),
    (14, "items.skill_reliability", "min_tasks", "не меньше {:0} заданий"),
    (14, "items.skill_reliability", "min_alpha", "не ниже {:1}"),
    (14, "items.upper_lower_difference", "share", "у лучших {:%0} %"),
    (15, "items.deficits", "min_gap", "не меньше {:%0} п.п."),
    (15, "items.deficits", "min_n", "Меньше {:0} учеников"),
    (16, "items.specific_gaps", "min_n", "Меньше {:0} учеников"),
    (18, "clusters.cluster_schools", "min_schools", "Меньше {:0} школ"),
    (18, "clusters.cluster_schools", "min_size", "не меньше {:0} школ"),
    (18, "clusters.cluster_schools", "max_correlation", "связь больше {:1}"),
    (19, "clusters.nearest_schools", "min_found", "не меньше {:0} в пределах"),
    (20, "context.social_index", "mean", "к среднему {:0}"),
    (20, "context.social_index", "sd", "разбросу {:0}"),
    (21, "context.resilience", "min_probability", "ожидаемого не меньше {:2};"),
    (21, "context.resilience", "min_absolute", "медианы не меньше {:2}"),
    (21, "context.resilience", "min_years", "хотя бы в {:0} годах"),
    (24, "composite.composite_index", "largest_missing", "больше {:%0} % веса"),
    (25, "disclosure.protect", "minimum_denominator", "группы меньше {:0}"),
    (25, "disclosure.protect", "protection", "Зазор – не меньше {:0}."),
]
# Section, module, its limit, and the words.
LIMITS = [
    (6, "concordance", "SMALL_TABLE", "До {:0} учеников"),
    (7, "bunching", "FEWEST_NEAR", "меньше {:0} у границы"),
    (9, "consistency", "SMALLEST_MODEL", "Школ меньше {:0}"),
    (10, "exam_consistency", "SMALLEST_REFERENCE", "Других школ меньше {:0}"),
    (11, "spread", "SMALLEST_CLASS", "Меньше {:0} учеников"),
    (13, "medals", "FEWEST_MEDALLISTS", "для индекса – {:0} претендентов"),
    (18, "clustering", "MIN_CONFIDENCE", "ниже {:1} школа пограничная"),
    (20, "predictor_budget", "SCHOOLS_PER_PREDICTOR", "на {:0} школ"),
    (22, "importance", "MAX_PREDICTORS", "до {:0} показателей"),
    (23, "ladder", "FEWEST_SCHOOLS", "Школ – не меньше {:0}"),
    (23, "ladder", "FEWEST_COMPARISON", "для сравнения не меньше {:0}"),
]
# Thresholds named in the text: what is looked for, and where (0: the opening).
NAMED_THRESHOLDS = [
    (0, "report_minimum_n", "участников меньше {:0} (порог {})"),
    (3, "report_minimum_n", "меньше порога ({:0}, {})"),
    (6, "journal_gap_marks", "Расхождения в {:0} отметки и больше (порог {})"),
    (12, "objectivity_domain_correlation", "принята {:1} (порог {})"),
]


def named_in_programme(text: str) -> list[str]:
    """Full names of the lines «В программе: …»; a bare name belongs to the module before it."""
    names: list[str] = []
    for line in re.findall(r"^В программе: (.*)$", text, re.MULTILINE):
        module = ""
        for name in re.findall(r"`([\w.]+)`", line):
            if name.startswith("msoko_lib."):
                module = name
            names.append(name if name == module else f"{module}.{name}")
    return names


def resolved(name: str) -> Any:
    """The module or the function of a full name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)


def prose(text: str) -> str:
    """What a methodologist reads: without names of the programme, code, sources and links."""
    text = re.sub(r"^(В программе:|\*\*Источник\.\*\*).*$", "", text, flags=re.MULTILINE)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "", text)


@pytest.mark.parametrize("name", named_in_programme(PAGE))
def test_every_name_of_the_programme_exists(name: str) -> None:
    assert resolved(name).__doc__


def test_every_door_of_the_methods_is_explained() -> None:
    doors = {name.split(".")[2] for name in named_in_programme(PAGE) if ".methods." in name}
    assert doors == DOORS


def test_example_of_a_wrong_name_is_noticed() -> None:
    (name,) = named_in_programme("В программе: `msoko_lib.methods.intervals.wilsen`")
    with pytest.raises(AttributeError):
        resolved(name)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"section {each.section}")
def test_numbers_of_the_examples_are_computed(example: Example) -> None:
    assert example.filled() in SECTIONS[example.section]


def test_every_method_has_an_example() -> None:
    assert {example.section for example in EXAMPLES} == set(METHOD_SECTIONS)


@pytest.mark.parametrize(("section", "name", "parameter", "words"), DEFAULTS)
def test_defaults_are_those_of_the_functions(
    section: int, name: str, parameter: str, words: str
) -> None:
    default = inspect.signature(resolved(f"msoko_lib.methods.{name}")).parameters[parameter].default
    assert words.format(Number(default)) in in_figures(SECTIONS[section])


@pytest.mark.parametrize(("section", "module", "limit", "words"), LIMITS)
def test_limits_are_those_of_the_modules(section: int, module: str, limit: str, words: str) -> None:
    value = getattr(importlib.import_module(f"msoko_lib.methods.{module}"), limit)
    assert words.format(Number(value)) in in_figures(SECTIONS[section])


def in_figures(text: str) -> str:
    """The text with small numbers in words put into figures."""
    for word, figure in (("четырёх", "4"), ("пяти", "5")):
        text = re.sub(rf"\b{word}\b", figure, text)
    return text


def test_thresholds_are_those_of_the_parameters() -> None:
    thresholds = load_settings(PROJECT, "2024-2025").thresholds.values()
    rows = {
        f"| {each.meaning} | {decimal(each.value)} | {each.unit} | {each.status} |"
        for each in thresholds
    }
    shown = {line for line in SECTIONS[28].splitlines() if re.match(r"\|.*\d", line)}
    assert shown
    assert shown <= rows


@pytest.mark.parametrize(("section", "name", "words"), NAMED_THRESHOLDS)
def test_thresholds_in_the_text_carry_value_and_status(section: int, name: str, words: str) -> None:
    threshold = load_settings(PROJECT, "2024-2025").threshold(name)
    text = SECTIONS[section] if section else PAGE.split("\n## ")[0]
    assert words.format(Number(threshold.value), threshold.status) in text


def decimal(value: float) -> str:
    places = 0 if value == int(value) else 1
    return format(Number(value), str(places))


@pytest.mark.parametrize("section", METHOD_SECTIONS)
def test_every_section_answers_the_same_questions_within_a_page(section: int) -> None:
    body = SECTIONS[section]
    found = re.findall(r"^\*\*([^*]+)\.\*\*", body, re.MULTILINE)
    assert found == LEAD_INS
    assert body.rstrip().splitlines()[-1].startswith("В программе: ")
    assert len(body.split()) <= A_PAGE_AND_A_HALF


def test_the_page_is_written_in_russian() -> None:
    words = set(re.findall(r"[A-Za-z]{2,}", prose(PAGE)))
    assert words <= {"msoko"}


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", PAGE + ASSUMPTIONS))
def test_links_lead_somewhere(target: str) -> None:
    assert (PROJECT.root / "docs" / target).is_file()


def test_every_assumption_says_what_why_what_for_and_how_to_check() -> None:
    parts = re.split(r"^### ", ASSUMPTIONS, flags=re.MULTILINE)[1:]
    numbers = [int(part.split(".")[0]) for part in parts]
    assert numbers == list(range(1, len(parts) + 1))
    for part in parts:
        found = re.findall(r"^- \*\*(\w+)\.\*\* \S", part, re.MULTILINE)
        assert found[:3] == ["Что", "Почему", "Влияет"], part
        assert found[3:] in (["Проверить"], ["Поменять"]), part


def test_the_assumptions_are_written_in_russian() -> None:
    assert set(re.findall(r"[A-Za-z]{2,}", prose(ASSUMPTIONS))) <= {"msoko", "Excel"}


@pytest.mark.parametrize("number", re.findall(r"допущени\w+ (\d+)", ASSUMPTIONS))
def test_references_between_assumptions_lead_somewhere(number: str) -> None:
    assert f"### {number}. " in ASSUMPTIONS
