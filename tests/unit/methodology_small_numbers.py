"""Worked examples of docs/методика.md: shares, comparison, value added, journal, rounding."""

from __future__ import annotations

from typing import Any

import pandas as pd
from methodology_text import Example

from msoko_lib.methods import concordance, intervals, rounding, value_added

LOWERED = ([11, 6, 9, 4, 7, 3], [25, 60, 80, 45, 70, 4])
TEN_SCHOOLS = ([12, 30, 5, 44, 18, 25, 9, 60, 7, 33], [40, 75, 30, 90, 60, 50, 45, 110, 12, 100])
LONDON = (0.0921, 0.5657)
MEANS, PUPILS = [58, 52, 61, 40, 55, 49], [60, 45, 12, 8, 90, 25]
JOURNAL = [[2, 0, 0, 0], [3, 9, 1, 0], [0, 5, 12, 1], [0, 0, 2, 5]]
SCHOOL_MARKS = [[0, 0, 0, 0], [4, 6, 0, 0], [0, 8, 12, 0], [0, 0, 0, 0]]
OTHER_MARKS = [[100, 0, 0, 0], [50, 200, 0, 0], [0, 100, 300, 0], [0, 0, 0, 150]]
STATUS = {"above": "чаще остальных", "not_different": "не отличаются", "not_enough": "мало"}


def outliers() -> pd.DataFrame:
    return intervals.flag_outliers(*LOWERED, min_n=5)


def first_outlier() -> list[Any]:
    row = outliers().iloc[0]
    return [row["share"], row["target"], STATUS[row["status"]], row["count_to_flag_above"]]


def other_statuses() -> list[str]:
    status = outliers()["status"].map(STATUS)
    (usual,) = set(status[1:5])
    return [usual, status[5]]


def flagged_of_ten() -> list[int]:
    return [
        int(
            intervals.flag_outliers(*TEN_SCHOOLS, min_n=5, adjust_overdispersion=allowance)[
                "flagged"
            ].sum()
        )
        for allowance in (False, True)
    ]


def school_of_twelve() -> list[float]:
    fit = intervals.beta_binomial(*TEN_SCHOOLS)
    small = fit.units.iloc[8]
    return [fit.pooled, fit.prior_strength, small["share"], small["share_eb"], small["shrinkage"]]


def six_means() -> pd.DataFrame:
    variances = value_added.sampling_variance([18] * 6, PUPILS)
    return value_added.fit_school_means(MEANS, variances).effects


def mean_of(school: int) -> list[float]:
    columns = ["expected", "residual", "shrinkage", "effect"]
    return six_means().loc[school, columns].astype(float).tolist()


def places() -> list[float]:
    found = six_means()
    ranks = value_added.rank_intervals(found["effect"], found["se"], seed=1)
    return ranks.loc[[0, 3], ["rank_low", "rank_high"]].to_numpy().ravel().tolist()


def proven_of_six() -> list[str]:
    found = six_means()
    proven = int(((found["ci_low"] > 0) | (found["ci_high"] < 0)).sum())
    return ["ни у одной" if proven == 0 else str(proven)]


def london_reliability() -> list[float]:
    share_between = LONDON[0] / sum(LONDON)
    needed = value_added.n_for_reliability(0.8, *LONDON)
    return [share_between, needed, value_added.reliability(10, *LONDON)]


def journal() -> list[float]:
    found = concordance.compare_marks(JOURNAL)
    counts = found.shares["count"]
    return [*counts, found.shift, found.shift_low, found.shift_high, found.sign_p]


def shifted() -> list[float]:
    found = concordance.compare_shift(SCHOOL_MARKS, OTHER_MARKS)
    columns = ["count", "n", "share", "reference_count", "reference_n", "reference_share"]
    lowered = found.shares.loc["lowered", columns].tolist()
    return [*lowered, found.difference, found.p_greater]


EXAMPLES = [
    Example(1, lambda: intervals.wilson(9, 24), "37,5 %, интервал от {0:%0} до {1:%0} %"),
    Example(1, lambda: intervals.wilson(0, 20), "доля 0 %, но интервал от {0:%0} до {1:%0} %"),
    Example(
        1,
        lambda: [56 / 70 - 48 / 80, *intervals.newcombe_difference(56, 70, 48, 80)],
        "разность {0:%0} п.п., интервал от {1:%0} до {2:%0} п.п.",
    ),
    Example(
        1,
        lambda: intervals.mean_interval_from_summary(60, 12, 9),
        "60 при разбросе 12 у 9 учеников: от {0:0} до {1:0}.",
    ),
    Example(
        2,
        lambda: [intervals.smallest_flagging_count(n, 0.1) for n in (5, 10, 25, 50)],
        "у {0:0} из 5, у {1:0} из 10, у {2:0} из 25, у {3:0} из 50",
    ),
    Example(
        2,
        lambda: ["никогда" if intervals.smallest_flagging_count(5, 0.5) is None else "раз"],
        "класс из 5 учеников не отличится {0}",
    ),
    Example(2, lambda: [intervals.zero_event_upper(10)], "может быть до {0:%0} %"),
    Example(
        2,
        lambda: [*intervals.funnel_limits(25, 0.3), *intervals.funnel_limits(100, 0.3)],
        "между {0:%0} и {1:%0} %, со 100 учениками – между {2:%0} и {3:%0} %",
    ),
    Example(
        3,
        first_outlier,
        "Первая школа – {0:%0} % против {1:%0} % в остальных – отмечена «{2}»; "
        "хватило бы и {3:0} учеников из 25",
    ),
    Example(3, other_statuses, "Следующие четыре {0}. Шестая – «{1}»"),
    Example(3, flagged_of_ten, "Без запаса отмечены {0:0} школы, с запасом – {1:0}"),
    Example(
        4,
        school_of_twelve,
        "вместе {0:%0} %. M получилось {1:0}. В школе с 7 из 12 своя доля {2:%0} %, "
        "сглаженная – {3:%0} %; вес собственной доли {4:2}",
    ),
    Example(
        5,
        lambda: mean_of(0),
        "Общее ожидание {0:1}. Школа с 60 учениками выше на {1:1}; вес {2:2}; вклад {3:+1}.",
    ),
    Example(
        5,
        lambda: [abs(mean_of(3)[1]), *mean_of(3)[2:]],
        "Школа с 8 учениками ниже на {0:1}; вес {1:2}; вклад {2:1}.",
    ),
    Example(5, places, "место от {0:0} до {1:0}, второй – от {2:0} до {3:0}"),
    Example(5, proven_of_six, "Отличий не доказано {0}"),
    Example(
        5,
        london_reliability,
        "{0:%0} % всего разброса, надёжность среднего 0,8 достигается с {1:0} учеников; "
        "у 10 учеников она {2:2}",
    ),
    Example(5, lambda: [value_added.overlap_multiplier([1] * 10)], "умножают на {0:2}"),
    Example(
        6,
        journal,
        "понизили {0:0}, подтвердили {1:0}, повысили {2:0}. Сдвиг {3:+2} отметки, интервал от "
        "{4:2} до {5:2}. Понизили больше, чем повысили: вероятность случайности {6:3}",
    ),
    Example(
        6,
        shifted,
        "понизили {0:0} из {1:0} ({2:%0} %), в остальных – {3:0} из {4:0} ({5:%0} %). Сдвиг "
        "больше на {6:2} отметки, вероятность случайности {7:4}",
    ),
    Example(26, lambda: [rounding.half_up(61.25, 1)], "61,25 – это {0:1}"),
    Example(
        26,
        lambda: [rounding.half_up(100 / 3), *rounding.largest_remainder([1, 1, 1])],
        "по отдельности {0:0}, {0:0} и {0:0}, в сумме 99. Вместе – {1:0}, {2:0} и {3:0}",
    ),
]
