"""Every layout that msoko reads, in the order in which they are asked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msoko_lib.intake.column_maps import column_map_layouts
from msoko_lib.intake.layouts_gia import LAYOUTS as GIA_LAYOUTS
from msoko_lib.intake.layouts_vpr import LAYOUTS as VPR_LAYOUTS
from msoko_lib.intake.reading import Layout


def all_layouts(params: Path) -> list[Layout]:
    """Built-in layouts and those that the municipality's column maps describe."""
    layouts = [*VPR_LAYOUTS, *GIA_LAYOUTS, *column_map_layouts(params / "column_maps")]
    return sorted(layouts, key=lambda layout: layout.order)


def column_maps_fingerprint(params: Path) -> str:
    """Hash of the column maps: a changed map reads its files again."""
    digest = hashlib.sha256()
    for path in sorted((params / "column_maps").glob("*.csv")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
