"""The registers that the office keeps: their columns, for the blanks and for the reader alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.schemas import TABLES, Field

Kind = Literal["текст", "целое", "число", "дата", "список", "организация", "подсистема",
               "показатель"]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a register.

    ``also`` are other headings that people write; ``many`` allows several organisations in one
    cell, parted by «;» (the row is then repeated for each).
    """

    name: str
    title: str
    kind: Kind
    width: float
    help: str = ""
    also: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Register:
    """A register: the bank table it fills, its title, its columns.

    ``prefilled`` are columns that msoko writes itself: a row that holds nothing else is a
    question nobody has answered yet.
    """

    table: str
    title: str
    columns: tuple[Column, ...]
    how_to: str
    prefilled: tuple[str, ...] = ()

    def field(self, column: Column) -> Field:
        """The bank's column behind a column of the register."""
        return next(item for item in TABLES[self.table].fields if item.name == column.name)

    def is_required(self, column: Column) -> bool:
        return self.field(column).required

    @cached_property
    def _names(self) -> dict[str, str]:
        """Folded header → column; of two columns with one header the first."""
        names: dict[str, str] = {}
        for column in self.columns:
            for title in (column.title, *column.also):
                names.setdefault(fold_header(title), column.name)
        return names

    def match(self, folded: str) -> str | None:
        """Column that a folded header names."""
        return self._names.get(folded)


_NUMBER_HELP = "Номер строки реестра; не меняйте его, когда строка уточняется."
_DAY = "Дата вида 01.09.2024."
_POST = "Должность, без фамилии."

REGISTERS: tuple[Register, ...] = (
    Register(
        "measures", "Реестр мер",
        (
            Column("measure_id", "№ меры", "текст", 9, _NUMBER_HELP, ("№", "номер меры")),
            Column("school_id", "Организация", "организация", 30,
                   "Название из справочника; если их несколько – через «;».",
                   ("школа", "оо"), many=True),
            Column("title", "Что делается", "текст", 44, "", ("мера", "мероприятие")),
            Column("subsystem", "Подсистема", "подсистема", 26),
            Column("document", "Документ и номер", "текст", 26, "Решение, приказ.", ("документ",)),
            Column("document_date", "Дата документа", "дата", 13, _DAY),
            Column("start_date", "Начало", "дата", 13, _DAY),
            Column("end_date", "Окончание", "дата", 13, _DAY),
            Column("responsible", "Ответственный (должность)", "текст", 24, _POST,
                   ("ответственный",)),
            Column("indicator_id", "Показатель", "показатель", 14,
                   "Код показателя, который мера должна изменить."),
            Column("planned_change", "Планируемое изменение", "число", 15,
                   "Насколько должно измениться значение: 5 или -3."),
            Column("reason", "Почему выбрана эта организация", "текст", 40),
            Column("rule_indicator_id", "Отобраны по показателю", "показатель", 14,
                   "Код показателя, если отбирали только по его значению за прошлый год. Пусто – "
                   "отбирали иначе."),
            Column("rule_cutoff", "Граница отбора", "число", 12,
                   "Отобраны все, у кого значение этой границы не лучше: 60 или 3,2."),
        ),
        "Строка – мера. По этим строкам считается, подействовала ли мера.",
    ),
    Register(
        "roadmap", "Дорожная карта",
        (
            Column("item_id", "№ пункта", "текст", 9, _NUMBER_HELP, ("№", "номер пункта")),
            Column("title", "Пункт", "текст", 60, "", ("мероприятие", "наименование пункта")),
            Column("subsystem", "Подсистема", "подсистема", 26),
            Column("deadline", "Срок", "дата", 13, _DAY),
            Column("responsible", "Ответственный (должность)", "текст", 26, _POST,
                   ("ответственный",)),
            Column("state", "Состояние", "список", 14),
        ),
        "Строка – пункт дорожной карты.",
    ),
    Register(
        "procedures", "Единый график оценочных процедур",
        (
            Column("procedure_id", "№ процедуры", "текст", 11, _NUMBER_HELP,
                   ("№", "номер строки графика")),
            Column("title", "Процедура", "текст", 44, "", ("оценочная процедура",)),
            Column("kind", "Вид процедуры", "список", 26, "", ("вид",)),
            Column("grade", "Класс", "целое", 8),
            Column("subject", "Предмет", "текст", 22),
            Column("start_date", "Начало", "дата", 13, _DAY, ("дата начала", "дата проведения")),
            Column("end_date", "Окончание", "дата", 13, _DAY, ("дата окончания",)),
            Column("lesson_hours", "Занято уроков", "число", 11),
            Column("published_date", "Аналитика размещена", "дата", 14, _DAY),
        ),
        "Строка – процедура: класс и предмет. Если процедура идёт один день, начало и окончание "
        "совпадают.",
    ),
    Register(
        "observers", "Наблюдатели и эксперты",
        (
            Column("school_id", "Организация", "организация", 34, "Название из справочника.",
                   ("школа", "оо")),
            Column("procedure", "Процедура", "текст", 26, "ВПР, ОГЭ, ВсОШ…",
                   ("оценочная процедура",)),
            Column("subject", "Предмет", "текст", 22, "Пусто: все предметы процедуры."),
            Column("rooms_n", "Аудиторий", "целое", 12, "", ("число аудиторий",)),
            Column("observed_rooms_n", "Из них с независимым наблюдателем", "целое", 20, "",
                   ("с наблюдателем", "аудиторий с наблюдателем")),
        ),
        "Строка – процедура в организации.",
    ),
    Register(
        "replies", "Пояснения организаций",
        (
            Column("school_id", "Организация", "организация", 34, "Название из справочника.",
                   ("школа", "оо")),
            Column("subsystem", "Подсистема", "подсистема", 26),
            Column("text", "Пояснение", "текст", 80,
                   "Печатается в отчёте. Без фамилий.", ("пояснение школы", "текст пояснения")),
            Column("reply_date", "Дата пояснения", "дата", 14, _DAY, ("дата",)),
        ),
        "Строка – пояснение организации по одной подсистеме.",
    ),
    Register(
        "cycle_documents", "Самооценка управленческого цикла",
        (
            Column("subsystem", "Подсистема", "подсистема", 34),
            Column("component", "Звено цикла", "список", 26, "", ("звено", "компонент")),
            Column("document", "Документ и номер", "текст", 50, "Чем звено подтверждено.",
                   ("документ",)),
            Column("document_date", "Дата документа", "дата", 14, _DAY, ("дата",)),
            Column("link", "Где размещён", "текст", 50, "Ссылка или раздел сайта.",
                   ("ссылка", "адрес документа")),
        ),
        "Строка – документ, который подтверждает звено управленческого цикла подсистемы.",
    ),
    Register(
        "recommendation_replies", "Исполнение рекомендаций",
        (
            Column("school_id", "Организация", "организация", 34, "Название из справочника.",
                   ("школа", "оо")),
            Column("rule_id", "№ рекомендации", "текст", 14, "Номер из отчёта прошлого года.",
                   ("рекомендация", "номер рекомендации")),
            Column("advice", "Что рекомендовали", "текст", 60, "Текст из отчёта прошлого года.",
                   ("текст рекомендации",)),
            Column("state", "Что сделано", "список", 18, "", ("состояние", "исполнение")),
            Column("document", "Документ и номер", "текст", 34, "", ("документ",)),
            Column("comment", "Пояснение", "текст", 50, "Без фамилий.", ("комментарий",)),
        ),
        "Строка – рекомендация прошлого года одной организации. Строка без ответа не читается.",
        prefilled=("school_id", "rule_id", "advice"),
    ),
)  # fmt: skip
