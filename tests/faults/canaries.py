"""Five hundred invented people's data, each found nowhere else: to see where they turn up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

SURNAMES = ("Канареев", "Щеглов", "Зябликов", "Чижов", "Дроздов", "Снегирёв", "Синицын", "Воронов",
            "Галкин", "Сорокин")  # fmt: skip
NAMES = ("Аристарх", "Велимир", "Гордей", "Добрыня", "Елисей", "Зосима", "Иннокентий", "Климент",
         "Лаврентий", "Модест")  # fmt: skip
PATRONYMIC = "Капитонович"


@dataclass(frozen=True)
class Person:
    """One invented person; every value is hers alone."""

    number: int

    @property
    def name(self) -> str:
        surname = SURNAMES[self.number % 10] + "ъ" * (self.number // 100)
        return f"{surname} {NAMES[self.number // 10 % 10]} {PATRONYMIC}"

    @property
    def snils(self) -> str:
        digits = f"{700_000_000 + self.number * 7919:09d}"
        total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits))
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {total % 101 % 100:02d}"

    @property
    def passport(self) -> str:
        return f"9{self.number:03d} {770_000 + self.number * 13}"

    @property
    def phone(self) -> str:
        return f"+7 (977) 5{self.number:02d}-41-{self.number % 90 + 10}"

    @property
    def mail(self) -> str:
        return f"kanareyka{self.number}@example.org"

    @property
    def values(self) -> tuple[str, ...]:
        return self.name, self.snils, self.passport, self.phone, self.mail


def people() -> Iterator[Person]:
    """A hundred people: five hundred canaries."""
    return (Person(number) for number in range(100))


def hide(source: Path, target: Path, crowd: Iterator[Person]) -> list[str]:
    """Write a workbook again with people in every place that can hide one; say which values."""
    book = openpyxl.load_workbook(source)
    sheet = book.worksheets[0]
    used: list[str] = []

    def someone() -> str:
        values = next(crowd).values
        used.extend(values)
        return " / ".join(values)

    last, width = sheet.max_row, sheet.max_column
    sheet.cell(last + 40, 1, f"Примечание: {someone()}")
    # A column far to the right that no layout reads.
    sheet.cell(1, width + 5, "Сведения о родителях")
    for row in range(2, min(last, 8)):
        sheet.cell(row, width + 5, someone())
    sheet.cell(last, 1).comment = Comment(someone(), someone())
    sheet.row_dimensions[last + 41].hidden = True
    sheet.cell(last + 41, 2, someone())
    letter = openpyxl.utils.get_column_letter(width + 6)
    sheet.column_dimensions[letter].hidden = True
    sheet[f"{letter}3"] = someone()
    for name, state in (("Список", "hidden"), ("Служебный", "veryHidden")):
        extra = book.create_sheet(name)
        extra.sheet_state = state
        extra["B2"] = someone()
    for key in ("creator", "lastModifiedBy", "title", "subject", "description", "keywords"):
        setattr(book.properties, key, someone())
    book.custom_doc_props.append(StringProperty(name="Исполнитель", value=someone()))
    sheet.oddHeader.center.text = someone()[:200]
    sheet.oddFooter.left.text = someone()[:200]
    book.defined_names["Ученик"] = DefinedName("Ученик", attr_text=f'"{someone()[:200]}"')
    check = DataValidation(type="list", formula1=f'"{next(crowd).name}"', prompt=someone()[:250])
    check.add("A1")
    sheet.add_data_validation(check)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return used


def where(values: set[str], folder: Path) -> list[str]:
    """Files below a folder that hold a value, in their bytes, their zipped parts or their names."""
    import zipfile

    import pandas as pd

    from msoko_lib.intake.cache import frame_of

    told = []
    for path in sorted(folder.rglob("*")):
        texts = [path.name]
        if path.is_file():
            content = path.read_bytes()
            texts.append(content.decode("utf-8", "ignore"))
            if path.suffix == ".parquet":
                texts.append(pd.read_parquet(path).astype("str").to_csv())
            elif path.suffix == ".arrow":
                texts.append(frame_of(content).astype("str").to_csv())
            elif content[:2] == b"PK":
                with zipfile.ZipFile(path) as archive:
                    texts += [archive.read(n).decode("utf-8", "ignore") for n in archive.namelist()]
        found = sorted({value for value in values for text in texts if value in text})
        if found:
            told.append(f"{path.relative_to(folder)}: {len(found)}")
    return told
