"""Small parts of the demo: file writers, names, scoring, and the same bytes for a seed."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from scipy.special import expit

from msoko_lib.demo import write_demo
from msoko_lib.demo.forms_vpr import FORMS
from msoko_lib.demo.journal import LOWERED_SHARE, RAISED_SHARE, draw_journal
from msoko_lib.demo.municipality import make_schools
from msoko_lib.demo.names import NAMES_TOTAL, full_name, name_codes
from msoko_lib.demo.scoring import Calibration, calibrate, draw_scores, marks_of
from msoko_lib.demo.xls import write_xls
from msoko_lib.demo.xlsx import SheetRows, write_xlsx
from msoko_lib.intake.workbook import open_workbook

ROWS = [
    ["Заголовок «а» & <б>", 1, 2.5, None, "конец"],
    [],
    ["длинный " * 60, -3],
    *[[f"строка {number}", number, number / 4] for number in range(700)],
]


def hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", write_xlsx), ("xls", write_xls)])
def test_calamine_reads_back_what_was_written(tmp_path, suffix, write) -> None:
    path = tmp_path / f"book.{suffix}"
    write(path, [SheetRows("Лист «один»", ROWS), SheetRows("Второй", [["да"]])])
    book = open_workbook(path)
    assert [sheet.name for sheet in book.sheets] == ["Лист «один»", "Второй"]
    for written, read in zip(ROWS, book.sheets[0].rows, strict=True):
        assert [None if cell == "" else cell for cell in read][: len(written)] == written
    assert book.sheets[1].rows == [["да"]]


def test_openpyxl_reads_the_xlsx_too(tmp_path) -> None:
    path = tmp_path / "book.xlsx"
    write_xlsx(path, [SheetRows("Лист", ROWS, merges=("A1:E1",))], saved="2025-07-15T09:00:00Z")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == ROWS[0][0]
    assert str(next(iter(sheet.merged_cells.ranges))) == "A1:E1"
    assert book.properties.modified.isoformat().startswith("2025-07-15T09:00:00")


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_a_workbook_without_sheets_is_refused(tmp_path, write) -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        write(tmp_path / "none", [])


def test_same_seed_same_bytes_another_seed_other_data(tmp_path) -> None:
    options = {"schools": 4, "years": 2, "pupils_scale": 0.3}
    started = time.perf_counter()
    write_demo(tmp_path / "a", **options)
    first = time.perf_counter() - started
    write_demo(tmp_path / "b", **options)
    write_demo(tmp_path / "c", seed=2, **options)
    one, two, other = (hashes(tmp_path / name) for name in "abc")
    assert one == two
    assert set(other) & set(one)
    assert other != one
    assert len(one) > 200
    assert first < 60, "a tiny demo takes seconds, even on a busy machine"


def test_three_schools_and_one_year_are_enough(tmp_path) -> None:
    truth = write_demo(tmp_path, schools=3, years=1, pupils_scale=0.3)
    assert truth.school_years == ("2024-2025",)
    assert len(truth.schools) == 3
    assert all(path.is_file() for path in truth.files)
    assert not list(tmp_path.rglob("*ruth*")), "what was planted is written nowhere"


@pytest.mark.parametrize("options", [{"years": 0}, {"schools": 0}, {"pupils_scale": 0.0},
                                     {"until": "2024"}])  # fmt: skip
def test_impossible_sizes_are_refused(tmp_path, options) -> None:
    with pytest.raises(ValueError):
        write_demo(tmp_path, **options)
    assert not list(tmp_path.rglob("*.xlsx"))


def test_progress_is_told_and_ends_whole(tmp_path) -> None:
    told: list[tuple[str, int, int]] = []
    write_demo(tmp_path, schools=3, years=2, pupils_scale=0.2,
               progress=lambda *step: told.append(step))  # fmt: skip
    assert told[0] == ("2023-2024: ВПР", 0, 2)
    assert told[-1][1:] == (2, 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@pytest.mark.parametrize("number", [3, 4, 14, 40, 1000])
def test_schools_of_every_number_have_codes_and_names_of_their_own(number) -> None:
    schools = make_schools(number, 1.0, np.random.default_rng(1))
    assert len({school.login for school in schools}) == number
    assert len({school.ris_code for school in schools}) == number
    assert len({school.ogrn for school in schools}) == number
    assert len({school.short_name for school in schools}) == number
    assert {school.kind for school in schools} >= {"гимназия", "СОШ"}
    assert [school.index for school in schools] == list(range(number))


def test_usual_municipality_has_tiny_schools_and_one_of_three_a_grade() -> None:
    schools = make_schools(14, 1.0, np.random.default_rng(1))
    tiny = [school.pupils_per_grade for school in schools if school.is_tiny]
    assert sorted(tiny) == [2, 3, 6]
    assert sum(school.kind == "гимназия" for school in schools) == 1


def test_names_differ_inside_a_cohort_and_agree_in_gender() -> None:
    codes = name_codes(np.array([400, 3]), np.random.default_rng(5))
    assert len(set(codes[:400].tolist())) == 400
    assert codes.max() < NAMES_TOTAL
    assert full_name(39, False)[0] == "Луговой"
    assert full_name(39, True)[0] == "Луговая"
    for code in range(0, NAMES_TOTAL, 97):
        assert full_name(code, True)[2].endswith("на")
        assert full_name(code, False)[2].endswith("ич")


def test_task_scores_follow_the_graded_response_model() -> None:
    """P(score ≥ step) against the closed form, two tasks, 40,000 pupils."""
    n, theta, difficulty = 40_000, 0.4, np.array([-0.2, 0.7])
    maxima = np.array([1, 3])
    scores = draw_scores(np.full(n, theta), difficulty, maxima, Calibration(1.3, 0.1),
                         np.random.default_rng(3))  # fmt: skip
    latent = 1.3 * (theta - difficulty - 0.1)
    assert (scores[:, 0] == 1).mean() == pytest.approx(expit(latent[0]), abs=0.01)
    for step, threshold in ((1, -1.1), (2, 0.0), (3, 1.1)):
        share = (scores[:, 1] >= step).mean()
        assert share == pytest.approx(expit(latent[1] - threshold), abs=0.01)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_calibrated_works_give_the_usual_marks(form) -> None:
    rng = np.random.default_rng(11)
    scores = draw_scores(rng.standard_normal(20_000), form.difficulty, form.maxima,
                         calibrate(form), rng)  # fmt: skip
    marks = marks_of(scores.sum(axis=1), form.cuts)
    shares = np.bincount(marks, minlength=6)[2:] / 200
    # The published boundaries of РУ 8 leave little room for a «3»: two parameters cannot meet
    # all the shares.
    tolerance = 13 if form.key == "РУ 8" else 6
    assert np.abs(shares - form.usual_shares).max() < tolerance
    # Tasks are ordered by level on average.
    means = scores.mean(axis=0) / form.maxima
    levels = np.array([task.level for task in form.tasks])
    assert means[levels == "Б"].mean() > means[levels != "Б"].mean()


def test_grade_8_boundaries_are_the_published_ones() -> None:
    published = {
        "РУ 8": (51, (26, 32, 45)), "МА 8": (25, (8, 15, 21)), "ОБ 8": (22, (8, 14, 19)),
        "ФИ 8": (18, (5, 8, 11)),
    }  # fmt: skip
    found = {form.key: (form.max_score, form.cuts) for form in FORMS if form.key in published}
    assert found == published


def test_journals_drift_alike_in_strong_and_weak_schools() -> None:
    rng = np.random.default_rng(2)
    n = 20_000
    school = np.repeat([0, 1], n)
    marks = np.concatenate(
        [rng.choice([2, 3, 4, 5], n, p=[0.3, 0.4, 0.2, 0.1]),
         rng.choice([2, 3, 4, 5], n, p=[0.02, 0.18, 0.5, 0.3])]
    )  # fmt: skip
    journal = draw_journal(marks, school, np.full(2, LOWERED_SHARE), rng)
    for index in (0, 1):
        here = school == index
        assert (journal[here] > marks[here]).mean() == pytest.approx(LOWERED_SHARE, abs=0.01)
        assert (journal[here] < marks[here]).mean() == pytest.approx(RAISED_SHARE, abs=0.01)
    assert journal.min() >= 2 and journal.max() <= 5
