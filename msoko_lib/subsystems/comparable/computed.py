"""What the report computes, once for all its sections."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.clusters import YearClusters, year_clusters
from msoko_lib.indicators.conditions import Conditions, conditions
from msoko_lib.indicators.expected import ExpectedYear, expected_year
from msoko_lib.indicators.links import Links, block_indices, links
from msoko_lib.indicators.similar import Peers, peers_of
from msoko_lib.indicators.value_added import ValueAdded, cohort_means, value_added
from msoko_lib.subsystems.kept import school_groups, similar_schools
from msoko_lib.subsystems.objectivity import signs
from msoko_lib.subsystems.year import Year, per_year

SOURCES = ("vpr", "oge")
# One sign is no ground for a conclusion about a school; for the line others are measured by, a
# grade-8 result that was not confirmed a year later is ground enough to do without it.
UNDER_QUESTION = ("priority", "check")
PRIOR_DOMAIN = "consistency"


@per_year
def conditions_of(year: Year) -> Conditions:
    """Conditions of the schools, means of three years."""
    return conditions(year.inputs)


@per_year
def clusters_of(year: Year) -> YearClusters:
    """Groups by conditions with all that explains them."""
    return year_clusters(year.inputs)


@per_year
def peers(year: Year) -> dict[str, Peers]:
    """With whom each school is compared, and on what ground."""
    clusters = school_groups(year)
    return {
        school: peers_of(school, similar_schools(year), clusters, year.schools)
        for school in year.schools["school_id"]
    }


@per_year
def expected_of(year: Year) -> list[ExpectedYear]:
    """Expected and reached results, ВПР then ОГЭ."""
    return [expected_year(year.inputs, source) for source in SOURCES]


@per_year
def under_question(year: Year) -> list[str]:
    """Schools whose result in grade 8 is not used to draw the line for others."""
    table = signs.grades(year)
    graded = set(table.loc[table["grade"].isin(UNDER_QUESTION), "school_id"])
    domains = signs.flagged_signs(year)
    flagged = domains["flagged"].astype(bool) & (domains["domain"] == PRIOR_DOMAIN)
    return sorted(graded | set(domains.loc[flagged, "school"]))


@per_year
def means_of(year: Year) -> pd.DataFrame:
    """Cohorts in ВПР 8 and ОГЭ 9."""
    return cohort_means(year.inputs)


@per_year
def added_of(year: Year) -> tuple[ValueAdded | None, ValueAdded | None]:
    """Value added with all schools, and without those under question."""
    means = means_of(year)
    return (
        value_added(means, year.inputs),
        value_added(means, year.inputs, under_question(year)),
    )


@per_year
def links_of(year: Year) -> list[Links]:
    """Links with the blocks, ВПР then ОГЭ."""
    names = [name for block in year.settings.factor_blocks for name in block.indicators]
    indices = block_indices(year.inputs, year.indicators_of(*names))
    return [links(year.inputs, indices, source) for source in SOURCES]
