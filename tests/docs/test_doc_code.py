"""Code of the documentation: what poses as an indicator, a rule or a program is one."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from documents import PROJECT, ROOT, Block, Document, document, documents

from msoko_lib.catalogue import load_catalogue
from msoko_lib.project import Project
from msoko_lib.recommendations.rules import load_rules
from msoko_lib.settings import load_settings

sys.path += [str(ROOT / "tests" / "unit" / "intake"), str(ROOT / "tests" / "unit")]
CONTRIBUTING = document("CONTRIBUTING.md")
LAYOUT = "msoko_lib/intake/busing.py"
SECTION = "msoko_lib/subsystems/conditions/busing.py"
METHOD = "msoko_lib/methods/coverage_gap.py"
CATALOGUE = "params/indicators/11_conditions.yml"
RULES = "params/recommendations/11_conditions.yml"
ROWS = [["Школа", "Нуждаются в подвозе", "Не подвозятся"], ["МБОУ СОШ № 1 г. Энск", 40, 4]]


def blocks(*kinds: str) -> list[tuple[str, Block]]:
    return [(page.name, each) for page in documents() for each in page.blocks if each.kind in kinds]


@pytest.mark.parametrize(("page", "block"), blocks("python", "py"))
def test_python_is_python(page: str, block: Block) -> None:
    compile(block.text, page, "exec")


@pytest.mark.parametrize(("page", "block"), blocks("yaml", "yml"))
def test_yaml_loads(page: str, block: Block) -> None:
    assert yaml.safe_load(block.text), page


def test_every_block_says_what_it_is() -> None:
    known = {"", "bash", "python", "yaml", "csv", "markdown", "text"}
    assert {block.kind for page in documents() for block in page.blocks} <= known


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The own folder of a project with the delivered parameters."""
    (tmp_path / "params").symlink_to(PROJECT.params)
    return tmp_path / "own"


@pytest.fixture
def project(tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("MSOKO_OWN", str(own))
    return Project(tmp_path)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def yaml_of(name: str) -> list[str]:
    return [block.text for block in document(name).blocks if block.kind == "yaml"]


def test_the_indicator_of_the_guide_is_taken(own: Path, project: Project) -> None:
    (text,) = yaml_of("docs/как-добавить-показатель.md")
    write(own / "indicators" / "11_conditions.yml", text)
    found = load_catalogue(project)
    assert {"bus_needed_n", "bus_taken_n"} <= set(found.fields)
    assert found["УС-90"].is_valid_in("2025-2026") and not found["УС-90"].is_valid_in("2024-2025")
    assert "УС-01" in found.passports


def rules_by_id(project: Project) -> dict[str, Any]:
    return {item.rule.id: item.rule for item in load_rules(project)}


def test_the_rules_of_the_guide_are_taken(own: Path, project: Project) -> None:
    delivered = rules_by_id(project)
    texts = yaml_of("docs/как-поменять-рекомендацию.md")
    assert len(texts) == 4
    seen = []
    for text in texts:
        write(own / "recommendations" / "04_career.yml", text)
        seen.append(rules_by_id(project))
    words, limit, off, new = seen
    assert words["ПР-Р03"].deadline == "до 15 октября"
    assert words["ПР-Р03"].finding == delivered["ПР-Р03"].finding
    assert (delivered["ПР-Р03"].when[0].by, limit["ПР-Р03"].when[0].by) == (5, 10)
    assert delivered["ПР-Р03"].is_in_force("2025-2026")
    assert not off["ПР-Р03"].is_in_force("2025-2026") and off["ПР-Р03"].is_in_force("2024-2025")
    assert new["ПР-Р90"].summary and set(new) == {*delivered, "ПР-Р90"}


def test_the_name_of_the_municipality_is_taken(own: Path, project: Project) -> None:
    (text,) = [each for each in yaml_of("README.ru.md") if "municipality" in each]
    write(own / "common.yml", text)
    assert load_settings(project, "2024-2025").municipality.name == "Сосновский муниципальный округ"


def test_the_messages_of_the_guide_are_those_of_the_intake() -> None:
    from msoko_lib.intake import rules_doc as _rules_doc  # noqa: F401  (registers the rules)
    from msoko_lib.intake.rules import all_rules

    text = document("docs/если-файл-не-читается.md").text
    part = text.split("## 2.")[1].split("## 3.")[0]
    named = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("| ")]
    titles = " · ".join(rule.title for rule in all_rules() if rule.severity == "refused_file")
    assert len(named) > 8
    assert [name for name in named[1:] if name not in titles and name[1:] not in titles] == []


# CONTRIBUTING.md: its made-up school bus, done as it says.


@cache
def shown(name: str) -> str:
    """A shown file; its code and number are the next free ones, should these be taken by now."""
    catalogue = load_catalogue(PROJECT)
    codes = [int(code[3:]) for code in catalogue.passports if code.startswith("УС-")]
    rules = [item.rule.id for item in load_rules(PROJECT)]
    numbers = [int(rule[4:]) for rule in rules if rule.startswith("УС-Р")]
    text = CONTRIBUTING.file_block(name)
    text = text.replace("УС-20", f"УС-{max(codes) + 1:02d}")
    return text.replace("УС-Р14", f"УС-Р{max(numbers) + 1:02d}")


def inserted(path: Path, block: str, before: str) -> str:
    """A list entry put in at the end of a list of a file."""
    text = path.read_text(encoding="utf-8")
    entry = textwrap.indent(block, "  ")
    if not before:
        return f"{text.rstrip()}\n{entry}"
    assert text.count(before) == 1
    return text.replace(before, f"{entry}{before}")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The parameters after the changes that CONTRIBUTING.md shows."""
    root = tmp_path_factory.mktemp("grown")
    shutil.copytree(PROJECT.params, root / "params", ignore=shutil.ignore_patterns("own"))
    for name, part, before in (
        (CATALOGUE, "fields", "\nindicators:\n"), (CATALOGUE, "indicators", ""),
        (RULES, "rules", ""),
    ):  # fmt: skip
        block = shown(f"{name}, {part}")
        lead = "\n" if before else ""
        (root / name).write_text(
            inserted(root / name, lead + block.rstrip() if lead else block, before),
            encoding="utf-8",
        )
    csv = "params/column_maps/подвоз.csv"
    (root / csv).write_text(shown(csv), encoding="utf-8")
    return Project(root)


@pytest.fixture
def busing() -> Iterator[ModuleType]:
    """The shown layout as a module."""
    yield module_of(LAYOUT)


def module_of(name: str) -> ModuleType:
    spec = importlib.util.spec_from_loader(Path(name).stem, loader=None)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    exec(compile(shown(name), name, "exec"), module.__dict__)
    return module


def test_the_indicator_and_its_rule_are_taken(grown: Project) -> None:
    catalogue = load_catalogue(grown)
    (added,) = set(catalogue.passports) - set(load_catalogue(PROJECT).passports)
    assert catalogue[added].from_fields is not None
    before = {item.rule.id for item in load_rules(PROJECT)}
    (rule,) = [item.rule for item in load_rules(grown) if item.rule.id not in before]
    assert rule.control == added == rule.when[0].fact


def test_the_layout_reads_what_offices_write(busing: ModuleType) -> None:
    import builders_sources as s

    (layout,) = busing.busing_layouts()
    reading = s.read_book({"Лист1": ROWS}, "source:busing", layouts=[layout])
    assert s.values(reading) == {"bus_needed_n": 40, "bus_taken_n": 36}
    taken = [["Школа", "Нуждаются в подвозе", "Возит автобус"], [s.NAME, 40, "12 %"]]
    reading = s.read_book({"Лист1": taken}, layouts=[layout])
    assert s.values(reading) == {"bus_needed_n": 40} and s.codes(reading) == ["source_bad_value"]
    # Nobody else claims the sheet, so the order is free.
    book = s.book_of({"Лист1": ROWS})
    assert not any(each.recognises(book, book.sheets[0]) for each in s.every_layout())


def test_the_column_map_reads_the_same(grown: Project) -> None:
    import builders_sources as s

    from msoko_lib.intake.column_maps import column_map_layouts

    layouts = column_map_layouts(grown.params / "column_maps")
    own = [each for each in layouts if each.code == "map:подвоз"]
    given = [["Школа", "Нужен подвоз", "Подвозятся"], [s.NAME, 40, 36]]
    assert s.values(s.read_book({"Лист1": given}, layouts=own)) == {
        "bus_needed_n": 40, "bus_taken_n": 36,
    }  # fmt: skip


def test_the_section_says_a_finding(
    grown: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hand_made_year

    from msoko_lib.reporting.blocks import Section

    monkeypatch.setattr(hand_made_year, "_repository", grown)
    monkeypatch.setattr(hand_made_year, "_catalogue", lambda: load_catalogue(grown))
    given = {"a": (40, 36), "b": (50, 50), "c": (60, 58), "d": (30, 2)}
    year = hand_made_year.year_of(
        tmp_path,
        {unit: {"bus_needed_n": n, "bus_taken_n": taken} for unit, (n, taken) in given.items()},
    )
    block = module_of(SECTION).busing(year)
    assert isinstance(block, Section) and block.anchor == "podvoz"
    assert "Организация d" in block.finding
    rule = yaml.safe_load(shown(f"{RULES}, rules"))[0]
    assert rule["anchor"] == block.anchor


def test_the_example_of_the_method_is_true() -> None:
    import doctest

    module = module_of(METHOD)
    test = doctest.DocTestFinder().find(module.people_left_out, globs=vars(module))[0]
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_what_the_text_calls_is_what_the_code_names() -> None:
    text = CONTRIBUTING.text
    assert "`*busing_layouts()`" in text and "def busing_layouts" in text
    cell = next(
        block.text for block in CONTRIBUTING.blocks if block.text == "conditions.busing(year)\n"
    )
    assert cell


def test_documents_are_found() -> None:
    assert {"README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {
        page.name for page in documents()
    }
    assert isinstance(CONTRIBUTING, Document)
