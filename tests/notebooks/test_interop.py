"""Other programs work with what msoko has: papermill, nbconvert, whatever reads Parquet."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import papermill
import pyarrow
import pytest
from pyarrow import parquet

from msoko_lib.dictionary import INDICATOR_MEANINGS
from msoko_lib.intake.schemas import TABLES
from msoko_lib.jupyter_template import PLACE
from msoko_lib.project import Project
from msoko_lib.reporting.html import TEMPLATE_NAME, TEMPLATES

if TYPE_CHECKING:
    from conftest import Made

REPOSITORY = Project.find(Path(__file__).parent)
NOTEBOOKS = sorted(REPOSITORY.notebooks.glob("*.ipynb"))
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
# Types that every reader of Parquet has.
PLAIN = {pyarrow.string(), pyarrow.large_string(), pyarrow.int64(), pyarrow.float64(),
         pyarrow.bool_()}  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_tells_every_parameter_with_its_type_and_words(path: Path) -> None:
    """What `papermill --help-notebook` prints is made of this."""
    told = papermill.inspect_notebook(str(path))
    assert "school_year" in told
    for parameter in told.values():
        assert parameter["inferred_type_name"] == "str", parameter
        assert re.search(r"[а-яё]{3}", parameter["help"]), parameter


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Jupyter finds the template, as after `msoko doctor --fix`."""
    folder = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(TEMPLATES / TEMPLATE_NAME, folder / PLACE)
    return {**os.environ, "JUPYTER_PATH": str(folder), "PYTHONUTF8": "1"}


def run(*words: str, cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-m", *words], cwd=cwd, env=environment, check=False,
                          capture_output=True, text=True, encoding="utf-8")  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def page_of(notebook: Path, environment: dict[str, str]) -> str:
    run("nbconvert", "--template", "msoko", "--to", "html", notebook.name,
        cwd=notebook.parent, environment=environment)  # fmt: skip
    return notebook.with_suffix(".html").read_text(encoding="utf-8")


class Tags(HTMLParser):
    """Start tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def is_self_contained(page: str) -> bool:
    tags = Tags(page)
    sources = [str(each.get("src", "")) for each in tags.all("img")]
    return not tags.all("script") and all(source.startswith("data:") for source in sources)


def test_papermill_and_nbconvert_work_alone_in_the_folder(
    tiny_project: Made, tmp_path: Path, jupyter: dict[str, str]
) -> None:
    """No variable tells them where the project is: they stand in it."""
    environment = {name: value for name, value in jupyter.items() if name != "MSOKO_ROOT"}
    target = tmp_path / "out.ipynb"
    run("papermill", "notebooks/reports/14_schedule.ipynb", str(target), "-p", "school_year",
        tiny_project.newest, cwd=tiny_project.project.root, environment=environment)  # fmt: skip
    done = nbformat.read(target, as_version=4)
    assert all(c.outputs is not None and c.execution_count for c in done.cells
               if c.cell_type == "code")  # fmt: skip
    page = page_of(target, environment)
    assert len(Tags(page).all("h1")) == 1 and is_self_contained(page)
    assert "<h1>Единый график процедур</h1>" in page and "<h2" in page
    assert "open_year" not in page, "no code"
    (html,) = Tags(page).all("html")
    assert html["lang"] == "ru"


def test_any_notebook_becomes_a_page_with_its_charts(
    tmp_path: Path, jupyter: dict[str, str]
) -> None:
    v4 = nbformat.v4
    chart = v4.new_output("display_data", {"image/png": PIXEL, "text/plain": "<Figure>"})
    table = v4.new_output("execute_result", {"text/html": "<table><tr><td>7</td></tr></table>",
                                             "text/plain": "7"}, execution_count=1)  # fmt: skip
    cells = [
        v4.new_markdown_cell("# Своё исследование\n\nЗачем это."),
        v4.new_code_cell("secret()", outputs=[chart, table]),
        v4.new_markdown_cell("# Вторая часть"),
    ]
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "my.ipynb")
    page = page_of(tmp_path / "my.ipynb", jupyter)
    assert "<title>Своё исследование</title>" in page and "Зачем это." in page
    assert page.count("Своё исследование") == 2, "in the window's title and once on the page"
    (image,) = Tags(page).all("img")
    assert image["src"] == f"data:image/png;base64,{PIXEL}" and image["alt"]
    assert "<td>7</td>" in page and "Вторая часть" in page
    assert "secret()" not in page and "&lt;Figure" not in page and is_self_contained(page)


def test_the_bank_has_types_that_every_reader_has_and_columns_of_the_dictionary(
    tiny_project: Made,
) -> None:
    bank = tiny_project.project.bank(tiny_project.newest)
    found = {path.stem: parquet.read_schema(path) for path in bank.glob("*.parquet")}
    assert len(set(found) & set(TABLES)) > 15 and "indicators" in found
    for name, schema in found.items():
        assert set(schema.types) <= PLAIN, name
        assert not any(column.startswith("__") for column in schema.names), "no hidden index"
    for name in set(found) & set(TABLES):
        assert set(found[name].names) <= set(TABLES[name].columns), name
    assert set(found["indicators"].names) <= set(INDICATOR_MEANINGS)


@pytest.mark.parametrize("reader", ["polars", "duckdb"])
def test_other_readers_see_the_same_rows(tiny_project: Made, reader: str) -> None:
    """Neither is needed by msoko: where it is not installed, nothing is tried."""
    module = pytest.importorskip(reader)
    path = tiny_project.project.bank(tiny_project.newest) / "schools.parquet"
    rows = parquet.read_metadata(path).num_rows
    if reader == "polars":
        assert module.read_parquet(path).height == rows
    else:
        (found,) = module.sql(f"SELECT count(*) FROM '{path.as_posix()}'").fetchone()
        assert found == rows
