"""Worked examples of docs/методика.md: section, function call, text that must stand there.

The call is run anew and its results are put into the text, so a page that has grown stale does
not pass. ``{0:1}`` is the first result with one decimal, ``{0:%0}`` as whole per cents, ``{0:+1}``
with its sign; words of the library are put into Russian by ``WORDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods import (
    bunching,
    clusters,
    composite,
    concordance,
    consistency,
    context,
    disclosure,
    effects,
    factors,
    intervals,
    items,
    objectivity,
    rounding,
    value_added,
)

WORDS = {
    "threshold": "пик", "none": "нет", "check": "проверить", "no_grounds": "оснований нет",
    "not_enough_data": "данных недостаточно", "possible": "возможен",
    "established": "установлен", "no_similar_schools": "сопоставимых школ нет",
    "above": "выше", "lower": "нижняя", "upper": "верхняя", "resilient": "резильентна",
    "not_distinguished": "не различаются", "not_different": "не отличаются",
    "not_enough": "мало", "internal_only": "индекса нет",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One number (or verdict) of the page and where it comes from."""

    section: int
    call: Callable[[], Sequence[Any]]
    text: str


LOWERED = ([11, 6, 9, 4, 7, 3], [25, 60, 80, 45, 70, 4])
TEN_SCHOOLS = ([12, 30, 5, 44, 18, 25, 9, 60, 7, 33], [40, 75, 30, 90, 60, 50, 45, 110, 12, 100])
LONDON = (0.0921, 0.5657)
MEANS, PUPILS = [58, 52, 61, 40, 55, 49], [60, 45, 12, 8, 90, 25]
JOURNAL = [[2, 0, 0, 0], [3, 9, 1, 0], [0, 5, 12, 1], [0, 0, 2, 5]]
SCHOOL_MARKS = [[0, 0, 0, 0], [4, 6, 0, 0], [0, 8, 12, 0], [0, 0, 0, 0]]
OTHER_MARKS = [[100, 0, 0, 0], [50, 200, 0, 0], [0, 100, 300, 0], [0, 0, 0, 150]]
HONEST = np.array([20, 30, 42, 55, 68, 80, 90, 97, 100, 100, 97, 90, 80, 68, 55, 42, 30, 20]) * 10
LIFTED = HONEST + np.array([0] * 7 + [-388, -400, 788] + [0] * 8)
REGION = {10: 500, 11: 400, 12: 340, 13: 330, 14: 330, 15: 300}
CONTEXT = pd.DataFrame(
    {
        "pupils": [60, 75, 80, 95, 110, 120, 130, 520, 560, 610, 650, 700, 760, 820],
        "km": [40, 35, 52, 28, 45, 31, 25, 4, 2, 6, 3, 1, 2, 5],
    },
    dtype=float,
)
INDEX = pd.Series([38.0, 41, 44, 46, 47, 49, 51, 52, 54, 57, 60, 71])
FAVOUR = pd.Series(np.arange(38.0, 61, 2), name="index")
RESULT = pd.Series([51.0, 54, 52, 57, 55, 59, 72, 60, 63, 62, 66, 65])
PANEL = {
    "1": [50, 52, 44, 53, 54], "2": [48, 51, 43, 52, 50], "3": [60, 61, 62, 60, 63],
    "4": [57, 55, 58, 57, 56], "5": [64, 66, 63, 66, 65], "6": [55, 58, 56, 54, 57],
    "7": [61, 60, 63, 62, 61], "8": [59, 57, 60, 58, 60],
}  # fmt: skip
LINKS = pd.DataFrame(
    {
        "index": [38, 41, 44, 46, 47, 49, 51, 52, 54, 57, 60, 62,
                  39, 43, 45, 48, 50, 53, 55, 56, 58, 59, 61, 63],
        "vacancies": [12, 10, 9, 11, 7, 8, 6, 7, 4, 5, 2, 3, 11, 9, 8, 9, 5, 6, 5, 3, 4, 2, 3, 1],
    },
    dtype=float,
)  # fmt: skip
LINKED = [48, 52, 50, 53, 55, 54, 57, 55, 60, 59, 63, 62,
          47, 51, 54, 52, 58, 56, 59, 60, 58, 62, 61, 65]  # fmt: skip
SMALL_CELLS = disclosure.Table(pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]]))
FOUR_TASKS = [
    [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 0, 0],
    [1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0],
]  # fmt: skip
TRUE_DIFFICULTIES = np.array([-1.5, -0.5, 0, 0.5, 1.5])


def outliers() -> pd.DataFrame:
    return intervals.flag_outliers(*LOWERED, min_n=5)


def flagged_of_ten(allowance: bool) -> list[Any]:
    found = intervals.flag_outliers(*TEN_SCHOOLS, min_n=5, adjust_overdispersion=allowance)
    return [int(found["flagged"].sum())]


def school_of_twelve() -> list[Any]:
    fit = intervals.beta_binomial(*TEN_SCHOOLS)
    small = fit.units.iloc[8]
    return [fit.pooled, fit.prior_strength, small["share"], small["share_eb"], small["shrinkage"]]


def six_means() -> pd.DataFrame:
    variances = value_added.sampling_variance([18] * 6, PUPILS)
    return value_added.fit_school_means(MEANS, variances).effects


def places(school: int) -> list[Any]:
    found = six_means()
    ranks = value_added.rank_intervals(found["effect"], found["se"], seed=1).iloc[school]
    return [ranks["rank_low"], ranks["rank_high"]]


def different_of_six() -> list[Any]:
    found = six_means()
    return [int(((found["ci_low"] > 0) | (found["ci_high"] < 0)).sum())]


def journal() -> list[Any]:
    found = concordance.compare_marks(JOURNAL)
    counts = found.shares["count"]
    return [*counts, found.shift, found.shift_low, found.shift_high, found.sign_p]


def shifted() -> list[Any]:
    found = concordance.compare_shift(SCHOOL_MARKS, OTHER_MARKS)
    row = found.shares.loc["lowered"]
    return [row["count"], row["n"], row["share"], row["reference_count"], row["reference_n"],
            row["reference_share"], found.difference, found.p_greater]  # fmt: skip


def cutoff(counts: np.ndarray) -> list[Any]:
    found = bunching.share_moved(counts, [9])
    row = found.table.iloc[0]
    return [found.n, row["observed"], row["expected"], row["share_moved"], row["ci_low"],
            row["ci_high"], row["verdict"]]  # fmt: skip


def at_cutoff(on: int, below: int, lower: int, far: int) -> bunching.SchoolBunching:
    scores = [14] * on + [13] * below + [12] * lower + [10] * far
    return bunching.school_bunching(scores, REGION, [14])


def hundred_results() -> list[Any]:
    found = at_cutoff(24, 9, 7, 60)
    return [found.n, found.n_window, found.at_cutoff, found.expected, found.share_moved,
            found.ci_low, found.ci_high, found.p_value]  # fmt: skip


def near_enough() -> list[Any]:
    sizes = np.arange(1, 100)
    return [int(sizes[bunching.bunching_power(sizes) < 0.8].max()) + 1]


def cohorts() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "school": list("abcdefgh"),
            "n1": [30, 28, 25, 40, 30, 22, 35, 27],
            "n2": [29, 27, 25, 38, 30, 21, 33, 26],
            "mean1": [60, 64, 68, 72, 88, 80.0, 57, 75],
            "mean2": [58, 61, 66, 69, 62, 77.0, 56, 71],
        }
    )
    return consistency.cohort_residuals(frame).set_index("school")


def exam_of_inflated() -> list[Any]:
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(12), 40)
    prior = rng.normal(size=480) + 0.8 * (school == 3)
    exam = 0.7 * rng.normal(size=480) + 0.6 * (prior - 1.6 * (school == 3))
    found = consistency.exam_residuals(exam, prior, school)
    flagged = found[found["flagged"]]
    return [abs(flagged["mean_residual"].item()), flagged["interval_high"].item()]


def twice_of_four() -> list[Any]:
    signals = pd.DataFrame(
        {"group": "a", "signal": [True, True, False, False], "p_value": 0.01, "status": "ok"}
    )
    return [consistency.repeatedly_below(signals)["chance"].item()]


def screen() -> objectivity.ObjectivityScreen:
    p_values = {
        "1": [0.0005, 0.004, 0.30, 0.02], "2": [0.4, 0.6, 0.5, 0.7],
        "3": [0.02, 0.3, 0.2, 0.6], "4": [0.6, 0.5, 0.9, 0.4],
    }  # fmt: skip
    sizes = {"4": [35, 12, 15, 18]}
    rows = [
        (school, domain, p, n)
        for school, values in p_values.items()
        for domain, p, n in zip(
            objectivity.DOMAINS, values, sizes.get(school, [180, 70, 60, 150]), strict=True
        )
    ]
    results = pd.DataFrame(rows, columns=["school", "domain", "p_value", "n"])
    return objectivity.screen_objectivity(results, rho=0.1, draws=20)


def screened(school: str, *columns: str) -> list[Any]:
    row = screen().table.set_index("school").loc[school]
    return [row[column] for column in columns]


def expected_by_chance(measure: str) -> list[Any]:
    found = objectivity.expected_false_flags(14, 4, rho=0.1).set_index("measure")
    return [found.loc[measure, "expected"]]


def deficit(n: int, solved: int) -> list[Any]:
    rates = pd.DataFrame({"n": [n], "rate": [solved / n]})
    row = items.deficits(rates, reference=0.58).iloc[0]
    return [-row["gap"], row["p_value"], -row["gap_high"], -row["gap_low"], row["state"],
            row["detectable_gap"]]  # fmt: skip


def one_task() -> list[Any]:
    found = items.mantel_haenszel_tables([[[6, 14], [30, 20]], [[14, 16], [80, 20]]])
    return [found.odds_ratio, found.ci_low, found.ci_high, found.ets_delta]


def five_difficulties() -> list[Any]:
    rng = np.random.default_rng(2)
    ability = rng.standard_normal((400, 1))
    solved = rng.random((400, 5)) < 1 / (1 + np.exp(TRUE_DIFFICULTIES - ability))
    return items.fit_irt(solved).items["difficulty"].tolist()


def groups_of_fourteen() -> list[Any]:
    found = clusters.cluster_schools(CONTEXT, log=["pupils", "km"], draws=20)
    (_, _, km), *_ = found.explanation.rules["conditions"].iloc[1]
    return [found.k, found.sizes.iloc[0], found.stability["jaccard"].min(), km]


def neighbours_of(position: int) -> list[Any]:
    found = clusters.nearest_schools(INDEX, position, method="index")
    return [int(found["n_inside"].iloc[0]), found["status"].iloc[0]]


def against_neighbours() -> list[Any]:
    pairs = pd.DataFrame({"school": ["A", "A"], "neighbour": ["B", "C"], "status": "ok"})
    values = pd.Series({"A": 60.0, "B": 50.0, "C": 54.0})
    row = clusters.compare_with_neighbours(values, values * 0 + 4, pairs, 10.0).iloc[0]
    return [row["difference"], row["ci_low"], row["ci_high"]]


def expected_of_seventh() -> list[Any]:
    found = context.expected_result(RESULT, FAVOUR)
    row = found.schools.iloc[6]
    return [row["expected"], row["pi_low"], row["pi_high"], row["observed"], row["position"],
            found.r2, found.r2_left_out]  # fmt: skip


def resilient(school: str) -> list[Any]:
    frame = pd.DataFrame(
        {
            "school": np.repeat(list("abcd"), 3),
            "year": [2023, 2024, 2025] * 4,
            "context_index": np.repeat([40, 42, 55, 60], 3),
            "effect": [0.3, 0.4, 0.35, 0.3, -0.1, 0.1, 0.0, 0.1, 0.0, 0.2, 0.1, 0.2],
            "se": 0.15,
            "outcome": [61, 63, 62, 59, 58, 60, 58, 57, 58, 66, 65, 66],
            "outcome_se": 2.0,
        }
    )
    found = context.resilience(frame, between_variance=0.06, index_limit=45)
    return [found.loc[school, "probability_above_expected"], found.loc[school, "state"]]


def importance() -> list[Any]:
    found = factors.lmg_importance(LINKED, LINKS)
    return [found.r2, *found.table["share"]]


def blocks_in_turn() -> list[Any]:
    order = {"staff": ["vacancies"], "context": ["index"]}
    first = factors.block_r2(LINKED, LINKS, order)["delta_r2"]["staff"]
    turned = dict(reversed(order.items()))
    last = factors.block_r2(LINKED, LINKS, turned)["delta_r2"]["staff"]
    return [first, last, factors.variance_inflation(LINKS).iloc[0]]


def measure(rung: str | None) -> effects.EffectEstimate:
    rows = [
        {"school_id": school, "year": 2021 + place, "value": value}
        for school, values in PANEL.items()
        for place, value in enumerate(values)
    ]
    design = effects.measure_design(
        pd.DataFrame(rows), ["1", "2"], selection_periods=2023, after_periods=[2024, 2025]
    )
    return effects.estimate_effect(design, rung=rung)


def highest_rung() -> list[Any]:
    found = measure(None)
    return [found.rung, found.estimate, found.ci_low, found.ci_high, found.minimum_detectable]


def from_selection_year() -> list[Any]:
    values = np.array(list(PANEL.values()), dtype=float)
    treated = [1, 1, 0, 0, 0, 0, 0, 0]
    found = effects.difference_in_differences(values[:, 2], values[:, 3:], treated)
    return [found.estimate]


def two_blocks(method: str) -> list[Any]:
    values = pd.DataFrame({"pass": [60.0, 90.0], "olympiad": [2.0, None]})
    parts = [
        composite.Indicator("pass", "mass", 0, 100),
        composite.Indicator("olympiad", "talent", 0, 10),
    ]
    found = composite.composite_index(values, parts, method=method)["index"]
    return [found[0], "нет" if np.isnan(found[1]) else "есть"]


def four_places() -> list[Any]:
    values = pd.DataFrame({"a": [10.0, 50, 52, 90], "b": [15.0, 55, 50, 95]})
    parts = [composite.Indicator(name, name, 0, 100) for name in "ab"]
    found = composite.rank_uncertainty(values, parts, draws=500).units
    return [found["rank_high"][3], found["rank_low"][0], found["index"][1], found["index"][2],
            found["band"][1]]  # fmt: skip


def without_complements() -> list[Any]:
    release = disclosure.Release()
    cells = [SMALL_CELLS.cell(0, 0), SMALL_CELLS.cell(2, 2)]
    release.add_table(SMALL_CELLS, withheld=cells)
    found = disclosure.audit(release).cells
    return [found["low"].iloc[0], found["high"].iloc[0], found["low"].iloc[1]]


def with_complements() -> list[Any]:
    done = disclosure.protect(disclosure.Release(), [SMALL_CELLS])
    found = done.audit.cells.query("primary")
    return [*found["low"], *found["high"]]


EXAMPLES = [
    Example(1, lambda: intervals.wilson(9, 24), "37,5 %, интервал от {0:%0} до {1:%0} %"),
    Example(1, lambda: intervals.wilson(0, 20), "интервал от {0:%0} до {1:%0} %"),
    Example(1, lambda: [56 / 70 - 48 / 80, *intervals.newcombe_difference(56, 70, 48, 80)],
            "разность {0:%0} п.п., интервал от {1:%0} до {2:%0} п.п."),
    Example(1, lambda: intervals.mean_interval_from_summary(60, 12, 9), "от {0:0} до {1:0}."),
    Example(2, lambda: [intervals.smallest_flagging_count(n, 0.1) for n in (5, 10, 25, 50)],
            "у {0:0} из 5, у {1:0} из 10, у {2:0} из 25, у {3:0} из 50"),
    Example(2, lambda: [{None: "никогда"}[intervals.smallest_flagging_count(5, 0.5)]],
            "класс из 5 учеников не отличится {0}"),
    Example(2, lambda: [intervals.zero_event_upper(10)], "может быть до {0:%0} %"),
    Example(2, lambda: [*intervals.funnel_limits(25, 0.3), *intervals.funnel_limits(100, 0.3)],
            "между {0:%0} и {1:%0} %, со 100 учениками – между {2:%0} и {3:%0} %"),
    Example(3, lambda: outliers()[["share", "target", "count_to_flag_above"]].iloc[0].tolist(),
            "Первая школа – {0:%0} % против {1:%0} % в остальных – отмечена «чаще остальных»; "
            "хватило бы и {2:0} учеников из 25"),
    Example(3, lambda: outliers()["status"].iloc[[1, 5]].tolist(),
            "Следующие четыре {0}. Шестая – «{1}»"),
    Example(3, lambda: flagged_of_ten(False) + flagged_of_ten(True),
            "Без запаса отмечены {0:0} школы, с запасом – {1:0}"),
    Example(4, school_of_twelve, "вместе {0:%0} %. M получилось {1:0}. В школе с 7 из 12 своя "
            "доля {2:%0} %, сглаженная – {3:%0} %; вес собственной доли {4:2}"),
    Example(5, lambda: six_means()[["expected", "residual", "shrinkage", "effect"]].iloc[0],
            "Общее ожидание {0:1}. Школа с 60 учениками выше на {1:1}; вес {2:2}; вклад {3:+1}."),
    Example(5, lambda: six_means()[["residual", "shrinkage", "effect"]].iloc[3].abs(),
            "ниже на {0:1}; вес {1:2}; вклад −{2:1}."),
    Example(5, lambda: places(0) + places(3), "место от {0:0} до {1:0}, второй – от {2:0} до {3:0}"),
    Example(5, lambda: [{0: "ни у одной"}[different_of_six()[0]]], "Отличий не доказано {0}"),
    Example(5, lambda: [LONDON[0] / sum(LONDON), value_added.n_for_reliability(0.8, *LONDON),
                        value_added.reliability(10, *LONDON)],
            "{0:%0} % всего разброса, надёжность среднего 0,8 достигается с {1:0} учеников; "
            "у 10 учеников она {2:2}"),
    Example(5, lambda: [value_added.overlap_multiplier([1] * 10)], "умножают на {0:2}"),
    Example(6, journal, "понизили {0:0}, подтвердили {1:0}, повысили {2:0}. Сдвиг {3:+2} отметки, "
            "интервал от {4:2} до {5:2}. Понизили больше, чем повысили: вероятность случайности "
            "{6:3}"),
    Example(6, shifted, "понизили {0:0} из {1:0} ({2:%0} %), в остальных – {3:0} из {4:0} "
            "({5:%0} %). Сдвиг больше на {6:2} отметки, вероятность случайности {7:4}"),
    Example(7, lambda: cutoff(LIFTED), "На границе {1:0} работ при ожидаемых {2:0}. Найденная доля "
            "переведённых – {3:%0} %, интервал от {4:%0} до {5:%0} %; вывод – {6}."),
    Example(7, lambda: cutoff(HONEST)[3:],
            "{0:%1} %, интервал от {1:%1} до {2:%1} %; пика {3}."),
    Example(8, hundred_results, "{0:0} результатов, {1:0} из них рядом с границей, {2:0} – ровно "
            "на ней. Обычно было бы {3:1}. Это как если бы {4:%0} % работ чуть ниже границы "
            "получили лишний балл, интервал от {5:%0} до {6:%0} %. Вероятность случайности {7:4}"),
    Example(8, lambda: [at_cutoff(15, 2, 0, 43).power, at_cutoff(15, 2, 0, 43).status],
            "с вероятностью {0:%0} %, поэтому ответ – «{1}»"),
    Example(8, near_enough, "обычно это около {0:0}"),
    Example(9, lambda: cohorts().loc["e", ["predicted", "residual"]],
            "ожидалось {0:0}, отклонение {1:1}"),
    Example(9, lambda: [{True: "когорта отмечена"}[bool(cohorts().loc["e", "flagged"])]
                        if cohorts().loc["e", "cautious_probability"] < 0.001 else ""],
            "вероятность случайности меньше 0,001, {0}"),
    Example(9, lambda: [cohorts().loc["f", "residual"],
                        {False: "отметки нет"}[bool(cohorts().loc["f", "flagged"])]],
            "отклонение {0:+1} – {1}"),
    Example(10, lambda: consistency.prediction_half_width([5, 10, 20, 50], *LONDON),
            "{0:2} у 5 учеников, {1:2} у 10, {2:2} у 20, {3:2} у 50"),
    Example(10, exam_of_inflated, "ниже ожидаемого на {0:2} при границе {1:2}"),
    Example(10, twice_of_four, "случай даёт лишь в {0:%1} % школ"),
    Example(11, lambda: consistency.spread_test([20, 10, 5], 2.0, 3.6)["p_value"],
            "У 20 учеников вероятность случайности {0:4}, у 10 – {1:3}, у 5 – {2:3}"),
    Example(11, lambda: consistency.spread_test(20, 2.0, 3.6)["ratio"],
            "«Разброс {0:%0} % от ожидаемого»"),
    Example(12, lambda: screened("1", "grade", "z_combined", "z_low", "z_high"),
            "вывод – «{0}»; общий показатель {1:1}, интервал от {2:1} до {3:1}"),
    Example(12, lambda: screened("3", "grade"), "отмечен один журнал – «{0}»"),
    Example(12, lambda: screened("4", "grade"), "учеников на один признак – «{0}»"),
    Example(12, lambda: expected_by_chance("unadjusted_flags"), "обычное правило дало бы {0:1}"),
    Example(12, lambda: expected_by_chance("domain_flags"), "После поправки – {0:2}"),
    Example(12, lambda: expected_by_chance("check"), "в среднем {0:3} школы в год"),
    *(
        Example(12, lambda n=n: objectivity.domain_power(n).iloc[0],
                "| {0:0} | {1:%0} % | {2:%0} % | {3:%0} % | {4:%0} % |")
        for n in (15, 50, 100, 200)
    ),
    Example(13, lambda: objectivity.medal_confirmation(2, 8)[["index", "ci_low", "ci_high"]].iloc[0],
            "индекс {0:%0} %, интервал от {1:%0} до {2:%0} %"),
    Example(13, lambda: [objectivity.medal_confirmation(1, 3)["status"].item()],
            "Не подтвердил 1 из 3 – {0}"),
    Example(14, lambda: items.task_statistics(FOUR_TASKS)["difficulty"],
            "Трудность {0:2}; {1:2}; {2:2}; {3:2}."),
    Example(14, lambda: [getattr(items.reliability(FOUR_TASKS), name)
                         for name in ("alpha", "ci_low", "ci_high", "sem")],
            "Альфа {0:2}, но её интервал – от {1:2} до {2:2}: по восьми ученикам о надёжности не "
            "сказать ничего. Ошибка измерения {3:2} балла"),
    Example(15, lambda: deficit(24, 9),
            "отставание {0:%1} п.п., вероятность случайности {1:3} – дефицит {4}"),
    Example(15, lambda: deficit(240, 90),
            "интервал отставания от {2:%0} до {3:%0} п.п. – дефицит {4}"),
    Example(15, lambda: [deficit(24, 9)[5], deficit(240, 90)[5]],
            "отставание в {0:%0} п.п., группа из 240 – в {1:%0} п.п."),
    Example(16, one_task, "Отношение шансов {0:2}, интервал от {1:2} до {2:2}. По шкале, где 1 – "
            "заметно, а 1,5 – много, это {3:1}"),
    Example(17, five_difficulties, "Найдено: {0:1}; {1:1}; {2:1}; {3:1}; {4:1}."),
    Example(18, groups_of_fourteen, "Найдено {0:0} группы по {1:0} школ, прочность обеих {2:2}. "
            "Правило в одну строку: до центра больше {3:1} км"),
    Example(18, lambda: [{"too_few_schools": "мало"}[
                clusters.cluster_schools(CONTEXT.iloc[:11]).status]],
            "На 11 школах групп нет: {0}"),
    Example(19, lambda: neighbours_of(5), "в пределах допуска {0:0} школы – ответ «{1}»"),
    Example(19, lambda: [{0: "ни одной"}[neighbours_of(11)[0]]], "У школы с индексом 71 – {0}"),
    Example(19, against_neighbours, "Разность {0:0}, интервал от {1:0} до {2:0}"),
    Example(20, expected_of_seventh, "ожидалось {0:1}, интервал от {1:1} до {2:1}; получилось "
            "{3:0} – {4} ожидаемого. Условия объясняют {5:%0} % различий, а если каждую школу "
            "предсказывать без неё – {6:%0} %"),
    Example(21, lambda: [resilient("a")[1]] if resilient("a")[0] > 0.99 else [""],
            "больше 0,99, школа {0}"),
    Example(21, lambda: [resilient("b")[0], {"not_resilient": "нет"}[resilient("b")[1]]],
            "вероятность {0:2} – {1}"),
    Example(22, lambda: [{1: "один", 2: "два"}[factors.predictor_budget(j, 9).allowed]
                         for j in (14, 20)], "14 школ – {0}, 20 школ – {1}"),
    Example(22, importance,
            "Вместе объясняют {0:%0} % различий. Важность: индекс {1:%0} %, вакансии {2:%0} %"),
    Example(22, blocks_in_turn, "«объясняют» {0:%0} %, если вторыми – только {1:%0} %: показатели "
            "почти повторяют друг друга (раздутие ошибки {2:1})"),
    Example(22, lambda: factors.randomisation_test([5, 6, 1, 2, 3, 2], [1, 1, 0, 0, 0, 0],
                                                   list("abcdef"))[1:],
            "не будет меньше {0:3}"),
    Example(23, lambda: [effects.regression_to_mean(81, 36, mean=60, cutoff=40)],
            "поднимутся в среднем на {0:1} балла сами"),
    Example(23, lambda: [measure("D").estimate], "«До и после» – {0:+1} балла"),
    Example(23, from_selection_year, "от года отбора – {0:+1}, ещё хуже"),
    Example(23, highest_rung, "Ступень {0}, от лет до отбора: {1:+1}, интервал от {2:2} до {3:2}"),
    Example(23, lambda: highest_rung()[4:], "прирост от {0:1} балла"),
    Example(24, lambda: two_blocks("arithmetic") + two_blocks("geometric"),
            "Арифметический индекс {0:2}, геометрический {2:2}. У школы без данных об олимпиаде "
            "индекса {1}"),
    Example(24, four_places, "место {0:0} и место {1:0}. Две средние с индексом {2:2} и {3:2} "
            "меняются местами: «{4}»"),
    Example(25, without_complements, "читатель находит ровно {0:0} и ровно {2:0}"),
    Example(25, with_complements,
            "первое число может быть от {0:0} до {2:0}, второе – от {1:0} до {3:0}"),
    Example(26, lambda: [rounding.half_up(61.25, 1)], "61,25 – это {0:1}"),
    Example(26, lambda: [rounding.half_up(100 / 3), *rounding.largest_remainder([1, 1, 1])],
            "по отдельности {0:0}, {0:0} и {0:0}, в сумме 99. Вместе – {1:0}, {2:0} и {3:0}"),
]  # fmt: skip
