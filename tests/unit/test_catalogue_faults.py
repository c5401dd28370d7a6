"""Each way to write a passport or a field wrong: the message names file, line and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from msoko_lib.bank import Bank
from msoko_lib.catalogue import CatalogueProblem, load_catalogue
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.project import Project
from msoko_lib.settings import load_settings

FIRST = """\
number: "11"
title: Условия
goal: Учиться удобно.
fields:
  - id: pupils_n
    title: Обучающихся всего
    kind: целое
  - id: meals_n
    title: Обучающихся, получающих горячее питание
    kind: целое
    part_of: pupils_n
  - id: site_page
    title: Адрес страницы сайта
    kind: текст
  - id: children_n
    title: Воспитанников всего
    kind: целое
    units: [preschool]
indicators:
  - id: УС-01
    title: Горячее питание
    question: Какая доля учеников получает горячее питание?
    formula: получающие ÷ все
    from_fields:
      kind: доля
      numerator: meals_n
      denominator: pupils_n
    unit: "%"
    direction: больше – лучше
    period: год
    source: форма сбора
    assesses: условия
    education_levels: [НОО]
    levels: [school, municipality]
    minimum_n: 5
    interval: уилсона
"""
SECOND = """\
number: "10"
title: Дошкольное образование
goal: В детском саду хорошо.
fields:
  - id: groups_n
    title: Групп
    kind: целое
    units: [preschool]
indicators:
  - id: ДО-01
    title: Наполняемость групп
    question: Сколько детей в группе?
    formula: дети ÷ группы
    from_fields:
      kind: отношение
      numerator: children_n
      denominator: groups_n
    unit: чел.
    direction: меньше – лучше
    period: год
    source: форма сбора
    assesses: условия
    education_levels: [дошкольное]
    units: [preschool]
    levels: [school, municipality]
    minimum_n: 1
    interval: нет
"""
FORMULA = """\
    from_fields:
      kind: доля
      numerator: meals_n
      denominator: pupils_n
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "params" / "indicators"
    path.mkdir(parents=True)
    (path / "10_second.yml").write_text(SECOND, encoding="utf-8")
    (path / "11_first.yml").write_text(FIRST, encoding="utf-8")
    return path


def written_wrong(folder: Path, name: str, old: str, new: str) -> tuple[str, list[str]]:
    """Message of the loader after a change, and the lines of the changed file."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueProblem) as caught:
        load_catalogue(Project(folder.parents[1]))
    return str(caught.value), path.read_text(encoding="utf-8").splitlines()


def test_the_two_files_are_right_before_a_fault_is_made(folder: Path) -> None:
    found = load_catalogue(Project(folder.parents[1]))
    assert set(found.passports) == {"УС-01", "ДО-01"}
    assert set(found.fields) == {"pupils_n", "meals_n", "site_page", "children_n", "groups_n"}


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        pytest.param(
            "numerator: meals_n", "numerator: breakfasts_n", "    from_fields:",
            ("УС-01", "«breakfasts_n»", "никто не собирает"), id="nobody collects the field",
        ),
        pytest.param(
            "denominator: pupils_n", "denominator: pupils_n + tables_n", "    from_fields:",
            ("УС-01", "«tables_n»", "никто не собирает"), id="one term of a sum is unknown",
        ),
        pytest.param(
            "part_of: pupils_n", "part_of: persons_n", "    part_of: persons_n",
            ("meals_n", "нет поля «persons_n»"), id="part of an unknown field",
        ),
        pytest.param(
            "part_of: pupils_n", "part_of: meals_n", "    part_of: meals_n",
            ("meals_n", "по кругу"), id="part of itself",
        ),
        pytest.param(
            "    title: Обучающихся всего\n",
            "    title: Обучающихся всего\n    part_of: meals_n\n", "    part_of: meals_n",
            ("pupils_n", "meals_n", "по кругу"), id="parts of each other",
        ),
        pytest.param(
            "part_of: pupils_n", "part_of: children_n", "    part_of: children_n",
            ("meals_n", "children_n", "не те же организации"), id="part of another unit's field",
        ),
        pytest.param(
            "denominator: pupils_n", "denominator: children_n", "    from_fields:",
            ("УС-01", "«children_n»", "не все организации"), id="another unit's field in a formula",
        ),
        pytest.param(
            "numerator: meals_n", "numerator: site_page", "    from_fields:",
            ("УС-01", "«site_page»", "не число", "текст"), id="text in a formula",
        ),
        pytest.param(
            "- id: meals_n", "- id: pupils_n", "  - id: pupils_n",
            ("pupils_n", "описан дважды", "строка 5"), id="a field's id twice in a file",
        ),
        pytest.param(
            "- id: site_page", "- id: groups_n", "  - id: groups_n",
            ("groups_n", "описан дважды", "10_second.yml, строка 5"),
            id="a field's id in two files",
        ),
        pytest.param(
            "- id: УС-01", "- id: ДО-01", "  - id: ДО-01",
            ("ДО-01", "описан дважды", "10_second.yml"), id="an indicator's id in two files",
        ),
        pytest.param(
            "numerator: meals_n", "numerator: (meals_n", "    from_fields:",
            ("УС-01", "«(meals_n»", "с ошибкой", "скобки"), id="a bracket is not closed",
        ),
        pytest.param(
            "numerator: meals_n", "numerator: max(meals_n)", "    from_fields:",
            ("УС-01", "«max(meals_n)»", "разрешены только"), id="a function in a formula",
        ),
        pytest.param(
            "numerator: meals_n", "numerator: meals_n > 5", "    from_fields:",
            ("УС-01", "«meals_n > 5»", "разрешены только"), id="a comparison in a formula",
        ),
        pytest.param(
            "      denominator: pupils_n\n", "", "    from_fields:",
            ("УС-01", "знаменатель", "доля"), id="a share without a denominator",
        ),
        pytest.param(
            "      kind: доля\n", "      kind: сумма\n", "    from_fields:",
            ("УС-01", "знаменатель", "сумма"), id="a total with a denominator",
        ),
        pytest.param(
            "    from_fields:", "    computed_by: vpr.pass_share\n    from_fields:",
            "  - id: УС-01", ("УС-01", "одно из двух"), id="computed in two ways",
        ),
        pytest.param(
            FORMULA, "", "  - id: УС-01", ("УС-01", "одно из двух"), id="computed in no way",
        ),
        pytest.param(
            "kind: текст", "kind: выбор", "  - id: site_page",
            ("site_page", "choices"), id="a choice without choices",
        ),
        pytest.param(
            "kind: текст", "kind: картинка", "    kind: картинка",
            ("site_page", "«kind»", "картинка"), id="an unknown kind of field",
        ),
        pytest.param(
            "- id: site_page", "- id: Адрес", "  - id: Адрес",
            ("Адрес", "«id»"), id="a field's id not in Latin letters",
        ),
        pytest.param(
            "    title: Адрес страницы сайта\n", "    titel: Адрес страницы сайта\n",
            "    titel: Адрес страницы сайта",
            ("site_page", "«titel»", "неизвестное поле"), id="a typo in a field's key",
        ),
        pytest.param(
            'unit: "%"', "unit: чел.", "  - id: УС-01",
            ("УС-01", "единица «чел.»", "доля", "нужно «%»"), id="a unit that does not fit",
        ),
        pytest.param(
            "denominator: pupils_n", "denominator: pupils_n\n      times: 100", "  - id: УС-01",
            ("УС-01", "times", "от 0 до 1"), id="a share multiplied for printing",
        ),
        pytest.param(
            "interval: уилсона", "interval: стьюдента", "  - id: УС-01",
            ("УС-01", "«стьюдента»", "нужно «уилсона»"), id="an interval that does not fit",
        ),
        pytest.param(
            "    minimum_n: 5", "    reference: region\n    minimum_n: 5", "  - id: УС-01",
            ("УС-01", "«region»", "levels"), id="a comparison with a level it has not",
        ),
        pytest.param(
            "levels: [school, municipality]", "levels: [school, region]", "  - id: УС-01",
            ("УС-01", "region", "не бывает"), id="a form field of a region",
        ),
        pytest.param(
            "    levels: [school, municipality]", "    levels: []", "    levels: []",
            ("УС-01", "«levels»", "список пуст"), id="no level at all",
        ),
        pytest.param(
            "levels: [school, municipality]", "levels: [class]", "    levels: [class]",
            ("УС-01", "levels", "class"), id="an unknown level",
        ),
        pytest.param(
            "    minimum_n: 5", "    minimum_n: -1", "    minimum_n: -1",
            ("УС-01", "«minimum_n»"), id="a minimum below nought",
        ),
        pytest.param(
            "    minimum_n: 5", "    since: 2026\n    until: 2024\n    minimum_n: 5",
            "  - id: УС-01", ("УС-01", "2026", "позже", "2024"), id="ends before it begins",
        ),
        pytest.param(
            "    kind: текст", "    kind: целое\n    low: 10\n    high: 5", "  - id: site_page",
            ("site_page", "low", "10", "5"), id="bounds the wrong way round",
        ),
        pytest.param(
            'number: "11"', 'number: "10"', 'number: "10"',
            ("10", "10_second.yml"), id="two files of one subsystem",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line(
    folder: Path, old: str, new: str, at: str, words: tuple[str, ...]
) -> None:
    message, lines = written_wrong(folder, "11_first.yml", old, new)
    # The faulty line: the last one that reads so, since an id may rightly stand above it.
    place = 1 + max(number for number, line in enumerate(lines) if line == at)
    assert f"11_first.yml, строка {place}" in message
    for part in words:
        assert part in message


def test_an_indicator_of_all_units_over_a_field_of_one(folder: Path) -> None:
    message, lines = written_wrong(
        folder, "10_second.yml", "    units: [preschool]\n    levels",
        "    units: [school, preschool]\n    levels",
    )  # fmt: skip
    place = 1 + lines.index("    from_fields:")
    assert f"10_second.yml, строка {place}" in message
    assert "ДО-01" in message and "«children_n»" in message and "«groups_n»" in message


def test_all_faults_are_told_at_once(folder: Path) -> None:
    message, _ = written_wrong(
        folder, "11_first.yml", "numerator: meals_n\n      denominator: pupils_n",
        "numerator: one_n\n      denominator: two_n",
    )  # fmt: skip
    assert "«one_n»" in message and "«two_n»" in message and len(message.splitlines()) == 2


def test_an_unknown_function_is_named_with_file_and_line(folder: Path) -> None:
    path = folder / "11_first.yml"
    path.write_text(FIRST.replace(FORMULA, "    computed_by: vpr.no_such\n"), encoding="utf-8")
    project = Project(folder.parents[1])
    Bank(project, "2024-2025").write({}, {"files": []})
    settings = load_settings(Project.find(Path(__file__).parent), "2024-2025")
    with pytest.raises(CatalogueProblem) as caught:
        compute_indicators(load_catalogue(project), Inputs(Bank(project, "2024-2025"), settings))
    line = 1 + path.read_text(encoding="utf-8").splitlines().index("    computed_by: vpr.no_such")
    assert str(caught.value).startswith(f"11_first.yml, строка {line}, показатель УС-01")
    assert "«vpr.no_such»" in str(caught.value) and "vpr.pass_share" in str(caught.value)
