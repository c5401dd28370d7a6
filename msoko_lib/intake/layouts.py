"""Every layout that msoko reads, in the order in which they are asked."""

from __future__ import annotations

import hashlib

from msoko_lib.catalogue import load_catalogue
from msoko_lib.intake.column_maps import column_map_layouts
from msoko_lib.intake.forms import form_layouts
from msoko_lib.intake.layouts_gia import LAYOUTS as GIA_LAYOUTS
from msoko_lib.intake.layouts_sources import source_layouts
from msoko_lib.intake.layouts_vpr import LAYOUTS as VPR_LAYOUTS
from msoko_lib.intake.reading import Layout
from msoko_lib.intake.registers import register_layouts
from msoko_lib.intake.source_params import sources_fingerprint
from msoko_lib.project import Project

COLUMNS = "column_maps"


def all_layouts(project: Project) -> list[Layout]:
    """Built-in layouts and those that the municipality's own parameters describe."""
    catalogue = load_catalogue(project)
    layouts = [
        *VPR_LAYOUTS,
        *GIA_LAYOUTS,
        *form_layouts(catalogue),
        *register_layouts(catalogue),
        *source_layouts(project),
        *column_map_layouts(project.params / COLUMNS, project.own / COLUMNS),
    ]
    return sorted(layouts, key=lambda layout: layout.order)


def maps_fingerprint(project: Project) -> str:
    """Hash of what readers are made from: a changed map or passport reads its files again."""
    digest = hashlib.sha256()
    described = [
        path
        for folder in (project.params, project.own)
        for pattern in ("column_maps/*.csv", "indicators/*.yml")
        for path in folder.glob(pattern)
    ]
    for path in sorted(described):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    digest.update(sources_fingerprint(project).encode())
    return digest.hexdigest()[:16]
