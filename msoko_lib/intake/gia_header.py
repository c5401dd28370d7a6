"""Header of a ГИА protocol: every known spelling of its columns, Russian and technical."""

from __future__ import annotations

import re

from msoko_lib.intake.header_map import Columns, matcher

# Order matters: the first expression that fits the whole header wins.
PROTOCOL_FIELDS = (
    ("order", r"№|№ ?п/п|n ?п/п|no|номер п/п"),
    ("area", r"(код )?(мсу|ате|мсу/ате|ате/мсу)|governmentcell"),
    ("school", r"код (оо|оу|школы|организации|образовательной организации)|schoolcode"),
    ("grade", r"класс|кл|classcode"),
    ("ppe", r"(код )?ппэ|stationcode"),
    ("room", r"(номер )?аудитори[яи]|auditoriumcode"),
    ("surname", r"фамилия|surnamecell"),
    ("first_name", r"имя|namecell"),
    ("patronymic", r"отчество|secondnamecell"),
    ("full_name", r"ф\.? ?и\.? ?о\.?( участника| обучающегося| выпускника)?|"
                  r"фамилия,? ?имя,? ?отчество( участника)?|участник"),
    ("series", r"серия( документа| паспорта)?|documentseriescode"),
    ("number", r"номер( документа| паспорта)?|documentnumbercode"),
    ("document", r"документ|паспорт|документ,? удостоверяющий личность"),
    ("participant", r"код участника|код регистрации"),
    ("birth", r"дата рождения"),
    ("oral_primary", r"первичный балл.*устн.*|балл.*устн.*"),
    ("written_primary", r"первичный балл.*письм.*|балл.*письм.*"),
    ("short", r".*кратк\w+ .*|testresultbcell"),
    ("detailed", r".*разв[её]рнут\w+ .*|testresultccell"),
    ("oral", r"устная часть|.*устн\w+ ответ\w*|testresultdcell"),
    ("exam_cell", r"экзамен|предмет\(дата\)"),
    ("before", r"балл до изменения"),
    ("current", r"текущие|текущий|текущие значения"),
    ("difference", r"разница"),
    ("appeal_type", r"тип апелляции.*|вид апелляции.*"),
    ("appeal_status", r"состояние"),
    ("appeal", r"апелляци\w*|результат апелляции|решение апелляционной комиссии"),
    ("sent", r"дата отправки.*"),
    ("changed", r"дата изменени[йя]"),
    ("primary", r"(текущий )?первичный балл|перв\. балл|пб|primarymark"),
    ("mark", r"(итоговая )?(оценка|отметка)( по 5-?балльной шкале)?|mark5"),
    ("test", r"(тестовый |итоговый |текущий )?балл( по 100-?балльной шкале|\(100\))?|тб|mark100|"
             r"testmark"),
    ("exam_name", r"columnname|предмет|наименование предмета"),
)  # fmt: skip

match_protocol = matcher(PROTOCOL_FIELDS)
IDENTITY_FIELDS = ("surname", "first_name", "patronymic", "full_name")
SCORE_FIELDS = ("primary", "test", "mark")
# Headers of olympiad protocols, which otherwise look much the same.
_OF_OLYMPIAD = re.compile(
    r"статус( участника)?|тип диплома|диплом.*|максимальн.*балл.*|этап.*|шифр.*|класс,? ?за.*"
)
APPEAL_FIELDS = ("appeal_type", "appeal_status", "appeal", "exam_cell", "current", "before")


def is_appeals(columns: Columns) -> bool:
    """True for the header of an appeals file, of the ЕГЭ or of the ОГЭ."""
    of_ege = "appeal_type" in columns or ("current" in columns and "before" in columns)
    of_oge = "exam_cell" in columns and "appeal" in columns
    return _has_rows_of_pupils(columns) and (of_ege or of_oge)


def is_protocol(columns: Columns) -> bool:
    """True for the header of a protocol with results: schools, classes, pupils, scores."""
    return (
        _has_rows_of_pupils(columns)
        and "grade" in columns
        and not any(field in columns for field in APPEAL_FIELDS)
        and not any(_OF_OLYMPIAD.fullmatch(title) for title in columns.titles.values())
    )


def is_technical(columns: Columns) -> bool:
    """True for the layout whose headers are names of report cells (SchoolCode, PrimaryMark)."""
    return "schoolcode" in columns.titles.values()


def _has_rows_of_pupils(columns: Columns) -> bool:
    names = any(field in columns for field in (*IDENTITY_FIELDS, "participant"))
    scores = any(field in columns for field in SCORE_FIELDS)
    return "school" in columns and names and scores
