"""The indicator table: its columns, states, references and the levels that have no data."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hand_made import ALL, BEFORE, TOWN, VILLAGE, YEAR, Row, Town, exam, group, pupils, town, work

from msoko_lib.catalogue import Catalogue, CatalogueProblem
from msoko_lib.indicators.engine import COLUMNS, KEY, compute_indicators, indicator_values
from msoko_lib.indicators.inputs import Inputs

RU4, MA5 = work("Русский язык", 4), work("Математика", 5)
CUT = {"subject": "Русский язык", "grade": 4}
SHARES = {"share_2": 0.1, "share_3": 0.3, "share_4": 0.4, "share_5": 0.2}


def answer(school: str, field_id: str, value: float) -> Row:
    """A row of ``form_values``."""
    return {"school_year": YEAR, "school_id": school, "subsystem": "07", "field_id": field_id,
            "value": value}  # fmt: skip


@pytest.fixture
def mixed(tmp_path: Path) -> Town:
    return town(
        tmp_path,
        {
            "vpr_pupils": [
                *pupils("a", RU4, [3, 4, 4, 5, 5]), *pupils("b", RU4, [2, 3, 3, 4]),
                *pupils("a", MA5, [4, 4, 4, 4, 3]),
            ],
            "vpr_marks": [group("region", "region", RU4, 900, **SHARES)],
            "gia_results": [exam(f"a{place}", "Химия", mark=4) for place in range(5)],
        },
    )  # fmt: skip


def test_the_whole_table(mixed: Town) -> None:
    table = compute_indicators(mixed.catalogue, mixed.inputs)
    assert table.columns.tolist() == COLUMNS
    assert set(table["indicator_id"]) == set(mixed.catalogue.passports), "none is left out silently"
    assert not table.duplicated(KEY).any()
    assert set(table["status"]) == {"ok", "not_enough", "no_data"}
    assert (table["year"] == YEAR).all()
    ok = table[table["status"] == "ok"]
    assert ok["value"].notna().all() and (ok["n"] > 0).all()
    assert ((table["reason"] == "") == (table["status"] == "ok")).all()
    for indicator_id, rows in table.groupby("indicator_id"):
        levels = set(mixed.catalogue[str(indicator_id)].levels)
        assert set(rows["level"]) == levels, "a level without data is said"


def test_an_indicator_not_in_force_is_left_out(mixed: Town) -> None:
    old = mixed.catalogue["КП-01"].model_copy(update={"until": 2024})
    part = mixed.catalogue.subsystems[0].model_copy(update={"indicators": (old,)})
    catalogue = Catalogue(subsystems=(part, *mixed.catalogue.subsystems[1:]))
    assert "КП-01" not in set(compute_indicators(catalogue, mixed.inputs)["indicator_id"])


def test_fewer_people_than_the_passport_asks_is_not_enough(mixed: Town) -> None:
    few = mixed.row("КП-02", "school", "b", **CUT)
    assert (few["n"], few["status"]) == (4, "not_enough")
    assert few["reason"] == "Мало данных: 4, а нужно не меньше 5."
    assert mixed.row("КП-02", "school", "a", **CUT)["status"] == "ok"


def test_the_minimum_is_that_of_the_passport(mixed: Town) -> None:
    for minimum, status in ((4, "ok"), (5, "not_enough")):
        passport = mixed.catalogue["КП-02"].model_copy(update={"minimum_n": minimum})
        rows = indicator_values(passport, mixed.inputs)
        assert rows.set_index(["unit_id", "subject"])["status"]["b", "Русский язык"] == status


def test_a_level_without_data_has_a_row_with_the_reason(mixed: Town) -> None:
    rows = mixed.values("КП-02")
    country = rows[rows["level"] == "country"]
    assert country["status"].tolist() == ["no_data"]
    assert country["value"].isna().all() and country["reason"].str.len().gt(0).all()
    nobody = mixed.values("КП-12")
    assert set(nobody["level"]) == {"school", "cluster", "municipality"}
    assert (nobody["status"] == "no_data").all()
    assert nobody["reason"].str.contains(mixed.catalogue["КП-12"].source, regex=False).all()
    assert ("municipality", "municipality") in set(
        zip(nobody["level"], nobody["unit_id"], strict=True)
    )


def test_the_reason_of_a_form_indicator_names_the_questions(tmp_path: Path) -> None:
    given = town(tmp_path, {"form_values": [answer("a", "teachers_n", 10.0)]})
    table = compute_indicators(given.catalogue, given.inputs)
    reasons = table.set_index(["indicator_id", "level"])["reason"]
    courses = reasons["ПП-01", "municipality"]
    assert "«Педагогов, повысивших квалификацию за три года»" in courses
    assert "Педагогических работников" not in courses, "that question is answered"
    assert "и ещё 6" in reasons["ДО-03", "municipality"]
    assert "„Россия – мои горизонты“»" in reasons["ПР-02", "school"], "no quotes within quotes"


def test_other_reasons_of_a_form_indicator(tmp_path: Path) -> None:
    apart = town(tmp_path / "1", {"form_values": [
        answer("a", "teachers_n", 10.0), answer("b", "teachers_courses_n", 3.0)]})  # fmt: skip
    rows = indicator_values(apart.catalogue["ПП-01"], apart.inputs)
    assert set(rows["reason"]) == {
        "Ни одна организация не ответила сразу на все вопросы показателя."
    }
    nought = town(tmp_path / "2", {"form_values": [
        answer("a", "teachers_n", 0.0), answer("a", "teachers_courses_n", 0.0)]})  # fmt: skip
    rows = indicator_values(nought.catalogue["ПП-01"], nought.inputs)
    assert rows["reason"].str.contains("равен нулю").all()


def test_an_empty_bank_gives_reasons_and_no_values(tmp_path: Path) -> None:
    given = town(tmp_path, {})
    table = compute_indicators(given.catalogue, given.inputs)
    assert set(table["indicator_id"]) == set(given.catalogue.passports)
    assert set(table["status"]) == {"no_data"}
    assert table["value"].isna().all() and (table["reason"] != "").all()


def test_the_region_is_joined_where_the_export_has_it(mixed: Town) -> None:
    for level, unit in (("school", "a"), ("school", "b"), TOWN, ALL):
        row = mixed.row("КП-02", level, unit, **CUT)
        assert math.isclose(row["reference"], 0.6) and row["reference_level"] == "region"


def test_the_municipality_is_joined_where_the_region_is_unknown(mixed: Town) -> None:
    row = mixed.row("КП-02", "school", "a", subject="Математика", grade=5)
    assert math.isclose(row["reference"], 0.8) and row["reference_level"] == "municipality"
    whole = mixed.row("КП-02", *ALL, subject="Математика", grade=5)
    assert math.isnan(whole["reference"]) and whole["reference_level"] == ""
    region = mixed.row("КП-02", "region", "region", **CUT)
    assert region["reference_level"] != "region", "nobody is compared with oneself"


@pytest.fixture
def exams(tmp_path: Path) -> Town:
    """Both required exams: town 3 of 10 and 9 of 10, village 6 of 10, its other school nothing."""
    rows = []
    for school, passed in (("a", 3), ("b", 9), ("c", 6)):
        for place in range(10):
            mark = 3 if place < passed else 2
            rows += [exam(f"{school}{place}", subject, mark=mark)
                     for subject in ("Русский язык", "Математика")]  # fmt: skip
    return town(tmp_path, {"gia_results": rows})


def test_a_school_is_put_beside_its_own_group(exams: Town) -> None:
    assert exams.catalogue["РК-03"].reference == "cluster"
    for school in ("a", "b"):
        row = exams.row("РК-03", "school", school)
        assert math.isclose(row["reference"], 12 / 20) and row["reference_level"] == "cluster"
    for unit in (TOWN, VILLAGE):
        row = exams.row("РК-03", *unit)
        assert math.isclose(row["reference"], 18 / 30) and row["reference_level"] == "municipality"
    assert math.isnan(exams.row("РК-03", *ALL)["reference"])


def test_a_school_alone_in_its_group_is_not_compared_with_itself(exams: Town) -> None:
    row = exams.row("РК-03", "school", "c")
    assert math.isclose(row["reference"], 18 / 30) and row["reference_level"] == "municipality"


def test_the_group_is_that_of_the_same_cut(exams: Town) -> None:
    passport = exams.catalogue["КП-09"].model_copy(update={"reference": "cluster"})
    rows = indicator_values(passport, exams.inputs).set_index(["unit_id", "subject"])
    for subject in ("Русский язык", "Математика"):
        own = rows.loc[("город", subject), "value"]
        assert math.isclose(rows.loc[("a", subject), "reference"], own)
        assert rows.loc[("a", subject), "reference_level"] == "cluster"


def test_a_total_is_not_put_beside_the_sum_of_all(tmp_path: Path) -> None:
    answers = [answer("a", "orders_open_n", 2.0), answer("b", "orders_open_n", 7.0)]
    given = town(tmp_path, {"form_values": answers})
    row = given.row("РК-07", "school", "a")
    assert row["value"] == 2 and math.isnan(row["reference"]) and row["reference_level"] == ""


def test_a_reference_that_is_not_enough_is_not_used(tmp_path: Path) -> None:
    given = town(tmp_path, {"gia_results": [exam(f"a{i}", "Химия", mark=4) for i in range(3)]})
    row = given.row("КП-09", "school", "a", subject="Химия")
    assert row["status"] == "not_enough" and math.isnan(row["reference"])


def test_an_unknown_function_is_named(mixed: Town) -> None:
    passport = mixed.catalogue["КП-02"].model_copy(update={"computed_by": "vpr.нет"})
    with pytest.raises(CatalogueProblem, match=r"КП-02.*computed_by.*vpr\.нет"):
        indicator_values(passport, mixed.inputs)


def test_schools_outside_the_directory_are_set_aside(tmp_path: Path) -> None:
    given = town(
        tmp_path,
        {"vpr_pupils": pupils("a", RU4, [4] * 5) + pupils("x", RU4, [2] * 50),
         "vpr_marks": [group("school", "x", RU4, 50, **SHARES),
                       group("region", "region", RU4, 900, **SHARES)]},
        {"vpr_pupils": pupils("x", work("Русский язык", 4, BEFORE), [2] * 5)},
    )  # fmt: skip
    assert set(given.inputs.table("vpr_pupils")["school_id"]) == {"a"}
    assert given.inputs.table("vpr_pupils", back=1).empty
    assert given.inputs.table("vpr_marks")["unit_id"].tolist() == ["region"]
    assert given.row("КП-02", *ALL, **CUT)["n"] == 5


def test_a_school_without_cluster_stands_apart(tmp_path: Path) -> None:
    given = town(tmp_path, {"vpr_pupils": pupils("a", RU4, [4] * 5)})
    schools = given.inputs.schools.assign(cluster=None)
    bare = Inputs(given.inputs.bank, given.inputs.settings, {("schools", 0): schools})
    rows = indicator_values(given.catalogue["КП-02"], bare)
    assert rows.loc[rows["level"] == "cluster", "unit_id"].tolist() == ["без группы"]
