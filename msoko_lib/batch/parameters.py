"""Parameters of the report notebooks, checked before papermill is called.

papermill injects a misspelt parameter with a mere warning; these models refuse it. A test
compares their fields with the parameters cell of each notebook.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, field_validator

from msoko_lib.project import is_school_year


class SubsystemParameters(BaseModel):
    """A report on the whole municipality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    school_year: str

    @field_validator("school_year")
    @classmethod
    def _is_school_year(cls, value: str) -> str:
        if not is_school_year(value):
            raise ValueError("учебный год записывается как 2024-2025")
        return value


class SchoolParameters(SubsystemParameters):
    """A report on one school."""

    school_id: str

    @field_validator("school_id")
    @classmethod
    def _is_filled(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("код школы не указан")
        return value
