"""Seconds and peak memory of an audit of 60 schools by 12 columns, alone and with an edition.

Run: python tests/benchmarks/bench_disclosure.py
"""

from __future__ import annotations

import resource
import time

import numpy as np
import pandas as pd

from msoko_lib.methods.disclosure import (
    Release,
    Table,
    audit,
    suppress_complementary,
    suppress_primary,
)


def municipality(pupils: float, seed: int = 0) -> Table:
    """Return an invented table of 60 schools by 12 columns, about `pupils` a school."""
    rng = np.random.default_rng(seed)
    size = rng.gamma(2, pupils / 2, (60, 1))
    counts = rng.poisson(size * rng.dirichlet(np.full(12, 1.5), 60))
    return Table(
        pd.DataFrame(counts, index=[f"s{number:02d}" for number in range(60)]),
        population="benchmark",
        row_variable="school",
        column_variable="column",
    )


def main() -> None:
    """Print the seconds of suppression and audit, and the peak memory."""
    for pupils in (40, 150, 600):
        table = municipality(pupils)
        release = Release()
        release.add_table(table)
        primary = suppress_primary(table)
        start = time.perf_counter()
        plan = suppress_complementary(release, primary)
        planned = time.perf_counter() - start
        release.withhold(plan.withheld)
        start = time.perf_counter()
        found = audit(release, primary=primary)
        audited = time.perf_counter() - start
        edition = Release()
        edition.add_table(table, withheld=release.withheld)
        release.add_edition(edition, "earlier", largest_change=1)
        start = time.perf_counter()
        audit(release, primary=primary)
        twice = time.perf_counter() - start
        print(
            f"~{pupils} pupils a school: {len(primary)} primary, {len(plan.complementary)} "
            f"complementary in {planned:.1f} s; audit {audited:.1f} s (safe: {found.safe}); "
            f"with another edition {twice:.1f} s"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
