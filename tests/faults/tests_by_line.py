"""Which tests run through a line, and what each of them costs; pytest in a fork of this process.

The tests of the rooms are run once under coverage, in a copy of the repository. From then on a
changed line is tried by those tests alone that run through it, the quickest first.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import coverage
import pytest
from mutants import Mutant

# Loaded once, by the parent of all forks; nothing of msoko_lib, which is what is changed.
LOADED = (
    "babel.dates", "docxtpl", "filelock", "jinja2", "matplotlib.pyplot", "nbconvert", "nbformat",
    "numpy", "openpyxl", "pandas", "pandera.pandas", "papermill", "pyarrow.parquet", "pydantic",
    "python_calamine", "rich.console", "scipy.optimize", "scipy.stats", "sklearn.cluster",
    "statsmodels.api", "typer", "xlsxwriter", "yaml",
)  # fmt: skip
# What the tests of one mutant may cost; of more of them the quickest are taken.
MOST_SECONDS = 30.0
MOST_MEMORY = 6 * 2**30
FIXTURE = "fixture "


def load_others() -> None:
    """Import what is not ours, once for all forks."""
    for name in LOADED:
        import_module(name)


def run_apart(place: Path, work: Callable[[], int], processor_s: float, clock_s: float) -> int:
    """What a function returns that runs in a fork, in a folder; -9 if it took too long."""
    child = os.fork()
    if not child:
        code = 70
        try:
            os.setsid()
            os.chdir(place)
            sys.path.insert(0, str(place))
            os.environ["PYTHONPATH"] = str(place)
            # A changed source makes other municipalities: none of them is to be kept.
            os.environ.pop("MSOKO_TEST_CACHE", None)
            for number in (1, 2):
                os.dup2(os.open(place / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            limit = int(processor_s) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            code = work()
        finally:
            os._exit(code)
    until = time.monotonic() + clock_s
    status = 0
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.02)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return os.waitstatus_to_exitcode(status)
    if not done:
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Watched:
    """A plugin that tells coverage which test or fixture runs, and how long it takes."""

    def __init__(self, watch: coverage.Coverage) -> None:
        self.watch = watch
        self.now = ""
        self.tests: dict[str, dict[str, Any]] = {}
        self.fixtures: dict[str, float] = {}

    def _switch(self, to: str) -> None:
        self.now = to
        self.watch.switch_context(to)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        fixtures = [FIXTURE + name for name in getattr(item, "fixturenames", ())]
        self.tests[item.nodeid] = {"seconds": 0.0, "fixtures": fixtures, "passed": False}
        self._switch(item.nodeid)
        yield
        self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        before, begun = self.now, time.process_time()
        name = FIXTURE + fixturedef.argname
        if fixturedef.scope != "function":
            self._switch(name)
        try:
            yield
        finally:
            took = time.process_time() - begun
            if fixturedef.scope != "function":
                self.fixtures[name] = max(took, self.fixtures.get(name, 0.0))
                self._switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.tests[item.nodeid] |= {"seconds": time.process_time() - begun, "passed": True}


def watch_tests(place: Path, folders: list[str], sources: list[str], answer: Path) -> None:
    """Run the tests of folders under coverage and write down what ran through what."""

    def work() -> int:
        watch = coverage.Coverage(
            data_file=str(place / "watched"),
            config_file=False,
            source=[str(place / source) for source in sources],
        )
        watched = Watched(watch)
        watch.start()
        pytest.main(["-q", "-p", "no:cacheprovider", *folders], plugins=[watched])
        watch.stop()
        data = watch.get_data()
        lines = {
            Path(file).relative_to(place).as_posix(): {
                line: [each for each in contexts if each]
                for line, contexts in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        told = {"tests": watched.tests, "fixtures": watched.fixtures, "lines": lines}
        answer.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        return 0

    run_apart(place, work, 7200, 14400)


@dataclass
class Map:
    """What ran through what, as :func:`watch_tests` wrote it down."""

    tests: dict[str, dict[str, Any]]
    fixtures: dict[str, float]
    lines: dict[str, dict[str, list[str]]]
    users: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Map:
        """The map of a file; tests that fail on the honest source say nothing and are left out."""
        told = json.loads(path.read_text(encoding="utf-8"))
        tests = {name: test for name, test in told["tests"].items() if test["passed"]}
        made = cls(tests, told["fixtures"], told["lines"])
        for name, test in tests.items():
            for fixture in test["fixtures"]:
                made.users.setdefault(fixture, []).append(name)
        return made

    def through(self, source: str, first: int, last: int) -> set[str]:
        """Tests that run through any of the lines, themselves or by what they are given."""
        found: set[str] = set()
        for line, contexts in self.lines.get(source, {}).items():
            if first <= int(line) <= last:
                for context in contexts:
                    found |= {context} & self.tests.keys() or set(self.users.get(context, []))
        return found

    def tests_of(self, mutant: Mutant) -> tuple[list[str], float]:
        """Tests of a mutant in the order in which to run them, and the seconds they take.

        Those that run through the line come first, then those of its function, then those of its
        file: what is computed once and kept, or at import, is seen by them alone.
        """
        wider = [mutant.lines, mutant.function or mutant.lines, (0, 10**9)]
        tests: list[str] = []
        for first, last in wider:
            found = self.through(mutant.source, first, last) - set(tests)
            tests += sorted(found, key=lambda name: (self.cost(name, set()), name))
        taken: list[str] = []
        given: set[str] = set()
        total = 0.0
        for name in tests:
            cost = self.cost(name, given)
            if taken and total + cost > MOST_SECONDS:
                continue
            taken.append(name)
            given |= set(self.tests[name]["fixtures"])
            total += cost
        return taken, total

    def cost(self, name: str, given: set[str]) -> float:
        """Seconds of a test where some fixtures are there already."""
        test = self.tests[name]
        new = set(test["fixtures"]) - given
        return float(test["seconds"]) + sum(self.fixtures.get(each, 0.0) for each in new) + 0.005


class Chosen:
    """A plugin that keeps only the tests named, those of one file together, in their order."""

    def __init__(self, names: list[str]) -> None:
        self.files = list(dict.fromkeys(name.split("::")[0] for name in names))
        self.place = {name: (self.files.index(name.split("::")[0]), n)
                      for n, name in enumerate(names)}  # fmt: skip

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place),
            key=lambda item: self.place[item.nodeid],
        )


def is_killed(mutant: Mutant, place: Path, known: Map) -> bool | None:
    """Run the tests of a mutant in a copy of the repository; None: it has no tests."""
    names, seconds = known.tests_of(mutant)
    if not names:
        return None
    chosen = Chosen(names)

    def work() -> int:
        # The bytecode of the honest sources is there already; that of a mutant is not kept.
        sys.dont_write_bytecode = True
        words = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", *chosen.files]
        return int(pytest.main(words, plugins=[chosen]))

    file = place / mutant.source
    honest, times = file.read_bytes(), file.stat()
    file.write_text(mutant.text, encoding="utf-8")
    try:
        code = run_apart(place, work, 4 * seconds + 30, 20 * seconds + 300)
    finally:
        file.write_bytes(honest)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    return code not in (0, 5)
