"""«Главное» and «Что сделать» of the school report."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Sentence
from msoko_lib.subsystems.labels import (
    NINTH_GRADER,
    in_works,
    ratio,
    sentence_case,
    works_in_words,
)
from msoko_lib.subsystems.leading import Found, lead_of
from msoko_lib.subsystems.school import exams, task_deficits, vpr
from msoko_lib.subsystems.school.main_points_trust import trust_points
from msoko_lib.subsystems.school.opened import SchoolYear

FIRST_TERM = "до конца I четверти"
FIRST_WEEKS = "до 1 октября"

# «Не хватает» asks for the genitive: 71 отметки, 5 отметок.
MARK_MISSING = ru.Noun("отметки", "отметок", "отметок", "f")


def lead(school: SchoolYear) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    return lead_of(
        [
            *_marks(school),
            *_skills(school),
            *_exams(school),
            *trust_points(school),
            *_low_marks(school),
        ]
    )


def _marks(school: SchoolYear) -> Found:
    works = vpr.zones(school)
    if works.empty:
        return [(Sentence("Результатов ВПР школы за год нет.", "few"), None)]
    if vpr.is_tiny(school, works):
        total, good, expected = vpr.pooled(works)
        text = (
            "Каждую работу ВПР писали единицы, поэтому по отдельным работам вывода нет. Все "
            f"работы вместе: «4» и «5» – {ratio(good, total, ru.MARK)}; при доле остальных "
            f"школ было бы {ru.number(expected)}."
        )
        return [(Sentence(text, "few", vpr.MARKS_ANCHOR), None)]
    below = works[works["mark"] == "attention"]
    above = works[works["mark"] == "up"]
    known = int((works["mark"] != "few").sum())
    if not known:
        text = "Работы ВПР этой школы не с кем сравнить: другие школы их не писали."
        return [(Sentence(text, "few", vpr.MARKS_ANCHOR), None)]
    if below.empty and above.empty:
        text = (
            f"Отметки за ВПР не отличаются от остальных школ {in_works(0, known)} "
            f"({ru.counted(int(works['denominator'].sum()), ru.MARK)})."
        )
        return [(Sentence(text, "same", vpr.MARKS_ANCHOR), None)]
    if len(below) < len(above):
        text = (
            "«4» и «5» за ВПР заметно больше, чем в остальных школах, "
            f"{in_works(len(above), known)}: {works_in_words(above)}."
        )
        return [(Sentence(text, "up", vpr.MARKS_ANCHOR), None)]
    lost = int(-below["gap_n"].sum())
    names = works_in_words(below)
    text = (
        "«4» и «5» за ВПР заметно меньше, чем в остальных школах, "
        f"{in_works(len(below), known)}; до их доли не хватает {ru.counted(lost, MARK_MISSING)} "
        f"({names})."
    )
    first = below.sort_values("gap_n", kind="stable").iloc[0]
    action = Action(
        addressee="Заместитель директора",
        text=f"Разобрать на методическом объединении работы: {names}. Наметить помощь ученикам "
        "с «2» и через 4–6 недель проверить результат короткой работой.",
        deadline=FIRST_WEEKS,
        control="КП-02, КП-03 следующего года",
        ground=f"{works_in_words(first.to_frame().T)}: «4» и «5» у "
        f"{ratio(first['numerator'], first['denominator'])} "
        f"({ru.share(first['value'], 0)}), в остальных школах {ru.share(first['others'], 0)}",
        anchor=vpr.MARKS_ANCHOR,
    )
    return [(Sentence(text, "attention", vpr.MARKS_ANCHOR), action)]


def _skills(school: SchoolYear) -> Found:
    found = task_deficits.deficits_of(school)
    sure = found[found["state"] == "established"]
    if sure.empty:
        return []
    first = sure.iloc[0]
    skill = f" («{first['skill']}»)" if isinstance(first["skill"], str) else ""
    subject = sentence_case(str(first["subject"]))
    sentence = Sentence(
        f"Заметно хуже остальных школ выполнено {ru.counted(len(sure), ru.TASK)} ВПР; больше "
        f"всего отстаёт {subject}, {first['grade']} класс, задание {first['task']}{skill}.",
        "attention",
        task_deficits.ANCHOR,
    )
    action = Action(
        addressee=f"Учителя: {subject}",
        text=f"Включить в уроки умение задания {first['task']}{skill}; проверить его короткой "
        "работой и внести в рабочую программу.",
        deadline=FIRST_TERM,
        control="выполнение того же умения в следующей ВПР",
        ground=f"{first['grade']} класс: выполнение {ru.share(first['rate'], 0)}, в остальных "
        f"школах {ru.share(first['reference'], 0)}, писали {ru.number(first['n'])}",
        anchor=task_deficits.ANCHOR,
    )
    return [(sentence, action)]


def _exams(school: SchoolYear) -> Found:
    row = school.value("КП-08")
    if row is None or row["status"] == "no_data":
        return []
    total = int(row["denominator"])
    failed = total - int(row["numerator"])
    if failed == 0:
        text = f"Русский язык и математику на ОГЭ с первого раза сдали все ({ru.pupils(total)})."
        return [(Sentence(text, "same", exams.OGE_ANCHOR), None)]
    failed_n = ratio(failed, total, NINTH_GRADER)
    sentence = Sentence(
        f"Русский язык или математику на ОГЭ с первого раза не сдали {failed_n}.",
        "few" if row["status"] != "ok" else "attention",
        exams.OGE_ANCHOR,
    )
    action = Action(
        addressee="Директор",
        text="К концу первого полугодия назвать девятиклассников с риском не сдать русский язык "
        "или математику и закрепить за каждым учителя и часы занятий.",
        deadline="до 20 января",
        control="КП-08",
        ground=f"не сдали {failed_n}",
        anchor=exams.OGE_ANCHOR,
    )
    return [(sentence, action)]


def _low_marks(school: SchoolYear) -> Found:
    works = vpr.zones(school)
    # Said once: where works stand out below the others, that sentence has told of it.
    if works.empty or (works["mark"] == "attention").any():
        return []
    low, total = works["low_n"].sum(), works["denominator"].sum()
    text = f"«2» за ВПР – {ratio(low, total, ru.MARK)} ({ru.share(low / total, 0)})."
    return [(Sentence(text, "same", vpr.MARKS_ANCHOR), None)]
