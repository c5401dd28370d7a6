"""What stands in a message's gaps, in words: for the page that shows every message."""

from __future__ import annotations

# Fact → what msoko puts there. A fact that means different things in different rules is named
# with its rule in WORDS_OF_RULE.
WORDS: dict[str, str] = {
    "before": "балл до апелляции",
    "blank": "число ячеек",
    "by_code": "предмет по коду",
    "calendar": "календарный год",
    "cell": "предмет",
    "cells": "адреса ячеек",
    "changed": "число результатов",
    "code": "код или название школы",
    "column": "столбец",
    "columns": "буквы столбцов",
    "count": "число строк",
    "dash": "число ячеек",
    "date": "дата",
    "date_year": "год из даты",
    "declared": "заявленное число",
    "draft": "имя файла с черновиком",
    "end": "год",
    "exam": "экзамен",
    "expected": "что должно быть",
    "expected_mark": "отметка по шкале",
    "file": "один файл",
    "filled": "пустая или заполненная",
    "first": "номер строки",
    "first_row": "номер строки",
    "flags": "число отмеченных",
    "found": "учебный год из файла",
    "found_year": "учебный год работы",
    "grade": "класс",
    "group": "код группы",
    "header_max": "балл из шапки",
    "layout": "вид файла",
    "left": "число",
    "level": "страну, регион, муниципалитет или школу",
    "line": "номер строки карты",
    "lines": "номера строк карты",
    "login": "логин",
    "logins": "логины",
    "lost": "что из строки принято",
    "map_file": "файл карты",
    "mark": "отметка",
    "max": "максимум",
    "maximum": "максимум",
    "meaning": "что хранится в столбце",
    "missing": "чего нет",
    "n": "число",
    "name": "название школы",
    "not_attempted": "число ячеек",
    "not_taught": "число ячеек",
    "now": "балл после апелляции",
    "other": "другой файл",
    "participant": "код участника",
    "period": "с какого и по какое число",
    "primary": "балл",
    "read_as": "Б или В",
    "reason": "причина",
    "report": "название отчёта",
    "right": "число",
    "right_year": "учебный год экзамена",
    "row": "номер строки",
    "row_is": "о ком или о чём строка",
    "rows": "номера строк",
    "same": "число результатов",
    "scale": "шкала перевода",
    "school_year": "учебный год",
    "schools": "число школ",
    "score": "балл",
    "session": "весенней или осенней",
    "source": "источник шкалы",
    "start": "год",
    "subject": "предмет",
    "subject_code": "код",
    "suffix": "окончание имени файла",
    "taken": "что принято вместо него",
    "task": "номер задания",
    "task_sum": "сумма",
    "title": "столбец",
    "total": "сумма",
    "unit": "чьи строки",
    "used": "балл",
    "usual": "число заданий",
    "value": "что стоит в ячейке",
    "wanted": "что должно быть",
    "wanted_year": "учебный год папки",
    "what": "что расходится",
    "work": "название работы",
    "year": "год работы",
}  # fmt: skip
# (rule, fact) → its words there; an empty text is a tail that most messages do not have.
_NUMBER_OF_ROWS = dict.fromkeys(
    [
        (rule, "rows")
        for rule in ("conflict", "gia_declared_count", "invalid_rows", "older_edition",
                     "repeated_rows", "unknown_school", "vpr_declared_count")
    ],
    "число строк",
)  # fmt: skip
WORDS_OF_RULE: dict[tuple[str, str], str] = {
    **_NUMBER_OF_ROWS,
    ("appeal_before_differs", "present"): "балл в протоколе",
    ("gia_partial_result", "present"): "первичный балл или отметка",
    ("map_columns_differ", "title"): "вид таблицы",
    ("map_empty_cells", "count"): "число ячеек",
    ("medal_wrong_year", "expected"): "учебный год папки",
    ("older_edition", "more"): "",
    ("olympiad_no_year", "expected"): "учебный год папки",
    ("olympiad_wrong_year", "expected"): "учебный год папки",
    ("repeated_rows", "what"): "кого и что описывает строка",
    ("unknown_school", "hint"): "",
    ("unrecognised", "start"): "сколько строк и столбцов",
    ("vpr_archive_no_rows", "years"): "учебные годы и число строк",
    ("vpr_archive_other_years", "years"): "учебные годы и число строк",
    ("vpr_bias_count", "count"): "число из столбца",
    ("vpr_login_conflict", "other"): "другой логин",
    ("vpr_more_questions", "title"): "вид замечания",
    ("vpr_more_refused", "title"): "вид отказа",
    ("vpr_pupil_twice", "same"): "",
    ("vpr_scale_misfit", "total"): "число участников",
    ("vpr_subject_conflict", "title"): "другой предмет",
    ("vpr_cross_participants", "other"): "другой файл",
}


def words_of(rule: str, fact: str) -> str:
    """What stands in a gap of a rule's message.

    Raises
    ------
    KeyError
        If nobody has said it: a new fact needs its line in ``WORDS``.
    """
    own = WORDS_OF_RULE.get((rule, fact))
    return WORDS[fact] if own is None else own
