"""Worked examples of docs/методика.md: context of schools, links, measures, index, disclosure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from methodology_text import Example

from msoko_lib.methods import clusters, composite, context, disclosure, effects, factors

CONDITIONS = pd.DataFrame(
    {
        "pupils": [60, 75, 80, 95, 110, 120, 130, 520, 560, 610, 650, 700, 760, 820],
        "km": [40, 35, 52, 28, 45, 31, 25, 4, 2, 6, 3, 1, 2, 5],
    },
    dtype=float,
)
INDEX = pd.Series([38.0, 41, 44, 46, 47, 49, 51, 52, 54, 57, 60, 71])
FAVOUR = pd.Series(np.arange(38.0, 61, 2), name="index")
RESULT = pd.Series([51.0, 54, 52, 57, 55, 59, 72, 60, 63, 62, 66, 65])
# Years 2021…2025 of eight schools; the first two were chosen for 2023.
PANEL = np.array(
    [
        [50, 52, 44, 53, 54],
        [48, 51, 43, 52, 50],
        [60, 61, 62, 60, 63],
        [57, 55, 58, 57, 56],
        [64, 66, 63, 66, 65],
        [55, 58, 56, 54, 57],
        [61, 60, 63, 62, 61],
        [59, 57, 60, 58, 60],
    ]
)
OUTCOME = [
    *(48, 52, 50, 53, 55, 54, 57, 55, 60, 59, 63, 62),
    *(47, 51, 54, 52, 58, 56, 59, 60, 58, 62, 61, 65),
]
LINKS = pd.DataFrame(
    {
        "index": [
            *(38, 41, 44, 46, 47, 49, 51, 52, 54, 57, 60, 62),
            *(39, 43, 45, 48, 50, 53, 55, 56, 58, 59, 61, 63),
        ],
        "vacancies": [
            *(12, 10, 9, 11, 7, 8, 6, 7, 4, 5, 2, 3),
            *(11, 9, 8, 9, 5, 6, 5, 3, 4, 2, 3, 1),
        ],
    },
    dtype=float,
)
TABLE = disclosure.Table(pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]]))


def groups_of_fourteen() -> list[float]:
    found = clusters.cluster_schools(CONDITIONS, log=["pupils", "km"], draws=20)
    (_, _, km), *_ = found.explanation.rules["conditions"].iloc[1]
    return [found.k, found.sizes.iloc[0], found.stability["jaccard"].min(), km]


def eleven_schools() -> list[str]:
    found = clusters.cluster_schools(CONDITIONS.iloc[:11], log=["pupils", "km"], draws=20)
    return [{"too_few_schools": "мало"}[found.status]]


def neighbours_of(position: int) -> list[Any]:
    found = clusters.nearest_schools(INDEX, position, method="index")
    words = {"no_similar_schools": "сопоставимых школ нет"}
    return [found["n_inside"].iloc[0], words[found["status"].iloc[0]]]


def against_neighbours() -> list[float]:
    pairs = pd.DataFrame({"school": ["A", "A"], "neighbour": ["B", "C"], "status": "ok"})
    values = pd.Series({"A": 60.0, "B": 50.0, "C": 54.0})
    found = clusters.compare_with_neighbours(values, values * 0 + 4, pairs, 10.0)
    return found.loc["A", ["difference", "ci_low", "ci_high"]].tolist()


def expected_of_seventh() -> list[Any]:
    found = context.expected_result(RESULT, FAVOUR)
    row = found.schools.iloc[6]
    position = {"above": "выше"}[row["position"]]
    return [*row[["expected", "pi_low", "pi_high", "observed"]], position, found.r2,
            found.r2_left_out]  # fmt: skip


def resilience_of(school: str) -> list[Any]:
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
    found = context.resilience(frame, between_variance=0.06, index_limit=45).loc[school]
    state = {"resilient": "школа резильентна", "not_resilient": "нет", "possible": "возможно"}
    return [found["probability_above_expected"], state[found["state"]]]


def very_likely(probability: float, *rest: Any) -> list[Any]:
    return ["больше 0,99" if probability > 0.99 else str(probability), *rest]


def importance() -> list[float]:
    found = factors.lmg_importance(OUTCOME, LINKS)
    return [found.r2, *found.table["share"]]


def blocks_in_turn() -> list[float]:
    first = factors.block_r2(OUTCOME, LINKS, {"staff": ["vacancies"], "context": ["index"]})
    last = factors.block_r2(OUTCOME, LINKS, {"context": ["index"], "staff": ["vacancies"]})
    added = [table.loc["staff", "delta_r2"] for table in (first, last)]
    return [*added, factors.variance_inflation(LINKS).iloc[0]]


def smallest_probability() -> list[float]:
    schools = list("abcdef")
    return [factors.randomisation_test([5, 6, 1, 2, 3, 2], [1, 1, 0, 0, 0, 0], schools)[1]]


def allowed_predictors() -> list[str]:
    words = {1: "один", 2: "два"}
    return [words[factors.predictor_budget(schools, 9).allowed] for schools in (14, 20)]


def measure(rung: str | None = None) -> effects.EffectEstimate:
    rows = [(school, 2021 + t, value) for (school, t), value in np.ndenumerate(PANEL)]
    design = effects.measure_design(
        pd.DataFrame(rows, columns=["school_id", "year", "value"]),
        [0, 1],
        selection_periods=2023,
        after_periods=[2024, 2025],
    )
    return effects.estimate_effect(design, rung=rung)


def highest_rung() -> list[Any]:
    found = measure()
    return [found.rung, found.estimate, found.ci_low, found.ci_high, found.minimum_detectable]


def from_selection_year() -> list[float]:
    treated = [1, 1, 0, 0, 0, 0, 0, 0]
    return [effects.difference_in_differences(PANEL[:, 2], PANEL[:, 3:], treated).estimate]


def two_blocks() -> list[Any]:
    values = pd.DataFrame({"pass": [60.0, 90.0], "olympiad": [2.0, None]})
    parts = [
        composite.Indicator("pass", "mass", 0, 100),
        composite.Indicator("olympiad", "talent", 0, 10),
    ]
    found = [
        composite.composite_index(values, parts, method=method)["index"]
        for method in ("arithmetic", "geometric")
    ]
    return [found[0][0], found[1][0], "нет" if found[0].isna()[1] else "есть"]


def four_places() -> list[Any]:
    values = pd.DataFrame({"a": [10.0, 50, 52, 90], "b": [15.0, 55, 50, 95]})
    parts = [composite.Indicator(name, name, 0, 100) for name in "ab"]
    units = composite.rank_uncertainty(values, parts, draws=500).units
    sure = [units["rank_high"][3], units["rank_low"][0]]
    band = {"not_distinguished": "не различаются"}[units["band"][1]]
    return [*sure, units["index"][1], units["index"][2], band]


def without_complements() -> list[float]:
    release = disclosure.Release()
    release.add_table(TABLE, withheld=[TABLE.cell(0, 0), TABLE.cell(2, 2)])
    found = disclosure.audit(release).cells
    if (found["low"] != found["high"]).any():
        return [float("nan")] * 2
    return found["low"].tolist()


def with_complements() -> list[float]:
    found = disclosure.protect(disclosure.Release(), [TABLE]).audit.cells.query("primary")
    return found[["low", "high"]].to_numpy().ravel().tolist()


def words_of_stability() -> list[str]:
    words = {
        "highly_stable": "группа очень устойчива",
        "valid": "годится",
        "pattern": "намёк",
        "do_not_use": "не пользоваться",
    }
    return [words[clusters.stability_word(share)] for share in (0.85, 0.75, 0.6, 0.5999)]


EXAMPLES = [
    Example(
        18,
        words_of_stability,
        "Прочность от 0,85 – {0}, от 0,75 – {1}, от 0,6 – {2}, ниже – {3}",
    ),
    Example(
        18,
        groups_of_fourteen,
        "Найдено {0:0} группы по {1:0} школ, прочность обеих {2:2}. Правило в одну строку: до "
        "центра больше {3:1} км",
    ),
    Example(18, eleven_schools, "На 11 школах групп нет: {0}"),
    Example(19, lambda: neighbours_of(5), "в пределах допуска {0:0} школы – ответ «{1}»"),
    Example(
        19,
        lambda: ["ни одной" if neighbours_of(11)[0] == 0 else "есть"],
        "У школы с индексом 71 – {0}",
    ),
    Example(19, against_neighbours, "Разность {0:0}, интервал от {1:0} до {2:0}"),
    Example(
        20,
        expected_of_seventh,
        "ожидалось {0:1}, интервал от {1:1} до {2:1}; получилось {3:0} – {4} ожидаемого. Условия "
        "объясняют {5:%0} % различий, а если каждую школу предсказывать без неё – {6:%0} %",
    ),
    Example(21, lambda: very_likely(*resilience_of("a")), "ожидаемого {0}, {1}"),
    Example(21, lambda: resilience_of("b"), "вероятность {0:2} – {1}"),
    Example(22, allowed_predictors, "14 школ – {0}, 20 школ – {1}"),
    Example(
        22,
        importance,
        "Вместе объясняют {0:%0} % различий. Важность: индекс {1:%0} %, вакансии {2:%0} %",
    ),
    Example(
        22,
        blocks_in_turn,
        "«объясняют» {0:%0} %, если вторыми – только {1:%0} %: показатели почти повторяют друг "
        "друга (раздутие ошибки {2:1})",
    ),
    Example(22, smallest_probability, "не будет меньше {0:3}"),
    Example(
        23,
        lambda: [effects.regression_to_mean(9**2, 6**2, mean=60, cutoff=40)],
        "поднимутся в среднем на {0:1} балла сами",
    ),
    Example(23, lambda: [measure("D").estimate], "«До и после» – {0:+1} балла"),
    Example(23, from_selection_year, "от года отбора – {0:+1}, ещё хуже"),
    Example(
        23,
        highest_rung,
        "Ступень {0}, от лет до отбора: {1:+1}, интервал от {2:2} до {3:2}",
    ),
    Example(23, lambda: highest_rung()[4:], "прирост от {0:1} балла"),
    Example(
        24,
        two_blocks,
        "Арифметический индекс {0:2}, геометрический {1:2}. У школы без данных об олимпиаде "
        "индекса {2}",
    ),
    Example(
        24,
        four_places,
        "место {0:0} и место {1:0}. Две средние с индексом {2:2} и {3:2} меняются местами: «{4}»",
    ),
    Example(25, without_complements, "читатель находит ровно {0:0} и ровно {1:0}"),
    Example(
        25,
        with_complements,
        "первое число может быть от {0:0} до {1:0}, второе – от {2:0} до {3:0}",
    ),
]
