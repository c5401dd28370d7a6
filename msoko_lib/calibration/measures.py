"""The zero-effect measure of ``effects`` as an entry of the registry."""

from __future__ import annotations

import pandas as pd

from msoko_lib.calibration.effects import zero_effect_calibration
from msoko_lib.calibration.registry import COLUMNS, Plan, simulation

VERDICTS = {"within": "inside", "outside": "outside", "not_judged": "report"}


@simulation(
    "zero_effect_measure",
    title="Мера с нулевым эффектом в самых слабых школах",
    meaning="Самые слабые школы одного года получают меру, которая ничего не меняет. Смещение: "
    "какой «эффект» сообщает способ в среднем (должно быть около нуля). Накрытие: как часто "
    "95-процентный интервал содержит ноль. Способы без полосы (до и после; разность разностей от "
    "года отбора; подбор пар по году отбора) показаны как ловушки: слово «эффект» при них не "
    "пишется.",
    runs=1000,
    quick_runs=150,
    pupils=(5, 10, 25, 50, 100),
    quick_schools=(30,),
    quick_pupils=(25,),
)
def zero_effect_measure(plan: Plan) -> pd.DataFrame:
    """Rows of ``zero_effect_calibration``, one simulation name per design."""
    table = zero_effect_calibration(
        schools=plan.schools, pupils=plan.pupils, runs=plan.runs, seed=plan.seed
    )
    parts = table["measure"].str.rsplit(": ", n=1)
    table["simulation"] = table["simulation"] + ": " + parts.str[0]
    table["measure"] = parts.str[1]
    table["verdict"] = table["verdict"].map(VERDICTS)
    return table[list(COLUMNS)].astype({"J": "Int64", "n": "Int64"})
