"""The bank's tables: what one row is, which columns it has, what they mean.

One list serves validation (pandera), empty tables, and the data dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

# Every row can be traced to its file (path below data/raw/<year>), sheet and row of Excel.
TRACE = ("source_file", "source_sheet", "source_row")

DTYPES = {"str": "str", "int": "Int64", "float": "float64", "bool": "bool"}
# The same as objects: to look a type up by its name takes longer than to compare it.
_DTYPES = {kind: pd.api.types.pandas_dtype(name) for kind, name in DTYPES.items()}


@dataclass(frozen=True)
class Field:
    """A column: its kind (str, int, float, bool), its Russian meaning, its bounds."""

    name: str
    kind: str
    meaning: str
    required: bool = True
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()

    def to_pandera(self) -> pa.Column:
        checks = []
        if self.low is not None:
            checks.append(pa.Check.ge(self.low))
        if self.high is not None:
            checks.append(pa.Check.le(self.high))
        if self.allowed:
            checks.append(pa.Check.isin(self.allowed))
        return pa.Column(DTYPES[self.kind], checks, nullable=not self.required)


@dataclass(frozen=True)
class Table:
    """A bank table: its name, what one row is, the columns that make a row unique."""

    name: str
    row_is: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        return [item.name for item in self.fields]

    def empty(self) -> pd.DataFrame:
        return pd.DataFrame({f.name: pd.Series(dtype=DTYPES[f.kind]) for f in self.fields})

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Order the columns, add the missing optional ones, set the dtypes.

        Texts that stand as categories stay so: see ``intake.compact``.
        """
        columns = {item.name: self._column(item, frame) for item in self.fields}
        return pd.DataFrame(columns, index=frame.index, copy=False)

    @staticmethod
    def _column(item: Field, frame: pd.DataFrame) -> pd.Series:
        dtype = _DTYPES[item.kind]
        if item.name not in frame:
            missing = False if item.kind == "bool" else None
            return pd.Series(missing, index=frame.index, dtype=dtype)
        series = frame[item.name]
        # A year has thousands of small tables, most of them as they should be.
        if series.dtype == dtype:
            return series
        if item.kind == "bool":
            return series.astype("boolean").fillna(False).astype(dtype)
        if item.kind != "str":
            return pd.to_numeric(series).astype(dtype)
        return series if isinstance(series.dtype, pd.CategoricalDtype) else series.astype(dtype)

    def validate(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Check a conformed frame.

        Raises pandera's SchemaErrors: a fault of a reader, never of a file.
        """
        schema = pa.DataFrameSchema(
            {item.name: item.to_pandera() for item in self.fields}, strict=True
        )
        return schema.validate(frame, lazy=True)


_YEAR = Field("school_year", "str", "учебный год, 2024-2025")
_SCHOOL = Field("school_id", "str", "код школы в справочнике ОО")
_PUPIL = Field("pupil_id", "str", "обезличенный код ученика")
_TRACE_FIELDS = (
    Field("source_file", "str", "файл, из которого взята строка"),
    Field("source_sheet", "str", "лист файла", required=False),
    Field("source_row", "int", "номер строки в файле", required=False),
)
_WORK = (
    _YEAR,
    Field("work_id", "str", "работа: год, предмет, класс; «2025 РУ 4», осенью «2022о РУ 5»"),
    Field("vpr_year", "int", "календарный год ВПР"),
    Field("session", "str", "сессия", allowed=("spring", "autumn")),
    Field("comparable", "bool", "сопоставима с другими годами"),
    Field("subject", "str", "предмет"),
    Field("work_level", "str", "базовый или углублённый вариант работы", required=False),
    Field("grade", "int", "класс, по которому писали работу", low=1, high=11),
)
_GROUP = (
    Field("level", "str", "чья строка",
          allowed=("country", "region", "municipality", "school")),
    Field("unit_id", "str", "country, region, код муниципалитета или код школы"),
    Field("unit_name", "str", "название группы в файле"),
    Field("schools_n", "int", "число школ", required=False, low=0),
    Field("participants_n", "int", "число участников", required=False, low=0),
)  # fmt: skip

# The eight links of the management cycle, in its order.
CYCLE = ("цели", "показатели", "методы сбора", "мониторинг", "анализ и рекомендации",
         "меры", "управленческие решения", "эффективность мер")  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "schools", "школа (детский сад) × год", ("school_id",),
            (
                _YEAR, _SCHOOL,
                Field("unit_kind", "str", "школа, детский сад, доп. образование",
                      allowed=("school", "preschool", "additional")),
                Field("short_name", "str", "краткое название"),
                Field("full_name", "str", "полное название", required=False),
                Field("kind", "str", "вид: СОШ, ООШ, НОШ, гимназия, лицей…", required=False),
                Field("territory", "str", "город или село", required=False,
                      allowed=("город", "село")),
                Field("cluster", "str", "экспертная группа сопоставимых школ", required=False),
                Field("logins", "str", "логины ФИС ОКО через пробел", required=False),
                Field("ris_code", "str", "код ОО в РИС ГИА", required=False),
                Field("ogrn", "str", "ОГРН", required=False),
                Field("since", "str", "действует с (ISO-дата)", required=False),
                Field("until", "str", "действует по (ISO-дата)", required=False),
                Field("in_directory", "bool", "есть в справочнике; иначе данные отложены"),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "enrolment", "школа × класс × год", ("school_id", "grade"),
            (
                _YEAR, _SCHOOL, Field("grade", "int", "класс", low=1, high=12),
                Field("pupils_n", "int", "число обучающихся", low=0), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "context", "школа × показатель контекста", ("school_id", "variable"),
            (
                _YEAR, _SCHOOL, Field("variable", "str", "показатель контекста"),
                Field("value", "float", "значение"), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_pupils", "ученик × работа ВПР", ("work_id", "pupil_id"),
            (
                *_WORK, _SCHOOL, _PUPIL,
                Field("class_number", "int", "порядковый номер класса в параллели",
                      required=False, low=1),
                Field("variant", "str", "вариант", required=False),
                Field("score", "float", "первичный балл", required=False, low=0),
                Field("max_score", "float", "максимальный первичный балл", low=0),
                Field("mark", "int", "отметка за работу", required=False, low=2, high=5),
                Field("journal_mark", "int", "отметка по журналу", required=False, low=2, high=5),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_tasks", "ученик × работа ВПР × задание", ("work_id", "pupil_id", "task"),
            (
                *_WORK, _SCHOOL, _PUPIL,
                Field("task", "str", "номер задания, критерий через кириллическую К: 4К1"),
                Field("task_order", "int", "место задания в работе", low=1),
                Field("task_level", "str", "уровень сложности", required=False,
                      allowed=("Б", "П", "В")),
                Field("score", "float", "балл; пусто, если не оценено", required=False, low=0),
                Field("max_score", "float", "максимальный балл", low=0),
                Field("state", "str", "оценено, не приступал (Х), тема не пройдена (Н), нет данных",
                      allowed=("scored", "not_attempted", "not_taught", "blank")),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_marks", "группа × работа ВПР: доли отметок", ("work_id", "level", "unit_id"),
            (
                *_WORK, *_GROUP,
                *(Field(f"share_{mark}", "float", f"доля «{mark}», 0…1", low=0, high=1)
                  for mark in (2, 3, 4, 5)),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_journal", "группа × работа ВПР: работа против журнала",
            ("work_id", "level", "unit_id"),
            (
                *_WORK, *_GROUP,
                *(Field(f"{what}_{suffix}", kind, meaning, required=False, low=0,
                        high=1 if suffix == "share" else None)
                  for what, meaning in (("lowered", "понизили"), ("confirmed", "подтвердили"),
                                        ("raised", "повысили"))
                  for suffix, kind in (("n", "int"), ("share", "float"))),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_scores", "группа × работа ВПР × балл", ("work_id", "level", "unit_id", "score"),
            (
                *_WORK, *_GROUP, Field("score", "int", "первичный балл", low=0),
                Field("share", "float", "доля участников с этим баллом, 0…1", low=0, high=1),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_task_rates", "группа × работа ВПР × задание: доля выполнения",
            ("work_id", "level", "unit_id", "mark_group", "task", "report"),
            (
                *_WORK, *_GROUP,
                Field("report", "str", "отчёт-источник",
                      allowed=("task_rates", "skills", "mark_groups")),
                Field("mark_group", "int", "группа участников по отметке; пусто: все",
                      required=False, low=2, high=5),
                Field("task", "str", "номер задания"),
                Field("task_order", "int", "место задания в работе", low=1),
                Field("skill", "str", "проверяемое умение", required=False),
                Field("max_score", "float", "максимальный балл", required=False, low=0),
                Field("rate", "float", "средняя доля от максимального балла, 0…1", low=0, high=1),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "vpr_bias", "школа × год: маркеры списка ФИОКО", ("vpr_year", "school_id"),
            (
                _YEAR, Field("vpr_year", "int", "календарный год ВПР"), _SCHOOL,
                *(Field(f"marker_{code}", "int", f"маркер {label}", required=False, low=0, high=1)
                  for code, label in (("ru4", "4 РУ"), ("ma4", "4 МА"), ("ru5", "5 РУ"),
                                      ("ma5", "5 МА"))),
                Field("markers_n", "int", "количество маркеров", low=0, high=4), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "gia_results", "ученик × экзамен", ("exam", "subject", "exam_date", "pupil_id"),
            (
                _YEAR, Field("exam", "str", "экзамен", allowed=("oge", "ege", "gve")),
                Field("subject_code", "str", "код предмета в РИС", required=False),
                Field("subject", "str", "предмет"),
                Field("exam_date", "str", "дата (ISO); у двух дат письменная часть"),
                _SCHOOL, _PUPIL, Field("grade", "int", "класс", low=9, high=12),
                Field("class_name", "str", "класс с литерой", required=False),
                Field("ppe_code", "str", "код ППЭ", required=False),
                Field("room", "str", "аудитория", required=False),
                Field("primary_score", "float", "первичный балл", required=False, low=0),
                Field("test_score", "float", "тестовый балл ЕГЭ", required=False, low=0, high=100),
                Field("mark", "int", "отметка", required=False, low=2, high=5),
                Field("minimum", "float", "минимальная граница из файла", required=False, low=0),
                Field("appealed", "bool", "результат изменён апелляцией"), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "gia_tasks", "ученик × экзамен × задание",
            ("exam", "subject", "exam_date", "pupil_id", "part", "task"),
            (
                _YEAR, Field("exam", "str", "экзамен", allowed=("oge", "ege", "gve")),
                Field("subject", "str", "предмет"), Field("exam_date", "str", "дата (ISO)"),
                _SCHOOL, _PUPIL,
                Field("part", "str", "часть работы", allowed=("short", "detailed", "oral")),
                Field("task", "int", "номер задания внутри части", low=1),
                Field("score", "float", "балл", required=False, low=0),
                Field("max_score", "float", "максимальный балл, если известен", required=False,
                      low=0),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "olympiad_results", "ученик × олимпиада",
            ("stage", "subject", "pupil_id", "task_grade"),
            (
                _YEAR, Field("stage", "str", "этап",
                             allowed=("school", "municipal", "regional", "final")),
                Field("subject", "str", "предмет"), _SCHOOL, _PUPIL,
                Field("grade", "int", "класс обучения", low=1, high=11),
                Field("task_grade", "int", "класс, за который выполнял", low=1, high=11),
                Field("score", "float", "сумма баллов", low=0),
                Field("max_score", "float", "максимум", low=0),
                Field("status", "str", "статус",
                      allowed=("победитель", "призёр", "участник")),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "medal_candidates", "претендент на медаль", ("pupil_id",),
            (
                _YEAR, _SCHOOL, _PUPIL,
                Field("degree", "str", "степень", allowed=("I", "II")), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "annual_marks", "ученик × предмет: годовая отметка",
            ("pupil_id", "subject"),
            (
                _YEAR, _SCHOOL, _PUPIL, Field("grade", "int", "класс", low=1, high=11),
                Field("subject", "str", "предмет"),
                Field("mark", "int", "годовая отметка", low=2, high=5), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "form_values", "организация × поле формы", ("school_id", "field_id"),
            (
                _YEAR, _SCHOOL, Field("subsystem", "str", "номер подсистемы"),
                Field("field_id", "str", "поле формы"),
                Field("value", "float", "значение; да – 1, нет – 0", required=False),
                Field("text", "str", "значение-текст, дата или выбор", required=False),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "measures", "мера", ("measure_id", "school_id"),
            (
                _YEAR, Field("measure_id", "str", "номер меры в реестре"), _SCHOOL,
                Field("title", "str", "что делается"),
                Field("subsystem", "str", "номер подсистемы"),
                Field("document", "str", "решение: документ и номер", required=False),
                Field("document_date", "str", "дата документа (ISO)", required=False),
                Field("start_date", "str", "начало (ISO)", required=False),
                Field("end_date", "str", "окончание (ISO)", required=False),
                Field("responsible", "str", "должность ответственного", required=False),
                Field("indicator_id", "str", "планируемый показатель", required=False),
                Field("planned_change", "float", "планируемое изменение", required=False),
                Field("reason", "str", "почему выбрана эта школа", required=False),
                Field("rule_indicator_id", "str", "показатель, по которому отбирали",
                      required=False),
                Field("rule_cutoff", "float", "граница отбора: значения не лучше неё",
                      required=False),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "roadmap", "пункт дорожной карты", ("item_id",),
            (
                _YEAR, Field("item_id", "str", "номер пункта"), Field("title", "str", "пункт"),
                Field("subsystem", "str", "номер подсистемы", required=False),
                Field("deadline", "str", "срок (ISO)", required=False),
                Field("responsible", "str", "должность ответственного", required=False),
                Field("state", "str", "состояние", required=False,
                      allowed=("не начат", "идёт", "выполнен", "перенесён", "снят")),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "procedures", "процедура единого графика", ("procedure_id",),
            (
                _YEAR, Field("procedure_id", "str", "номер строки графика"),
                Field("title", "str", "процедура"),
                Field("kind", "str", "вид",
                      allowed=("постоянная", "периодическая инвариантная", "вариативная")),
                Field("grade", "int", "класс", required=False, low=1, high=12),
                Field("subject", "str", "предмет", required=False),
                Field("start_date", "str", "начало (ISO)"),
                Field("end_date", "str", "окончание (ISO)"),
                Field("lesson_hours", "float", "уроков занято", required=False, low=0),
                Field("published_date", "str", "аналитика размещена (ISO)", required=False),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "cycle_documents", "подсистема × звено управленческого цикла × документ",
            ("subsystem", "component", "document"),
            (
                _YEAR, Field("subsystem", "str", "номер подсистемы"),
                Field("component", "str", "звено управленческого цикла", allowed=CYCLE),
                Field("document", "str", "документ и номер"),
                Field("document_date", "str", "дата документа (ISO)", required=False),
                Field("link", "str", "где размещён", required=False), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "recommendation_replies", "рекомендация прошлого года × организация",
            ("rule_id", "school_id"),
            (
                _YEAR, _SCHOOL, Field("rule_id", "str", "номер правила рекомендации"),
                Field("state", "str", "что сделано",
                      allowed=("выполнена", "выполняется", "не выполнена", "отклонена")),
                Field("advice", "str", "текст рекомендации", required=False),
                Field("document", "str", "решение: документ и номер", required=False),
                Field("comment", "str", "пояснение", required=False), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "replies", "пояснение школы", ("school_id", "subsystem"),
            (
                _YEAR, _SCHOOL, Field("subsystem", "str", "номер подсистемы"),
                Field("text", "str", "пояснение школы"),
                Field("reply_date", "str", "дата (ISO)", required=False), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "observers", "процедура × школа: аудитории и наблюдатели",
            ("procedure", "subject", "school_id"),
            (
                _YEAR, _SCHOOL, Field("procedure", "str", "процедура: ВПР, ОГЭ, ВсОШ…"),
                Field("subject", "str", "предмет или пусто: все", required=False),
                Field("rooms_n", "int", "число аудиторий", low=0),
                Field("observed_rooms_n", "int", "из них с независимым наблюдателем", low=0),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "work_levels", "организация × диагностическая работа × класс × предмет",
            ("school_id", "work", "grade", "subject"),
            (
                _YEAR, _SCHOOL,
                Field("work", "str", "работа: стартовая, метапредметная, НИКО, репетиционная…",
                      allowed=("ready", "start1", "meta", "fl", "niko", "regional", "rehearsal")),
                Field("grade", "int", "класс, если он указан", required=False, low=1, high=12),
                Field("subject", "str", "предмет; пусто: один на всю работу", required=False),
                *(Field(f"{level}_n", "float", f"учеников на уровне «{title}»", required=False,
                        low=0)
                  for level, title in (("low", "низкий"), ("base", "базовый"),
                                       ("raised", "повышенный"), ("high", "высокий"))),
                *_TRACE_FIELDS,
            ),
        ),
        Table(
            "teacher_groups", "организация × разрез × группа педагогов × что посчитано",
            ("school_id", "dimension", "group", "counted"),
            (
                _YEAR, _SCHOOL,
                Field("source", "str", "список педагогов или форма статистики",
                      allowed=("list", "statistics")),
                Field("dimension", "str", "разрез: возраст, стаж, предмет",
                      allowed=("age", "experience", "subject")),
                Field("group", "str", "группа: «25–29», «Математика»"),
                Field("group_order", "int", "место группы в разрезе", low=0),
                Field("counted", "str", "педагоги, прошедшие диагностику, с дефицитами; вакансии",
                      allowed=("teachers", "diagnosed", "deficits", "vacancies")),
                Field("n", "int", "число; меньше 5 не показывается", low=0), *_TRACE_FIELDS,
            ),
        ),
        Table(
            "plan_targets", "целевой показатель плана × чей он",
            ("kind", "unit_id", "target", "repeat"),
            (
                _YEAR,
                Field("kind", "str", "муниципальная программа или муниципальное задание",
                      allowed=("programme", "assignment")),
                Field("level", "str", "муниципалитета или организации",
                      allowed=("municipality", "school")),
                Field("unit_id", "str", "код организации или municipality"),
                Field("target", "str", "целевой показатель, как в файле"),
                Field("repeat", "int", "который раз показатель назван: 1, 2…", low=1),
                Field("target_unit", "str", "единица измерения", required=False),
                Field("plan", "float", "план; пусто, если не назван", required=False),
                Field("fact", "float", "факт; пусто, если не назван", required=False),
                Field("less_is_better", "bool", "лучше меньше"),
                Field("responsible", "str", "ответственный, если назван", required=False),
                *_TRACE_FIELDS,
            ),
        ),
    )
}  # fmt: skip
