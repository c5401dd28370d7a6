"""What the report answers and which indicators stand behind it."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, ReportTable, Section
from msoko_lib.subsystems.year import Year

# Indicators of the catalogue that the report stands on; the rest is computed here alone.
INDICATORS = ("ШН-04", "ШН-05", "ШН-06", "КП-08", "КП-09")
_QUESTIONS = (
    ("Какие школы работают в похожих условиях?", "Группы школ, похожие школы",
     "условия: контингент, село или город, социальный паспорт"),
    ("Какой результат при таких условиях обычен и кто от него отличается?",
     "Ожидаемый и достигнутый результат", "ВПР и ОГЭ трёх лет, индекс условий"),
    ("Что добавила школа за девятый класс?", "Вклад школы", "ВПР 8 класса и ОГЭ через год"),
    ("С чем связаны различия школ?", "Анализ связей",
     "результаты трёх лет; условия, кадры, обучение, управление"),
)  # fmt: skip


def goals(year: Year) -> Block:
    """Questions with the data they are answered from, and the indicators of the catalogue."""
    questions = pd.DataFrame(_QUESTIONS, columns=["question", "section", "data"])
    told = [year.catalogue[name] for name in INDICATORS if name in year.catalogue.passports]
    indicators = pd.DataFrame(
        {
            "id": [item.id for item in told],
            "title": [item.title for item in told],
            "formula": [item.formula for item in told],
        }
    )
    return Section(
        "Сравнивать школу нужно с теми, кто работает в похожих условиях, и с тем, чего при её "
        "условиях можно ждать",
        items=[
            ReportTable(
                questions,
                title="Вопросы отчёта",
                name="12 Вопросы",
                columns=[
                    Column("question", "Что"),
                    Column("section", "Раздел"),
                    Column("data", "По каким данным"),
                ],
            ),
            ReportTable(
                indicators,
                title="Показатели каталога, на которые опирается отчёт",
                name="12 Показатели",
                columns=[
                    Column("id", "Код"),
                    Column("title", "Показатель"),
                    Column("formula", "Как считается"),
                ],
                note="Ориентиров у групп и связей нет: это сравнение, а не оценка.",
            ),
        ],
        anchor="celi",
    )


def years_in_words(years: int) -> str:
    """«за 3 года», «за один год»."""
    return "за один год" if years <= 1 else f"за {ru.counted(years, ru.YEAR)}"
