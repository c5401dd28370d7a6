"""The block above every ВПР table: which work this is and whether it belongs to this year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, is_blank, iso_date, number, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_text import fold
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.subjects import (
    COMPUTER_FORM,
    canonical_subject,
    split_computer_form,
    split_vpr_level,
    subject_code,
)
from msoko_lib.intake.workbook import Sheet
from msoko_lib.project import school_year_of

TITLES = {
    "индивидуальные результаты": "individual",
    "статистика по отметкам": "marks",
    "сравнение отметок с отметками по журналу": "journal",
    "распределение первичных баллов": "scores",
    "выполнение заданий группами участников": "mark_groups",
    "выполнение заданий": "tasks",
    "достижение планируемых результатов": "skills",
}
AUTUMN_MONTHS = range(8, 13)
AUTUMN_WORD = "осен"
LARGEST_MAX_SCORE = 1000.0

Spot = tuple[int, int]

_PROCEDURE = re.compile(
    r"(?<![^\W_])впр(?![^\W_])|всероссийск\w+ проверочн\w+ работ\w*", re.IGNORECASE
)
_YEAR = re.compile(r"20[0-9]{2}")
_GRADE_WORDS = r"([0-9]{1,2})\s*(?:-?\w{1,2}\s+)?кл(?:асс\w*|\b\.?)"
_PROGRAMME = re.compile(rf"(?:по|за)\s+программ\w*\s+{_GRADE_WORDS}")
_GRADE = re.compile(_GRADE_WORDS)
_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEVEL_WORDS = re.compile(
    r"\(?\s*(?:\bс\s+)?(базов|углубл)\w*(?:\s+(?:уров\w*|изучени\w*(?:\s+предмет\w*)?))?\s*\)?",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(r"20[0-9]{2}\s*(?:г\.?|год\w*)?", re.IGNORECASE)
_NOISE = re.compile(r"\b(осен\w*|весн\w*|весен\w*|сесси\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Work:
    """One ВПР work: what identifies it in every table of the bank."""

    vpr_year: int
    session: str
    subject: str
    level: str | None
    grade: int
    comparable: bool

    @property
    def school_year(self) -> str:
        """School year: a spring ВПР ends it, an autumn one begins it."""
        return school_year_of(self.vpr_year + (self.session == "autumn"))

    @property
    def session_key(self) -> str:
        """Year and session: «2025», in autumn «2022о»."""
        return f"{self.vpr_year}{'о' if self.session == 'autumn' else ''}"

    @property
    def work_id(self) -> str:
        """«2025 РУ 4», «2025 МАу 7» (углублённый), «2022о РУ 5» (autumn)."""
        advanced = "у" if self.level == "углублённый" else ""
        return f"{self.session_key} {subject_code(self.subject)}{advanced} {self.grade}"

    @property
    def title(self) -> str:
        """Words for people: «ВПР 2025, Русский язык, 4 класс»."""
        season = " (осень)" if self.session == "autumn" else ""
        level = f" ({self.level})" if self.level else ""
        return f"ВПР {self.vpr_year}{season}, {self.subject}{level}, {self.grade} класс"

    def columns(self) -> dict[str, object]:
        """Values of the columns that all ВПР tables begin with."""
        return {
            "school_year": self.school_year,
            "work_id": self.work_id,
            "vpr_year": self.vpr_year,
            "session": self.session,
            "comparable": self.comparable,
            "subject": self.subject,
            "work_level": self.level,
            "grade": self.grade,
        }


@dataclass(frozen=True)
class Header:
    """What stands above the table."""

    work: Work
    max_score: float | None
    date: str
    pupil_grades: frozenset[int]  # first digits that participants' codes may have
    max_at: Spot = (0, 0)  # where the maximum stands or should stand


@dataclass(frozen=True)
class _Block:
    """Cells of the block that lines of the report point to (zero-based)."""

    title: str
    title_at: Spot
    subject: str
    subject_at: Spot
    date_at: Spot


@once_a_sheet
def report_title(sheet: Sheet, above: int) -> str | None:
    """Report named above the table (a key of the layouts), or None."""
    for row in sheet.rows[:above]:
        for cell in row:
            code = TITLES.get(fold(cell)) if isinstance(cell, str) else None
            if code:
                return code
    return None


def is_vpr_line(cell: Cell) -> bool:
    """True for a cell like «ВПР 2026 Русский язык 4 класс»."""
    if not isinstance(cell, str):
        return False
    folded = fold(cell)
    return _PROCEDURE.search(folded) is not None and _YEAR.search(folded) is not None


def read_header(sheet: Sheet, above: int, context: ReadContext, out: Findings) -> Header | None:
    """Read the block above row ``above``; None (with a line) if the file must be refused."""
    title, title_at = _work_line(sheet, above)
    subject_cell, subject_at = _labelled(sheet, above, "предмет")
    label_subject = text(subject_cell)
    label_date, date_at = _labelled(sheet, above, "дата")
    label_max, max_at = _labelled(sheet, above, "максимальный первичный балл")
    year, grade, programme = parse_work_line(title)
    subject, level = _subject_and_level(title, label_subject)
    missing = [
        what
        for what, found in (("год ВПР", year), ("предмет", subject), ("класс", grade))
        if not found
    ]
    if missing or year is None or grade is None:
        out.add("vpr_no_header", 0, 0, missing=", ".join(missing))
        return None
    date = _first_date(label_date)
    session = _session(title, date, programme is not None)
    work = make_work(context, year, session, subject, level, grade)
    if work.school_year != context.school_year:
        out.add(
            "vpr_wrong_year", *title_at,
            work=work.title, found_year=work.school_year, wanted_year=context.school_year,
        )  # fmt: skip
        return None
    block = _Block(title, title_at, label_subject, subject_at, date_at)
    _ask_about_header(work, block, date, context, out)
    top = number(label_max)
    usable = top is not None and 0 < top <= LARGEST_MAX_SCORE
    stated = {grade} if programme is None else {grade, grade + 1}
    if session == "autumn":
        stated.add(grade + 1)
    return Header(work, top if usable else None, date, frozenset(stated), max_at)


def make_work(
    context: ReadContext, year: int, session: str, subject: str, level: str | None, grade: int
) -> Work:
    """A work with its comparability taken from the settings."""
    comparable = context.settings.session_is_comparable(year, session)
    bare, by_computer = split_computer_form(subject)
    named = (canonical_subject(bare) or bare) + (COMPUTER_FORM if by_computer else "")
    return Work(year, session, named, level, grade, comparable)


def parse_work_line(line: str) -> tuple[int | None, int | None, int | None]:
    """Year, grade and programme of a title line.

    Where both are named («5 класс (по программе 4 класса)», autumn 2020 and 2022) the grade is
    that of the programme: it is what the work tested.

    >>> parse_work_line("ВПР 2026 Русский язык 4 класс")
    (2026, 4, None)
    >>> parse_work_line("ВПР 2022 Математика 5 класс (по программе 4 класса)")
    (2022, 4, 4)
    """
    folded = fold(line)
    year = _YEAR.search(folded)
    programme = _PROGRAMME.search(folded)
    grade = _GRADE.search(_PROGRAMME.sub(" ", folded))
    chosen = programme or grade
    value = int(chosen[1]) if chosen and 1 <= int(chosen[1]) <= 11 else None
    return int(year[0]) if year else None, value, value if programme else None


def parse_grade(cell: Cell) -> tuple[int | None, bool]:
    """Grade of an archive cell and whether it names a programme (which means autumn).

    >>> parse_grade("по программе 4 класса"), parse_grade("4 класс"), parse_grade(4.0)
    ((4, True), (4, False), (4, False))
    """
    folded = fold(cell)
    programme = _PROGRAMME.search(folded)
    match = programme or _GRADE.search(folded) or re.fullmatch(r"([0-9]{1,2})", folded)
    if match is None or not 1 <= int(match[1]) <= 11:
        return None, False
    return int(match[1]), programme is not None


def _work_line(sheet: Sheet, above: int) -> tuple[str, Spot]:
    """The line «ВПР 2026 Русский язык 4 класс» and its place; '' where there is none."""
    for index, row in enumerate(sheet.rows[:above]):
        for column, cell in enumerate(row):
            if is_vpr_line(cell):
                return text(cell), (index, column)
    return "", (0, 0)


def _labelled(sheet: Sheet, above: int, *labels: str) -> tuple[Cell, Spot]:
    """Value beside a label such as «Предмет:» (or behind the colon in the same cell), its place.

    Where the value is missing, the place is that of the label.
    """
    for index, row in enumerate(sheet.rows[:above]):
        for column, cell in enumerate(row):
            if not isinstance(cell, str):
                continue
            name, _, tail = fold(cell).partition(":")
            if name.strip() not in labels:
                continue
            if tail.strip():
                return cell.partition(":")[2], (index, column)
            for beside in range(column + 1, len(row)):
                if not is_blank(row[beside]):
                    return row[beside], (index, beside)
            return None, (index, column)
    return None, (0, 0)


def _first_date(cell: Cell) -> str:
    whole = iso_date(cell)
    if whole:
        return whole
    match = _DATE.search(text(cell))
    return (iso_date(match[0]) if match else None) or ""


def _session(title: str, date: str, by_programme: bool) -> str:
    if AUTUMN_WORD in fold(title):
        return "autumn"
    if date:
        return "autumn" if int(date[5:7]) in AUTUMN_MONTHS else "spring"
    return "autumn" if by_programme else "spring"


def _subject_in_line(line: str) -> str:
    """What is left of a title line without procedure, year, grade and level."""
    bare = re.sub(r"(?i)\(?\s*(?:по|за)\s+программ\w*[^)]*\)?", " ", line)
    bare = re.sub(r"(?i)[0-9]{1,2}\s*(?:-?\w{1,2}\s+)?кл(?:асс\w*|\b\.?)", " ", bare)
    bare, _ = split_computer_form(bare)
    for pattern in (_PROCEDURE, _YEAR_WORD, _LEVEL_WORDS, _NOISE):
        bare = pattern.sub(" ", bare)
    return re.sub(r"[\s.,;:()«»\"–—_-]+", " ", bare).strip()


def _subject_and_level(title: str, label: str) -> tuple[str, str | None]:
    bare, in_label = split_computer_form(label)
    subject, level = split_vpr_level(bare)
    subject = subject or _subject_in_line(title)
    if subject and (in_label or split_computer_form(title)[1]):
        subject += COMPUTER_FORM
    if level is None:
        match = _LEVEL_WORDS.search(fold(title))
        if match:
            level = "базовый" if match[1] == "базов" else "углублённый"
    return subject, level


def _ask_about_header(
    work: Work, block: _Block, date: str, context: ReadContext, out: Findings
) -> None:
    in_title = canonical_subject(_subject_in_line(block.title))
    subject_at = block.subject_at if block.subject else block.title_at
    bare, _ = split_computer_form(work.subject)
    if canonical_subject(bare) is None:
        out.add("vpr_unknown_subject", *subject_at, subject=work.subject)
    elif block.subject and in_title and in_title != bare:
        out.add("vpr_subject_conflict", *subject_at, title=in_title, cell=work.subject)
    if not date:
        season = "осенней" if work.session == "autumn" else "весенней"
        out.add("vpr_no_date", *block.date_at, session=season)
    elif int(date[:4]) != work.vpr_year:
        out.add("vpr_date_year", *block.date_at, year=work.vpr_year, date_year=date[:4])
    if not work.comparable:
        reason = next(
            item.reason
            for item in context.settings.incomparable_sessions
            if (item.vpr_year, item.session) == (work.vpr_year, work.session)
        )
        out.add("vpr_not_comparable", *block.title_at, work=work.title, reason=reason)
