"""Changes that no test can notice, because the changed line does the same; each with its reason."""

from __future__ import annotations

# (source, text of the line, change) → why, in Russian: it is printed in docs/reliability.md.
EXPLAINED: dict[tuple[str, str, str], str] = {}
