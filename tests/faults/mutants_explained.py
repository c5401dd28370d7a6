"""Changes that no test can notice, because the changed line does the same; each with its reason.

What no longer matches a change of a source fails in ``test_mutants.py``.
"""

from __future__ import annotations

_CACHE = "величина запаса в памяти: ответ тот же"

# (source, text of the line, change) → why, in Russian: it is printed in docs/reliability.md.
EXPLAINED: dict[tuple[str, str, str], str] = {
    ("msoko_lib/intake/header_map.py", "@lru_cache(maxsize=20_000)", "20000 → 20001"): _CACHE,
    ("msoko_lib/intake/header_map.py", "@lru_cache(maxsize=5_000)", "5000 → 5001"): _CACHE,
    (
        "msoko_lib/intake/guard_binary.py",
        "start = (number + 1) * size if size > _HEADER else _HEADER + number * size",
        "Gt → GtE",
    ): "при размере сектора, равном заголовку, обе формулы дают одно и то же место",
}
