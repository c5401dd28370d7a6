"""Kernels forked from one server: clean each time, mortal alone, gone with the server."""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from msoko_lib.batch.forked_kernels import ENGINE, register
from msoko_lib.batch.kernel_client import KernelServer, can_fork
from msoko_lib.batch.kernel_server import DOCUMENTS, _limit_memory
from msoko_lib.batch.plan import plan
from msoko_lib.batch.report import make_report
from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.reporting import style
from msoko_lib.versions import EPOCH_VARIABLE

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux alone")

# What a careless report may do to its process, and how the next one would notice.
LEAKS = {
    "environment": ("import os\nos.environ['LEAK'] = '1'", "import os\n'LEAK' in os.environ"),
    "module": ("import math\nmath.pi = 3", "import math\nmath.pi == 3"),
    "path": ("import sys\nsys.path.append('/leak')", "import sys\n'/leak' in sys.path"),
    "pandas": (
        "import pandas as pd\npd.set_option('display.precision', 1)",
        "import pandas as pd\npd.get_option('display.precision') == 1",
    ),
    "random": (
        "import numpy as np\nnp.random.seed(1)\nx = np.random.random(7)",
        "import numpy as np\nnp.random.get_state()[2] == 14",
    ),
    "figures": (
        "import matplotlib as m\nm.rcParams['font.size'] = 77",
        "import matplotlib as m\nm.rcParams['font.size'] == 77",
    ),
    "library": (
        "import msoko_lib.settings as s\ns.load_settings = None",
        "import msoko_lib.settings as s\ns.load_settings is None",
    ),
    "folder": ("import os\nos.chdir('/')", "import os\nos.getcwd() == '/'"),
}


@pytest.fixture(scope="module")
def server(tiny_project) -> Iterator[KernelServer]:
    register()
    made = KernelServer(str(tiny_project.project.root), tiny_project.newest)
    yield made
    made.close()


def run(server: KernelServer, folder: Path, *cells: str, kind: str = "") -> list[str]:
    """Texts that the cells of a notebook end with."""
    source = folder / f"source-{kind}.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(book, source)
    done = papermill.execute_notebook(
        str(source), None, kernel_name="python3", progress_bar=False, engine_name=ENGINE,
        server=server, kind=kind,
    )  # fmt: skip
    return [
        output["data"]["text/plain"]
        for cell in done.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "execute_result"
    ]


def test_no_report_sees_what_another_has_done(server: KernelServer, tmp_path: Path) -> None:
    run(server, tmp_path, *(spoil for spoil, _ in LEAKS.values()))
    seen = run(server, tmp_path, *(probe for _, probe in LEAKS.values()))
    assert dict(zip(LEAKS, seen, strict=True)) == dict.fromkeys(LEAKS, "False")


def test_the_probes_do_notice_a_leak(server: KernelServer, tmp_path: Path) -> None:
    cells = [cell for pair in LEAKS.values() for cell in pair]
    assert run(server, tmp_path, *cells) == ["True"] * len(LEAKS)


def test_a_dead_kernel_takes_nobody_along(server: KernelServer, tmp_path: Path) -> None:
    with pytest.raises(DeadKernelError):
        run(server, tmp_path, "import os\nos._exit(3)")
    assert run(server, tmp_path, "1 + 1") == ["2"]


def test_kernels_end_with_their_server(tiny_project, tmp_path: Path) -> None:
    server = KernelServer(str(tiny_project.project.root), tiny_project.newest)
    connection = tmp_path / "kernel.json"
    pid = server.fork(str(connection), str(tmp_path))
    os.kill(pid, 0)
    server.close()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the kernel outlived its server")
    with pytest.raises(RuntimeError):
        server.fork(str(connection), str(tmp_path))


def test_a_forked_kernel_makes_the_same_report(
    server: KernelServer, tiny_project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EPOCH_VARIABLE, "1700000000")
    job = next(job for job in plan(tiny_project.project, tiny_project.newest) if job.key == "05")
    root = str(tiny_project.project.root)
    made = {}
    for name, engine in (("cold", {}), ("forked", {"engine_name": ENGINE, "server": server})):
        outcome = make_report(job, root, str(tmp_path / name), engine)
        assert not outcome.problem, outcome.details
        made[name] = (tmp_path / name / job.output).read_bytes()
    assert made["cold"] == made["forked"]


def test_reports_of_schools_find_the_tables_of_the_year_already_there(
    tiny_project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel of a school waits for what all schools share; another report's does not."""
    year, root = tiny_project.newest, str(tiny_project.project.root)
    monkeypatch.setenv(ROOT_VARIABLE, root)
    server = KernelServer(root, year, ["school"])
    probe = (
        "from msoko_lib.subsystems.year import open_year",
        f"sorted({{key[1] for key in open_year({year!r}).kept}})",
    )
    try:
        register()
        with ThreadPoolExecutor(2) as pool:
            school = pool.submit(run, server, tmp_path, *probe, kind="school")
            other = pool.submit(run, server, tmp_path, *probe)
        begun, whole = ast.literal_eval(other.result()[0]), ast.literal_eval(school.result()[0])
    finally:
        server.close()
    assert "findings_of" in begun
    assert set(begun) < set(whole)
    assert {"school_works", "kinds", "_followed_by_all"} <= set(whole)


def test_a_fork_reads_its_fonts_anew() -> None:
    """Forks that share an open font read each other's places in its file."""
    style.text_width("Проверка шрифта")
    assert style._face.cache_info().currsize
    pid = os.fork()
    if pid == 0:
        os._exit(style._face.cache_info().currsize)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_task_is_done_in_a_fork_and_says_what_it_gave(
    server: KernelServer, tmp_path: Path
) -> None:
    told = server.call(DOCUMENTS, str(tmp_path), "2024-2025")
    assert ".docx" in told, "no templates there, said in words"


def test_a_task_that_fails_says_so_to_its_caller(server: KernelServer) -> None:
    with pytest.raises(RuntimeError, match="failed"):
        server.call("no such task")


def test_a_fork_may_take_so_much_beside_what_it_shares() -> None:
    """The limit is of what the report itself takes, however much the server has loaded."""
    pid = os.fork()
    if pid == 0:
        shared = bytearray(300 << 20)
        _limit_memory(200)
        code = len(shared) and 1
        try:
            bytearray(100 << 20)
            code = 2
            bytearray(300 << 20)
        except MemoryError:
            code = 0 if code == 2 else 3
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
