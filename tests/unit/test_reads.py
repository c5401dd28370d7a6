"""The record of what is read: nothing read may be missing in it, whoever has read it before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from msoko_lib import reads
from msoko_lib.bank import Bank
from msoko_lib.batch.depends import reads_by_the_library_alone
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.table_titles import TITLES
from msoko_lib.reads import (
    NOBODY_LOOKED,
    UNKNOWN,
    Kept,
    begin,
    derived,
    digest_of,
    kept_property,
    note,
    noted,
    so_far,
)

LIBRARY = Path(reads.__file__).parent
# What reports are computed by; whatever these keep between two readers must keep what was read.
COMPUTING = ("subsystems", "indicators", "recommendations")
# Files of the banks and of the registers of advice are opened here alone.
GATES = {"bank.py", "bank_migrations.py", "intake/compact.py", "indicators/store.py",
         "recommendations/issued.py"}  # fmt: skip


@pytest.fixture
def noting() -> Iterator[None]:
    begin()
    yield
    reads._open.clear()


@dataclass
class Town:
    """Two tables; ``sizes`` counts how often something was computed."""

    school_year: str = "2024-2025"
    pupils: list[int] = field(default_factory=lambda: [3, 4])
    digests: dict[str, str] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)

    @kept_property
    def total(self) -> int:
        self.computed.append("total")
        note("pupils", str(self.pupils))
        return sum(self.pupils)


@derived("старше {0}")
def above(town: Town, least: int) -> list[int]:
    note("pupils", str(town.pupils))
    return [size for size in town.pupils if size > least]


def test_the_second_reader_of_a_kept_answer_has_read_as_much_as_the_first(noting: None) -> None:
    town = Town()
    assert town.total == 7
    assert so_far() == {"pupils": "[3, 4]"}
    begin()
    assert so_far() == {}
    assert town.total == 7 and town.computed == ["total"]
    assert so_far() == {"pupils": "[3, 4]"}


def test_an_answer_kept_while_nobody_looked_is_never_the_same() -> None:
    town, kept = Town(), Kept.of(lambda: 5)
    assert town.total == 7
    try:
        begin()
        assert town.total == 7
        assert so_far() == NOBODY_LOOKED
        begin()
        assert kept.give() == 5
        assert so_far() == {UNKNOWN: UNKNOWN}
    finally:
        reads._open.clear()


def test_what_is_read_inside_counts_outside_also_when_it_fails(noting: None) -> None:
    with pytest.raises(ZeroDivisionError), noted():
        note("a", "1")
        _ = 1 / 0
    assert so_far() == {"a": "1"}


def test_a_derived_answer_is_noted_by_what_it_says(noting: None) -> None:
    assert above(Town(), 3) == [4]
    first = so_far()
    assert len(first) == 1 and "pupils" not in first
    begin()
    # A table that changed in what the answer does not tell.
    above(Town(pupils=[2, 4]), 3)
    assert so_far() == first
    begin()
    above(Town(pupils=[3, 5]), 3)
    assert so_far().keys() == first.keys() and so_far() != first


def test_a_derived_answer_that_fails_depends_on_all_it_has_read(noting: None) -> None:
    town = Town(pupils=["мало"])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        above(town, 3)
    assert so_far() == {"pupils": "['мало']"}


def test_arguments_given_by_name_cannot_be_asked_again(noting: None) -> None:
    above(Town(), least=3)
    assert so_far() == {UNKNOWN: UNKNOWN}


def test_nothing_is_noted_where_nobody_asks() -> None:
    above(Town(), 3)
    assert so_far() == {} and not reads.is_noting()


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None], **columns})


@pytest.mark.parametrize(
    "other",
    [
        frame(a=[1.0, np.nextafter(2.0, 3)]),
        frame(a=[2.0, 1.0]),
        frame(b=["x", "None"]),
        frame(a=["1.0", "2.0"]),
        frame(c=[1, 1]),
        frame().rename(columns={"a": "A"}),
        frame().iloc[:1],
        frame()[["b", "a"]],
        frame().set_index("a"),
        frame().rename_axis("n"),
        frame(b=pd.Categorical(["x", None])),
    ],
)
def test_frames_that_differ_in_anything_have_other_hashes(other: pd.DataFrame) -> None:
    assert digest_of(other) != digest_of(frame())
    assert digest_of(frame()) == digest_of(frame().copy())


def test_categories_without_a_row_count_and_so_does_their_order() -> None:
    told = {
        digest_of(pd.DataFrame({"b": pd.Categorical(["x", "y"], categories)}))
        for categories in (["x", "y"], ["y", "x"], ["x", "y", "z"])
    }
    assert len(told) == 3


def test_what_cannot_be_hashed_is_unknown() -> None:
    assert digest_of({1, 2}) == UNKNOWN == digest_of([object()])
    assert digest_of(None) != digest_of("") != digest_of([])


def test_the_bank_notes_every_table_and_tells_when_it_changed(
    tiny_project, tmp_path: Path, noting: None
) -> None:
    bank = Bank(tiny_project.project, tiny_project.newest)
    bank.table("enrolment", columns=["school_id"])
    bank.table("plan_targets")
    bank.previous(5).table("enrolment")
    told = {tuple(reads.json.loads(name)): digest for name, digest in so_far().items()}
    assert told["table", tiny_project.newest, "enrolment"] == bank.hashes()["enrolment"]
    assert told["table", bank.previous(5).school_year, "enrolment"] == ""
    assert len(told) == 3
    bank.manifest()
    bank.hashes()
    assert len(so_far()) == 5


def test_whatever_computes_for_reports_keeps_nothing_unwatched() -> None:
    """A memo that does not know what was read for it would make its second reader look idle."""
    for part in COMPUTING:
        for path in (LIBRARY / part).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found = re.findall(
                r"lru_cache|cached_property|functools\.cache|__dict__|@cache\b", text
            )
            assert not found, path


def test_files_of_the_banks_are_opened_at_the_gates_alone() -> None:
    for path in LIBRARY.rglob("*.py"):
        if re.search(r"read_parquet|ParquetFile|pq\.read", path.read_text(encoding="utf-8")):
            assert path.relative_to(LIBRARY).as_posix() in GATES, path


def test_every_table_of_the_bank_has_a_title() -> None:
    assert list(TITLES) == list(TABLES)


@pytest.mark.parametrize(
    ("cell", "known"),
    [
        ("from msoko_lib.subsystems import teachers\nyear = teachers.open_year('2024-2025')", True),
        ("teachers.lead(year, '07')", True),
        (
            "import pandas as pd\npd.read_parquet('data/processed/2024-2025/measures.parquet')",
            False,
        ),
        ("from pathlib import Path", False),
        ("open('своё.csv').read()", False),
        ("%matplotlib inline", False),
        ("!ls data", False),
        ("__import__('os')", False),
    ],
)
def test_a_notebook_that_may_read_by_itself_is_not_believed(cell: str, known: bool) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    assert reads_by_the_library_alone(book) == known


def test_the_notebooks_of_reports_are_believed(tiny_project) -> None:
    for path in tiny_project.project.notebooks.glob("*.ipynb"):
        assert reads_by_the_library_alone(nbformat.read(path, as_version=4)), path.name
