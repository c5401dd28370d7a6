"""What organisations and the office collect in a year: forms and registers, from true answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.demo.answers import Answers, answers
from msoko_lib.demo.collected_forms import FormsOfYear, units_of_town
from msoko_lib.demo.collected_parts import CollectedParts, cast_collected
from msoko_lib.demo.collected_registers import write_registers_of
from msoko_lib.demo.measure_rows import MeasureSchools, Outcomes, lowest_schools, measures
from msoko_lib.demo.municipality import Additional, Preschool
from msoko_lib.demo.truth import Defect
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.vpr_year import Town
from msoko_lib.project import Project, delivery

# Forms are one municipality's business: a region of a thousand schools does not collect them.
MOST_SCHOOLS = 150


class Collected:
    """Writes forms and registers year after year.

    Parameters
    ----------
    project : Project
        Its catalogue is asked; a project without one takes that of the package's own project.
    town, preschools, additional
        The municipality.
    """

    def __init__(
        self,
        project: Project,
        town: Town,
        preschools: Sequence[Preschool],
        additional: Sequence[Additional],
    ) -> None:
        self.town, self.preschools, self.additional = town, preschools, additional
        self.catalogue = _catalogue(project) if len(town.schools) <= MOST_SCHOOLS else None
        self.parts: CollectedParts = cast_collected(
            town.schools, town.plants, preschools, additional, town.planted
        )
        self.answers: dict[int, Answers] = {}
        self.outcomes: dict[int, Outcomes] = {}

    def take(self, work: VprWork) -> None:
        """Remember the results of a spring work: measures are chosen by them."""
        if work.session == "spring":
            outcome = self.outcomes.setdefault(work.end_year, Outcomes(len(self.town.schools)))
            outcome.take(work.school, work.totals)

    @property
    def measure_schools(self) -> MeasureSchools:
        """Schools of the measures that aim at the results of the newest year."""
        town = self.town
        worked = town.plants.school("measure_worked")
        before = self.outcomes.get(town.newest - 1)
        return MeasureSchools(
            town.schools[worked].login if worked >= 0 and before is not None else "",
            lowest_schools(town, before.by_school()) if before is not None else (),
        )

    def true_answers(self, end_year: int) -> Answers:
        """True answers of a year, computed once."""
        if end_year not in self.answers:
            self.answers[end_year] = answers(self.town, self.preschools, self.additional, end_year)
        return self.answers[end_year]

    def write(
        self, folder: Path, end_year: int, with_sources: bool
    ) -> tuple[list[Path], list[Defect]]:
        """Write the forms and registers of a year below its folder.

        Parameters
        ----------
        with_sources : bool
            Other sources of the year are written too: the office leaves to them what they tell.
        """
        town = self.town
        true = self.true_answers(end_year)
        if self.catalogue is None:
            return [], []
        forms = FormsOfYear(
            town, self.preschools, self.additional, self.catalogue, end_year,
            true, self.answers.get(end_year - 1, {}), with_sources,
        )  # fmt: skip
        files, defects = forms.write(folder)
        before = self.true_answers(end_year - 1) if end_year > town.end_years[0] else {}
        rows = measures(town, self.preschools, self.parts, self.measure_schools, end_year, before)
        units = units_of_town(town, self.preschools, self.additional)
        files += write_registers_of(
            folder, town, units, self.catalogue, end_year, rows, self.parts, true
        )
        return files, defects


def _catalogue(project: Project) -> Catalogue:
    own = (project.params / "indicators").is_dir()
    return load_catalogue(project if own else Project(delivery()))
