"""«Главное» and «Что сделать» of the report on quality."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Sentence
from msoko_lib.subsystems.labels import work_labels
from msoko_lib.subsystems.quality import exams, school_zones, task_gaps, work_marks
from msoko_lib.subsystems.year import Year

FIRST_WEEKS = "до 1 октября"
FIRST_TERM = "до конца I четверти"


def lead(year: Year) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    found = [
        *_against_region(year),
        *_low_marks(year),
        *_weak_schools(year),
        *_weak_tasks(year),
        *_exams(year),
    ]
    return Lead(
        [sentence for sentence, _ in found][:5],
        [action for _, action in found if action is not None][:7],
    )


def _against_region(year: Year) -> list[tuple[Sentence, Action | None]]:
    rows = work_marks.against_region(year)
    known = rows[rows["region"].notna()]
    if known.empty:
        return [(Sentence("Результатов ВПР для сравнения с регионом нет.", "few"), None)]
    below = known[known["mark"] == "attention"]
    above = known[known["mark"] == "up"]
    if len(below) > len(above):
        names = ru.joined(work_labels(below).str.lower().tolist()[:3])
        text = f"Качество ВПР ниже региона в {len(below)} из {len(known)} работ: {names}."
        return [(Sentence(text, "attention", work_marks.MARKS_ANCHOR), None)]
    if len(above) > len(below):
        text = (
            f"Качество ВПР выше региона в {len(above)} из {len(known)} работ, "
            f"ниже – в {len(below)}."
        )
        return [(Sentence(text, "up", work_marks.MARKS_ANCHOR), None)]
    text = "Качество ВПР в целом такое же, как в регионе."
    return [(Sentence(text, "same", work_marks.MARKS_ANCHOR), None)]


def _low_marks(year: Year) -> list[tuple[Sentence, Action | None]]:
    changes = work_marks.low_changes(year)
    grew = changes[changes["mark"] == "attention"]
    if grew.empty:
        return []
    names = ru.joined(work_labels(grew).str.lower().tolist()[:3])
    sentence = Sentence(
        f"За год заметно выросла доля «2»: {names}.", "attention", work_marks.DYNAMICS_ANCHOR
    )
    return [(sentence, None)]


def _weak_schools(year: Year) -> list[tuple[Sentence, Action | None]]:
    zones = school_zones.quality_zones(year)
    if zones.empty:
        return []
    summary = school_zones.zone_summary(year, zones)
    below = summary[summary["attention"] >= 2].sort_values("attention", ascending=False)
    if below.empty:
        return []
    names = ru.joined(below["short_name"].tolist()[:3])
    more = f" и ещё {ru.counted(len(below) - 3, ru.SCHOOL)}" if len(below) > 3 else ""
    sentence = Sentence(
        f"Ниже остальных школ в двух и более работах: {names}{more}.",
        "attention",
        school_zones.ANCHOR,
    )
    action = Action(
        addressee="Методическая служба",
        text=f"Составить план помощи и посетить уроки: {names}{more}.",
        deadline=FIRST_WEEKS,
        control="КП-02, КП-03 следующего года",
        ground=f"работ ниже остальных: {ru.joined([str(n) for n in below['attention'][:3]])}",
        anchor=school_zones.ANCHOR,
    )
    return [(sentence, action)]


def _weak_tasks(year: Year) -> list[tuple[Sentence, Action | None]]:
    rows = task_gaps.weak_tasks(year)
    behind = rows[rows["gap"] <= -0.05]
    if behind.empty:
        return []
    first = behind.iloc[0]
    subject = str(first["subject"]).lower()
    skill = f" («{first['skill']}»)" if isinstance(first["skill"], str) else ""
    sentence = Sentence(
        f"Ниже достаточного уровня и хуже региона на 5 п.п. и больше – "
        f"{ru.counted(len(behind), ru.TASK)} ВПР; больше всего отстаёт {subject}, "
        f"{first['grade']} класс, задание {first['task']}{skill}.",
        "attention",
        task_gaps.ANCHOR,
    )
    action = Action(
        addressee=f"РМО: {subject}",
        text=f"Разобрать задание {first['task']} ({first['grade']} класс){skill} и соседние по "
        "умению; предложить учителям набор упражнений.",
        deadline=FIRST_TERM,
        control="КП-05, КП-07 следующего года",
        ground=f"выполнение {ru.share(first['rate'], 0)}, регион {ru.share(first['region'], 0)}, "
        f"участников {ru.number(first['n'])}",
        anchor=task_gaps.ANCHOR,
    )
    return [(sentence, action)]


def _exams(year: Year) -> list[tuple[Sentence, Action | None]]:
    passed = year.values("КП-08", "municipality")
    if passed.empty:
        return []
    row = passed.iloc[0]
    target = year.catalogue["КП-08"].target
    failed = int(row["denominator"] - row["numerator"])
    low = target is not None and target.value is not None and row["ci_high"] * 100 < target.value
    sentence = Sentence(
        f"Оба обязательных ОГЭ с первого раза сдали {ru.share(row['value'])} девятиклассников, "
        f"не сдали {ru.pupils(failed)}.",
        "attention" if low else "same",
        exams.OGE_ANCHOR,
    )
    action = None
    if low and target is not None:
        action = Action(
            addressee="Руководители школ",
            text="Выявить девятиклассников с риском не сдать русский язык или математику по "
            "итогам первого полугодия и закрепить за каждым учителя.",
            deadline="до 20 января",
            control="КП-08",
            ground=f"КП-08 {ru.share(row['value'])} (ориентир: {target.words}, статус "
            f"{target.status})",
            anchor=exams.OGE_ANCHOR,
        )
    return [(sentence, action)]


