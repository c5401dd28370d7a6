"""The templates that come with the program: an order, an analytical note, recommendations.

``params/documents`` holds them as Word files; an office changes those, never this module.
``msoko documents --templates`` puts back the ones that are missing.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from msoko_lib.documents import placeholders as kinds
from msoko_lib.documents.stock_parts import (
    CENTER,
    HEADING,
    NOTE,
    RIGHT,
    line,
    new_document,
    signature,
    signature_line,
    walked_table,
)

_ADDRESS = 8.0


def stock_templates() -> dict[str, bytes]:
    """File name → template as it comes with the program."""
    made: dict[str, Callable[[], Any]] = {
        kinds.ORDER.file: _order,
        kinds.REPORT.file: _report,
        kinds.ADVICE.file: _advice,
    }
    found = {}
    for name, make in made.items():
        stream = io.BytesIO()
        make().save(stream)
        found[name] = stream.getvalue()
    return found


def _order() -> Any:
    document = new_document(kinds.ORDER.title)
    line(document, "{{ управление }}", CENTER)
    line(document, "")
    line(document, "ПРИКАЗ (проект)", CENTER)
    line(document, "")
    signature_line(document, "от «___» ____________ 20___ г.", "", "№ ______")
    line(document, "")
    line(
        document,
        "Об итогах мониторинга муниципальной системы оценки качества образования за "
        "{{ учебный_год }} учебный год",
        CENTER,
    )
    line(document, "")
    line(
        document,
        "В соответствии с положением о муниципальной системе оценки качества образования "
        "(реквизиты: ____________________), по итогам мониторинга за {{ учебный_год }} учебный год",
    )
    line(document, "ПРИКАЗЫВАЮ:", RIGHT)
    line(document, "1. Утвердить:")
    line(document, "1.1. Аналитические справки по подсистемам (приложение 1):")
    line(document, "{%p for строка in справки %}")
    line(document, "– {{ строка.номер }} «{{ строка.подсистема }}»{{ '.' if loop.last else ';' }}")
    line(document, "{%p endfor %}")
    line(
        document,
        "1.2. Адресные рекомендации организациям (приложение 2): организаций – "
        "{{ организаций }}, рекомендаций – {{ рекомендаций }}.",
    )
    line(document, "1.3. Перечень организаций, сроки и ответственных (приложение 3).")
    line(document, "2. Управлению образования и методической службе выполнить задачи:")
    walked_table(
        document,
        [
            ("№", "{{ строка.номер }}", 1.0),
            ("Задача", "{{ строка.что }}", 6.4),
            ("Отвечает", "{{ строка.кому }}", 3.1),
            ("Срок", "{{ строка.срок }}", 2.6),
            ("По чему увидим", "{{ строка.контроль }}", 3.4),
        ],
        "задачи",
    )
    line(document, "")
    line(document, "3. Руководителям организаций:").paragraph_format.keep_with_next = True
    line(
        document,
        "3.1. Рассмотреть аналитические справки и адресные рекомендации на педагогическом совете.",
    )
    line(
        document,
        "3.2. Принять управленческие решения, оформить их документом и направить его реквизиты в "
        "управление образования в сроки, указанные в приложении 3.",
    )
    line(
        document,
        "3.3. Учесть рекомендации в программе развития, плане внутришкольного контроля и положении "
        "о внутренней системе оценки качества образования.",
    )
    line(
        document,
        "4. Разместить аналитические материалы на сайте управления образования в течение "
        "{{ дней_на_размещение }} дней со дня окончания мониторинга. Сведения об отдельных школах "
        "по результатам ВПР не размещать.",
    )
    line(document, "5. Контроль за исполнением приказа: ______________________.")
    signature(document, "Начальник управления образования")
    document.add_page_break()
    for text in ("Приложение 3", "к приказу от «___» ________ 20___ г. № ____"):
        line(document, text, RIGHT, indent=_ADDRESS)
    line(document, "")
    line(document, "Организации, сроки и ответственные", CENTER)
    line(document, "")
    walked_table(
        document,
        [
            ("№", "{{ строка.номер }}", 1.0),
            ("Организация", "{{ строка.организация }}", 4.4),
            ("Рекомендаций", "{{ строка.рекомендаций }}", 3.0),
            ("Сроки (сколько рекомендаций)", "{{ строка.сроки }}", 5.0),
            ("Отвечает", "{{ строка.ответственный }}", 3.1),
        ],
        "строки",
    )
    line(
        document,
        "Организации перечислены по алфавиту. Число рекомендаций – не оценка организации: их "
        "больше там, где больше данных.",
        NOTE,
    )
    return document


def _report() -> Any:
    document = new_document(kinds.REPORT.title)
    for text in ("Приложение 1", "к приказу от «___» ________ 20___ г. № ____"):
        line(document, text, RIGHT, indent=_ADDRESS)
    line(document, "")
    line(document, "АНАЛИТИЧЕСКАЯ СПРАВКА", CENTER)
    line(document, "по подсистеме {{ номер }} «{{ подсистема }}»", CENTER)
    line(document, "{{ муниципалитет }}, {{ учебный_год }} учебный год", CENTER)
    line(document, "Цель и данные", HEADING)
    line(document, "{{ цель }}")
    line(
        document,
        "Справка составлена {{ дата }} по данным, собранным за год (файлов: {{ файлов }}). "
        "Показателей с ориентиром – {{ с_ориентиром }}: достигнут – {{ достигнуто }}, "
        "не достигнут – {{ не_достигнуто }}; у остальных значение около ориентира.",
    )
    line(document, "Показатели", HEADING)
    line(document, "{%p if показатели %}")
    walked_table(
        document,
        [
            ("Показатель", "{{ строка.показатель }}", 6.3),
            ("Значение", "{{ строка.значение }}", 2.1),
            ("Год назад", "{{ строка.год_назад }}", 2.1),
            ("Ориентир", "{{ строка.ориентир }}", 3.2),
            ("К ориентиру", "{{ строка.к_ориентиру }}", 2.8),
        ],
        "показатели",
    )
    line(document, "{%p else %}")
    line(document, "Данных за год нет.")
    line(document, "{%p endif %}")
    line(document, "Выводы", HEADING)
    line(document, "{%p if выводы %}")
    line(document, "{%p for строка in выводы %}")
    line(
        document,
        "{{ строка.знак }}. {{ строка.вывод }} (доказательность: {{ строка.доказательность }}).",
    )
    line(document, "{%p endfor %}")
    line(document, "{%p else %}")
    line(document, "Отличий, которые трудно объяснить случаем, не обнаружено.")
    line(document, "{%p endif %}")
    line(document, "Рекомендации", HEADING)
    line(document, "{%p if рекомендации %}")
    walked_table(
        document,
        [
            ("№", "{{ строка.номер }}", 1.0),
            ("Кому", "{{ строка.кому }}", 3.1),
            ("Что сделать", "{{ строка.что }}", 6.4),
            ("Срок", "{{ строка.срок }}", 2.6),
            ("По чему увидим", "{{ строка.контроль }}", 3.4),
        ],
        "рекомендации",
    )
    line(document, "{%p else %}")
    line(document, "Рекомендаций нет.")
    line(document, "{%p endif %}")
    line(document, "Принятые меры", HEADING)
    line(document, "{%p if меры %}")
    walked_table(
        document,
        [
            ("Мера", "{{ строка.мера }}", 8.0),
            ("Решение", "{{ строка.документ }}", 4.5),
            ("Срок", "{{ строка.срок }}", 4.0),
        ],
        "меры",
    )
    line(document, "{%p else %}")
    line(document, "Мер в реестре за год нет.")
    line(document, "{%p endif %}")
    line(
        document,
        "Результаты ВПР не предназначены для оценки школ и учителей. Вывод с доказательностью "
        "«возможно» – повод посмотреть, а не установленный факт. Подробный разбор – в отчёте "
        "{{ номер }}.",
        NOTE,
    )
    signature(document, "Исполнитель")
    return document


def _advice() -> Any:
    document = new_document(kinds.ADVICE.title, landscape=True)
    for text in ("Приложение 2", "к приказу от «___» ________ 20___ г. № ____"):
        line(document, text, RIGHT, indent=16.5)
    line(document, "")
    line(document, "АДРЕСНЫЕ РЕКОМЕНДАЦИИ", CENTER)
    line(document, "по итогам мониторинга за {{ учебный_год }} учебный год", CENTER)
    line(document, "{{ организация }}", CENTER)
    line(document, "")
    line(document, "{%p if рекомендации %}")
    walked_table(
        document,
        [
            ("№", "{{ строка.номер }}", 0.9),
            ("Кому", "{{ строка.кому }}", 3.2),
            ("Что сделать", "{{ строка.что }}", 6.6),
            ("Основание", "{{ строка.основание }}", 5.4),
            ("Срок", "{{ строка.срок }}", 2.6),
            ("По чему увидим", "{{ строка.контроль }}", 3.4),
            ("Принятое решение (документ, дата)", "", 3.6),
        ],
        "рекомендации",
    )
    line(document, "{%p else %}")
    line(
        document,
        "Рекомендаций по итогам года нет: ни одно правило не сработало. Данные и сравнения – в "
        "отчёте организации.",
    )
    line(document, "{%p endif %}")
    line(
        document,
        "Последний столбец заполняет организация: решение и документ, которым оно принято. "
        "Результаты ВПР не предназначены для оценки школ и учителей.",
        NOTE,
    )
    signature(document, "С рекомендациями ознакомлен, руководитель")
    return document
