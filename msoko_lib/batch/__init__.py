"""The yearly batch: plan the reports of a year, run what changed, put good ones in place."""

import sys

# nbformat brings a checker of internationalised web addresses, which builds its grammar when it is
# imported: a second and a half of every run for what a notebook never holds. Without the module
# the checker is left out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
