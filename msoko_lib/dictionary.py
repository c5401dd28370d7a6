"""``docs/словарь-данных.md``: every column of the bank, every question, every indicator.

Made from the schemas and the catalogue: ``python -m msoko_lib.dictionary > docs/словарь-данных.md``
(``make docs``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.engine import COLUMNS as INDICATOR_COLUMNS
from msoko_lib.intake.schemas import TABLES, Field, Table
from msoko_lib.passports import FormField, Passport, Subsystem, Target
from msoko_lib.project import Project
from msoko_lib.reporting.numbers_ru import number

KINDS: Final = {"str": "текст", "int": "целое", "float": "число", "bool": "да/нет"}
UNITS: Final = {"school": "школа", "preschool": "детский сад", "additional": "доп. образование"}
LEVELS: Final = {
    "school": "организация", "cluster": "группа", "municipality": "муниципалитет",
    "region": "регион", "country": "страна",
}  # fmt: skip
# Columns of the indicator table, kept beside the bank.
INDICATOR_MEANINGS: Final = {
    "year": "учебный год",
    "indicator_id": "код показателя",
    "level": "уровень: school, cluster, municipality, region, country",
    "unit_id": "код организации, группа или имя уровня",
    "subject": "предмет, если показатель дан по предметам",
    "grade": "класс, если показатель дан по классам",
    "component": "часть показателя, если их несколько",
    "value": "значение; доли – от 0 до 1",
    "numerator": "сколько людей или объектов в числителе",
    "denominator": "сколько в знаменателе",
    "n": "на скольких людях или объектах стоит значение",
    "ci_low": "нижний конец интервала",
    "ci_high": "верхний конец интервала",
    "reference": "значение, с которым сравнивают: группа, муниципалитет, регион",
    "reference_level": "чьё это значение",
    "status": "ok – есть; not_enough – мало; no_data – нет данных; suppressed – скрыто",
    "reason": "почему значения нет",
    "source": "откуда данные",
}
_INTRODUCTION: Final = """\
# Словарь данных

Эта страница составлена самой программой из её описаний: `python -m msoko_lib.dictionary` (или \
`make docs`). Вручную её не правят: столбцы банка меняются в программе, вопросы бланков и \
показатели – в `params/indicators`.

Что здесь есть:

- [таблицы банка](#банк) – что попадает в `data/processed/<год>` после загрузки;
- [таблица показателей](#таблица-показателей) – что из них посчитано;
- [вопросы бланков](#вопросы-бланков) – что спрашивают у организаций и у управления;
- [показатели](#показатели) – паспорта: формула, ориентир, источник."""
_BANK: Final = """\
Одна строка таблицы – то, что сказано рядом с её именем. Ключ – столбцы, которые в таблице не \
повторяются вместе. Столбцы `source_file`, `source_sheet` и `source_row` есть почти везде: по ним \
любую цифру можно найти в исходном файле. Ученик везде – обезличенный код."""
_FIELDS: Final = """\
Код стоит в скрытом столбце бланка и в таблице `form_values`. «Часть от» – ответ не больше \
названного. Во столько раз, сколько стоит в столбце «Скачок», ответ может измениться за год без \
вопроса."""
_PASSPORTS: Final = """\
Статус ориентира: нормативный – из официального документа; муниципальный – решение \
муниципалитета, поменяйте под себя; системный – предложение msoko."""


def dictionary_markdown(catalogue: Catalogue) -> str:
    """The page, the same for the same schemas and catalogue.

    Parameters
    ----------
    catalogue : Catalogue

    Returns
    -------
    str
        Markdown.
    """
    parts = [_INTRODUCTION, f"## Банк\n\n{_BANK} Таблиц: {len(TABLES)}."]
    parts += [_bank_table(table) for table in TABLES.values()]
    parts += ["## Таблица показателей", _indicator_columns()]
    asked = sum(len(part.fields) for part in catalogue.subsystems)
    parts.append(f"## Вопросы бланков\n\n{_FIELDS} Вопросов: {asked}.")
    parts += [_fields(part) for part in catalogue.subsystems if part.fields]
    parts.append(f"## Показатели\n\n{_PASSPORTS} Показателей: {len(catalogue.passports)}.")
    parts += [_passports(part) for part in catalogue.subsystems]
    return "\n\n".join(parts) + "\n"


def _bank_table(table: Table) -> str:
    rows = [
        (f"`{item.name}`", item.meaning, KINDS[item.kind], _values(item),
         "да" if item.required else "")
        for item in table.fields
    ]  # fmt: skip
    key = ", ".join(f"`{name}`" for name in table.key)
    head = ("Столбец", "Что значит", "Вид", "Допустимо", "Обязателен")
    return f"### `{table.name}` – {table.row_is}\n\nКлюч: {key}.\n\n{_table(head, rows)}"


def _values(item: Field) -> str:
    if item.allowed:
        return ", ".join(item.allowed)
    return _bounds(item.low, item.high)


def _bounds(low: float | None, high: float | None) -> str:
    shown = [f"{word} {_plain(end)}" for word, end in (("от", low), ("до", high))
             if end is not None]  # fmt: skip
    return " ".join(shown)


def _plain(value: float) -> str:
    return number(value, 0 if value == int(value) else 1)


def _indicator_columns() -> str:
    rows = [(f"`{name}`", INDICATOR_MEANINGS[name]) for name in INDICATOR_COLUMNS]
    told = (
        "Файл `indicators.parquet` в папке банка. Строка – показатель × уровень × организация "
        "(группа) × разрез. Та же таблица словами – лист «Значения показателей» в `tables.xlsx`."
    )
    return f"{told}\n\n{_table(('Столбец', 'Что значит'), rows)}"


def _fields(part: Subsystem) -> str:
    rows = [
        (f"`{item.id}`", item.title, _kind(item), _joined(UNITS, item.units), item.filled_by,
         _limits(item), number(item.jump, 0 if item.jump == int(item.jump) else 1),
         item.help + _years(item))
        for item in part.fields
    ]  # fmt: skip
    head = ("Код", "Вопрос", "Вид", "О ком", "Заполняет", "Допустимо", "Скачок", "Пояснение")
    return f"### {part.number}. {part.title}\n\n{_table(head, rows)}"


def _kind(item: FormField) -> str:
    return f"{item.kind}: {', '.join(item.choices)}" if item.choices else item.kind


def _limits(item: FormField) -> str:
    if item.kind not in ("целое", "число", "доля, %", "балл"):
        return ""
    told = [_bounds(item.low, item.high)]
    if item.part_of:
        told.append(f"часть от `{item.part_of}`")
    if item.sum_of:
        told.append("сумма " + ", ".join(f"`{name}`" for name in item.sum_of))
    return "; ".join(part for part in told if part)


def _years(item: FormField | Passport) -> str:
    """Years in which the item is in force: «с 2025», «по 2024»; empty where it always is."""
    told = [
        f"{word} {year - 1}/{year % 100:02d}"
        for word, year in (("с", item.since), ("по", item.until))
        if year is not None
    ]
    return f" Действует {' '.join(told)}." if told else ""


def _passports(part: Subsystem) -> str:
    rows = [
        (item.id, item.title + _years(item), item.formula, item.unit, item.direction,
         _joined(LEVELS, item.levels), str(item.minimum_n), _targets(item), item.source,
         f"{item.assesses}; {', '.join(item.education_levels)}")
        for item in part.indicators
    ]  # fmt: skip
    head = ("Код", "Показатель", "Как считается", "Единица", "Что лучше", "Уровни",
            "Наименьшее число", "Ориентир", "Источник", "Что оценивает")  # fmt: skip
    return f"### {part.number}. {part.title}: показатели\n\n{part.goal}\n\n{_table(head, rows)}"


def _targets(item: Passport) -> str:
    told = [_target(one) for one in (item.target, *item.other_targets) if one is not None]
    return "; ".join(told) or "—"


def _target(one: Target) -> str:
    when = f"{one.year - 1}/{one.year % 100:02d}" if one.year else ""
    where = ", ".join(part for part in (when, one.cluster or "") if part)
    return f"{where + ': ' if where else ''}{one.words} ({one.status}: {one.source})"


def _joined(titles: dict[str, str], names: Iterable[str]) -> str:
    return ", ".join(titles[name] for name in names)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_line(head), _line(["---"] * len(head)), *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    flat = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
    return "| " + " | ".join(flat) + " |"


def main() -> None:
    """Write the page to the standard output, in UTF-8 on every system."""
    project = Project.find(Path(__file__).parent)
    sys.stdout.buffer.write(dictionary_markdown(load_catalogue(project)).encode())


if __name__ == "__main__":
    main()
