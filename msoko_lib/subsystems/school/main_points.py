"""«Главное» and «Что сделать» of the school report."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Sentence
from msoko_lib.subsystems.labels import work_labels
from msoko_lib.subsystems.objectivity import journal_gap, outside
from msoko_lib.subsystems.objectivity.signs import DOMAIN_TITLES
from msoko_lib.subsystems.school import exams, objectivity_signs, task_deficits, vpr
from msoko_lib.subsystems.school.opened import SchoolYear

Found = list[tuple[Sentence, Action | None]]
FIRST_TERM = "до конца I четверти"
FIRST_WEEKS = "до 1 октября"


def lead(school: SchoolYear) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    found = [
        *_marks(school),
        *_skills(school),
        *_exams(school),
        *_trust(school),
        *_journal(school),
        *_annual(school),
        *_low_marks(school),
    ]
    return Lead(
        [sentence for sentence, _ in found][:5],
        [action for _, action in found if action is not None][:7],
    )


def _marks(school: SchoolYear) -> Found:
    works = vpr.zones(school)
    if works.empty:
        return [(Sentence("Результатов ВПР школы за год нет.", "few"), None)]
    below = works[works["mark"] == "attention"]
    above = works[works["mark"] == "up"]
    known = int((works["mark"] != "few").sum())
    if not known:
        total, good, expected = vpr.pooled(works)
        text = (
            f"Писали меньше пяти человек в каждой работе: вывода нет. Всего «4» и «5» – {good} из "
            f"{total} отметок; при доле остальных школ было бы {round(expected)}."
        )
        return [(Sentence(text, "few", vpr.MARKS_ANCHOR), None)]
    if below.empty and above.empty:
        text = f"Отметки за ВПР такие же, как в остальных школах (работ: {known})."
        return [(Sentence(text, "same", vpr.MARKS_ANCHOR), None)]
    if len(below) >= len(above):
        lost = int(-below["gap_n"].sum())
        names = ru.joined(work_labels(below).str.lower().tolist()[:3])
        text = (
            f"«4» и «5» за ВПР заметно меньше, чем в остальных школах, в {len(below)} из {known} "
            f"работ ({names}): не хватает {ru.counted(lost, ru.MARK)}."
        )
        action = Action(
            addressee="Заместитель директора",
            text=f"Разобрать на методическом объединении работы: {names}; наметить помощь "
            "ученикам с «2» и через 4–6 недель проверить короткой работой.",
            deadline=FIRST_WEEKS,
            control="КП-02, КП-03 следующего года",
            ground=f"доля «4» и «5» {ru.share(below['value'].iloc[0], 0)}, в остальных школах "
            f"{ru.share(below['others'].iloc[0], 0)}, писали "
            f"{ru.number(below['denominator'].iloc[0])}",
            anchor=vpr.MARKS_ANCHOR,
        )
        return [(Sentence(text, "attention", vpr.MARKS_ANCHOR), action)]
    text = (
        f"«4» и «5» за ВПР заметно больше, чем в остальных школах, в {len(above)} из {known} работ."
    )
    return [(Sentence(text, "up", vpr.MARKS_ANCHOR), None)]


def _skills(school: SchoolYear) -> Found:
    found = task_deficits.deficits_of(school)
    sure = found[found["state"] == "established"]
    if sure.empty:
        return []
    first = sure.iloc[0]
    skill = f" («{first['skill']}»)" if isinstance(first["skill"], str) else ""
    subject = str(first["subject"]).lower()
    sentence = Sentence(
        f"Хуже остальных школ выполнено {ru.counted(len(sure), ru.TASK)} ВПР; больше всего "
        f"отстаёт {subject}, {first['grade']} класс, задание {first['task']}{skill}.",
        "attention",
        task_deficits.ANCHOR,
    )
    action = Action(
        addressee=f"Учителя: {subject}",
        text=f"Включить в уроки умение задания {first['task']}{skill}; проверить его короткой "
        "работой и внести в рабочую программу.",
        deadline=FIRST_TERM,
        control="выполнение того же умения в следующей ВПР",
        ground=f"выполнение {ru.share(first['rate'], 0)}, в остальных школах "
        f"{ru.share(first['reference'], 0)}, писали {ru.number(first['n'])}",
        anchor=task_deficits.ANCHOR,
    )
    return [(sentence, action)]


def _exams(school: SchoolYear) -> Found:
    row = school.value("КП-08")
    if row is None or row["status"] == "no_data":
        return []
    failed = int(row["denominator"] - row["numerator"])
    if failed == 0:
        text = "Все девятиклассники сдали русский язык и математику с первого раза."
        return [(Sentence(text, "same", exams.OGE_ANCHOR), None)]
    few = row["status"] != "ok"
    sentence = Sentence(
        f"Обязательные ОГЭ с первого раза не сдали {ru.pupils(failed)} из "
        f"{int(row['denominator'])}.",
        "few" if few else "attention",
        exams.OGE_ANCHOR,
    )
    action = Action(
        addressee="Директор",
        text="К концу первого полугодия назвать девятиклассников с риском не сдать русский язык "
        "или математику и закрепить за каждым учителя и часы занятий.",
        deadline="до 20 января",
        control="КП-08",
        ground=f"не сдали {failed} из {int(row['denominator'])}",
        anchor=exams.OGE_ANCHOR,
    )
    return [(sentence, action)]


def _trust(school: SchoolYear) -> Found:
    grade = objectivity_signs.grade_of(school)
    if grade not in ("check", "priority"):
        return []
    signs = objectivity_signs.signs_of(school)
    flagged = signs[signs["flagged"].astype(bool)]
    names = ru.joined([DOMAIN_TITLES[name].lower() for name in flagged["domain"]])
    again = " второй год подряд" if grade == "priority" else ""
    sentence = Sentence(
        f"Есть признаки, требующие проверки{again}: {names}.", "attention", objectivity_signs.ANCHOR
    )
    action = Action(
        addressee="Директор",
        text="Провести перекрёстную проверку работ с соседней школой, пригласить независимого "
        "наблюдателя, написать пояснение управлению образования.",
        deadline="до начала ВПР",
        control="вывод скрининга следующего года",
        ground=f"признаки: {names}",
        anchor=objectivity_signs.ANCHOR,
    )
    return [(sentence, action)]


def _journal(school: SchoolYear) -> Found:
    rows = school.own(journal_gap.lowered_zones(school.year))
    if rows.empty or rows["mark"].iloc[0] != "attention":
        return []
    row = rows.iloc[0]
    sentence = Sentence(
        f"Отметка за ВПР ниже журнала у {ru.share(row['value'], 0)} отметок – в остальных школах "
        f"{ru.share(row['others'], 0)}.",
        "attention",
        objectivity_signs.ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Разобрать расхождения журнала и работы в две отметки и больше по каждому ученику; "
        "уточнить положение об оценивании.",
        deadline=FIRST_WEEKS,
        control="ОБ-03, ОБ-04",
        ground=f"понизили {int(row['numerator'])} из {int(row['denominator'])} отметок",
        anchor=objectivity_signs.ANCHOR,
    )
    return [(sentence, action)]


def _annual(school: SchoolYear) -> Found:
    rows = school.own(outside.annual_zones(school.year))
    if rows.empty or rows["mark"].iloc[0] != "attention":
        return []
    row = rows.iloc[0]
    sentence = Sentence(
        f"На ОГЭ не подтвердили годовую отметку {ru.share(row['value'], 0)} – в остальных школах "
        f"{ru.share(row['others'], 0)}.",
        "attention",
        objectivity_signs.ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Провести внутреннюю экспертизу годовых отметок 9 класса: выборка работ, общие "
        "критерии, второй проверяющий.",
        deadline="до конца II четверти",
        control="ОБ-07",
        ground=f"ОГЭ ниже годовой: {int(row['numerator'])} из {int(row['denominator'])} пар",
        anchor=objectivity_signs.ANCHOR,
    )
    return [(sentence, action)]


def _low_marks(school: SchoolYear) -> Found:
    works = vpr.zones(school)
    low = int(works["low_n"].sum()) if len(works) else 0
    if low == 0:
        return []
    text = f"За все ВПР года получено {ru.counted(low, ru.Noun('«2»', '«2»', '«2»'))}."
    return [(Sentence(text, "same", vpr.MARKS_ANCHOR), None)]
