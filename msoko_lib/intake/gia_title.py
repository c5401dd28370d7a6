"""Title of an exam in a protocol of РЦОИ: «01 - Русский язык 2022.06.23» and its relatives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from msoko_lib.intake.cells import iso_date
from msoko_lib.intake.subjects import canonical_subject

_DATE = r"(?:\d{4}[.\-]\d{2}[.\-]\d{2}|\d{2}\.\d{2}\.\d{4})"
_DATE_RE = re.compile(_DATE)
_CODE = re.compile(r"(?<![\d.\-])(\d{1,2})\s*([-–—._])\s*(?=[А-ЯЁA-Za-zа-яё])")
# After these a line may as well be an item of a list: only a known subject makes it a title.
_WEAK_SEPARATORS = "._"
_WRITTEN = re.compile(rf"\bп\.?\s*:\s*({_DATE})", re.IGNORECASE)
_ORAL = re.compile(rf"\bу\.?\s*:\s*({_DATE})", re.IGNORECASE)
_PART_LABEL = re.compile(r"\b[пу]\.?\s*:\s*", re.IGNORECASE)
_EXAM_WORD = re.compile(r"\b(гвэ|огэ|егэ|кегэ|гиа)(?:[-– ]?(?:9|11))?\b", re.IGNORECASE)
_ORAL_WORD = re.compile(r"\(?\s*уст(?:н\w*|\.)(?:\s+(?:часть|экзамен))?\s*\)?", re.IGNORECASE)
_WRITTEN_WORD = re.compile(r"\(?\s*письм(?:ен\w*|\.)(?:\s+(?:часть|экзамен))?\s*\)?", re.IGNORECASE)
_TIME_OR_LABEL = re.compile(
    r"\b\d{1,2}:\d{2}(:\d{2})?\b|\bдата( проведения| экзамена)*\b", re.IGNORECASE
)
_STAGE = re.compile(
    r"\(?\s*\b(?:резерв\w*|основн\w+|дополнительн\w+|досрочн\w+|пересдач\w*)"
    r"(?:\s+(?:день|дни|этап|период|срок)\w*)?\s*\)?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:протокол\w*|результат\w*|проверк\w*|экзамен\w*|по предмету|предмет|от|г)\b[.:]?",
    re.IGNORECASE,
)
_BASE = re.compile(r"математика.*баз", re.IGNORECASE)
_FILE_NAME = re.compile(r"(?<!\d)(\d{2})_(\d{4}\.\d{2}\.\d{2})")

# Codes of РИС ГИА as ЕГЭ and ОГЭ protocols print them; used to check the title, never against it.
SUBJECT_BY_CODE = {
    "01": "Русский язык", "02": "Математика", "03": "Физика", "04": "Химия", "05": "Информатика",
    "06": "Биология", "07": "История", "08": "География", "09": "Английский язык",
    "10": "Немецкий язык", "11": "Французский язык", "12": "Обществознание",
    "13": "Испанский язык", "14": "Китайский язык", "18": "Литература",
    "22": "Математика базовая", "25": "Информатика",
    "29": "Английский язык", "30": "Немецкий язык", "31": "Французский язык",
    "33": "Испанский язык",
}  # fmt: skip
GVE_FIRST_CODE = 51
_CODE_BY_SUBJECT = {
    name: code for code, name in reversed(SUBJECT_BY_CODE.items()) if code not in ("25",)
}
ORAL_PART = " (устная часть)"


@dataclass(frozen=True)
class ExamTitle:
    """What a title row says.

    ``subject`` is canonical where the spelling is known; ``date`` is that of the written part
    where there are two.
    """

    code: str
    subject: str
    date: str
    oral_date: str = ""
    exam_word: str = ""
    from_file_name: bool = False

    @property
    def subject_is_known(self) -> bool:
        return canonical_subject(self.subject.removesuffix(ORAL_PART)) is not None

    @property
    def subject_of_code(self) -> str | None:
        """Subject that the code stands for; ГВЭ codes are those of the ЕГЭ plus fifty."""
        if self.is_gve and self.code and int(self.code) >= GVE_FIRST_CODE:
            return SUBJECT_BY_CODE.get(f"{int(self.code) - 50:02d}")
        return SUBJECT_BY_CODE.get(self.code)

    @property
    def is_gve(self) -> bool:
        return self.exam_word == "гвэ" or (bool(self.code) and int(self.code) >= GVE_FIRST_CODE)


@lru_cache(maxsize=2_000)
def parse_title(title: str) -> ExamTitle | None:
    """Read a title; None where the text is none.

    A text without a code counts only if it names a known subject: «Дата печати 2022.07.01» is
    no exam.

    >>> parse_title("01 - Русский язык 2022.06.23")
    ExamTitle(code='01', subject='Русский язык', date='2022-06-23', oral_date='', \
exam_word='', from_file_name=False)
    >>> parse_title("Английский язык п:2022.06.14; у:2022.06.16").oral_date
    '2022-06-16'
    """
    dates = [date for found in _DATE_RE.findall(title) if (date := _iso(found))]
    if not dates:
        return None
    code_match = _CODE.search(title)
    code = code_match[1].zfill(2) if code_match else ""
    words = title[code_match.end() :] if code_match else title
    word = _EXAM_WORD.search(words)
    subject, is_oral = _subject(words)
    is_sure = code_match is not None and code_match[2] not in _WEAK_SEPARATORS
    if not subject or (not is_sure and canonical_subject(subject) is None):
        return None
    subject = canonical_subject(subject) or subject
    written, oral = _WRITTEN.search(title), _ORAL.search(title)
    date = (_iso(written[1]) if written else "") or dates[0]
    oral_date = (_iso(oral[1]) if oral else "") or ""
    return ExamTitle(
        code or _CODE_BY_SUBJECT.get(subject, ""),
        subject + (ORAL_PART if is_oral and written is None else ""),
        date,
        oral_date,
        word[1].lower() if word else "",
    )


def _iso(found: str) -> str:
    return iso_date(found.replace("-", ".")) or ""


def _subject(words: str) -> tuple[str, bool]:
    """Bare subject of a title and whether the title is that of an oral part alone."""
    bare = _trimmed(_TIME_OR_LABEL.sub(" ", _PART_LABEL.sub(" ", _DATE_RE.sub(" ", words))))
    if _BASE.match(bare):
        return "Математика базовая", False
    if canonical_subject(bare):
        return bare, False
    is_oral = _ORAL_WORD.search(bare) is not None
    for noise in (_EXAM_WORD, _ORAL_WORD, _WRITTEN_WORD, _STAGE, _LABEL):
        bare = _trimmed(noise.sub(" ", bare))
        if canonical_subject(bare):
            break
    return bare, is_oral


def _trimmed(words: str) -> str:
    """Words without signs at their ends; a bracket goes only if it has no pair."""
    bare = re.sub(r"\([\s;,.]*\)", " ", words.replace("_", " "))
    bare = re.sub(r"\s+", " ", bare).strip(" \"'«».,;:-–")
    if bare.count("(") != bare.count(")") or bare.startswith("("):
        bare = bare.strip("() ")
    return bare


def title_from_file_name(file: str) -> ExamTitle | None:
    """Subject and date from a file name such as ``03_2026.06.02.csv``.

    The last resort for exports whose rows name no exam; the code's subject must be checked by
    a person.
    """
    match = _FILE_NAME.search(PurePosixPath(file).name)
    if match is None or match[1] not in SUBJECT_BY_CODE:
        return None
    date = iso_date(match[2])
    if date is None:
        return None
    return ExamTitle(match[1], SUBJECT_BY_CODE[match[1]], date, from_file_name=True)


def exam_word(text: str) -> str:
    """The word ОГЭ, ЕГЭ or ГВЭ in a line above a table, lower case, or ''."""
    match = _EXAM_WORD.search(text)
    return match[1].lower() if match else ""
