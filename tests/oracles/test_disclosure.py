"""Disclosure control: the project's oracle, brute force on small tables, linked releases."""

from __future__ import annotations

from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from msoko_lib.methods.disclosure import (
    Release,
    Table,
    audit,
    cell,
    cell_intervals,
    dominated_cells,
    protect,
    round_to_base,
    sensitive_counts,
    share_label,
    shown_table,
    suppress_complementary,
    suppress_primary,
)
from msoko_lib.methods.disclosure_release import Cell

ORACLE = pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]])


def with_table(table: Table, withheld: list[Cell] | None = None) -> Release:
    release = Release()
    release.add_table(table, withheld=withheld or [])
    return release


# ---------------------------------------------------------------- the worked 3 x 3 example


def test_oracle_primary_cells() -> None:
    table = Table(ORACLE)
    assert suppress_primary(table) == {
        table.cell(0, 0): "small_count",
        table.cell(2, 2): "small_count",
    }


def test_oracle_primary_alone_gives_the_exact_values_away() -> None:
    """The naive release: with margins published the reader finds [3, 3] and [2, 2]."""
    table = Table(ORACLE)
    found = audit(with_table(table, [table.cell(0, 0), table.cell(2, 2)]))
    assert found.cells[["low", "high"]].to_numpy().tolist() == [[3, 3], [2, 2]]
    assert not found.safe and len(found.exposed) == 2


@pytest.mark.parametrize("method", ["joint", "sequential"])
def test_oracle_optimal_complement(method: str) -> None:
    """Complement {(0,2)=9, (2,0)=8}, cost 17, intervals [1, 11] and [0, 10]."""
    table = Table(ORACLE)
    release = with_table(table)
    primary = suppress_primary(table)
    plan = suppress_complementary(release, primary, method=method)
    assert set(plan.complementary) == {table.cell(0, 2), table.cell(2, 0)}
    assert plan.cost == 17
    release.withhold(plan.withheld)
    rows = audit(release, primary=primary).cells.query("primary")
    assert rows[["low", "high"]].to_numpy().tolist() == [[1, 11], [0, 10]]


# ---------------------------------------------------------------- brute force


def brute_intervals(counts: np.ndarray, hidden: set[tuple[int, int]]) -> dict:
    """All whole tables with these margins that agree with the published inner cells."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    places = sorted(hidden)
    found: dict[tuple[int, int], list[int]] = {place: [] for place in places}
    for trial in product(*(range(min(rows[i], columns[j]) + 1) for i, j in places)):
        table = counts.copy()
        for place, value in zip(places, trial, strict=True):
            table[place] = value
        if (table.sum(axis=1) == rows).all() and (table.sum(axis=0) == columns).all():
            for place, value in zip(places, trial, strict=True):
                found[place].append(value)
    return {place: (min(values), max(values)) for place, values in found.items()}


small_tables = st.lists(
    st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=2, max_size=3
).map(np.array)


@settings(max_examples=40, deadline=None)
@given(small_tables, st.data())
def test_lp_equals_brute_force_in_a_two_way_table(counts: np.ndarray, data: st.DataObject) -> None:
    places = [(i, j) for i in range(counts.shape[0]) for j in range(3)]
    hidden = set(data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)))
    table = Table(pd.DataFrame(counts))
    intervals = cell_intervals(with_table(table, [table.cell(i, j) for i, j in hidden]))
    for (i, j), ends in brute_intervals(counts, hidden).items():
        assert intervals[table.cell(i, j)] == ends


@settings(max_examples=10, deadline=None)
@given(small_tables)
def test_joint_programme_is_as_cheap_as_enumeration(counts: np.ndarray) -> None:
    """Every subset of inner cells tried in order of cost, protection 3."""
    counts = counts * 3
    table = Table(pd.DataFrame(counts))
    places = [(i, j) for i in range(counts.shape[0]) for j in range(3)]
    small = [(i, j) for i, j in places if 0 < counts[i, j] < 5]
    assume(small)
    others = [place for place in places if counts[place] > 0 and place not in small]
    subsets = chain.from_iterable(combinations(others, k) for k in range(len(others) + 1))
    cheapest = None
    for extra in sorted(subsets, key=lambda chosen: sum(counts[place] for place in chosen)):
        hidden = {table.cell(*place) for place in (*small, *extra)}
        intervals = cell_intervals(with_table(table, list(hidden)))
        if all(np.diff(intervals[table.cell(*place)])[0] >= 3 for place in small):
            cheapest = sum(int(counts[place]) for place in extra)
            break
    primary = [table.cell(*place) for place in small]
    if cheapest is None:
        with pytest.raises(ValueError, match="no set of allowed cells"):
            suppress_complementary(
                with_table(table), primary, protection=3, allow=["inner"], method="joint"
            )
        return
    plan = suppress_complementary(
        with_table(table), primary, protection=3, allow=["inner"], method="joint"
    )
    assert plan.cost == cheapest and plan.optimal
    stepwise = suppress_complementary(
        with_table(table), primary, protection=3, allow=["inner"], method="sequential"
    )
    assert stepwise.cost >= cheapest
    safe = with_table(table, list(stepwise.withheld))
    assert audit(safe, primary=primary, protection=3).safe


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_protected_tables_always_pass_their_audit(seed: int) -> None:
    """Random municipalities: 8 schools by 4 marks, whatever is small is hidden for good."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(2, 12, (8, 1)) * rng.dirichlet(np.ones(4) * 2, 8))
    counts[:, 0] += 12  # no empty school, no school under the smallest denominator
    table = Table(pd.DataFrame(counts), row_variable="school", column_variable="mark")
    done = protect(Release(), [table])
    assert done.audit.safe
    shown = shown_table(table, done.release)
    assert not ((shown > 0) & (shown < 5)).any().any()


def test_true_values_always_lie_inside() -> None:
    rng = np.random.default_rng(4)
    table = Table(pd.DataFrame(rng.integers(0, 12, (6, 5))))
    hidden = [name for name in table.inner() if rng.random() < 0.4]
    cells = audit(with_table(table, hidden)).cells
    assert ((cells["low"] <= cells["value"]) & (cells["value"] <= cells["high"])).all()


# ---------------------------------------------------------------- the last school, captions


def test_the_last_school_follows_from_the_municipal_total() -> None:
    """J - 1 schools and the total give the last one; two withheld schools do not."""
    counts = pd.DataFrame({"pupils": [40, 55, 3, 61]}, index=list("abcd"))
    table = Table(counts, row_variable="school", column_variable="what", totals="columns")
    alone = audit(with_table(table, [table.cell("c", "pupils")]))
    assert alone.cells.loc[0, ["low", "high"]].tolist() == [3, 3]
    done = protect(Release(), [table], groups="none")
    assert done.audit.safe and len(done.plan.withheld) == 2
    assert done.plan.cost == 40


def test_a_number_in_a_title_breaks_a_safe_table() -> None:
    table = Table(ORACLE)
    done = protect(Release(), [table])
    assert done.audit.safe
    told = done.release.copy()
    told.add_statement({table.cell(0, 0): 1, table.cell(2, 2): 1, table.cell(2, 0): 1})
    found = audit(told, primary=done.plan.primary)
    assert not found.safe


def test_suppression_takes_the_title_into_account() -> None:
    table = Table(ORACLE)
    release = with_table(table)
    release.add_statement({table.cell(0, 0): 1, table.cell(2, 2): 1, table.cell(2, 0): 1})
    done = protect(release, [table])
    assert done.audit.safe and done.plan.cost > 17


def test_a_published_share_gives_the_count_away() -> None:
    table = Table(ORACLE)
    done = protect(Release(), [table])
    told = done.release.copy()
    told.add_share(table.cell(0, 0), table.cell(0), 3 / 26, half_width=0.0005)
    found = audit(told, primary=done.plan.primary)
    assert found.cells.set_index("cell").loc[[table.cell(0, 0)], "width"].tolist() == [0]


def test_a_wrong_caption_is_refused_not_audited() -> None:
    table = Table(ORACLE)
    release = with_table(table, [table.cell(0, 0)])
    release.add_statement({table.cell(0, 0): 1, table.cell(2, 2): 1}, value=9)
    with pytest.raises(ValueError, match="contradicts"):
        audit(release)
    with pytest.raises(ValueError, match="told to lie"):
        release.limit(table.cell(0, 0), 10, 20)


# ---------------------------------------------------------------- linked tables and editions


def linked() -> tuple[Table, Table]:
    """The same pupils by school and mark, and by school and sex."""
    schools = ["s1", "s2", "s3"]
    marks = pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 20]], schools, ["2", "3", "4"])
    sexes = pd.DataFrame([[14, 12], [20, 23], [21, 23]], schools, ["f", "m"])
    kinds = {"population": "vpr", "row_variable": "school"}
    return (
        Table(marks, column_variable="mark", totals="columns", **kinds),
        Table(sexes, column_variable="sex", **kinds),
    )


def test_a_second_table_of_the_same_pupils_opens_the_first() -> None:
    """Without row totals one gap a column is two unknown rows; the second table prints them."""
    first, second = linked()
    hidden = [first.cell("s1", "2"), first.cell("s2", "2")]
    alone = Release()
    alone.add_table(first, withheld=hidden)
    assert audit(alone, primary=hidden[:1]).safe
    both = alone.copy()
    both.add_table(second)
    for school in ("s1", "s2", "s3"):
        both.add_sum(first.cell(school), [first.cell(school, mark) for mark in ("2", "3", "4")])
    assert audit(both, primary=hidden[:1]).cells.loc[0, ["low", "high"]].tolist() == [3, 3]


def test_one_cell_cannot_have_two_values() -> None:
    first, second = linked()
    release = Release()
    release.add_table(first)
    with pytest.raises(ValueError, match="two values"):
        release.add_cell(first.cell("s1", "2"), 4)
    release.add_table(second)
    assert cell("vpr", school="s1") in release.values


def test_another_edition_with_other_gaps_gives_the_cells_away() -> None:
    """A corrected edition with a different pattern: what one hides the other prints."""
    table = Table(ORACLE)
    corrected = with_table(
        table, [table.cell(0, 0), table.cell(0, 2), table.cell(2, 0), table.cell(2, 2)]
    )
    earlier = with_table(
        table, [table.cell(0, 0), table.cell(0, 1), table.cell(2, 0), table.cell(2, 1)]
    )
    primary = [table.cell(0, 0)]
    assert audit(corrected, primary=primary).safe and audit(earlier, primary=primary).safe
    both = corrected.copy()
    both.add_edition(earlier, "last year")
    assert not audit(both, primary=primary).safe
    assert cell_intervals(both)[table.cell(0, 0)] == (3, 3)


def test_a_small_correction_between_editions_leaves_a_narrow_interval() -> None:
    """Differencing: the earlier edition printed all cells, then two pupils were moved."""
    moved = ORACLE.copy()
    moved.loc[0, 0] += 2
    moved.loc[0, 1] -= 1
    moved.loc[0, 2] -= 1
    table, earlier = Table(ORACLE), Table(moved)
    hidden = [table.cell(i, j) for i in (0, 2) for j in (0, 2)]
    release = with_table(table, hidden)
    assert audit(release, primary=hidden[:1]).safe
    release.add_edition(with_table(earlier), "earlier", largest_change=2)
    low, high = cell_intervals(release)[table.cell(0, 0)]
    # Its earlier 5, give or take two, and 11 less its neighbour's earlier 8, give or take two.
    assert (low, high) == (max(5 - 2, 11 - (8 + 2)), min(5 + 2, 11 - (8 - 2))) == (3, 5)
    with pytest.raises(ValueError, match="changed by"):
        with_table(table).add_edition(with_table(earlier), "earlier", largest_change=1)


def test_equal_numbers_under_two_names_are_linked() -> None:
    release = Release()
    release.add_cell(cell("vpr", school="s1"), 3, withheld=True)
    release.add_cell(cell("register", school="s1"), 3)
    assert audit(release).safe
    release.link(cell("vpr", school="s1"), cell("register", school="s1"))
    assert cell_intervals(release) == {cell("vpr", school="s1"): (3, 3)}


def test_a_school_knows_its_own_row() -> None:
    """Two withheld schools hide each other from the reader, not from one another."""
    counts = pd.DataFrame({"pupils": [40, 55, 3, 61]}, index=list("abcd"))
    table = Table(counts, row_variable="school", column_variable="what", totals="columns")
    release = with_table(table)
    primary = [table.cell("c", "pupils")]
    insiders = {school: [table.cell(school, "pupils")] for school in "abd"}
    naive = suppress_complementary(release, primary)
    trial = release.copy()
    trial.withhold(naive.withheld)
    found = audit(trial, primary=primary, insiders=insiders)
    assert found.exposed["attacker"].tolist() == ["a"]
    careful = suppress_complementary(release, primary, insiders=insiders)
    trial.withhold(careful.withheld)
    assert len(careful.withheld) == 3
    assert audit(trial, primary=primary, insiders=insiders).safe


def test_whole_number_audit_is_never_wider_than_the_linear_one() -> None:
    release = Release()
    names = [cell("x", part=number) for number in range(3)]
    for name, value in zip(names, (2, 2, 2), strict=True):
        release.add_cell(name, value, withheld=True)
    for one, other in combinations(names, 2):
        release.add_statement({one: 2, other: 1}, half_width=1)
    loose = cell_intervals(release)
    exact = cell_intervals(release, exact_integers=True)
    brute = [
        trial
        for trial in product(range(10), repeat=3)
        if all(5 <= 2 * trial[i] + trial[j] <= 7 for i, j in combinations(range(3), 2))
    ]
    for number, name in enumerate(names):
        ends = (min(t[number] for t in brute), max(t[number] for t in brute))
        assert exact[name] == ends
        assert loose[name][0] <= ends[0] and ends[1] <= loose[name][1]


def test_a_withheld_cell_without_relations_is_free() -> None:
    release = Release()
    release.add_cell(cell("x"), 3, withheld=True)
    assert audit(release).cells.loc[0, ["low", "high"]].tolist() == [0, np.inf]
    assert audit(Release()).safe


def test_rounded_cells_are_intervals() -> None:
    release = Release()
    release.add_cell(cell("x"), 12)
    release.add_rounded(cell("x"))
    assert cell_intervals(release)[cell("x")] == (8, 12)


# ---------------------------------------------------------------- margins, zeros, reasons


def test_a_tiny_school_takes_its_total_with_it() -> None:
    """Four pupils: no inner gap can be five wide, so totals have to be withheld too."""
    counts = pd.DataFrame([[1, 2, 1], [12, 20, 11], [8, 16, 9]], index=list("abc"))
    table = Table(counts, row_variable="school", column_variable="mark")
    release = with_table(table)
    primary = suppress_primary(table)
    assert primary[table.cell("a")] == "small_count"
    with pytest.raises(ValueError, match="no set of allowed cells"):
        suppress_complementary(release, primary, allow=["inner"])
    plan = suppress_complementary(release, primary)
    assert "margins" in plan.allowed
    release.withhold(plan.withheld)
    assert audit(release, primary=primary).safe


def test_cells_to_keep_are_published() -> None:
    table = Table(ORACLE)
    release = with_table(table)
    kept = table.cell(0, 2)
    plan = suppress_complementary(release, suppress_primary(table), keep=[kept])
    assert kept not in plan.withheld and plan.cost > 17


def test_reasons_at_their_boundaries() -> None:
    """Threshold 5: 4 is hidden, 5 is not; denominators 10: 9 hidden, 10 not."""
    assert sensitive_counts([0, 1, 4, 5]).tolist() == ["", "small_count", "small_count", ""]
    assert sensitive_counts([5, 5], [9, 10]).tolist() == ["small_denominator", ""]
    assert sensitive_counts([25, 26, 30], [30, 30, 30]).tolist() == [
        "",
        "small_complement",
        "all_or_nothing",
    ]
    assert sensitive_counts([10], threshold=11).tolist() == ["small_count"]
    assert sensitive_counts([0], zeros_sensitive=True).tolist() == ["small_count"]
    with pytest.raises(ValueError, match="at least as large"):
        sensitive_counts([5], [4])


def test_everybody_in_one_cell_hides_the_row() -> None:
    counts = pd.DataFrame([[0, 30, 0], [10, 12, 15]], index=["same", "mixed"])
    table = Table(counts, row_variable="school")
    reasons = suppress_primary(table)
    assert set(reasons.values()) == {"all_or_nothing"}
    assert set(reasons) == {table.cell("same", column) for column in (0, 1, 2)}


def test_dominance_rules_of_sums() -> None:
    """(2, .9) and p = .1, the defaults of ACRO."""
    rows = pd.DataFrame(
        {
            "cell": ["two"] * 2 + ["nk"] * 3 + ["p"] * 3 + ["fine"] * 4 + ["zero"],
            "value": [50, 50, 60, 35, 5, 80, 13, 7, 30, 25, 25, 20, 0],
        }
    )
    found = dominated_cells(rows).to_dict()
    assert found == {"two": True, "nk": True, "p": True, "fine": False, "zero": False}
    wide = dominated_cells(rows, largest=1, share=0.99, margin=0.05).to_dict()
    assert wide["nk"] is False or wide["nk"] == False  # noqa: E712


# ---------------------------------------------------------------- rounding and labels


def test_rounding_to_five() -> None:
    assert round_to_base(range(0, 14)).tolist() == [0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 15]


def test_opensafely_rule_seven_and_less_is_zero() -> None:
    assert round_to_base([6, 7, 8], redact_up_to=7).tolist() == [0, 0, 10]


def test_rounded_parts_need_not_add_up() -> None:
    parts = np.array([7, 7, 7])
    assert round_to_base(parts).sum() == 15 and round_to_base(parts.sum()) == 20


@pytest.mark.parametrize(
    ("share", "label"),
    [(0, "<1 %"), (0.0099, "<1 %"), (0.01, "1 %"), (0.99, "99 %"), (0.9901, ">99 %"), (1, ">99 %")],
)
def test_ends_of_a_share_are_masked(share: float, label: str) -> None:
    assert share_label(share).replace("\u00a0", " ") == label


def test_share_labels_round_half_up() -> None:
    assert share_label(0.6125, decimals=1).replace("\u00a0", " ") == "61,3 %"
    with pytest.raises(ValueError, match="share"):
        share_label(1.2)


# ---------------------------------------------------------------- input


def test_bad_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Table(pd.DataFrame([[1, -2]]))
    with pytest.raises(ValueError, match="known"):
        Table(pd.DataFrame([[1, np.nan]]))
    with pytest.raises(ValueError, match="unique"):
        Table(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(ValueError, match="totals"):
        Table(ORACLE, totals="all")
    with pytest.raises(ValueError, match="not in the release"):
        Release().withhold([cell("x")])
    table = Table(ORACLE)
    with pytest.raises(ValueError, match="publishes"):
        audit(with_table(table), primary=[table.cell(0, 0)])
