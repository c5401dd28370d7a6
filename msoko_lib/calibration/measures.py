"""The zero-effect measure of ``effects`` as an entry of the registry."""

from __future__ import annotations

from typing import Any

import pandas as pd

from msoko_lib.calibration.effects import zero_effect_calibration
from msoko_lib.calibration.registry import Plan, rows, simulation, smallest_error, value_row


@simulation(
    "zero_effect_measure",
    title="Мера с нулевым эффектом в самых слабых школах",
    meaning="Самые слабые школы одного года получают меру, которая ничего не меняет. Смещение: "
    "какой «эффект» сообщает способ в среднем (должно быть около нуля). Накрытие: как часто "
    "95-процентный интервал содержит ноль. Способы без полосы (до и после; разность разностей от "
    "года отбора; подбор пар по году отбора) показаны как ловушки: слово «эффект» при них не "
    "пишется.",
    runs=400,
    quick_runs=150,
    pupils=(5, 10, 25, 50, 100),
    quick_schools=(30,),
    quick_pupils=(25,),
    labels={
        "A_ancova_on_score": "A: ковариационный анализ по баллу отбора",
        "B_difference_in_differences": "B: разность разностей от лет до отбора",
        "C_empirical_bayes": "C: ожидаемое значение по прежним годам",
        "before_after": "ловушка: до и после",
        "difference_from_selection_year": "ловушка: разность разностей от года отбора",
        "matching_on_selection_year": "ловушка: пары по году отбора",
    },
)
def zero_effect_measure(plan: Plan) -> pd.DataFrame:
    """Rows of ``zero_effect_calibration``, one simulation name per design."""
    table = zero_effect_calibration(
        schools=plan.schools, pupils=plan.pupils, runs=plan.runs, seed=plan.seed
    )
    parts = table["measure"].str.rsplit(": ", n=1)
    table["simulation"] = table["simulation"] + ": " + parts.str[0]
    table["measure"] = parts.str[1]
    return rows([_row(record) for record in table.to_dict("records")])


def _row(record: dict[Any, Any]) -> dict[str, Any]:
    """The record judged by the rule of the page."""
    error = float(record["monte_carlo_se"])
    if record["measure"] == "coverage":
        error = max(error, smallest_error(int(record["runs"])))
    band = None if pd.isna(record["band_low"]) else (record["band_low"], record["band_high"])
    return value_row(
        record["simulation"],
        record["measure"],
        record["value"],
        error,
        record["runs"],
        band,
        schools=record["J"],
        pupils=record["n"],
    )
