"""Is this computer and this folder ready: each thing looked at, with how to mend it."""

from msoko_lib.doctor.examine import examine
from msoko_lib.doctor.line import BAD, GOOD, WARNING, Line

__all__ = ["BAD", "GOOD", "WARNING", "Line", "examine"]
