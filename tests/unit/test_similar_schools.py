"""Similar schools and groups by conditions: from hand-made banks, checked in plain Python."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hand_made import BEFORE, YEAR, Row, town

from msoko_lib.bank import Bank
from msoko_lib.indicators.clusters import school_clusters, year_clusters
from msoko_lib.indicators.conditions import conditions
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.similar import peers_of, similar_schools
from msoko_lib.project import Project
from msoko_lib.settings import Settings, SettingsProblem, load_settings

SIZES = (400, 410, 420, 430, 440, 450, 460, 470, 30, 34, 38, 42, 46, 50)


def rows_of(
    sizes: Mapping[str, float], villages: set[str], year: str = YEAR
) -> dict[str, list[Row]]:
    """Directory and enrolment of schools of these sizes."""
    schools = [
        {"school_year": year, "school_id": name, "short_name": f"Школа {name}",
         "unit_kind": "school", "territory": "село" if name in villages else "город",
         "cluster": "село" if name in villages else "город", "in_directory": True}
        for name in sizes
    ]  # fmt: skip
    enrolment = [
        {"school_year": year, "school_id": name, "grade": 1, "pupils_n": size}
        for name, size in sizes.items()
    ]
    return {"schools": schools, "enrolment": enrolment}


def names(count: int) -> list[str]:
    return [chr(ord("a") + place) for place in range(count)]


TOWN_AND_VILLAGE = dict(zip(names(14), SIZES, strict=True))
VILLAGES = set("ijklmn")


def opened(root: Path, sizes: Mapping[str, float], villages: set[str] = frozenset(),
           before: Mapping[str, float] | None = None) -> Inputs:  # fmt: skip
    past = rows_of(before, villages, BEFORE) if before else None
    return town(root, rows_of(sizes, villages), past).inputs


def with_settings(inputs: Inputs, **changes: object) -> Inputs:
    settings = Settings.model_validate({**inputs.settings.model_dump(), **changes})
    return Inputs(inputs.bank, settings)


def test_conditions_are_means_of_the_years(tmp_path: Path) -> None:
    now, before = {"a": 100, "b": 200, "c": 50}, {"a": 300, "b": 200}
    found = conditions(opened(tmp_path, now, {"c"}, before))
    assert found.values["pupils"].to_dict() == {"a": 200, "b": 200, "c": 50}
    assert found.values["village"].to_dict() == {"a": 0, "b": 0, "c": 1}
    assert found.years == 2
    assert set(found.unused) == {"social_index", "distance_to_centre"}
    assert set(found.weights) == {"pupils", "village"}


def test_a_gap_is_named_not_filled(tmp_path: Path) -> None:
    tables = rows_of(dict(zip(names(6), (100, 200, 300, 400, 500, 600), strict=True)), {"a", "b"})
    tables["schools"][5]["territory"] = None
    found = conditions(town(tmp_path, tables).inputs)
    assert found.lacking == {"f": ("village",)}
    assert "f" not in found.values.index
    table = similar_schools(town(tmp_path, tables).inputs).set_index("school_id")
    assert table.loc["f", "status"] == "no_data"
    assert not table["neighbour_id"].eq("f").any()


def test_results_have_no_say(tmp_path: Path) -> None:
    """Only the directory, enrolment and the social passport are read."""
    inputs = opened(tmp_path, TOWN_AND_VILLAGE, VILLAGES)
    asked = []

    class Listening(Inputs):
        def table(self, name: str, back: int = 0) -> pd.DataFrame:
            asked.append(name)
            return super().table(name, back)

    similar_schools(Listening(inputs.bank, inputs.settings))
    year_clusters(Listening(inputs.bank, inputs.settings))
    assert set(asked) == {"schools", "enrolment", "context"}


def test_distances_and_statuses(tmp_path: Path) -> None:
    """One condition, so the distance is the difference of logarithms in standard deviations."""
    sizes = {"a": 100, "b": 104, "c": 108, "d": 112, "e": 116, "f": 120, "g": 300, "h": 5000}
    table = similar_schools(opened(tmp_path, sizes))
    spread = statistics.stdev(math.log1p(size) for size in sizes.values())

    def away(one: str, other: str) -> float:
        return abs(math.log1p(sizes[one]) - math.log1p(sizes[other])) / spread

    for school in sizes:
        own = table[table["school_id"] == school]
        inside = sorted((away(school, other), other) for other in sizes if other != school
                        and away(school, other) <= 0.5)  # fmt: skip
        assert own["n_inside"].tolist() == [len(inside)] * max(len(inside), 1)
        expected = "ok" if len(inside) >= 5 else "few" if inside else "none"
        assert set(own["status"]) == {expected}, school
        if inside:
            assert own["neighbour_id"].tolist() == [other for _, other in inside]
            assert own["distance"].tolist() == pytest.approx([gap for gap, _ in inside])
            assert own["rank"].tolist() == list(range(1, len(inside) + 1))
    assert table.set_index("school_id").loc["h", "status"] == "none"
    assert set(table.loc[table["school_id"] == "a", "status"]) == {"ok"}


def test_caliper_and_number_come_from_the_parameters(tmp_path: Path) -> None:
    inputs = opened(tmp_path, TOWN_AND_VILLAGE, VILLAGES)
    thresholds = inputs.settings.model_dump()["thresholds"]
    thresholds["similar_most"]["value"] = 2
    thresholds["similar_minimum"]["value"] = 6
    table = similar_schools(with_settings(inputs, thresholds=thresholds))
    assert table.groupby("school_id").size().max() == 2
    assert set(table.loc[table["school_id"].isin(VILLAGES), "status"]) == {"few"}
    assert set(table.loc[~table["school_id"].isin(VILLAGES), "status"]) == {"ok"}


def test_six_schools_have_neighbours_and_no_groups(tmp_path: Path) -> None:
    inputs = opened(tmp_path, dict(zip("abcdef", (100, 110, 120, 500, 520, 540), strict=True)))
    assert set(similar_schools(inputs)["status"]) <= {"few", "none"}
    members = school_clusters(inputs)
    assert set(members["status"]) == {"too_few_schools"}
    assert members["cluster"].isna().all() and len(members) == 6


def test_no_conditions_at_all(tmp_path: Path) -> None:
    schools = [
        {"school_year": YEAR, "school_id": name, "short_name": name, "unit_kind": "school",
         "in_directory": True} for name in names(14)
    ]  # fmt: skip
    inputs = town(tmp_path, {"schools": schools}).inputs
    assert set(similar_schools(inputs)["status"]) == {"no_data"}
    members = school_clusters(inputs)
    assert len(members) == 14 and members["cluster"].isna().all()


def test_two_clear_groups_are_found_and_named(tmp_path: Path) -> None:
    found = year_clusters(opened(tmp_path, TOWN_AND_VILLAGE, VILLAGES))
    members = found.members.set_index("school_id")
    assert set(members["status"]) == {"ok"}
    groups = members.groupby("cluster").groups
    assert {frozenset(ids) for ids in groups.values()} == {
        frozenset(VILLAGES), frozenset(TOWN_AND_VILLAGE) - VILLAGES,
    }  # fmt: skip
    titles = members["title"]
    assert titles["i"].startswith("Сельские") and "малые" in titles["i"]
    assert titles["a"].startswith("Городские") and "крупные" in titles["a"]
    assert (members["confidence"] > 0.9).all() and not members["is_border"].any()
    assert set(members["movement"]) == {"no_data"}, "there is no earlier year"


def test_schools_without_structure_get_no_groups(tmp_path: Path) -> None:
    sizes = {name: round(100 * 1.2**place) for place, name in enumerate(names(16))}
    members = school_clusters(opened(tmp_path, sizes))
    assert set(members["status"]) == {"no_clear_structure"}
    assert members["cluster"].isna().all()


def test_groups_of_the_base_year_are_kept(tmp_path: Path) -> None:
    """The next year's schools go to the centres of the base year; one that moved is told."""
    now = rows_of({**TOWN_AND_VILLAGE, "n": 900, "z": 33}, VILLAGES - {"n"} | {"z"})
    inputs = town(tmp_path, now, rows_of(TOWN_AND_VILLAGE, VILLAGES, BEFORE)).inputs
    bank = Bank(inputs.bank.project, BEFORE)
    kept = with_settings(inputs, cluster_base_year=BEFORE)
    found = year_clusters(kept)
    members = found.members.set_index("school_id")
    assert found.base_year == BEFORE and set(members["base_year"]) == {BEFORE}
    base = year_clusters(Inputs(bank, kept.settings)).members.set_index("school_id")["cluster"]
    stayed = members["movement"] == "stayed"
    assert (members.loc[stayed, "cluster"] == base[stayed.index[stayed]]).all()
    assert members.loc["z", "movement"] == "appeared"
    assert members.loc["z", "cluster"] == base["i"]
    assert pd.isna(members.loc["z", "confidence"]) and pd.isna(members.loc["z", "is_border"])
    assert members.loc["n", "movement"] == "moved" and pd.isna(members.loc["n", "confidence"])


def test_a_base_year_that_is_gone_or_later_is_not_used(tmp_path: Path) -> None:
    inputs = opened(tmp_path, TOWN_AND_VILLAGE, VILLAGES)
    for base in ("2015-2016", YEAR, "2030-2031"):
        assert year_clusters(with_settings(inputs, cluster_base_year=base)).base_year == YEAR


def test_peers_fall_back_from_similar_to_group_to_expert_group(tmp_path: Path) -> None:
    inputs = opened(tmp_path, TOWN_AND_VILLAGE, VILLAGES)
    similar, clusters = similar_schools(inputs), school_clusters(inputs)
    found = peers_of("i", similar, clusters, inputs.schools)
    assert found.kind == "similar" and set(found.schools) == VILLAGES - {"i"}
    few = similar.assign(status="few")
    found = peers_of("i", few, clusters, inputs.schools)
    assert found.kind == "cluster" and set(found.schools) == VILLAGES - {"i"}
    on_the_border = clusters.assign(is_border=True)
    found = peers_of("a", few, on_the_border, inputs.schools)
    assert found.kind == "expert"
    assert set(found.schools) == set(TOWN_AND_VILLAGE) - VILLAGES - {"a"}
    nobody = inputs.schools.assign(cluster=None)
    assert peers_of("a", few, on_the_border, nobody).kind == "none"


@pytest.mark.parametrize(
    "text, word",
    [
        ("cluster_base_year: 2024", "cluster_base_year"),
        ("cluster_base_year: 2024-2026", "учебный год"),
        ("comparison_conditions: {pupils: 0}", "больше нуля"),
        ("comparison_conditions: {pupils: много}", "число"),
    ],
)
def test_wrong_parameters_are_told(tmp_path: Path, text: str, word: str) -> None:
    params = tmp_path / "params"
    params.mkdir()
    common = Project.find(Path(__file__).parent).params / "common.yml"
    (params / "common.yml").write_text(common.read_text(encoding="utf-8"), encoding="utf-8")
    (params / f"{YEAR}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem, match=word):
        load_settings(Project(tmp_path), YEAR)
