"""«Главное» and «Что сделать» of the report on quality."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Mark, Sentence
from msoko_lib.subsystems.labels import (
    NINTH_GRADER,
    names_in_words,
    ratio,
    sentence_case,
    works_in_words,
)
from msoko_lib.subsystems.leading import Found, lead_of
from msoko_lib.subsystems.quality import exams, school_zones, task_gaps, work_marks
from msoko_lib.subsystems.year import Year

FIRST_WEEKS = "до 1 октября"
FIRST_TERM = "до конца I четверти"


def lead(year: Year) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    return lead_of(
        [
            *_against_region(year),
            *_low_marks(year),
            *_weak_schools(year),
            *_weak_tasks(year),
            *_own_gaps(year),
            *_exams(year),
        ]
    )


def _against_region(year: Year) -> Found:
    rows = work_marks.against_region(year)
    known = rows[rows["region"].notna()]
    if known.empty:
        return [(Sentence("Результатов ВПР для сравнения с регионом нет.", "few"), None)]
    below, above = (int((known["mark"] == mark).sum()) for mark in ("attention", "up"))
    results = ru.counted(int(known["n"].sum()), ru.MARK)
    text = f"Доля «4» и «5» за ВПР {work_marks.region_in_words(rows)} ({results})."
    mark: Mark = "attention" if below > above else "up" if above > below else "same"
    if mark == "attention":
        names = works_in_words(known[known["mark"] == "attention"])
        text = f"{text[:-1]}. Ниже региона: {names}."
    return [(Sentence(text, mark, work_marks.MARKS_ANCHOR), None)]


def _low_marks(year: Year) -> Found:
    changes = work_marks.low_changes(year)
    grew = changes[changes["mark"] == "attention"]
    if grew.empty:
        return []
    most = grew.loc[grew["value"].idxmax()]
    text = f"За год заметно выросла доля «2»: {works_in_words(grew)}."
    action = Action(
        addressee="Методическая служба",
        text=f"Выяснить с районными методическими объединениями причину роста доли «2»: "
        f"{works_in_words(grew)}; согласовать работу с учениками групп риска.",
        deadline=FIRST_WEEKS,
        control="КП-03 следующего года",
        ground=f"наибольший рост {ru.pp(100 * most['value'])} (участников {ru.number(most['n'])})",
        anchor=work_marks.DYNAMICS_ANCHOR,
    )
    return [(Sentence(text, "attention", work_marks.DYNAMICS_ANCHOR), action)]


def _weak_schools(year: Year) -> Found:
    zones = school_zones.quality_zones(year)
    if zones.empty:
        return []
    summary = school_zones.zone_summary(year, zones)
    below = school_zones.lagging_schools(year, summary)
    if below.empty:
        return []
    listed = school_zones.lagging(below)
    sentence = Sentence(
        "Доля «4» и «5» за ВПР заметно ниже, чем в остальных школах, "
        f"{school_zones.many_works(year)}: "
        f"{listed}.",
        "attention",
        school_zones.ANCHOR,
    )
    action = Action(
        addressee="Методическая служба",
        text="Составить вместе со школами план помощи, начать с дефицитов по заданиям и условий: "
        f"{names_in_words(sorted(below['short_name']))}.",
        deadline=FIRST_WEEKS,
        control="КП-02, КП-03 следующего года",
        ground=listed,
        anchor=school_zones.ANCHOR,
    )
    return [(sentence, action)]


def _weak_tasks(year: Year) -> Found:
    rows = task_gaps.weak_tasks(year)
    if rows.empty:
        return []
    behind = rows[rows["behind"]]
    if behind.empty:
        text = (
            f"Ниже достаточного уровня выполнено {ru.counted(len(rows), ru.TASK)} ВПР; заметно "
            "хуже региона – ни одного."
        )
        return [(Sentence(text, "same", task_gaps.ANCHOR), None)]
    first = behind.iloc[0]
    subject = sentence_case(str(first["subject"]))
    skill = f" («{first['skill']}»)" if isinstance(first["skill"], str) else ""
    grade = f"{first['grade']} класс"
    sentence = Sentence(
        "Ниже достаточного уровня и заметно хуже региона: "
        f"{ru.counted(len(behind), ru.TASK)} ВПР; больше всего отстаёт {subject}, {grade}, "
        f"задание {first['task']}{skill}.",
        "attention",
        task_gaps.ANCHOR,
    )
    action = Action(
        addressee=f"РМО: {subject}",
        text=f"Разобрать задание {first['task']} ({grade}){skill} и соседние по умению; "
        "предложить учителям набор упражнений.",
        deadline=FIRST_TERM,
        control="КП-05, КП-07 следующего года",
        ground=f"выполнение {ru.share(first['rate'], 0)}, в регионе "
        f"{ru.share(first['region'], 0)}, участников {ru.number(first['n'])}",
        anchor=task_gaps.ANCHOR,
    )
    return [(sentence, action)]


def _own_gaps(year: Year) -> Found:
    found = task_gaps.school_deficits(year)
    sure = found[found["state"] == "established"]
    if sure.empty:
        return []
    counts = sure["unit_id"].map(year.school_names).value_counts()
    listed = names_in_words(
        sorted(f"{name} ({ru.counted(n, ru.TASK)})" for name, n in counts.items())
    )
    sentence = Sentence(
        f"Отдельные задания ВПР выполнены заметно хуже, чем в остальных школах: {listed}.",
        "attention",
        task_gaps.OWN_ANCHOR,
    )
    first = sure.sort_values("gap", kind="stable").iloc[0]
    action = Action(
        addressee="РМО и методическая служба",
        text="Разобрать с учителями эти задания, дать набор упражнений и через 4–6 недель "
        f"проверить умения короткой работой: {names_in_words(sorted(counts.index))}.",
        deadline=FIRST_TERM,
        control="выполнение тех же умений в следующей ВПР",
        ground=f"например, {sentence_case(str(first['subject']))}, {first['grade']} класс, "
        f"задание {first['task']}: {ru.share(first['rate'], 0)} из {ru.number(first['n'])} "
        f"участников, в остальных школах {ru.share(first['reference'], 0)}",
        anchor=task_gaps.OWN_ANCHOR,
    )
    return [(sentence, action)]


def _exams(year: Year) -> Found:
    passed = year.values("КП-08", "municipality")
    if passed.empty:
        return []
    row = passed.iloc[0]
    target = year.catalogue["КП-08"].target
    failed = int(row["denominator"] - row["numerator"])
    low = target is not None and target.value is not None and row["ci_high"] * 100 < target.value
    passed_n = ratio(row["numerator"], row["denominator"], NINTH_GRADER)
    sentence = Sentence(
        f"Оба обязательных ОГЭ с первого раза сдали {passed_n}; не сдали {ru.pupils(failed)}.",
        "attention" if low else "same",
        exams.OGE_ANCHOR,
    )
    action = None
    if low and target is not None:
        action = Action(
            addressee="Директора школ",
            text="По итогам первого полугодия назвать девятиклассников с риском не сдать русский "
            "язык или математику и закрепить за каждым учителя.",
            deadline="до 20 января",
            control="КП-08",
            ground=f"сдали {passed_n} ({ru.share(row['value'])}); ориентир {target.words} "
            f"({target.status})",
            anchor=exams.OGE_ANCHOR,
        )
    return [(sentence, action)]
