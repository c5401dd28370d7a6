"""What goes out is looked through: every kind of personal data, every format, small groups."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from canaries import SURNAMES, Person
from docx import Document

from msoko_lib.intake.personal_text import TEXTS
from msoko_lib.intake.schemas import TABLES
from msoko_lib.privacy.file_names import names_a_person, told_name
from msoko_lib.privacy.outgoing import Outgoing, PersonalData, write_checked
from msoko_lib.privacy.patterns import (
    BIRTH,
    BREAK,
    MAIL,
    NAME,
    PASSPORT,
    PHONE,
    SHORT_NAME,
    SNILS,
    personal_data,
    personal_data_in,
    values_of,
)
from msoko_lib.privacy.small_cells import small_groups
from msoko_lib.privacy.texts import pieces_of, words_of
from msoko_lib.reporting.book import Book
from msoko_lib.reporting.sheets import SheetColumn, write_sheet


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("СНИЛС 112-233-445 95", SNILS), ("снилс: 11223344595", SNILS),
        ("паспорт 4510 123456", PASSPORT), ("свидетельство о рождении V-БА № 123456", PASSPORT),
        ("тел. 8 (912) 345-67-89", PHONE), ("+79123456789", PHONE),
        ("ivan.petrov@mail.example", MAIL), ("Петрова Анна Ильинична", NAME),
        ("Анна Ильинична Петрова", NAME), ("ПЕТРОВА АННА ИЛЬИНИЧНА", NAME),
        ("Иванова Мария, 7 «А»", SHORT_NAME), ("победитель – Мария Иванова", SHORT_NAME),
        ("ЩЕГЛОВ ТИМОФЕЙ", SHORT_NAME), ("Алёна Королёва", SHORT_NAME),
        (f"Ковальчук{BREAK}Дарья", SHORT_NAME), ("найдено «Анна Кузнецова-Белова»", SHORT_NAME),
        ("Лев Сорокин", SHORT_NAME), ("Шевченко Сергей", SHORT_NAME),
        ("вручить Ивановой Марии", SHORT_NAME), ("жалоба Петрова Ивана", SHORT_NAME),
        ("наградить Марию Иванову", SHORT_NAME), ("Петрову Андрею объявить", SHORT_NAME),
        ("беседа с Игорем Ковальчуком", SHORT_NAME), ("согласовано с Ольгой Белинской", SHORT_NAME),
        ("помочь Марине Петровой", SHORT_NAME),
        ("Ахмедова Юсуфа нет", SHORT_NAME),
        ("Геннадий Сорокин", SHORT_NAME), ("Прасковья Зимина", SHORT_NAME),
        ("Кузнецовой-Беловой Ирины", SHORT_NAME), ("Кузнецова-Белова Анна", SHORT_NAME),
        ("Мамедов Али Вагиф оглы", NAME), ("дата рождения: 01.02.2010", BIRTH),
        ("01.02.2010 г. р.", BIRTH),
    ],
)  # fmt: skip
def test_each_kind_is_seen(text: str, kind: str) -> None:
    assert personal_data(text)[kind] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Приказ от 12.05.2025 № 123456", "1 277 381 участник", "112-233-445 96",
        "Школа имени Ивана Ивановича Иванова", "edu123456, reg20_m012", "8 800 из 9 123 456 789",
        "Школа имени Ивана Петрова", "СОШ им. Мария Петрова", "улица Марины Кузнецовой",
        "Детский сад «Надежда»", f"Надежда{BREAK}Городская местность", "Роман Сергеева",
        "пгт Анна Воронежская область", "с. Марьино, с. Ольгино", "станица Мария Кубанская",
        "Чтения «Анна Ахматова»", f"Роман{BREAK}Петров Вал", "Вера Лесная", "Иваново, Мария",
        "лицей Героя Советского Союза Ивана Петрова", "гимназия Анны Ивановой", "Лада Калина",
        "Улица Марии Ульяновой", "памятник Александру Невскому", "посвящено Сергею Есенину",
        "Пушкину Александру – 225 лет", "Музей Андрея Рублёва", "по Ленинской Марине роще",
        "викторина «Иван Сусанин»", f"Ивановой{BREAK}Марии", "Марине Городской", "Основу Виктора",
        "СОШ Константина Паустовского",
        "Русский язык, 4 класс", "sha256 a89123456789bc0f", "61,2 % из 4 512 345 678",
    ],
)  # fmt: skip
def test_what_reports_are_full_of_is_no_person(text: str) -> None:
    assert not personal_data(text)


def leaky_files() -> dict[str, bytes]:
    """The same person in each format that msoko writes."""
    person = Person(7)
    document, stream = Document(), io.BytesIO()
    with Book() as book:
        write_sheet(book, "Т", "Т", [SheetColumn("А")], [(person.snils,)])
        tables = book.finish()
    document.add_paragraph(f"Позвонить: {person.phone}")
    document.save(stream)
    page = f"<html><td>{person.name.replace(' ', '</td><td>')}</td></html>"
    ics = f"BEGIN:VEVENT\r\nSUMMARY:{person.mail[:8]}\r\n {person.mail[8:]}\r\nEND:VEVENT"
    return {
        "a.html": page.encode(), "a.xlsx": tables,
        "documents/a.docx": stream.getvalue(),
        "a.ics": ics.encode(), "data/a.csv": f"а;{person.passport}\n".encode(),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(leaky_files()))
def test_a_file_with_a_person_is_not_put_in_place(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"good")
    with pytest.raises(PersonalData) as told:
        write_checked(tmp_path, name, leaky_files()[name], Outgoing())
    assert name in str(told.value)
    assert not any(value in str(told.value) for value in Person(7).values)
    assert not any(surname in str(told.value) for surname in SURNAMES)
    assert (tmp_path / name).read_bytes() == b"good"


def test_a_long_workbook_is_read_in_pieces_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Persons on both sides of every cut, and one across it, are counted once each."""
    monkeypatch.setattr("msoko_lib.privacy.texts._PIECE", 4000)
    person = Person(7)
    rows = [(person.name, 1.5, "1 < 2 & 3")] * 300
    with Book() as book:
        write_sheet(book, "Т", "Т", [SheetColumn(n) for n in "АБВ"], rows)
        content = book.finish()
    pieces = list(pieces_of("a.xlsx", content))
    assert len(pieces) > 10 and "1 < 2 & 3" in pieces[9]
    assert personal_data_in(pieces) == personal_data(BREAK.join(pieces)) == {NAME: 300}
    across = [f"до {BREAK}Петрова", f"Анна Ильинична{BREAK}после", person.snils]
    assert personal_data_in(across) == {NAME: 1, SNILS: 1}


def test_officials_may_stand_in_orders_alone() -> None:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("Начальник управления Петрова Анна Ильинична")
    document.save(stream)
    assert Outgoing().faults("documents/приказ.docx", stream.getvalue()) == []
    assert Outgoing().faults("приказ.docx", stream.getvalue())
    assert Outgoing().faults("a.html", "<p>Анна Петрова</p>".encode())
    allowed = Outgoing(frozenset(values_of("Начальник Петрова Анна Ильинична")))
    for words in ("Петрова Анна Ильинична", "Анна Петрова", "Петрова Анна"):
        assert allowed.faults("a.html", f"<p>{words}</p>".encode()) == []
    assert allowed.faults("a.html", "<p>Мария Петрова</p>".encode())


def test_a_small_group_with_its_share_is_seen() -> None:
    table = (
        "<table><caption>Т</caption><tr><th>Школа</th><th>Писали</th><th>Доля</th></tr>"
        "<tr><td>А</td><td>{}</td><td>{}</td></tr></table>"
    )
    assert list(small_groups(table.format(4, "75,0 %"), 5)) == ["Т"]
    assert not list(small_groups(table.format(4, "мало"), 5))
    assert not list(small_groups(table.format(5, "80,0 %"), 5))
    assert not list(small_groups(table.format(0, "0,0 %"), 5))


def test_names_of_files() -> None:
    assert names_a_person("Петрова_Анна_Ильинична.xlsx") and names_a_person("Петрова Анна.xlsx")
    assert not names_a_person("Ф2_Достижение планируемых результатов.xlsx")
    assert not names_a_person("Русский язык 4 класс Школа Лесная.xlsx")
    one, other = (told_name(f"Петрова Анна {n}.xlsx", f"{n}" * 64) for n in (1, 2))
    assert one != other and "Петрова" not in one + other


def test_every_free_text_of_the_bank_is_looked_through() -> None:
    assert TEXTS.keys() <= TABLES.keys()
    for table, columns in TEXTS.items():
        assert set(columns) <= set(TABLES[table].columns)
    # A column where people write in their own words is added to both or to neither.
    written = {"comment", "document", "text", "reason", "responsible"}
    for name, table in TABLES.items():
        free = written & set(table.columns)
        assert free <= set(TEXTS.get(name, ())), name


def test_hidden_words_of_a_workbook_are_read(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.properties.creator = Person(3).name
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert personal_data(words_of(path.name, path.read_bytes()))[NAME]
    assert path.stat().st_size < 20_000
