"""Tables kept beside the bank, read once for an opened year."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators import store
from msoko_lib.project import previous_school_year
from msoko_lib.reads import derived
from msoko_lib.subsystems.year import Year, per_year


@derived("итоги скрининга объективности")
@per_year
def screening_results(year: Year, back: int = 0) -> pd.DataFrame:
    """Domain results of the objectivity screening, of this year or ``back`` years before."""
    return store.screening_table(year.project, previous_school_year(year.school_year, back))


@derived("похожие школы")
@per_year
def similar_schools(year: Year) -> pd.DataFrame:
    """Nearest schools by conditions, one row a school × neighbour."""
    return store.similar_table(year.project, year.school_year)


@derived("группы сопоставимых школ")
@per_year
def school_groups(year: Year) -> pd.DataFrame:
    """Group by conditions of every school, one row a school."""
    return store.cluster_table(year.project, year.school_year)


@derived("дефициты школ по заданиям")
@per_year
def task_deficits(year: Year, back: int = 0) -> pd.DataFrame:
    """Tasks of every school beside the other schools, of this year or ``back`` years before."""
    return store.deficit_table(year.project, previous_school_year(year.school_year, back))
