"""The register of what came of last year's recommendations, in step with the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msoko_lib.demo.calendar_rows import Row
from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.vpr_year import Town

DONE, UNDER_WAY, NOT_DONE, REFUSED = "выполнена", "выполняется", "не выполнена", "отклонена"
# Rules that speak of a planted school every year: last year's report has given it this advice.
_OWN = {
    "listed_without_help": "ШН-Р08", "extra_education_low": "ТЛ-Р06",
    "gifted_without_plans": "ТЛ-Р07", "career_hours_low": "ПР-Р01",
    "graduates_unplaced": "ПР-Р08", "open_orders": "УС-Р06", "no_reserve": "РК-Р10",
    "no_routes": "ПП-Р07", "events_not_on_deficits": "МР-Р04",
    "recommendations_not_done": "МР-Р05", "no_psychologist": "ВС-Р05",
    "noko_access_weak": "УС-Р01", "site_incomplete": "УС-Р03", "bad_building": "УС-Р04",
}  # fmt: skip
# What the office asks of schools in other years, whatever a report says of them.
_USUAL = ("КП-Р10", "ПП-Р08", "ВС-Р03", "ПР-Р03", "ТЛ-Р08", "УС-Р05", "ОБ-Р12", "МР-Р07",
          "ПП-Р12", "ВС-Р08", "ПР-Р06", "УС-Р08")  # fmt: skip
_LEFT_STATES = (NOT_DONE, UNDER_WAY, NOT_DONE, REFUSED)
_COMMENTS = {
    UNDER_WAY: "Срок перенесён на декабрь.",
    REFUSED: "Работа уже ведётся по программе развития школы.",
}


def advice_rows(
    town: Town, parts: CollectedParts, true: Mapping[str, Mapping[str, object]], end_year: int
) -> list[Row]:
    """Rows of a year; none in the first, when nothing had been recommended by the system.

    Parameters
    ----------
    true : mapping
        School → true answers of the year: as many rows as it was given recommendations, as many
        done with a document as the form says.
    """
    if end_year == town.end_years[0]:
        return []
    return [row for school in town.schools
            for row in _of_school(school.login, parts, true[school.login], end_year)]  # fmt: skip


def _of_school(
    unit_id: str, parts: CollectedParts, told: Mapping[str, object], end_year: int
) -> Iterator[Row]:
    given, done = (int(str(told[name])) for name in ("recommendations_n", "recommendations_done_n"))
    own = [rule for part, rule in _OWN.items() if parts.plays(unit_id, part)]
    # What a school has not put right comes last: it is among what is not done.
    rules = [*[rule for rule in _USUAL if rule not in own][: max(given - len(own), 0)], *own]
    no_paper = parts.plays(unit_id, "done_without_document")
    for place, rule in enumerate(rules[:given]):
        state, document = DONE, f"приказ школы № {20 + 3 * place} от 15.11.{end_year - 1}"
        if place >= done:
            state = DONE if no_paper else _LEFT_STATES[(place - done) % len(_LEFT_STATES)]
            document = ""
        yield {
            "school_id": unit_id, "rule_id": rule, "state": state, "document": document or None,
            "comment": _COMMENTS.get(state),
        }  # fmt: skip
