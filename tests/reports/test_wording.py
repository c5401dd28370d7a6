"""What the three kinds of reports say, read as a reader would: plain Russian, numbers with their n.

The reports are made once, from a small demo municipality, through the batch that users run. The
rules are those of the reports' design: no verdict about a school, no league table, no English, no
code names of variables, no unformatted number, every section with the n it stands on.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from msoko_lib.batch.plan import plan
from msoko_lib.reporting.nouns_ru import (
    FILE,
    GRADUATE,
    MARK,
    PARTICIPANT,
    PERSON,
    POINT,
    PUPIL,
    ROW,
    SCHOOL,
    SUBJECT,
    TASK,
    WORK,
    Noun,
    noun_form,
    plural,
)

if TYPE_CHECKING:
    from conftest import Made

NBSP = "\u00a0"
# Reports of subsystems that are read here; each is made once.
SUBSYSTEMS = (
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15",
    "16", "17", "18",
)  # fmt: skip
# Words with no Russian form: file types, hashes, names of the programs in «Паспорт отчёта».
LATIN_ALLOWED = {
    "SHA", "xlsx", "xls", "csv", "json", "html", "intake", "manifest", "params", "msoko", "numpy",
    "pandas", "scipy", "statsmodels", "scikit", "learn", "papermill", "nbconvert", "Report", "I",
    "II", "recommendations", "forms", "Excel", "data", "raw",
    "common", "annual", "yml",
    "A", "B", "C", "D",  # rungs of evidence
    "_",  # in the name of a file
}  # fmt: skip
FORBIDDEN = (
    "необъективная школа", "необъективные школы", "необъективной школы", "рейтинг школ", "худш",
    "слабая школа", "слабые школы", "нарушител", "виновн", "наказать", "фальсифик", "списыва",
    "накрут", "None", "nan", "NaN", "NaT", "inf ", "True", "False", "Traceback", "Unnamed",
)  # fmt: skip
# Rungs of the ladder of evidence are called by letters.
LATIN_ALLOWED |= {"A", "B", "C", "D"}
# ``text`` of the report where a word that must not be said of a school is said to forbid it.
DENIED = ("не рейтинг", "вывода «результаты необъективны»")
NOUNS = (FILE, GRADUATE, MARK, PARTICIPANT, PERSON, POINT, PUPIL, ROW, SCHOOL, SUBJECT, TASK, WORK)
GENITIVE_BEFORE = re.compile(
    r"(?:из|у|до|около|меньше|больше|среди|не хватило|не хватает|не менее|не более|ниже|выше) $",
    re.IGNORECASE,
)
PREPOSITIONAL_BEFORE = re.compile(r"\b(?:в|во|о|об|при) $", re.IGNORECASE)
OTHER_CASE_BEFORE = re.compile(r"\b(?:на|по|с|к|за|между) $", re.IGNORECASE)
PREPOSITIONAL = {WORK: ("работе", "работах"), SCHOOL: ("школе", "школах")}
COUNTED_SECTIONS = 4
LEAST_COUNTED = {"16": 2}  # a map, what is behind, who needs help
# A file and a cell of the user's own books, as report 17 names them.
PLACE = re.compile(r"\S+\.(?:xlsx|xls|csv)|^[A-Z]{1,2}\d+$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A made report: its HTML and the text a reader sees."""

    key: str
    markup: str

    @property
    def body(self) -> str:
        """Text of the report without «Паспорт отчёта», one block a line."""
        main = self.markup[self.markup.index("<main") :]
        return text_of(re.split(r"<h2[^>]*>Паспорт отчёта", main)[0])

    @property
    def text(self) -> str:
        return text_of(self.markup[self.markup.index("<main") :])

    @property
    def sections(self) -> list[str]:
        """Markup of every section that states a finding."""
        parts = re.split(r'<div class="section"', self.markup)[1:]
        return [re.split(r"<h[23]", part)[0] for part in parts]


def text_of(markup: str) -> str:
    """Text of some markup as read, alt texts too; one block a line."""
    markup = re.sub(r"<(style|script|head).*?</\1>", "", markup, flags=re.DOTALL)
    markup = re.sub(r'<img[^>]*?alt="([^"]*)"[^>]*>', r"\n\1\n", markup, flags=re.DOTALL)
    markup = re.sub(r"</(?:td|th|tr|p|li|h\d|caption|figcaption|div|summary)>|<br>", "\n", markup)
    text = html.unescape(re.sub(r"<[^>]+>", "", markup))
    return "\n".join(line.strip(" \n") for line in text.split("\n") if line.strip())


@pytest.fixture(scope="session")
def pages(run_once: Made) -> dict[str, Page]:
    """The subsystem reports, the biggest school's and the smallest school's."""
    sizes = {school.login: school.pupils_per_grade for school in run_once.truth.schools}
    schools = (max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__))
    chosen = (*SUBSYSTEMS, *schools)
    outputs = run_once.project.outputs(run_once.newest)
    jobs = [job for job in plan(run_once.project, run_once.newest) if job.key in chosen]
    assert [job.key for job in jobs if job.kind != "school"] == list(SUBSYSTEMS)
    assert len(jobs) == len(chosen)
    return {
        job.key: Page(job.key, (outputs / job.output).read_text(encoding="utf-8")) for job in jobs
    }


def every(pages: dict[str, Page]) -> list[tuple[str, str]]:
    return [(page.key, line) for page in pages.values() for line in page.text.split("\n")]


def test_no_forbidden_word_and_no_trace_of_the_program(pages: dict[str, Page]) -> None:
    found = []
    for page in pages.values():
        text = page.body
        for allowed in DENIED:
            text = text.replace(allowed, "")
        found += [(page.key, word) for word in FORBIDDEN if word in text]
    assert found == []


def test_no_english_and_no_code_names(pages: dict[str, Page]) -> None:
    found = []
    for page in pages.values():
        for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", PLACE.sub("", page.body)):
            if word not in LATIN_ALLOWED:
                found.append((page.key, word))
    assert found == []


def test_no_double_space_and_no_clumsy_punctuation(pages: dict[str, Page]) -> None:
    bad = re.compile(r"[ \u00a0]{2,}| [,.;:!?»)]|\.\.|,,|;;|,\.|:\.|«\s|\(\s| - |\(\)")
    assert [(key, line) for key, line in every(pages) if bad.search(line)] == []


# A point between digits is right only in the number of a task («15.1»), an article, a section.
DOCUMENT_DATE = re.compile(r"от \d{2}\.\d{2}\.\d{4}")
TASK_NUMBER = re.compile(
    r"(?:задани[ея]|№|стать[яи]|раздел[е]?)[ \u00a0]\d+\.\d+|^\d\.\d+ (?=[А-Я])|^\d+\.\d+$|^\d+К\d$"
)
BADLY_WRITTEN = (
    re.compile(r"(?<![\w.])\d+\.\d+(?!\w)"),  # a decimal point
    re.compile(r"(?<![\d/,–-])(?!20\d\d\b)\d{4,}(?![\d/])"),  # thousands not apart
    re.compile(r"(?<![\w)»])-\d"),  # a hyphen for a minus
    re.compile(r"\d%"),  # no space before the sign
    re.compile(r"\d,\d{3,}"),  # more digits than anybody measured
)


def badly_written(line: str) -> bool:
    # The date of a document stands as its author wrote it.
    told = DOCUMENT_DATE.sub("", TASK_NUMBER.sub("", line))
    return any(pattern.search(told) for pattern in BADLY_WRITTEN)


def test_numbers_are_written_the_russian_way(pages: dict[str, Page]) -> None:
    """A decimal comma, thousands apart, a true minus, a space before the per cent sign."""
    lines = [(page.key, line) for page in pages.values() for line in page.body.split("\n")]
    assert [(key, line) for key, line in lines if badly_written(line)] == []


@pytest.mark.parametrize("line", ["61.3 %", "1234 отметки", "на -3 п.п.", "61%", "от 0,1234"])
def test_the_check_of_numbers_sees_what_is_wrong(line: str) -> None:
    assert badly_written(line)


def test_the_check_of_numbers_lets_right_ones_pass() -> None:
    for line in ("задание 15.1", "15.1", f"1{NBSP}234 отметки, 61,3{NBSP}%", "2024/25", "−3 п.п."):
        assert not badly_written(line), line


def expected_forms(number: int, noun: Noun, before: str) -> set[str]:
    if GENITIVE_BEFORE.search(before):
        return {noun_form(number, noun, genitive=True)}
    return {plural(number, noun)}


def wrong_forms(text: str) -> list[str]:
    """Counted nouns whose form does not follow their number."""
    found = []
    nouns = {form: noun for noun in NOUNS for form in (noun.one, noun.few, noun.many)}
    nouns |= {form: noun for noun, forms in PREPOSITIONAL.items() for form in forms}
    words = "|".join(sorted(nouns, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\d,–-])(\d[\d\u00a0]*)[ \u00a0]({words})\b", text):
        number, noun = int(match[1].replace(NBSP, "")), nouns[match[2]]
        before = text[max(0, match.start() - 16) : match.start()].replace(NBSP, " ")
        if OTHER_CASE_BEFORE.search(before):
            continue
        if PREPOSITIONAL_BEFORE.search(before):
            if noun not in PREPOSITIONAL:
                continue
            one, many = PREPOSITIONAL[noun]
            right = {one if plural(number, noun) == noun.one else many}
        else:
            right = expected_forms(number, noun, before)
        if match[2] not in right:
            found.append(f"{before}{match[0]}")
    return found


def test_nouns_agree_with_their_numbers(pages: dict[str, Page]) -> None:
    found = [(page.key, wrong) for page in pages.values() for wrong in wrong_forms(page.text)]
    assert found == []


def test_the_check_of_nouns_sees_wrong_forms() -> None:
    assert wrong_forms(f"не сдали 21{NBSP}учеников") != []
    assert wrong_forms("в 2 работ из 23") != []
    assert wrong_forms(f"до них не хватило 3{NBSP}балла") != []
    assert wrong_forms(f"не сдали 22{NBSP}ученика из 40, в 2 работах и у 5 учеников") == []


def test_every_section_tells_its_n(pages: dict[str, Page]) -> None:
    """A count of pupils, marks, results or files in the finding, a table's column or a note."""
    columns = (
        "Участников", "Писали", "Писали в городе", "Сдавали", "Отметок", "Результатов", "Всего",
        "Участий в обоих этапах", "Пар отметок", "Аудиторий", "Из", "Число", "Отметок", "Файлов",
        "В школе", "▲ выше", "Участников (меньший год)", "Учеников позже", "Учеников",
        "Выпускников",
    )  # fmt: skip
    for page in pages.values():
        told = 0
        for section in page.sections:
            heads = {text_of(head) for head in re.findall(r"<th scope=\"col\".*?</th>", section)}
            finding = text_of(section.split("</p>")[0].split(">", 1)[1])
            if not heads or heads & {"Код", "Что", "Блок", "Ступень"}:
                continue
            counted = re.search(r"\d+ из|из \d+|\d+\u00a0|школ \d|единственн|\(\d+\)", finding)
            in_cells = re.search(r"<td[^>]*>[^<]*\d+ из \d+", section)
            counted = counted or any(head.startswith(("Всего", "Организаций")) for head in heads)
            assert heads & set(columns) or counted or in_cells, (page.key, finding, sorted(heads))
            told += 1
        assert told >= LEAST_COUNTED.get(page.key, COUNTED_SECTIONS), page.key


def test_lead_is_short_and_says_something(pages: dict[str, Page]) -> None:
    for page in pages.values():
        lead = page.markup.split('id="glavnoe"')[1].split("<h2")[0]
        sentences = re.findall(r"<li>.*?</li>", lead, flags=re.DOTALL)
        assert 2 <= len(sentences) <= 5, page.key
        texts = [text_of(sentence) for sentence in sentences]
        assert len(set(texts)) == len(texts), page.key
        assert all(len(text) <= 330 for text in texts), (page.key, texts)
        # What needs attention stands first.
        marks = [re.search(r"mark-(\w+)", sentence)[1] for sentence in sentences]
        order = ["attention", "up", "few", "same"]
        assert marks == sorted(marks, key=order.index), page.key


def test_actions_have_addressee_deadline_control_and_ground(pages: dict[str, Page]) -> None:
    for page in pages.values():
        table = page.markup.split('class="actions"')
        if len(table) == 1:
            continue
        rows = re.findall(r"<tr>.*?</tr>", table[1].split("</table>")[0], flags=re.DOTALL)[1:]
        assert 1 <= len(rows) <= 7, page.key
        for row in rows:
            cells = re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)
            *filled, decision = [text_of(cell) for cell in cells]
            assert len(filled) == 4 and all(filled), (page.key, row)
            assert decision == "", (page.key, row)
            assert "Основание: " in filled[1], (page.key, filled[1])


def test_a_school_report_names_no_other_school(pages: dict[str, Page], tiny_project) -> None:
    everything = plan(tiny_project.project, tiny_project.newest)
    names = {job.key: job.title for job in everything if job.kind == "school"}
    for key, page in pages.items():
        if key not in names:
            continue
        for other, title in names.items():
            inner = re.sub(r"^\S+ «(.+)»$", r"\1", title)
            assert other == key or inner not in page.text, (key, title)


def test_subsystem_reports_never_rank_schools(pages: dict[str, Page]) -> None:
    """Rows of schools stand by name (or by group and name), never by their value."""
    for key in SUBSYSTEMS:
        for table in re.findall(r"<table><caption>.*?</table>", pages[key].markup, re.DOTALL):
            heads = [text_of(head) for head in re.findall(r"<th scope=\"col\".*?</th>", table)]
            if heads[:1] != ["Школа"] or "Задание" in heads or "Переход" in heads:
                continue
            names = [text_of(cell) for cell in re.findall(r"<th scope=\"row\".*?</th>", table)]
            if "Группа" in heads:
                groups = [
                    text_of(re.findall(r"<td.*?</td>", row, re.DOTALL)[0])
                    for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
                ]
                blocks = [group for n, group in enumerate(groups) if groups[n - 1 : n] != [group]]
                assert len(blocks) == len(set(blocks)), (key, heads)
                continue
            assert names == sorted(names), (key, heads, names)


def test_long_school_names_lose_their_legal_form(pages: dict[str, Page]) -> None:
    assert "МБОУ" not in pages["05"].body
    assert "СОШ" in pages["05"].body
