"""Pages about the edition itself: open data, protection, what changed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.publication import open_data
from msoko_lib.publication.pages import way_back
from msoko_lib.publication.rules import Rules
from msoko_lib.publication.shown import Row
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.markup import prose
from msoko_lib.reporting.pages import bullet_list, heading, link, paragraph
from msoko_lib.reporting.tables import Column, ReportTable


def data_body(names: Sequence[str]) -> str:
    """Page of the open data; `names` are the files that there are."""
    files = [
        link(name, title, name.removeprefix(open_data.FOLDER))
        for name, (title, _) in open_data.FILES.items()
        if name in names
    ]
    files.append(link(open_data.DESCRIPTION, "Описание столбцов", "opisanie.csv"))
    files.append(link(open_data.PACKAGE, "Описание для программ", "datapackage.json"))
    meanings = {
        column: meaning
        for name, (_, listed) in open_data.FILES.items()
        if name in names
        for column, (_, _, meaning) in listed.items()
    }
    columns = pd.DataFrame(list(meanings.items()), columns=["column", "meaning"])
    return "".join(
        [
            way_back(),
            heading("Файлы", "fayly"),
            bullet_list(files),
            paragraph(
                "Файлы csv: кодировка UTF-8, столбцы разделены точкой с запятой, дробная часть "
                "отделена запятой. Их открывает любая программа с таблицами. В файлах те же числа, "
                "что и на страницах, с тем же округлением."
            ),
            heading("Столбцы", "stolbcy"),
            ReportTable(
                columns,
                "Что означают столбцы",
                "Столбцы",
                [Column("column", "Столбец"), Column("meaning", "Что означает")],
            ).html(),
        ]
    )


def protection_body(rows: Sequence[Row], rules: Rules, tried_n: int) -> str:
    """Page «Как мы защищаем данные»: the audit in general terms, no cell named."""
    people = [row for row in rows if row.about == "люди"]
    hidden = sum(not row.is_told for row in people)
    coarse = sum(row.sign == "около" for row in people)
    no_n = sum(row.is_told and row.n == ru.WITHHELD for row in people)
    points = {name: int(item.value) for name, item in rules.thresholds.items()}
    kinds = [
        f"Малые числа. Если признак есть меньше чем у {points['minimum_people']} человек, по "
        "точному числу можно догадаться, о ком речь.",
        "Остаток. Если признака нет лишь у нескольких человек, о них говорит вся остальная группа.",
        "Ноль и сто процентов. Они рассказывают о каждом: поэтому вместо них стоят слова «меньше» "
        "и «и больше».",
        f"Малые группы. О группах меньше {points['minimum_group']} человек не сообщается ничего.",
        f"Мало организаций. Из данных меньше чем {points['minimum_units']} организаций показатель "
        "муниципалитета не складывается: по нему узнали бы об одной из них.",
        "Соседние числа. Скрытое можно вычислить вычитанием: из итога, из других показателей тех "
        "же людей, из прошлого выпуска, из отчётов, которые школы могли разместить сами. Тогда "
        "округляется сильнее или скрывается и соседнее число.",
    ]
    checks = [
        "Все страницы и файлы печатаются из одной таблицы, в которой скрытого уже нет.",
        "Программа пробует вычислить каждое скрытое число тем же способом, каким это сделал бы "
        "настойчивый читатель: находит наименьшее и наибольшее значение, которые не противоречат "
        "ничему опубликованному.",
        f"Если промежуток уже {points['protection']} человек, выпуск не записывается. Там, где "
        "отчёт школы уже говорит «мало», промежуток остаётся не уже "
        f"{points['inside_few']} человек.",
        "Читатель, с которым мы считаемся, видит все выпуски этого и прошлых лет, знает "
        "численность учеников и педагогов каждой организации и держит в руках отчёты всех школ. "
        "Отдельно проверено, что школа, которая знает свои скрытые числа, не узнает чужих.",
    ]
    summary = (
        f"В этом выпуске {ru.number(len(people))} чисел о людях. Скрыто {ru.number(hidden)}, "
        f"показано с точностью до пяти процентов {ru.number(coarse)}, показано без числа "
        f"участников {ru.number(no_n)}. Проверено {ru.number(tried_n)} чисел по организациям и "
        "итогов."
    )
    return "".join(
        [
            way_back(),
            heading("Что скрыто и почему", "chto-skryto"),
            bullet_list(prose(text) for text in kinds),
            paragraph(summary),
            heading("Чего здесь нет совсем", "chego-net"),
            bullet_list(prose(rule.why) for rule in rules.withheld),
            paragraph("Школы не сравниваются по результатам проверочных работ и экзаменов."),
            heading("Как это проверено", "kak-provereno"),
            bullet_list(prose(text) for text in checks),
            heading("Границы", "granicy"),
            _thresholds(rules).html(),
            heading("Почему это открыто", "pochemu-otkryto"),
            _grounds(rows, rules).html(),
        ]
    )


def changes_body(changes: Sequence[str], before: int) -> str:
    """Page of what differs from the edition before."""
    return "".join(
        [
            way_back(),
            heading(f"Отличия от выпуска № {before}", "otlichiya"),
            bullet_list(prose(text) for text in changes)
            if changes
            else paragraph("Числа не изменились, уточнены страницы."),
        ]
    )


def _thresholds(rules: Rules) -> ReportTable:
    frame = pd.DataFrame([item.model_dump() for item in rules.thresholds.values()])
    return ReportTable(
        frame,
        "Границы, по которым принимается решение",
        "Границы",
        [
            Column("meaning", "Что решает"),
            Column("value", "Граница", "int"),
            Column("unit", "Единица"),
            Column("status", "Статус"),
            Column("source", "Источник"),
        ],
    )


def _grounds(rows: Sequence[Row], rules: Rules) -> ReportTable:
    present = {row.indicator_id for row in rows}
    frame = pd.DataFrame(
        [
            {
                "what": f"{rule.about}; {rule.show}",
                "n": sum(name in present for name in rule.indicators),
                "status": rule.status,
                "source": rule.source,
            }
            for rule in rules.shown
        ]
    )
    return ReportTable(
        frame,
        "На каком основании публикуются показатели",
        "Основания",
        [
            Column("what", "О чём и по кому"),
            Column("n", "Показателей", "int"),
            Column("status", "Статус"),
            Column("source", "Основание"),
        ],
    )
