"""``msoko verify``: files of an edition against its manifest; what keeps it from being repeated."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from msoko_lib import __version__
from msoko_lib.batch import again
from msoko_lib.batch.again import CannotRepeat, _first_with_documents, _makers, made_again
from msoko_lib.batch.editions import CARD, Edition, editions_of, folder_of, freeze
from msoko_lib.batch.plan import notebooks_hashes, params_hashes
from msoko_lib.batch.verify import differences, verify_year
from msoko_lib.cli import app
from msoko_lib.intake.pipeline import silent
from msoko_lib.project import Project
from msoko_lib.publication.editions import Edition as PublicEdition
from msoko_lib.publication.editions import folder_of as published_folder
from msoko_lib.publication.editions import freeze as publish
from msoko_lib.versions import COMMIT_VARIABLE, commit, library_fingerprint

YEAR = "2024-2025"
EMPTY = Edition(1, "2025-08-01", ("14",), {}, {}, {}, "", {})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A year with one edition of two files and a public edition of one."""
    project = Project(tmp_path)
    (project.params / "indicators").mkdir(parents=True)
    (project.params / "common.yml").write_text("a: 1\n", encoding="utf-8")
    project.notebooks.mkdir(parents=True)
    (project.notebooks / "14.ipynb").write_text("{}", encoding="utf-8")
    raw = project.raw(YEAR) / "Ф1.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text("1;2\n", encoding="utf-8")
    outputs = project.outputs(YEAR)
    (outputs / "schools").mkdir(parents=True)
    (outputs / "index.html").write_text("<html></html>", encoding="utf-8")
    (outputs / "schools" / "a.html").write_text("<html></html>", encoding="utf-8")
    freeze(outputs, card_of(project), {})
    publish(project, PublicEdition(YEAR, 1, "2025-08-01", (), (), ()), {"index.html": b"1"})
    return project


def card_of(project: Project) -> Edition:
    return replace(
        EMPTY,
        sources={"Ф1.csv": hashlib.sha256(b"1;2\n").hexdigest()},
        params=params_hashes(project),
        notebooks=notebooks_hashes(project),
        program=f"{__version__} {library_fingerprint()}",
    )


def faults(project: Project) -> dict[str, tuple[str, ...]]:
    return {verdict.title: verdict.faults for verdict in verify_year(project, YEAR)}


def test_an_untouched_edition_is_what_its_manifest_says(project: Project) -> None:
    assert faults(project) == {"Издание 1": (), "Открытый выпуск № 1": ()}
    result = CliRunner().invoke(app, ["verify", YEAR, "--root", str(project.root)])
    assert result.exit_code == 0 and result.output.count("расхождений нет") == 2


def test_each_file_that_differs_is_named(project: Project) -> None:
    folder = folder_of(project.outputs(YEAR), 1)
    (folder / "index.html").write_text("<html>!</html>", encoding="utf-8")
    (folder / "schools" / "a.html").unlink()
    (folder / "schools" / "b.html").touch()
    site = published_folder(project, YEAR) / "1" / "site"
    (site / "index.html").write_bytes(b"2")
    assert faults(project) == {
        "Издание 1": (
            "файл другой: index.html", "нет файла: schools/a.html", "лишний файл: schools/b.html",
        ),
        "Открытый выпуск № 1": ("файл другой: index.html",),
    }  # fmt: skip
    result = CliRunner().invoke(app, ["verify", YEAR, "--root", str(project.root)])
    assert result.exit_code == 1 and "нет файла: schools/a.html" in result.output
    result = CliRunner().invoke(
        app, ["verify", YEAR, "--edition", "7", "--root", str(project.root)]
    )
    assert result.exit_code == 2 and "нет такого издания" in result.output


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_an_edition_without_its_manifest_is_not_taken_on_trust(project: Project, text: str) -> None:
    card = folder_of(project.outputs(YEAR), 1) / CARD
    card.write_text(text, encoding="utf-8")
    (line,) = faults(project)["Издание 1"]
    assert CARD in line
    card.unlink()
    assert faults(project)["Издание 1"], "a folder with a number is an edition"


def test_an_edition_of_an_older_program_stays_readable(project: Project) -> None:
    """Its card lacks what came later; a card of a newer program has what is not known yet."""
    path = folder_of(project.outputs(YEAR), 1) / CARD
    card = json.loads(path.read_text(encoding="utf-8"))
    for name in ("versions", "commit", "notebooks", "tables", "read_on"):
        del card[name]
    path.write_text(json.dumps({**card, "новое": 1}), encoding="utf-8")
    (edition,) = editions_of(project.outputs(YEAR))
    assert edition.number == 1 and edition.versions == {} and len(edition.files) == 2
    assert faults(project)["Издание 1"] == ()
    state = published_folder(project, YEAR) / "1" / "edition.json"
    told = json.loads(state.read_text(encoding="utf-8"))
    del told["files"]
    state.write_text(json.dumps(told), encoding="utf-8")
    public = verify_year(project, YEAR)[-1]
    assert public.faults == () and "прежней версией" in public.note


def test_the_manifest_has_its_parts(project: Project) -> None:
    (edition,) = editions_of(project.outputs(YEAR))
    assert set(asdict(edition)) >= {
        "files", "sources", "params", "notebooks", "program", "versions", "tables", "commit",
    }  # fmt: skip
    assert all(len(digest) == 64 for digest in edition.files.values())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: (p.raw(YEAR) / "Ф1.csv").write_text("3"), "исходные файлы: файл другой: Ф1.csv"),
        (lambda p: (p.raw(YEAR) / "Ф2.csv").touch(), "исходные файлы: лишний файл: Ф2.csv"),
        (lambda p: (p.params / "common.yml").touch() or (p.params / "x.yml").touch(),
         "параметры: лишний файл: x.yml"),
        (lambda p: (p.notebooks / "14.ipynb").unlink(), "тетради: нет файла: 14.ipynb"),
    ],
)  # fmt: skip
def test_what_has_changed_since_is_told_instead_of_a_false_alarm(
    project: Project, change, told: str
) -> None:
    change(project)
    with pytest.raises(CannotRepeat, match=told):
        made_again(project, YEAR, None, 1, silent)


def test_another_program_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "__version__", "99")
    with pytest.raises(CannotRepeat, match="программа: была"):
        made_again(project, YEAR, 1, 1, silent)
    with pytest.raises(CannotRepeat, match="Издания 5"):
        made_again(project, YEAR, 5, 1, silent)


def test_a_report_keeps_the_edition_that_made_it() -> None:
    first = replace(EMPTY, made=("01", "14", "edu1"), files={"documents/a.docx": "1"})
    second = replace(EMPTY, number=2, made=("14",), files={"documents/a.docx": "2"})
    third = replace(EMPTY, number=3, made=("edu1",), files={"documents/a.docx": "2"})
    assert dict(_makers([first, second, third])) == {1: ["01"], 2: ["14"], 3: ["edu1"]}
    assert _first_with_documents([first, second, third]) == 2
    assert _first_with_documents([EMPTY]) == 0


def test_differences_are_told_in_the_order_of_names() -> None:
    assert differences({"а": "1", "б": "2"}, {"б": "3", "в": "4"}) == [
        "нет файла: а", "файл другой: б", "лишний файл: в",
    ]  # fmt: skip


def test_the_commit_of_an_edition_may_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMMIT_VARIABLE, "0123abc")
    assert commit(Path("/")) == "0123abc"
