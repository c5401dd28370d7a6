"""The command: a whole site or nothing, the same again or a new edition, old ones untouched."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from msoko_lib.catalogue import load_catalogue
from msoko_lib.cli import app
from msoko_lib.intake.pipeline import silent
from msoko_lib.project import Project
from msoko_lib.publication import publish
from msoko_lib.publication.editions import DamagedEdition, editions_of
from msoko_lib.publication.figures import Figure
from msoko_lib.publication.labels import printed_n, printed_value
from msoko_lib.publication.open_data import DESCRIPTION, INDICATORS, ORGANISATIONS, PACKAGE
from msoko_lib.publication.pages_annual import ADDRESS, annual_page
from msoko_lib.publication.protect import Decision, NotProtected
from msoko_lib.publication.records import record_of
from msoko_lib.publication.shown import NO_TEXT
from msoko_lib.publication.site import ExtraPage, site_problems
from msoko_lib.subsystems.annual.params import load_annual
from msoko_lib.subsystems.year import open_year_of

if TYPE_CHECKING:
    from conftest import Made

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def published(tiny_project: Made, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A municipality with its first public edition."""
    project = tiny_project.copy_to(tmp_path_factory.mktemp("published"))
    done = publish.publish_year(project, tiny_project.newest, silent)
    assert done.is_new and done.number == 1 and done.shown_n > done.withheld_n
    return project


# Few indicators about people make a quick edition; the kinds of all are among them.
KEPT = {"КП-08", "КП-09", "КП-13", "ПР-07", "ПР-17", "УС-13"}


@pytest.fixture(scope="module")
def small(tiny_project: Made, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A municipality that published little, last year and this year."""
    project = tiny_project.copy_to(tmp_path_factory.mktemp("small"))

    def keep_few(plain: dict[str, Any]) -> None:
        for rule in plain["shown"]:
            if rule["about"] == "люди":
                rule["indicators"] = [name for name in rule["indicators"] if name in KEPT]
        plain["parts"] = [["ПР-07", "ПР-17"]]
        named = {name for rule in plain["shown"] for name in rule["indicators"]}
        plain["sentences"] = [row for row in plain["sentences"] if row["indicator"] in named]

    change_rules(project, keep_few)
    for year in tiny_project.truth.school_years[-2:]:
        publish.publish_year(project, year, silent)
    return project


@pytest.fixture
def own(small: Project, tiny_project: Made, tmp_path: Path) -> Project:
    """A copy of it that the test may change."""
    return replace(tiny_project, project=small).copy_to(tmp_path / "own")


def change_rules(project: Project, how: Callable[[dict[str, Any]], None]) -> None:
    path = project.params / "publication.yml"
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    how(plain)
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")


def files_of(project: Project, year: str) -> Files:
    folder = project.outputs(year) / publish.FOLDER
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def text_of(page: bytes) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page.decode())).replace("\u00a0", " ")


def test_the_site_is_whole_and_sound(published: Project, tiny_project: Made) -> None:
    year = open_year_of(published, tiny_project.newest)
    files = files_of(published, tiny_project.newest)
    assert {"index.html", "zashchita.html", "dannye.html", "organizacii.html"} <= set(files)
    assert {INDICATORS, ORGANISATIONS, DESCRIPTION, PACKAGE} <= set(files)
    codes = [str(name) for name in year.unit_names]
    assert site_problems(files, list(year.unit_names.values()), codes) == []
    assert "как мы защищаем данные" in text_of(files["zashchita.html"]).lower()
    assert "н/д" in text_of(files["01.html"])


def test_schools_are_named_only_beside_conditions(published: Project, tiny_project: Made) -> None:
    year = open_year_of(published, tiny_project.newest)
    files = files_of(published, tiny_project.newest)
    named = [
        name
        for name, content in files.items()
        if any(school in unescape(content.decode()) for school in year.unit_names.values())
    ]
    assert sorted(named) == [ORGANISATIONS, "organizacii.html"]
    rows = csv.DictReader(io.StringIO(files[ORGANISATIONS].decode("utf-8-sig")), delimiter=";")
    assert {row["код"][:2] for row in rows} == {"УС"}
    for page in (ORGANISATIONS, "organizacii.html"):
        text = text_of(files[page])
        for word in ("ВПР", "ЕГЭ", "ОГЭ", "ШНОР", "признак", "руководител"):
            assert word not in text, (page, word)


def test_the_data_package_describes_the_files(published: Project, tiny_project: Made) -> None:
    files = files_of(published, tiny_project.newest)
    package = json.loads(files[PACKAGE])
    for resource in package["resources"]:
        content = files[f"data/{resource['path']}"].decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(content), delimiter=resource["dialect"]["delimiter"])
        fields = resource["schema"]["fields"]
        assert reader.fieldnames == [field["name"] for field in fields]
        missing = resource["schema"]["missingValues"]
        for row in reader:
            for field in fields:
                value = row[field["name"]]
                if field["type"] == "number" and value not in missing:
                    float(value.replace(field["decimalChar"], "."))
    described = files[DESCRIPTION].decode("utf-8-sig")
    assert "значение" in described and "н/д" in described


def test_last_year_is_told_as_it_was_published(small: Project, tiny_project: Made) -> None:
    before, now = tiny_project.truth.school_years[-2:]
    then = {row.name: row.value for row in editions_of(small, before)[-1].rows}
    rows = editions_of(small, now)[-1].rows
    compared = [row for row in rows if row.before != NO_TEXT]
    assert compared and all(row.before == then[row.name] for row in compared)
    assert "Год назад" in text_of(files_of(small, now)["11.html"])


def test_nothing_new_leaves_the_edition(own: Project, tiny_project: Made) -> None:
    before = files_of(own, tiny_project.newest)
    told = CliRunner().invoke(app, ["publish", tiny_project.newest, "--root", str(own.root)])
    assert told.exit_code == 0
    assert "Изменений нет: открытый выпуск № 1 остаётся" in told.output
    assert "Проверка защиты пройдена" in told.output
    assert files_of(own, tiny_project.newest) == before


def test_a_changed_rule_makes_a_second_edition_and_keeps_the_first(
    own: Project, tiny_project: Made
) -> None:
    year = tiny_project.newest
    first = files_of(own, year)

    def close(plain: dict[str, Any]) -> None:
        plain["shown"][0]["indicators"].remove("УС-13")
        plain["sentences"] = [row for row in plain["sentences"] if row["indicator"] != "УС-13"]

    change_rules(own, close)
    done = publish.publish_year(own, year, silent)
    assert done.is_new and done.number == 2
    changes = text_of(files_of(own, year)["izmeneniya.html"])
    assert "Горячее питание: больше не показывается" in changes
    kept = own.root / "data" / "published" / year / "1" / "site"
    assert {p.relative_to(kept).as_posix(): p.read_bytes() for p in kept.rglob("*.*")} == first


def test_a_damaged_edition_stops_the_next_one(own: Project, tiny_project: Made) -> None:
    year = tiny_project.newest
    before = files_of(own, year)
    kept = own.root / "data" / "published" / year / "1" / "edition.json"
    kept.write_text("{}", encoding="utf-8")
    with pytest.raises(DamagedEdition, match="резервной копии"):
        publish.publish_year(own, year, silent)
    assert files_of(own, year) == before


def tell_everything(figures: list[Figure], *_: object) -> Decision:
    """A protection that protects nothing."""
    names = frozenset(figure.name for figure in figures)
    records = tuple(
        record_of(figure, printed_value(figure).says, None, printed_n(figure, 10).says, False)
        for figure in figures
        if figure.is_guarded
    )
    return Decision(names, frozenset(), names, records)


def test_a_sabotaged_protection_writes_nothing(
    own: Project, tiny_project: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = tiny_project.newest
    before = files_of(own, year)
    editions = sorted((own.root / "data" / "published" / year).iterdir())
    monkeypatch.setattr(publish, "decide", tell_everything)
    with pytest.raises(NotProtected, match="Что сделать"):
        publish.publish_year(own, year, silent)
    assert files_of(own, year) == before
    assert sorted((own.root / "data" / "published" / year).iterdir()) == editions


def test_a_faulty_page_writes_nothing(
    own: Project, tiny_project: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = tiny_project.newest
    before = files_of(own, year)
    school = next(iter(open_year_of(own, year).unit_names.values()))

    def talkative(rows: object) -> ExtraPage:
        return ExtraPage("doklad.html", "Доклад", "", f"<h2 id='a'>Лучшие</h2><p>{school}</p>")

    monkeypatch.setattr(publish, "annual_page", lambda params: talkative)
    with pytest.raises(publish.FaultySite, match="названа организация"):
        publish.publish_year(own, year, silent)
    assert files_of(own, year) == before


def test_the_annual_report_stands_on_the_site_and_tells_what_the_edition_tells(
    published: Project, tiny_project: Made
) -> None:
    files = files_of(published, tiny_project.newest)
    assert f'href="{ADDRESS}"' in files["index.html"].decode()
    page = text_of(files[ADDRESS]).replace("\u00a0", " ")
    rows = editions_of(published, tiny_project.newest)[-1].rows
    params = load_annual(published, load_catalogue(published))
    sections = [section for part in params.structure.parts for section in part.sections]
    assert len(sections) > 20 and all(section.title in page for section in sections)
    whole = {row.indicator_id: row for row in rows
             if not (row.organisation or row.subject or row.grade or row.component)}  # fmt: skip
    told = [whole[name] for section in sections for name in section.indicators if name in whole]
    assert len(told) > 10
    for row in told:
        assert row.title in page, row.indicator_id
        assert row.value.replace("\u00a0", " ") in page, row.indicator_id
    # An indicator that the edition does not tell is not even named.
    closed = {name for section in sections for name in section.indicators} - set(whole)
    passports = load_catalogue(published).passports
    assert closed and not [name for name in closed if passports[name].title in page]


def test_an_edition_without_figures_has_no_annual_report(
    published: Project,
) -> None:
    params = load_annual(published, load_catalogue(published))
    assert annual_page(params)([]) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace("</body>", '<a href="nowhere.html">x</a></body>'), "в никуда"),
        (lambda text: text.replace("</body>", "<script>1</script></body>"), "script"),
        (lambda text: text + "x" * 700_000, "больше 600 КБ"),
        (lambda text: text.replace("</body>", "<p>edu991001</p></body>"), "служебный код"),
    ],
)
def test_the_check_of_the_site_can_fail(
    published: Project, tiny_project: Made, change: Callable[[str], str], fault: str
) -> None:
    files = files_of(published, tiny_project.newest)
    files["index.html"] = change(files["index.html"].decode()).encode()
    assert any(fault in problem for problem in site_problems(files, [], ["edu991001"]))
