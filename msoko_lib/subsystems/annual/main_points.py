"""«Главное» and «Что сделать» of the annual report: its own rules and the gravest of the others."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Lead, Sentence
from msoko_lib.subsystems.annual.problems import ranked_problems
from msoko_lib.subsystems.annual.tasks import task_rows
from msoko_lib.subsystems.annual.told import OWN, anchors
from msoko_lib.subsystems.findings import actions_of
from msoko_lib.subsystems.findings import lead as lead_of_rules
from msoko_lib.subsystems.year import Year

MOST_OF_OTHERS = 2


def lead(year: Year) -> Lead:
    """At most five sentences from the closed list of rules, and the first tasks of the next year.

    The rules of this report speak of the whole; after them stand the gravest problems of the
    subsystems whose ground is sure.
    """
    where = anchors(year)
    others = [
        Sentence(str(row["finding"]), "attention", where(row))
        for _, row in ranked_problems(year).query("is_sure").head(MOST_OF_OTHERS).iterrows()
    ]
    sentences = lead_of_rules(year, OWN, others).sentences
    return Lead(sentences, actions_of(task_rows(year), where))
