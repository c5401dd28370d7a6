"""Every package of a report can be imported first: a kernel imports only its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import msoko_lib.subsystems

PACKAGES = sorted(
    path.parent.name for path in Path(msoko_lib.subsystems.__path__[0]).glob("*/__init__.py")
)


@pytest.mark.parametrize("name", [*PACKAGES, "fact_sources", "findings", "warm"])
def test_a_package_imports_alone(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import msoko_lib.subsystems.{name}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-800:]
