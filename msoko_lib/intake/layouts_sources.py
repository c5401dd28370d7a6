"""Layouts of other sources, from federal statistics to the paths of graduates."""

from __future__ import annotations

from msoko_lib.intake.coordinate_maps import coordinate_map_layouts
from msoko_lib.intake.diagnostics import diagnostics_layouts
from msoko_lib.intake.graduates import graduate_layouts
from msoko_lib.intake.mkdo import mkdo_layouts
from msoko_lib.intake.noko import noko_layouts
from msoko_lib.intake.plan_fact import plan_fact_layouts
from msoko_lib.intake.reading import Layout
from msoko_lib.intake.source_params import COORDINATES, NOKO, SOURCES, load_source_params
from msoko_lib.intake.supervision import supervision_layouts
from msoko_lib.intake.teachers import teacher_layouts
from msoko_lib.project import Project


def source_layouts(project: Project) -> list[Layout]:
    """Every layout of other sources, with the maps and settings of a project.

    A project whose parameters are older than these sources has none of them: it goes on reading
    what it read before.

    Raises
    ------
    SettingsProblem
        If a map or a parameters file is wrong.
    """
    if not (project.params / NOKO).is_file() or not (project.params / SOURCES).is_file():
        return []
    ages = load_source_params(project).teacher_ages.titles
    return [
        *coordinate_map_layouts(project.params / COORDINATES, ages, project.own / COORDINATES),
        *noko_layouts(project),
        *mkdo_layouts(project),
        *teacher_layouts(project),
        *diagnostics_layouts(),
        *plan_fact_layouts(),
        *graduate_layouts(),
        *supervision_layouts(),
    ]
