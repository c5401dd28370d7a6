"""Stage, subject, year and maximum in the lines above an olympiad's table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from msoko_lib.intake.subjects import all_subjects, canonical_subject
from msoko_lib.project import is_school_year

_STAGES = (
    ("school", r"школьн\w+"),
    ("municipal", r"муниципальн\w+"),
    ("regional", r"региональн\w+"),
    ("final", r"заключительн\w+"),
)
# «по математике»: the dative of each subject as protocols print it, without its ending.
_STEMS = {
    "Русский язык": r"русск\w+ язык\w*", "Математика": r"математик\w+", "Физика": r"физик\w+",
    "Химия": r"хими\w+", "Биология": r"биологи\w+", "География": r"географи\w+",
    "История": r"истори\w+", "Обществознание": r"обществознани\w+",
    "Литература": r"литератур\w+", "Информатика": r"информатик\w+",
    "Английский язык": r"английск\w+ язык\w*", "Немецкий язык": r"немецк\w+ язык\w*",
    "Французский язык": r"французск\w+ язык\w*", "Испанский язык": r"испанск\w+ язык\w*",
    "Китайский язык": r"китайск\w+ язык\w*", "Итальянский язык": r"итальянск\w+ язык\w*",
    "Астрономия": r"астрономи\w+", "Экология": r"экологи\w+", "Экономика": r"экономик\w+",
    "Право": r"прав[оу]", "Искусство (МХК)": r"искусств\w+|мхк|миров\w+ художествен\w+ культур\w+",
    "Физическая культура": r"физическ\w+ культур\w+|физкультур\w+",
    "Технология": r"технологи\w+|труд\w*",
    "ОБЗР": r"обзр|обж|основ\w+ безопасности\b.*",
}  # fmt: skip
_YEAR = re.compile(r"(20\d\d)\s*[-–—/]\s*(20)?(\d\d)(?!\d)")
_MAXIMUM = re.compile(
    r"максимальн\w+(?: возможн\w+)?(?: (?:балл\w*|количество баллов|сумма баллов|результат))?"
    r"\s*[-–—:=]*\s*(\d{1,3}(?:[.,]\d+)?)(?!\s*\d|\s*-?\s*(?:кл|й))"
)


@dataclass(frozen=True)
class OlympiadTitle:
    """What the lines above the table say; '' or None where they say nothing."""

    stage: str = ""
    subject: str = ""
    school_year: str = ""
    max_score: float | None = None


@lru_cache(maxsize=5_000)
def olympiad_stage(words: str) -> str:
    """Stage named in a text, or ''. The word «олимпиада школьников» names none.

    >>> olympiad_stage("Протокол муниципального этапа всероссийской олимпиады школьников")
    'municipal'
    """
    folded = words.lower().replace("ё", "е")
    named = [stage for stage, stem in _STAGES if re.search(rf"(?:{stem})\s+этап", folded)]
    named += [stage for stage, stem in _STAGES if re.fullmatch(rf"\W*(?:{stem})\W*", folded)]
    named += [
        stage for stage, short in (("school", "шэ"), ("municipal", "мэ"), ("regional", "рэ"),
                                   ("final", "зэ"))
        if re.search(rf"\b{short}\b", folded)
    ]  # fmt: skip
    return named[0] if named else ""


@lru_cache(maxsize=5_000)
def olympiad_subject(words: str) -> str:
    """Subject named in a text in any case: «по математике» → «Математика»; '' where none."""
    bare = words.strip(" «»\"'.:;()")
    canonical = canonical_subject(bare)
    if canonical:
        return canonical
    folded = re.sub(r"\s+", " ", words.lower().replace("ё", "е"))
    after = re.search(r"\bпо(?: предмету| общеобразовательному предмету)?:?\s+[«\"]?(.*)", folded)
    places = [after[1]] if after else []
    labelled = re.search(r"предмет\s*[:–—-]\s*[«\"]?(.*)", folded)
    places += [labelled[1]] if labelled else []
    for place in places:
        for subject in all_subjects():
            stem = _STEMS.get(subject)
            if stem and re.match(rf"(?:{stem})(?!\w)", place):
                return subject
    return ""


def olympiad_year(words: str) -> str:
    """School year named in a text: «2024-2025», «2024/25»; '' where none."""
    for match in _YEAR.finditer(words):
        year = f"{match[1]}-20{match[3]}"
        if is_school_year(year):
            return year
    return ""


def olympiad_maximum(words: str) -> float | None:
    """Maximum score named in a text, or None."""
    match = _MAXIMUM.search(words.lower())
    return float(match[1].replace(",", ".")) if match else None


def read_title(lines: list[str]) -> OlympiadTitle:
    """Gather stage, subject, year and maximum from lines; the first that names one decides."""
    return OlympiadTitle(
        next(filter(None, map(olympiad_stage, lines)), ""),
        next(filter(None, map(olympiad_subject, lines)), ""),
        next(filter(None, map(olympiad_year, lines)), ""),
        next((most for line in lines if (most := olympiad_maximum(line)) is not None), None),
    )
