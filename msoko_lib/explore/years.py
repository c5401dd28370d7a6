"""Which school years of a project can be explored."""

from __future__ import annotations

from msoko_lib.bank import Bank
from msoko_lib.project import Project, is_school_year


def years_with_bank(project: Project) -> list[str]:
    """School years that have been read into the bank, oldest first."""
    folder = project.bank("2024-2025").parent
    if not folder.is_dir():
        return []
    names = sorted(child.name for child in folder.iterdir() if is_school_year(child.name))
    return [name for name in names if Bank(project, name).exists]
