"""Write an invented municipality into data/raw in the real file layouts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from msoko_lib.demo.collected import Collected
from msoko_lib.demo.collected_phenomena import collected_phenomena
from msoko_lib.demo.defects import (
    saved_on,
    spoil,
    write_form_by_mistake,
    write_stray_files,
)
from msoko_lib.demo.exam_files import write_exams
from msoko_lib.demo.exam_sitting import Sitting, sittings
from msoko_lib.demo.graduate_tables import medal_candidates, write_annual_marks, write_medals
from msoko_lib.demo.municipality import (
    Additional,
    Preschool,
    make_additional,
    make_preschools,
    make_schools,
)
from msoko_lib.demo.olympiad import stages, write_stage
from msoko_lib.demo.phenomena import planted_phenomena
from msoko_lib.demo.plants import cast_parts, shaped_schools
from msoko_lib.demo.pupils import make_pupils
from msoko_lib.demo.quirks import marks_digits, with_quirks
from msoko_lib.demo.school_tables import (
    write_directory,
    write_enrolment,
    write_observers,
    write_social_passport,
)
from msoko_lib.demo.source_year import SourceYear
from msoko_lib.demo.sources import write_sources
from msoko_lib.demo.truth import Defect, DemoTruth, Phenomenon
from msoko_lib.demo.vpr_archive import Archive
from msoko_lib.demo.vpr_naming import Labels
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.vpr_year import Town, vpr_paths, vpr_sheets, vpr_works
from msoko_lib.demo.xlsx import write_xlsx
from msoko_lib.project import Project, end_year_of, school_year_of

Progress = Callable[[str, int, int], None]
# A work that stands as the stray file of the wrong year and as the older edition.
STRAY_WORK = "МА 4"
# Lists of teachers and forms of statistics are one municipality's business, not a region's.
MOST_SCHOOLS_OF_SOURCES = 150


def silent(step: str, done: int, total: int) -> None:
    """Progress that tells nobody."""


def write_demo(
    root: Path,
    schools: int = 14,
    years: int = 3,
    seed: int = 1,
    until: str = "2024-2025",
    planted: bool = True,
    pupils_scale: float = 1.0,
    progress: Progress | None = None,
) -> DemoTruth:
    """Write the demo municipality.

    The same arguments give byte-identical files. Readers cannot tell the files from real ones.

    Parameters
    ----------
    root : Path
        Project root; files go to ``data/raw/<school year>/``.
    schools : int
        Number of schools; 14 is a usual municipality, 1,000 a region.
    years : int
        Number of school years.
    seed : int
        Seed of all random draws.
    until : str
        Newest school year.
    planted : bool
        False writes a municipality where nothing stands out and no file is faulty.
    pupils_scale : float
        Factor on the size of the schools (tiny ones keep theirs).
    progress : callable, optional
        Called with (step, done, total).

    Returns
    -------
    DemoTruth
        What was planted where; it is returned alone and written nowhere.

    Raises
    ------
    ValueError
        If ``years``, ``schools`` or ``pupils_scale`` is not positive or ``until`` is no school
        year.
    """
    if years < 1:
        raise ValueError(f"years must be positive, found {years}")
    newest = end_year_of(until)
    town = found_town(schools, tuple(range(newest - years + 1, newest + 1)), seed, planted,
                      pupils_scale)  # fmt: skip
    writer = _Writer(Project(root), town, make_preschools(planted), make_additional(),
                     progress or silent)  # fmt: skip
    for end_year in town.end_years:
        writer.write_year(end_year)
    return writer.finish()


def found_town(
    schools: int, end_years: tuple[int, ...], seed: int, planted: bool, pupils_scale: float = 1.0
) -> Town:
    """Schools, pupils and the cast of the planted phenomena."""
    rng = np.random.default_rng([seed, schools])
    bare = make_schools(schools, pupils_scale, rng)
    plants = cast_parts(bare, planted)
    shaped = tuple(shaped_schools(bare, plants))
    return Town(
        schools=shaped,
        pupils=make_pupils(shaped, end_years, rng),
        plants=plants,
        labels=Labels(shaped, end_years[-1]),
        end_years=end_years,
        seed=seed,
        planted=planted,
    )


class _Writer:
    """Writes year after year and gathers what the truth needs."""

    def __init__(
        self,
        project: Project,
        town: Town,
        preschools: list[Preschool],
        additional: list[Additional],
        progress: Progress,
    ) -> None:
        self.project = project
        self.town = town
        self.preschools = preschools
        self.additional = additional
        self.progress = progress
        self.archive = Archive(town)
        self.collected = Collected(project, town, preschools, additional)
        self.files: list[Path] = []
        self.defects: list[Defect] = []
        self.told: list[Phenomenon] = []
        self.medal_score: int | None = None
        self.stray: dict[int, VprWork] = {}

    def write_year(self, end_year: int) -> None:
        """Write all files of the school year that ends in ``end_year``."""
        year = school_year_of(end_year)
        folder = self.project.raw(year)
        done = self.town.end_years.index(end_year)
        total = len(self.town.end_years)
        self.progress(f"{year}: ВПР", done, total)
        for place, work in enumerate(vpr_works(self.town, end_year)):
            self._write_work(folder, year, work, place)
        self.files += self.archive.write(folder, end_year)
        self.progress(f"{year}: ЕГЭ и ОГЭ", done, total)
        taken = list(sittings(self.town, end_year))
        exam_files, appeals = write_exams(folder, taken, self.town)
        self.files += exam_files
        details: dict[str, object] = {"changes": appeals}
        self.told.append(Phenomenon("appeals", (year,), details=details))
        self.progress(f"{year}: олимпиады и справочники", done, total)
        for stage in stages(self.town, end_year):
            self.files.append(write_stage(folder, stage, self.town))
        self._write_tables(folder, end_year, taken)
        with_sources = len(self.town.schools) <= MOST_SCHOOLS_OF_SOURCES
        if with_sources:
            self.progress(f"{year}: педагоги, статистика, НОКО и другие источники", done, total)
            self._write_sources(folder, end_year)
        self.progress(f"{year}: формы и реестры", done, total)
        collected_files, defects = self.collected.write(folder, end_year, with_sources)
        self.files += collected_files
        self.defects += defects
        if self.town.planted and end_year == self.town.end_years[-2:][0]:
            path, defect = write_form_by_mistake(folder, year)
            self.files.append(path)
            self.defects.append(defect)

    def _write_work(self, folder: Path, year: str, work: VprWork, place: int) -> None:
        self.collected.take(work)
        self.archive.take(work, digits=marks_digits(place, self.town))
        sheets = with_quirks(vpr_sheets(work, self.town), place, self.town)
        faults = spoil(work, sheets, self.town)
        paths = vpr_paths(folder, work, place, list(sheets))
        for path, (name, sheet) in zip(paths, sheets.items(), strict=True):
            write_xlsx(path, [sheet], saved=saved_on(work.end_year))
            self.files.append(path)
            if name in faults:
                code, idea, details = faults[name]
                file = path.relative_to(folder).as_posix()
                self.defects.append(Defect(code, year, file, idea, details))
        if work.key == STRAY_WORK and work.session == "spring":
            self.stray[work.end_year] = work

    def _write_tables(self, folder: Path, end_year: int, taken: list[Sitting]) -> None:
        candidates = medal_candidates(self.town, end_year, taken)
        for item in candidates:
            if not item.confirmed:
                self.medal_score = _russian_of(item.pupil, taken)
        self.files += [
            write_directory(folder, self.town, self.preschools, self.additional),
            write_enrolment(folder, self.town, end_year),
            write_observers(folder, self.town, end_year),
            write_social_passport(folder, self.town, end_year),
            write_medals(folder, self.town, end_year, candidates),
            write_annual_marks(folder, self.town, end_year, taken),
        ]

    def _write_sources(self, folder: Path, end_year: int) -> None:
        town, gardens, extra = self.town, self.preschools, self.additional
        true = self.collected.true_answers(end_year)
        year = SourceYear(town, gardens, extra, true, end_year, folder)
        write_sources(year)
        self.files += year.files
        self.defects += year.defects
        self.told += year.phenomena

    def finish(self) -> DemoTruth:
        """Write what spans the years and tell the truth."""
        town = self.town
        folder = self.project.raw(school_year_of(town.newest))
        if town.planted:
            earlier = self.stray.get(town.newest - 1)
            for path, defect in write_stray_files(folder, town, self.stray[town.newest], earlier):
                self.files.append(path)
                self.defects.append(defect)
        total = len(town.end_years)
        self.progress("готово", total, total)
        return DemoTruth(
            root=self.project.root,
            school_years=tuple(school_year_of(year) for year in town.end_years),
            schools=town.schools,
            preschools=tuple(self.preschools),
            additional=tuple(self.additional),
            phenomena=tuple(self._phenomena()),
            defects=tuple(self.defects),
            files=tuple(self.files),
            answers={school_year_of(year): told for year, told in self.collected.answers.items()},
        )

    def _phenomena(self) -> list[Phenomenon]:
        collected = self.collected
        return [
            *planted_phenomena(self.town, self.medal_score),
            *self.told,
            *collected_phenomena(self.town, collected.parts, collected.measure_schools),
        ]


def _russian_of(pupil: int, taken: list[Sitting]) -> int | None:
    for item in taken:
        is_russian = item.exam.exam == "ege" and item.exam.subject == "Русский язык"
        if is_russian and item.test is not None:
            places = np.flatnonzero(item.pupil == pupil)
            if len(places):
                return int(item.test[places[0]])
    return None
