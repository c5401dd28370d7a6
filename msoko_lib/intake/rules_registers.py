"""What is said about the registers."""

from __future__ import annotations

from msoko_lib.intake.rules import Rule, register

_MEND = "Исправьте ячейку в реестре и загрузите его снова."

register(
    Rule(
        "register_wrong_year", "refused_file", "Реестр другого учебного года",
        "Реестр составлен на {found} учебный год.", "реестр на {expected} учебный год.",
        "Положите файл в папку data/raw/{found} или исправьте в нём строку «Учебный год».",
    ),
    Rule(
        "register_no_rows", "question", "Реестр пуст",
        "Заголовок есть, ни одной строки не взято.", "хотя бы одна заполненная строка.",
        "Проверьте, не бланк ли сохранили вместо заполненного реестра.",
    ),
    Rule(
        "register_no_number", "refused_rows", "У строки реестра нет номера",
        "Столбец «{title}» пуст.", "номер, по которому строку узнают в следующем году.", _MEND,
    ),
    Rule(
        "register_blank", "refused_rows", "Обязательная ячейка реестра пуста",
        "Столбец «{title}» пуст; строка не взята.", "{meaning}.", _MEND,
    ),
    Rule(
        "register_bad_value", "refused_rows", "Ячейка реестра не прочитана",
        "В столбце «{title}» – {value}; строка не взята.", "{wanted}.", _MEND,
    ),
    Rule(
        "register_bad_optional", "refused_rows", "Необязательная ячейка реестра не прочитана",
        "В столбце «{title}» – {value}; строка взята без этой ячейки.", "{wanted}.", _MEND,
    ),
    Rule(
        "register_formula_error", "refused_rows", "Формула в реестре с ошибкой",
        "В столбце «{title}» формула без результата или с ошибкой; ячейка не взята.", "{wanted}.",
        "Замените формулу значением и загрузите реестр снова.",
    ),
    Rule(
        "register_unknown_indicator", "question", "Показателя нет в каталоге",
        "В столбце «{title}» код, которого в каталоге нет; взято, как написано.",
        "код показателя из params/indicators.", "Исправьте код показателя.",
    ),
    Rule(
        "register_unknown_subsystem", "refused_rows", "Подсистемы нет в каталоге",
        "В столбце «{title}» – {value}; строка не взята.", "одна из подсистем: {wanted}.", _MEND,
    ),
    Rule(
        "register_dates_reversed", "question", "Окончание раньше начала",
        "Начало {begins}, окончание {ends}; взято.", "начало не позже окончания.",
        "Проверьте обе даты.",
    ),
    Rule(
        "register_more_observed", "refused_rows", "Аудиторий с наблюдателем больше, чем аудиторий",
        "Аудиторий {total}, с наблюдателем {value}; строка не взята.",
        "с наблюдателем не больше, чем всего.", _MEND,
    ),
    Rule(
        "register_repeated", "refused_rows", "Строка реестра повторяется",
        "То же самое уже есть в строке {first}; вторая не взята.", "одна строка: {row_is}.",
        "Оставьте в реестре одну из строк и загрузите его снова.",
    ),
)  # fmt: skip
