"""Which subjects a cell or a heading names: a closed list, so that no name slips through."""

from __future__ import annotations

import re

from msoko_lib.intake.cells import Cell, text
from msoko_lib.intake.subjects import all_subjects, canonical_subject

PRIMARY = "Начальные классы"
OTHER = "Другой предмет"
# Stems, for «Предмет: математика» and «Должность: учитель математики» alike.
_STEMS: tuple[tuple[str, str], ...] = (
    (PRIMARY, r"начальн"),
    ("Русский язык", r"русск\w+ яз|рус\. ?яз"),
    ("Литература", r"литератур(?!н\w+ чтен)"),
    ("Математика", r"математик|алгебр|геометри"),
    ("История", r"\bистори"),
    ("Обществознание", r"обществозн"),
    ("География", r"географ"),
    ("Биология", r"биолог"),
    ("Физика", r"\bфизик"),
    ("Химия", r"\bхими"),
    ("Информатика", r"информатик"),
    ("Английский язык", r"английск"),
    ("Немецкий язык", r"немецк"),
    ("Французский язык", r"французск"),
    ("Иностранный язык", r"иностранн\w+ язык\w*(?! ?\(?(?:английск|немецк|французск))|"
                         r"ин\. ?яз"),
    ("Астрономия", r"астроном"),
    ("Экономика", r"экономик"),
    ("Право", r"\bправ[оа]\b"),
    ("Физическая культура", r"физическ\w+ культур|физкультур|физвоспитан|физре"),
    ("Технология", r"технологи|\bтруд"),
    ("ОБЗР", r"\bобзр\b|\bобж\b|основ\w* безопасности"),
    ("Музыка", r"музык"),
    ("Изобразительное искусство", r"изобразительн|\bизо\b"),
    ("Родной язык", r"родно\w+ (?:\(|яз)"),
)  # fmt: skip
_COMPILED = tuple((subject, re.compile(stem)) for subject, stem in _STEMS)
_NEITHER = re.compile(r"нет|не (?:ведет|преподает)|[-–—]*")


def subjects_taught(cell: Cell) -> tuple[str, ...]:
    """Subjects that a cell of the column «Предмет» names, each once.

    >>> subjects_taught("русский язык и литература"), subjects_taught("ФИ")
    (('Русский язык', 'Литература'), ('Физика',))
    >>> subjects_taught("Логика"), subjects_taught("–"), subjects_taught(None)
    (('Другой предмет',), (), ())
    """
    words = text(cell).lower().replace("ё", "е")
    if _NEITHER.fullmatch(words):
        return ()
    found = subjects_named(words)
    if not found:
        parts = (canonical_subject(part) for part in re.split(r"[,;/]", words))
        found = tuple(dict.fromkeys(filter(None, parts)))
    return found or (OTHER,)


def subjects_of_position(cell: Cell) -> tuple[str, ...]:
    """Subjects that a position names («учитель физики»); none where it names none.

    >>> subjects_of_position("Учитель математики и физики"), subjects_of_position("учитель")
    (('Математика', 'Физика'), ())
    """
    words = text(cell).lower().replace("ё", "е")
    return subjects_named(words) if "учител" in words or "преподавател" in words else ()


def subject_order(subject: str) -> int:
    """Place of a subject among the groups: primary school, the usual order, the others."""
    every = [PRIMARY, *all_subjects(), *(name for name, _ in _STEMS), OTHER]
    return every.index(subject)


def subjects_named(words: str) -> tuple[str, ...]:
    """Subjects that a sentence or a heading names.

    >>> subjects_named("Репетиционный ЕГЭ по физике"), subjects_named("Репетиционный ЕГЭ")
    (('Физика',), ())
    """
    folded = words.lower().replace("ё", "е")
    return tuple(subject for subject, stem in _COMPILED if stem.search(folded))
