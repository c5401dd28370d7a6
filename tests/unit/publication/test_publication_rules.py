"""What the public may see: the file covers the catalogue, and no file opens what the law closes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.project import Project
from msoko_lib.publication.rules import RulesProblem, load_rules, undecided

PROJECT = Project(Path(__file__).resolve().parents[3])


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Project]:
    """A project whose publication.yml was changed."""

    def change(how: Callable[[dict[str, Any]], None]) -> Project:
        (tmp_path / "params").mkdir(exist_ok=True)
        shutil.copy(PROJECT.params / "common.yml", tmp_path / "params")
        plain = yaml.safe_load((PROJECT.params / "publication.yml").read_text(encoding="utf-8"))
        how(plain)
        text = yaml.safe_dump(plain, allow_unicode=True)
        (tmp_path / "params" / "publication.yml").write_text(text, encoding="utf-8")
        return Project(tmp_path)

    return change


def test_every_indicator_of_the_catalogue_is_decided(catalogue: Catalogue) -> None:
    rules = load_rules(PROJECT, catalogue)
    assert undecided(rules, catalogue) == [], "name them in params/publication.yml"
    assert set(rules.of_indicator) | rules.kept_back == set(catalogue.passports)


def test_an_indicator_that_nobody_named_is_not_published(
    changed: Callable[..., Project], catalogue: Catalogue
) -> None:
    def forget(plain: dict[str, Any]) -> None:
        plain["shown"][0]["indicators"].remove("КП-09")

    rules = load_rules(changed(forget), catalogue)
    assert undecided(rules, catalogue) == ["КП-09"] and "КП-09" not in rules.of_indicator


@pytest.mark.parametrize(
    ("indicator", "words"),
    [
        ("КП-01", "нельзя публиковать по организациям"),
        ("ОБ-12", "нельзя публиковать по организациям"),
        ("РК-06", "нельзя публиковать по организациям"),
        ("ШН-09", "нельзя публиковать по организациям"),
        ("УС-13", "нельзя публиковать по организациям"),
        ("ВС-07", "чувствительный"),
    ],
)
def test_what_no_file_may_open(
    changed: Callable[..., Project], catalogue: Catalogue, indicator: str, words: str
) -> None:
    def open_up(plain: dict[str, Any]) -> None:
        for rule in [*plain["shown"], *plain["withheld"]]:
            if indicator in rule["indicators"]:
                rule["indicators"].remove(indicator)
        about = "предметы" if indicator != "УС-13" else "люди"
        opened = {"about": about, "show": "организации", "status": "муниципальный"}
        plain["shown"].append({**opened, "source": "проба", "indicators": [indicator]})

    with pytest.raises(RulesProblem, match=words) as told:
        load_rules(changed(open_up), catalogue)
    assert indicator in str(told.value)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda plain: plain["shown"][0]["indicators"].append("ЯЯ-99"), "ЯЯ-99 нет в каталоге"),
        (lambda plain: plain["shown"][0]["indicators"].append("ТЛ-05"), "ТЛ-05 назван дважды"),
        (lambda plain: plain["thresholds"].pop("protection"), "нет порога «protection»"),
        (lambda plain: plain["known_fields"].append("nobody_n"), "nobody_n"),
        (lambda plain: plain["sentences"][0].update(text="Ни о чём."), "нет места для числа"),
        (lambda plain: plain["shown"][0].update(colour="красный"), "строка"),
    ],
)
def test_a_slip_in_the_file_is_told(
    changed: Callable[..., Project],
    catalogue: Catalogue,
    how: Callable[[dict[str, Any]], None],
    words: str,
) -> None:
    with pytest.raises(RulesProblem, match=words):
        load_rules(changed(how), catalogue)


def test_a_missing_file_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "params").mkdir()
    with pytest.raises(RulesProblem, match=r"publication\.yml"):
        load_rules(Project(tmp_path), catalogue)
