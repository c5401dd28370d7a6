"""НОКО against hand-computed examples; the parameters file and its faults."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.noko import (
    NokoPoints,
    band_of,
    criteria_scores,
    information_score,
    load_noko,
    points_score,
    sample_needed,
    satisfied_score,
    total_score,
)
from msoko_lib.project import Project
from msoko_lib.settings import SettingsProblem

REPOSITORY = Project.find(Path(__file__))
RULES = load_noko(REPOSITORY)
CONDITIONS = RULES.points["conditions"]
REMOTE = RULES.points["remote_contacts"]
# A school of 400 clients of whom 160 were asked, from what was found there to the total, by hand.
FOUND = {
    # Стенд 9 из 10, сайт 40 из 50: ½ (0,9 + 0,8) · 100.
    "p11": information_score(9, 10, 40, 50),  # 85
    "p12": points_score(3, REMOTE),  # 90
    # Стенд 144 довольных, сайт 128: ½ (0,9 + 0,8) · 100.
    "p13": satisfied_score(160, 144, 128),  # 85
    "p21": points_score(4, CONDITIONS),  # 80
    "p23": satisfied_score(160, 152),  # 95
    "p31": points_score(1, CONDITIONS),  # 20
    "p32": points_score(6, CONDITIONS),  # 100
    "p33": satisfied_score(10, 6),  # 60
    "p41": 98.0, "p42": 96.0, "p43": 90.0, "p51": 90.0, "p52": 95.0, "p53": 92.0,
}  # fmt: skip
BY_HAND = {
    "k1": 86.5,  # 0,3·85 + 0,3·90 + 0,4·85 = 25,5 + 27 + 34
    "k2": 87.5,  # ½ (80 + 95)
    "k3": 64.0,  # 0,3·20 + 0,4·100 + 0,3·60 = 6 + 40 + 18
    "k4": 95.6,  # 0,4·98 + 0,4·96 + 0,2·90 = 39,2 + 38,4 + 18
    "k5": 92.0,  # 0,3·90 + 0,2·95 + 0,5·92 = 27 + 19 + 46
}


def test_sub_indicators_by_hand() -> None:
    names = ("p11", "p12", "p13", "p21", "p23", "p31", "p32", "p33")
    expected = (85, 90, 85, 80, 95, 20, 100, 60)
    assert [FOUND[name] for name in names] == pytest.approx(expected)


def test_criteria_and_total_by_hand() -> None:
    assert criteria_scores(RULES, FOUND) == pytest.approx(BY_HAND)
    # (86,5 + 87,5 + 64 + 95,6 + 92) / 5
    assert total_score(BY_HAND) == pytest.approx(85.12)


def test_waiting_time_is_used_where_it_was_measured() -> None:
    # 0,3·80 + 0,4·50 + 0,3·95 = 24 + 20 + 28,5
    assert criteria_scores(RULES, {**FOUND, "p22": 50.0})["k2"] == pytest.approx(72.5)


def test_a_missing_sub_indicator_leaves_its_criterion_and_the_total_out() -> None:
    scores = {name: value for name, value in FOUND.items() if name != "p33"}
    found = criteria_scores(RULES, scores)
    assert found.keys() == BY_HAND.keys() - {"k3"}
    assert total_score(found) is None


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "отлично"), (81, "отлично"), (80.5, "отлично"), (80.4, "хорошо"), (61, "хорошо"),
     (60, "удовлетворительно"), (21, "ниже среднего"), (20, "неудовлетворительно"),
     (0, "неудовлетворительно")],
)  # fmt: skip
def test_bands(score: float, band: str) -> None:
    assert band_of(RULES, score) == band


@pytest.mark.parametrize(
    ("clients", "needed"), [(0, 0), (10, 4), (11, 5), (500, 200), (1500, 600), (9000, 600)]
)
def test_sample(clients: int, needed: int) -> None:
    assert sample_needed(RULES, clients) == needed


@given(st.dictionaries(st.sampled_from(sorted(FOUND)), st.floats(0, 100), min_size=14))
def test_a_criterion_lies_between_its_parts(scores: dict[str, float]) -> None:
    for criterion in RULES.criteria:
        own = [scores[part.id] for part in criterion.parts if part.id in scores]
        value = criteria_scores(RULES, scores)[criterion.id]
        assert min(own) - 1e-6 <= value <= max(own) + 1e-6


@pytest.mark.parametrize(
    "call",
    [
        lambda: information_score(1, 0, 1, 1), lambda: points_score(-1, REMOTE),
        lambda: satisfied_score(0, 0), lambda: satisfied_score(10), lambda: band_of(RULES, 101),
    ],
)  # fmt: skip
def test_impossible_input(call: object) -> None:
    with pytest.raises(ValueError):
        call()  # type: ignore[operator]


def test_points_never_pass_a_hundred() -> None:
    assert points_score(3, NokoPoints(each=40, full_from=9)) == 100


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rules: rules["criteria"][0]["parts"][0].update(weight=0.5), "в сумме не дают 1"),
        (lambda rules: rules["criteria"].pop(), "ожидались критерии k1, k2"),
        (lambda rules: rules["bands"].reverse(), "полосы bands идут от высокой к низкой"),
        (lambda rules: rules["criteria"][1]["parts"][1].update(mean_of=["p99"]), "нет таких"),
        (lambda rules: rules.pop("status"), "status"),
        (lambda rules: rules.update(lishnee=1), "lishnee"),
    ],
)
def test_faults_of_the_file(tmp_path: Path, change: object, words: str) -> None:
    rules = yaml.safe_load((REPOSITORY.params / "noko.yml").read_text(encoding="utf-8"))
    change(rules)  # type: ignore[operator]
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "noko.yml").write_text(
        yaml.safe_dump(rules, allow_unicode=True), "utf-8"
    )
    with pytest.raises(SettingsProblem, match=r"noko\.yml") as caught:
        load_noko(Project(tmp_path))
    assert words in str(caught.value)


def test_a_file_that_is_missing_or_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="Нет файла"):
        load_noko(Project(tmp_path))
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "noko.yml").write_text("criteria: [", encoding="utf-8")
    with pytest.raises(SettingsProblem, match="не по правилам YAML"):
        load_noko(Project(tmp_path))
