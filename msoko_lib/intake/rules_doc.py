"""The page that shows every message of the intake, made from the rules themselves.

``python -m msoko_lib.intake.rules_doc > docs/отказы.md``
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

# Reading the modules registers their rules.
from msoko_lib.intake import check as _check  # noqa: F401
from msoko_lib.intake import layouts as _layouts  # noqa: F401
from msoko_lib.intake import merge as _merge  # noqa: F401
from msoko_lib.intake import personal_text as _personal_text  # noqa: F401
from msoko_lib.intake import read_file as _read_file  # noqa: F401
from msoko_lib.intake.rules import SEVERITY_TITLES, Place, Rule, Severity, all_rules, finding
from msoko_lib.intake.rules_doc_words import words_of

SEVERITY_MEANING: dict[Severity, str] = {
    "refused_file": "из файла (листа) не взято ничего",
    "refused_rows": "не взята названная строка, ячейка или столбец; остальное взято",
    "set_aside": "прочитано и сохранено, но в отчёты не входит, пока вопрос не решён",
    "question": "взято как есть; посмотрите, нет ли ошибки",
    "note": "ошибки нет; msoko рассказывает, как понял файл",
}
HEADER = ("Что не так", "Что найдено", "Что ожидалось", "Что сделать", "Чем кончилось")


@dataclass(frozen=True)
class Section:
    """A part of the page: rules by the beginning of their code or by the code itself."""

    title: str
    prefixes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


# Asked in this order; ``_PAGE`` is the order of the page.
_YEAR = Section(
    "Файлы года вместе",
    ("vpr_cross_",),
    ("file_named_by_person", "same_content", "older_edition", "conflict", "repeated_rows",
     "unknown_school", "no_directory", "two_directories", "invalid_rows"),
)  # fmt: skip
_ANY = Section(
    "Любой файл",
    codes=("empty_file", "password", "broken_workbook", "not_a_table", "archive", "no_access",
           "changed_while_read", "unknown_encoding", "no_cells", "too_large", "too_many_cells",
           "too_long_text", "foreign_markup", "deadly_file", "too_slow", "personal_text", "no_file",
           "unrecognised", "sheet_skipped", "unreadable_content"),
)  # fmt: skip
_VPR = Section("ВПР: выгрузки ФИС ОКО и региональный архив", ("vpr_",))
_GIA = Section("ЕГЭ, ОГЭ и ГВЭ: протоколы и апелляции РЦОИ", ("gia_", "appeal"))
_LISTS = Section("Олимпиада, медали и другие списки", ("olympiad_", "medal_", "list_"))
_DIRECTORY = Section("Справочник ОО", ("directory_",))
_FORMS = Section("Формы сбора", ("form_",))
_REGISTERS = Section("Реестры", ("register_",))
_SOURCES = Section("Другие источники", ("source_",))
_MAPS = Section("Свои таблицы: карты столбцов", ("map_",))
_ASKED = (_YEAR, _ANY, _VPR, _GIA, _LISTS, _DIRECTORY, _FORMS, _REGISTERS, _SOURCES, _MAPS)
_PAGE = (_ANY, _VPR, _GIA, _LISTS, _DIRECTORY, _FORMS, _REGISTERS, _SOURCES, _MAPS, _YEAR)


def rules_markdown() -> str:
    """The page: for each kind of bad input what the methodologist is told.

    Returns
    -------
    str
        Markdown, the same for the same rules whatever was imported before.
    """
    sections: dict[Section, list[Rule]] = {section: [] for section in _PAGE}
    for rule in all_rules():
        sections[section_of(rule)].append(rule)
    parts = [_introduction(sum(map(len, sections.values())))]
    parts += [_section(section, rules) for section, rules in sections.items()]
    return "\n\n".join(parts) + "\n"


def section_of(rule: Rule) -> Section:
    """Part of the page that a rule stands in.

    Raises
    ------
    LookupError
        If no part wants it: a new family of rules needs its section.
    """
    for section in _ASKED:
        if rule.code in section.codes or rule.code.startswith(section.prefixes):
            return section
    raise LookupError(f"rule {rule.code!r} belongs to no section of the page")


def _introduction(rules_n: int) -> str:
    example = finding(
        "vpr_task_above_max", Place("ВПР/РУ 6.xlsx", "РУ 6 Индивидуальные результаты", "G10"),
        task="1.1", value="9", max="1",
    )  # fmt: skip
    meanings = [
        f"- **{title}** – {SEVERITY_MEANING[severity]};"
        for severity, title in SEVERITY_TITLES.items()
    ]
    return "\n".join(
        (
            "# Что msoko говорит о плохих файлах",
            "",
            "Эта страница составлена самой программой из её правил: "
            "`python -m msoko_lib.intake.rules_doc`. Вручную её не правят.",
            "",
            "Каждое сообщение начинается с места: файл, лист, ячейка. Потом – что найдено, что "
            "ожидалось и что сделать. Например:",
            "",
            f"> {example.sentence}",
            "",
            "Сообщения печатаются при загрузке (`msoko intake`) и проверке (`msoko check`) и "
            "остаются в файлах `outputs/<год>/intake.html` и `intake.xlsx`. Фамилий, номеров "
            "документов и дат рождения в них нет.",
            "",
            "Чем кончается каждое сообщение:",
            "",
            *meanings[:-1],
            meanings[-1].rstrip(";") + ".",
            "",
            "Наклонным шрифтом – то, что программа подставит из файла. "
            f"Всего сообщений: {rules_n}.",
        )
    )


def _section(section: Section, rules: Sequence[Rule]) -> str:
    order = list(SEVERITY_TITLES)
    ranked = sorted(rules, key=lambda rule: (order.index(rule.severity), rule.title, rule.code))
    lines = [f"## {section.title}", "", _line(HEADER), _line(["---"] * len(HEADER))]
    return "\n".join(lines + [_line(_cells(rule)) for rule in ranked])


def _cells(rule: Rule) -> list[str]:
    said = [explained(rule, part) for part in (rule.found, rule.expected, rule.action)]
    # Russian words alone: «xlsx» and «csv» stay as they are.
    capital = [part if part[:1].isascii() else part[:1].upper() + part[1:] for part in said]
    return [rule.title, *capital, SEVERITY_TITLES[rule.severity]]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def explained(rule: Rule, template: str) -> str:
    """A template with words in its gaps: «*номер строки*».

    >>> from msoko_lib.intake.rules import Rule
    >>> rule = Rule("vpr_x", "note", "", "", "", "")
    >>> explained(rule, "Задание {task}, лист «{work}».")
    'Задание «*номер задания*», лист «*название работы*».'
    """
    said = ""
    for literal, fact, _, _ in Formatter().parse(template):
        said += literal
        if fact is None:
            continue
        words = words_of(rule.code, fact)
        if words:
            said += f"*{words}*" if literal.endswith("«") else f"«*{words}*»"
    return said


def main() -> None:
    """Write the page to the standard output, in UTF-8 on every system."""
    sys.stdout.buffer.write(rules_markdown().encode())


if __name__ == "__main__":
    main()
