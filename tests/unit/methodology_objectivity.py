"""Worked examples of docs/методика.md: signs that ask for a check, medals, tasks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from methodology_text import Example

from msoko_lib.methods import bunching, consistency, items, objectivity

LONDON = (0.0921, 0.5657)
HONEST = np.array([20, 30, 42, 55, 68, 80, 90, 97, 100, 100, 97, 90, 80, 68, 55, 42, 30, 20]) * 10
LIFTED = HONEST + np.array([0] * 7 + [-388, -400, 788] + [0] * 8)
REGION = {10: 500, 11: 400, 12: 340, 13: 330, 14: 330, 15: 300}
VERDICTS = {"threshold": "пик", "none": "нет"}
GRADES = {
    "check": "проверить",
    "no_grounds": "оснований нет",
    "not_enough_data": "данных недостаточно",
}
SIGNS = {"concordance": "журнал", "bunching": "границы"}
STATES = {"possible": "возможен", "established": "установлен"}
FOUR_TASKS = [
    *([1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 0, 0]),
    *([1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]),
]


def cutoff(counts: np.ndarray) -> list[Any]:
    found = bunching.share_moved(counts, [9])
    columns = ["observed", "expected", "share_moved", "ci_low", "ci_high"]
    row = found.table.iloc[0]
    return [found.n, *row[columns], VERDICTS[row["verdict"]]]


def at_cutoff(on: int, below: int, lower: int, far: int) -> bunching.SchoolBunching:
    scores = [14] * on + [13] * below + [12] * lower + [10] * far
    return bunching.school_bunching(scores, REGION, [14])


def hundred_results() -> list[float]:
    found = at_cutoff(24, 9, 7, 60)
    sizes = [found.n, found.n_window, found.at_cutoff, found.expected]
    return [*sizes, found.share_moved, found.ci_low, found.ci_high, found.p_value]


def seventeen_near() -> list[Any]:
    found = at_cutoff(15, 2, 0, 43)
    return [found.n_window, found.at_cutoff, found.power, GRADES[found.status]]


def near_enough() -> list[int]:
    sizes = np.arange(1, 100)
    return [int(sizes[bunching.bunching_power(sizes) < 0.8].max()) + 1]


def cohort(school: str) -> pd.Series:
    frame = pd.DataFrame(
        {
            "school": list("abcdefgh"),
            "n1": [30, 28, 25, 40, 30, 22, 35, 27],
            "n2": [29, 27, 25, 38, 30, 21, 33, 26],
            "mean1": [60, 64, 68, 72, 88, 80.0, 57, 75],
            "mean2": [58, 61, 66, 69, 62, 77.0, 56, 71],
        }
    )
    return consistency.cohort_residuals(frame).set_index("school").loc[school]


def fallen_cohort() -> list[Any]:
    row = cohort("e")
    sure = row["cautious_probability"] < 0.001
    words = "меньше 0,001" if sure else str(row["cautious_probability"])
    mark = "когорта отмечена" if row["flagged"] else "отметки нет"
    return [row["predicted"], row["residual"], words, mark]


def usual_cohort() -> list[Any]:
    row = cohort("f")
    return [row["residual"], "отмечена" if row["flagged"] else "отметки нет"]


def exam_after_inflated_test() -> list[float]:
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(12), 40)
    prior = rng.normal(size=480) + 0.8 * (school == 3)
    exam = 0.7 * rng.normal(size=480) + 0.6 * (prior - 1.6 * (school == 3))
    found = consistency.exam_residuals(exam, prior, school)
    flagged = found[found["flagged"]]
    return [-flagged["mean_residual"].item(), flagged["interval_high"].item()]


def twice_of_four() -> list[float]:
    signals = pd.DataFrame(
        {"group": "a", "signal": [True, True, False, False], "p_value": 0.01, "status": "ok"}
    )
    return [consistency.repeatedly_below(signals)["chance"].item()]


def screened(school: str) -> list[Any]:
    p_values = {
        "1": [0.0005, 0.004, 0.30, 0.02],
        "2": [0.4, 0.6, 0.5, 0.7],
        "3": [0.02, 0.3, 0.2, 0.6],
        "4": [0.6, 0.5, 0.9, 0.4],
    }
    results = pd.DataFrame(
        [
            (name, domain, p, n)
            for name, row in p_values.items()
            for domain, p, n in zip(
                objectivity.DOMAINS,
                row,
                [35, 12, 15, 18] if name == "4" else [180, 70, 60, 150],
                strict=True,
            )
        ],
        columns=["school", "domain", "p_value", "n"],
    )
    table = objectivity.screen_objectivity(results, rho=0.1, draws=20).table
    row = table.set_index("school").loc[school]
    flagged = " и ".join(sorted(SIGNS[name] for name in row["flagged_domains"].split(", ") if name))
    return [GRADES[row["grade"]], row["z_combined"], row["z_low"], row["z_high"], flagged]


def expected_by_chance() -> list[float]:
    found = objectivity.expected_false_flags(14, 4, rho=0.1).set_index("measure")["expected"]
    return found[["unadjusted_flags", "domain_flags", "check"]].tolist()


def medals() -> list[Any]:
    found = objectivity.medal_confirmation([2, 1], [8, 3])
    numbers = found.loc[0, ["index", "ci_low", "ci_high"]]
    return [*numbers, {"internal_only": "индекса нет"}[found.loc[1, "status"]]]


def eight_pupils() -> list[float]:
    found = items.reliability(FOUR_TASKS)
    difficulty = items.task_statistics(FOUR_TASKS)["difficulty"]
    return [*difficulty, found.alpha, found.ci_low, found.ci_high, found.sem]


def deficit(n: int, solved: int) -> list[Any]:
    rates = pd.DataFrame({"n": [n], "rate": [solved / n]})
    row = items.deficits(rates, reference=0.58).iloc[0]
    gaps = [-row["gap"], -row["gap_high"], -row["gap_low"], row["detectable_gap"]]
    return [*gaps, row["p_value"], STATES[row["state"]]]


def one_task() -> list[float]:
    found = items.mantel_haenszel_tables([[[6, 14], [30, 20]], [[14, 16], [80, 20]]])
    return [found.odds_ratio, found.ci_low, found.ci_high, found.ets_delta]


def five_difficulties() -> list[float]:
    rng = np.random.default_rng(2)
    ability = rng.standard_normal((400, 1))
    chance = 1 / (1 + np.exp(np.array([-1.5, -0.5, 0, 0.5, 1.5]) - ability))
    found = items.fit_irt(rng.random((400, 5)) < chance).items
    errors = found["difficulty_se"]
    return [*found["difficulty"], errors.min(), errors.max()]


def power(n: int) -> list[float]:
    return objectivity.domain_power(n).iloc[0].tolist()


EXAMPLES = [
    Example(
        7,
        lambda: cutoff(LIFTED),
        "На границе {1:0} работ при ожидаемых {2:0}. Найденная доля переведённых – {3:%0} %, "
        "интервал от {4:%0} до {5:%0} %; вывод – {6}.",
    ),
    Example(
        7,
        lambda: cutoff(HONEST)[3:],
        "без перевода – {0:%1} %, интервал от {1:%1} до {2:%1} %; пика {3}.",
    ),
    Example(
        8,
        hundred_results,
        "{0:0} результатов, {1:0} из них рядом с границей, {2:0} – ровно на ней. Обычно было бы "
        "{3:1}. Это как если бы {4:%0} % работ чуть ниже границы получили лишний балл, интервал "
        "от {5:%0} до {6:%0} %. Вероятность случайности {7:4}",
    ),
    Example(
        8,
        seventeen_near,
        "из {0:0} работ рядом с границей {1:0} стоят на ней. Заметить перевод 40 % здесь можно "
        "лишь с вероятностью {2:%0} %, поэтому ответ – «{3}»",
    ),
    Example(8, near_enough, "обычно это около {0:0}"),
    Example(9, fallen_cohort, "ожидалось {0:0}, отклонение {1:1}"),
    Example(9, fallen_cohort, "вероятность случайности {2}, {3}"),
    Example(9, usual_cohort, "отклонение {0:+1} – {1}"),
    Example(
        10,
        lambda: consistency.prediction_half_width([5, 10, 20, 50], *LONDON),
        "{0:2} у 5 учеников, {1:2} у 10, {2:2} у 20, {3:2} у 50",
    ),
    Example(10, exam_after_inflated_test, "ниже ожидаемого на {0:2} при границе {1:2}"),
    Example(10, twice_of_four, "случай даёт лишь в {0:%1} % школ"),
    Example(
        11,
        lambda: consistency.spread_test([20, 10, 5], 2.0, 3.6)["p_value"],
        "У 20 учеников вероятность случайности {0:4}, у 10 – {1:3}, у 5 – {2:3}",
    ),
    Example(
        11,
        lambda: consistency.spread_test(20, 2.0, 3.6)["ratio"],
        "«Разброс {0:%0} % от ожидаемого»",
    ),
    Example(
        12,
        lambda: screened("1"),
        "Отмечены {4}, вывод – «{0}»; общий показатель {1:1}, интервал от {2:1} до {3:1}",
    ),
    Example(12, lambda: screened("3"), "отмечен один {4} – «{0}»"),
    Example(12, lambda: screened("4"), "учеников на один признак – «{0}»"),
    Example(
        12,
        expected_by_chance,
        "обычное правило дало бы {0:1} отметки по четырём признакам. После поправки – {1:2}. "
        "Вывод «проверить» случайно получила бы в среднем {2:3} школы в год",
    ),
    *(
        Example(12, lambda n=n: power(n), "| {0:0} | {1:%0} % | {2:%0} % | {3:%0} % | {4:%0} % |")
        for n in (15, 50, 100, 200)
    ),
    Example(
        13,
        medals,
        "индекс {0:%0} %, интервал от {1:%0} до {2:%0} %. Не подтвердил 1 из 3 – {3}",
    ),
    Example(
        14,
        eight_pupils,
        "Трудность {0:2}; {1:2}; {2:2}; {3:2}. Альфа {4:2}, но её интервал – от {5:2} до {6:2}: по "
        "восьми ученикам о надёжности не сказать ничего. Ошибка измерения {7:2} балла",
    ),
    Example(
        15,
        lambda: deficit(24, 9),
        "отставание {0:%1} п.п., вероятность случайности {4:3} – дефицит {5}",
    ),
    Example(
        15,
        lambda: deficit(240, 90),
        "интервал отставания от {1:%0} до {2:%0} п.п. – дефицит {5}",
    ),
    Example(
        15,
        lambda: [deficit(24, 9)[3], deficit(240, 90)[3]],
        "отставание в {0:%0} п.п., группа из 240 – в {1:%0} п.п.",
    ),
    Example(
        16,
        one_task,
        "Отношение шансов {0:2}, интервал от {1:2} до {2:2}. По шкале, где 1 – заметно, а 1,5 – "
        "много, это {3:1}",
    ),
    Example(
        17,
        five_difficulties,
        "Найдено: {0:1}; {1:1}; {2:1}; {3:1}; {4:1}. У каждой оценки ошибка {5:2}–{6:2}",
    ),
]
