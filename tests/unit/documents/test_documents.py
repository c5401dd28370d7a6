"""The documents of a year: what the reports say, whole or not at all."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document

from msoko_lib.batch.documents_step import (
    KEY,
    documents_day,
    documents_links,
    make_documents,
)
from msoko_lib.batch.editions import editions_of
from msoko_lib.batch.handing_out import hand_out
from msoko_lib.batch.result import RunResult
from msoko_lib.documents import write
from msoko_lib.documents.contents import MOST_TASKS, Told, order
from msoko_lib.documents.placeholders import ADVICE, KINDS
from msoko_lib.documents.templates import FOLDER, TemplateProblem
from msoko_lib.documents.write import ORDER, write_documents
from msoko_lib.project import Project
from msoko_lib.reporting.blocks import MAX_ACTIONS
from msoko_lib.subsystems.findings import actions_of, unit_findings
from msoko_lib.subsystems.year import open_year_of
from msoko_lib.versions import EPOCH_VARIABLE


@pytest.fixture(scope="module")
def project(tiny_project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return tiny_project.copy_to(tmp_path_factory.mktemp("documents") / "project")


@pytest.fixture(scope="module")
def newest(tiny_project) -> str:
    return tiny_project.newest


@pytest.fixture(scope="module")
def made(project: Project, newest: str) -> list[Path]:
    return write_documents(project, newest)


def rows_of(path: Path, table: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[table].rows]


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(item.text for item in document.paragraphs), *cells])


def test_every_organisation_and_every_subsystem_has_its_paper(
    project: Project, newest: str, made: list[Path]
) -> None:
    year = open_year_of(project, newest)
    names = sorted(path.name for path in made)
    assert len(made) == 1 + len(year.catalogue.subsystems) + len(year.inputs.schools)
    assert len(set(names)) == len(names) and all(path.is_file() for path in made)
    for path in made:
        text = text_of(path.read_bytes())
        assert not [sign for sign in ("{{", "{%", "nan", "None") if sign in text], path.name


def test_the_order_lists_each_organisation_once(
    project: Project, newest: str, made: list[Path]
) -> None:
    year = open_year_of(project, newest)
    rows = next(
        table
        for place in range(len(Document(str(made[0])).tables))
        if (table := rows_of(made[0], place))[0][1] == "Организация"
    )
    assert sorted(row[1] for row in rows[1:]) == sorted(year.unit_names.values())
    told = Told.of(year)
    for row in rows[1:]:
        unit = next(unit for unit, name in year.unit_names.items() if name == row[1])
        assert int(row[2]) == len(told.of_unit(unit)) <= MAX_ACTIONS
    tasks = order(told)["задачи"]
    assert isinstance(tasks, list) and 0 < len(tasks) <= MOST_TASKS


def test_recommendations_are_those_of_the_report(
    project: Project, newest: str, made: list[Path]
) -> None:
    year = open_year_of(project, newest)
    unit = max(year.unit_names, key=lambda unit: len(unit_findings(year, unit)))
    expected = actions_of(unit_findings(year, unit))
    path = next(path for path in made if path.stem == year.unit_names[unit].replace("«", "")
                .replace("»", ""))  # fmt: skip
    rows = rows_of(path, 0)[1:]
    assert [row[2] for row in rows] == [item.text for item in expected]
    assert [row[4] for row in rows] == [item.deadline for item in expected]
    # The decision is the organisation's own to write.
    assert all(row[-1] == "" for row in rows)
    others = [name for other, name in year.unit_names.items() if other != unit]
    text = text_of(path.read_bytes())
    assert not [name for name in others if name in text]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_wrong_template_leaves_everything_as_it_was(
    project: Project, newest: str, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = project.outputs(newest)
    before = snapshot(outputs / FOLDER)
    template = project.params / FOLDER / ADVICE.file
    kept = template.read_bytes()
    document = Document(io.BytesIO(kept))
    document.add_paragraph("{{ директор }}")
    document.save(str(template))
    try:
        with pytest.raises(TemplateProblem, match="директор"):
            write_documents(project, newest)
        assert "{{ директор }}" in make_documents(project, newest, force=True)
    finally:
        template.write_bytes(kept)

    calls = []

    def failing(path: Path, kind: object, context: object) -> bytes:
        calls.append(path)
        if len(calls) > 2:
            raise TemplateProblem("сломалось")
        return b"new"

    monkeypatch.setattr(write, "fill", failing)
    with pytest.raises(TemplateProblem):
        write_documents(project, newest)
    assert len(calls) == 3 and snapshot(outputs / FOLDER) == before
    assert not [path for path in outputs.iterdir() if path.name.startswith(".documents.")
                and path.is_dir()]  # fmt: skip


def test_a_run_makes_them_only_when_something_changed(
    project: Project, newest: str, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make_documents(project, newest, force=False) == ""
    links = documents_links(project.outputs(newest))
    assert links[0].title.startswith("Проект приказа") and " " not in links[0].href
    calls: list[str] = []
    monkeypatch.setattr(
        "msoko_lib.batch.documents_step.write_documents", lambda *args: calls.append("written")
    )
    make_documents(project, newest, force=False)
    assert calls == []
    template = project.params / FOLDER / KINDS[0].file
    kept = template.read_bytes()
    document = Document(io.BytesIO(kept))
    document.add_paragraph("Ещё строка")
    document.save(str(template))
    try:
        make_documents(project, newest, force=False)
        assert calls == ["written"] and KEY
    finally:
        template.write_bytes(kept)


def test_the_day_that_documents_bear_is_noted_and_stands_in_the_card_of_an_edition(
    project: Project, newest: str, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edition of a later day holds documents of an earlier one; made again they bear theirs."""
    outputs = project.outputs(newest)
    monkeypatch.setenv(EPOCH_VARIABLE, "1750000000")
    make_documents(project, newest, force=True)
    assert documents_day(outputs) == "2025-06-15"
    monkeypatch.setenv(EPOCH_VARIABLE, "1760000000")
    make_documents(project, newest, force=False)
    assert documents_day(outputs) == "2025-06-15", "a new day alone makes no new documents"
    hand_out(project, newest, 1, [], RunResult(), {})
    assert editions_of(outputs)[0].documents_on == "2025-06-15"


def test_a_year_that_was_not_read_has_no_documents(tmp_path: Path) -> None:
    assert make_documents(Project(tmp_path), "2024-2025", force=False) == ""
    assert documents_links(tmp_path) == []


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_an_office_program_opens_the_order(made: list[Path], tmp_path: Path) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
               "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path),
               str(made[0])]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = (tmp_path / f"{Path(ORDER).stem}.txt").read_text(encoding="utf-8-sig")
    assert "ПРИКАЗЫВАЮ" in text and "Организации, сроки и ответственные" in text
