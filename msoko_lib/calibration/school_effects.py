"""Value added and expected exam results: bias and coverage with few schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.calibration.registry import Plan, proportion_row, rows, simulation
from msoko_lib.methods.consistency import exam_residuals
from msoko_lib.methods.value_added import fit_random_intercept, fit_school_means

SCHOOL_SD = 0.3
PUPIL_SD = 0.75
SLOPE = 0.6


def pupils_of(
    schools: int, pupils: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Exam, earlier score, school and true school effects of one invented municipality."""
    school = np.repeat(np.arange(schools), pupils)
    prior = rng.normal(0, 0.4, schools)[school] + rng.normal(0, 0.9, school.size)
    effect = rng.normal(0, SCHOOL_SD, schools)
    exam = SLOPE * prior + effect[school] + rng.normal(0, PUPIL_SD, school.size)
    return exam, prior, school, effect


@simulation(
    "value_added",
    title="Вклад школы по данным учеников",
    meaning="Истинный вклад школ известен (стандартное отклонение 0,3). Накрытие: как часто "
    "95-процентный интервал школы содержит её истинное отличие от среднего этих школ. Смещение: "
    "средняя ошибка оценки наклона по прежнему баллу, в долях стандартного отклонения. При малом "
    "числе школ интервалы накрывают реже: сама дисперсия между школами известна плохо.",
    runs=200,
    quick_runs=40,
)
def value_added(plan: Plan) -> pd.DataFrame:
    """Coverage of the intervals of school effects and bias of the slope."""
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            rng = plan.rng(1, j, n)
            covered, slopes = [], []
            for _ in range(plan.runs):
                exam, prior, school, effect = pupils_of(j, n, rng)
                fit = fit_random_intercept(exam, prior, school, reml=True)
                table = fit.effects.set_index("group").loc[np.arange(j)]
                truth = effect - effect.mean()
                inside = (table["ci_low"] <= truth) & (truth <= table["ci_high"])
                covered.append(inside.mean() if fit.group_variance > 0 else np.nan)
                slopes.append(fit.fixed_effects.iloc[1] - SLOPE)
            band = (0.90, 0.98) if j >= 14 and n >= 15 else None
            cell = {"schools": j, "pupils": n}
            records.append(proportion_row("value_added", "coverage", covered, band, **cell))
            records.append(proportion_row("value_added", "bias", slopes, (-0.02, 0.02), **cell))
    return rows(records)


@simulation(
    "school_means",
    title="Вклад школы по средним баллам",
    meaning="То же, когда известны только средние школ и их стандартные отклонения. Интервал "
    "относится к отличию от ожидаемого, неопределённость самого ожидания в нём учтена.",
    runs=200,
    quick_runs=60,
)
def school_means(plan: Plan) -> pd.DataFrame:
    """Coverage of the intervals of ``fit_school_means``."""
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            rng = plan.rng(2, j, n)
            covered = []
            for _ in range(plan.runs):
                effect = rng.normal(0, SCHOOL_SD, j)
                variance = np.full(j, PUPIL_SD**2 / n)
                seen = effect + rng.normal(0, np.sqrt(variance))
                fit = fit_school_means(seen, variance)
                table = fit.effects
                inside = (table["ci_low"] <= effect) & (effect <= table["ci_high"])
                covered.append(inside.mean() if fit.tau2 > 0 else np.nan)
            band = (0.90, 0.98) if j >= 14 and n >= 15 else None
            records.append(
                proportion_row("school_means", "coverage", covered, band, schools=j, pupils=n)
            )
    return rows(records)


@simulation(
    "exam_residuals",
    title="Ожидаемый результат экзамена для школы, не вошедшей в расчёт",
    meaning="Накрытие: как часто средний результат школы попадает в интервал, посчитанный по "
    "остальным школам. Ложные отметки: доля честных школ с отметкой (уровень 5 % на семейство). "
    "Мощность: как часто отмечена школа, у которой прежний балл завышен на два стандартных "
    "отклонения.",
    runs=40,
    quick_runs=12,
    pupils=(5, 15, 25, 50, 100),
)
def exam_consistency(plan: Plan) -> pd.DataFrame:
    """Coverage, false flags and power of ``exam_residuals``."""
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            rng = plan.rng(3, j, n)
            covered, false, found = [], [], []
            for _ in range(plan.runs):
                exam, prior, school, _ = pupils_of(j, n, rng)
                table = exam_residuals(exam, prior, school)
                inside = table["mean_residual"].between(
                    table["interval_low"], table["interval_high"]
                )
                covered.append(inside.mean())
                false.append(table["flagged"].any())
                inflated = exam_residuals(exam, prior + 2.0 * (school == 0), school)
                found.append(inflated.set_index("group").loc[0, "signal"])
            cell = {"schools": j, "pupils": n}
            name = "exam_residuals"
            records += [
                proportion_row(name, "coverage", covered, (0.92, 0.98), **cell),
                proportion_row(name, "false_flag_rate", false, (0.0, 0.05), **cell),
                proportion_row(name, "power", found, None, **cell),
            ]
    return rows(records)
