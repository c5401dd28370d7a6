"""What the tables of the bank hold, in words for a sentence: «изменилось: результаты олимпиад»."""

from __future__ import annotations

TITLES = {
    "schools": "справочник ОО",
    "enrolment": "контингент по классам",
    "context": "условия работы школ",
    "vpr_pupils": "результаты ВПР по ученикам",
    "vpr_tasks": "результаты ВПР по заданиям",
    "vpr_marks": "отметки ВПР",
    "vpr_journal": "сравнение ВПР с журналом",
    "vpr_scores": "баллы ВПР",
    "vpr_task_rates": "выполнение заданий ВПР",
    "vpr_bias": "маркеры списка ФИОКО",
    "gia_results": "результаты экзаменов",
    "gia_tasks": "задания экзаменов",
    "olympiad_results": "результаты олимпиад",
    "medal_candidates": "претенденты на медаль",
    "annual_marks": "годовые отметки 9 класса",
    "form_values": "бланки и статистика организаций",
    "measures": "реестр мер",
    "roadmap": "дорожная карта",
    "procedures": "единый график процедур",
    "cycle_documents": "документы управленческого цикла",
    "recommendation_replies": "ответы на рекомендации",
    "replies": "пояснения школ",
    "observers": "сведения о наблюдении",
    "work_levels": "уровни диагностических работ",
    "teacher_groups": "группы педагогов",
    "plan_targets": "целевые показатели плана",
}
