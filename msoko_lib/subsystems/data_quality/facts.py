"""Facts about the data themselves: who is silent, what is refused, which conclusions are lost."""

from __future__ import annotations

import pandas as pd

from msoko_lib.forms.completeness import OFFICE_ID, completeness
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.data_quality.refusals import TWO_VALUES, silent_units, told, touched
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year

SILENT, UNASKED = "данные.нет_ответа", "данные.нет_форм"
REFUSED, CONTRADICTING, LOST = "данные.не_принято", "данные.расхождения", "данные.нет_выводов"


def facts(year: Year) -> pd.DataFrame:
    """Silence by organisation; refusals, contradictions and lost conclusions of the year."""
    rows = completeness(
        year.inputs.table("form_values"), year.inputs.schools, year.catalogue, year.school_year
    )
    own = rows[rows["school_id"] != OFFICE_ID]
    answered = own.groupby("school_id")[["asked_n", "answered_n"]].sum()
    silent = set(silent_units(year))
    any_answer = len(silent) < len(answered)
    found = [
        noted(
            SILENT, str(unit), any_answer and unit in silent,
            numerator=float(row["answered_n"]), denominator=float(row["asked_n"]),
            n=float(row["asked_n"]), complete=True,
            ground="формы сбора нет; из других источников известно "
            f"{int(row['answered_n'])} из {int(row['asked_n'])} полей",
        )
        for unit, row in answered.iterrows()
    ]  # fmt: skip
    lines = told(year)
    refused, two = lines[lines["refuses"]], lines[lines["rule"].isin(TWO_VALUES)]
    lost = touched(year)
    total = len(year.catalogue.passports)
    found += [
        noted(UNASKED, MUNICIPALITY, not any_answer, n=float(len(answered)), complete=True,
              ground=f"форм сбора с ответами 0 из {len(answered)}"),
        noted(REFUSED, MUNICIPALITY, len(refused) > 0, numerator=float(len(refused)),
              n=float(len(lines)), complete=True, detail=_most_common(refused["rule_words"]),
              ground=f"отчёт о загрузке: строк {len(refused)}, файлов {refused['file'].nunique()}"),
        noted(CONTRADICTING, MUNICIPALITY, len(two) > 0, numerator=float(len(two)),
              n=float(len(lines)), complete=True,
              ground=f"сверка источников: расхождений {len(two)}"),
        noted(LOST, MUNICIPALITY, len(lost) > 0, numerator=float(len(lost)),
              denominator=float(total), n=float(total), complete=True,
              detail=_most_common(lost["subsystem"] + " «" + lost["title"] + "»"),
              ground=f"без значения {len(lost)} из {total} показателей"),
    ]  # fmt: skip
    return facts_of_rows(found)


def _most_common(words: pd.Series) -> str:
    return str(words.value_counts().index[0]).lower() if len(words) else ""


SOURCE = FactSource((SILENT, UNASKED, REFUSED, CONTRADICTING, LOST), facts)
