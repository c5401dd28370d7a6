"""What became of the year's files: ``intake.html`` to read, ``intake.xlsx`` to work through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from msoko_lib.intake.rules import REFUSING, SEVERITY_TITLES, Severity
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.book import Book
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.markup import Mark, esc, prose
from msoko_lib.reporting.pages import bullet_list, heading, paragraph, status
from msoko_lib.reporting.sheets import SheetColumn, write_sheet
from msoko_lib.reporting.tables import Column, ReportTable

FINDING_COLUMNS: Final = (
    "severity",
    "rule",
    "file",
    "sheet",
    "cell",
    "found",
    "expected",
    "action",
)
FILE_COLUMNS: Final = ("file", "title", "rows", "status")
# So many places of one kind in one file stand on the page; the workbook has all of them.
ALL_FILES: Final = "Файлы года"
MAX_PLACES: Final = 12

_HEADINGS: Final[dict[Severity, tuple[str, str]]] = {
    "refused_file": ("Файлы не приняты", "fayly-ne-prinyaty"),
    "refused_rows": ("Строки не приняты", "stroki-ne-prinyaty"),
    "set_aside": ("Отложено до уточнения", "otlozheno"),
    "question": ("Принято, но проверьте", "proverte"),
    "note": ("К сведению", "k-svedeniyu"),
}
_SENTENCES: Final[dict[Severity, tuple[Mark, str, str]]] = {
    "refused_file": ("attention", "не принято", "Целиком {files}."),
    "refused_rows": (
        "attention",
        "не принято",
        "Часть строк: {findings} в {places}. Остальное в этих файлах принято.",
    ),
    "set_aside": ("attention", "отложено", "До вашего ответа: {findings} в {places}."),
    "question": ("same", "проверьте", "Принято, но вызывает вопрос: {findings} в {places}."),
    "note": ("same", "к сведению", "Ничего делать не нужно: {findings} в {places}."),
}
_FINDING: Final = ru.Noun("замечание", "замечания", "замечаний", "n")


def intake_page(findings: pd.DataFrame, files: pd.DataFrame, meta: PageMeta) -> str:
    """Page that says what was taken, what was refused, why, and what to do.

    Parameters
    ----------
    findings : pandas.DataFrame
        One row a finding, columns of :class:`msoko_lib.intake.rules.Finding`.
    files : pandas.DataFrame
        One row a raw file: ``file``, ``title`` (what it is), ``rows`` taken, ``status`` in words.
    meta : PageMeta
        Heading of the page.

    Returns
    -------
    str
        HTML document.

    Raises
    ------
    ValueError
        If a column is absent or a severity is unknown.
    """
    _check(findings, files)
    parts = [
        heading("Главное", "glavnoe"),
        bullet_list(_sentences(findings, files), "lead"),
        *(_severity_section(severity, findings) for severity in SEVERITY_TITLES),
        heading("Все файлы", "vse-fayly"),
        _files_table(files),
    ]
    return render_page(meta, "".join(parts))


def _check(findings: pd.DataFrame, files: pd.DataFrame) -> None:
    absent = [name for name in FINDING_COLUMNS if name not in findings]
    absent += [name for name in FILE_COLUMNS if name not in files]
    if absent:
        raise ValueError(f"columns are absent: {absent}")
    unknown = set(findings["severity"]) - set(SEVERITY_TITLES)
    if unknown:
        raise ValueError(f"unknown severity: {sorted(unknown)}")


def _sentences(findings: pd.DataFrame, files: pd.DataFrame) -> list[str]:
    taken = int((files["rows"].fillna(0) > 0).sum())
    rows = int(files["rows"].fillna(0).sum())
    text = (
        f"{ru.counted(taken, ru.FILE)} из {len(files)}, всего {ru.counted(rows, ru.ROW)}."
        if len(files)
        else "В папке года нет ни одного файла."
    )
    lines = [status("same" if taken else "few", "принято", text)]
    for severity, (mark, word, sentence) in _SENTENCES.items():
        part = findings[findings["severity"] == severity]
        if len(part):
            files_n = part["file"].nunique()
            text = sentence.format(
                files=ru.counted(files_n, ru.FILE),
                findings=ru.counted(len(part), _FINDING),
                places=_in_files(files_n),
            )
            lines.append(status(mark, word, text))
    if not findings["severity"].isin(REFUSING).any() and len(files):
        lines.append(status("same", "без отказов", "Всё, что поступило, принято."))
    return lines


def _in_files(n: int) -> str:
    """«(в) 1 файле, 12 файлах»: the prepositional case, which counted() does not make."""
    return f"{ru.number(n)} {'файле' if n % 10 == 1 and n % 100 != 11 else 'файлах'}"


def _severity_section(severity: Severity, findings: pd.DataFrame) -> str:
    part = findings[findings["severity"] == severity]
    if part.empty:
        return ""
    title, anchor = _HEADINGS[severity]
    groups = "".join(_groups(part))
    if severity == "note":
        # Nothing is to be done about these: folded on screen, left out on paper.
        groups = f"<details><summary>Показать все</summary>{groups}</details>"
    return heading(f"{title}: {len(part)}", anchor) + groups


def _groups(part: pd.DataFrame) -> Iterator[str]:
    """One group a file and rule: what to do is said once, the places are listed."""
    for file, of_file in part.groupby("file", sort=False):
        yield f'<p class="file-name">{esc(file or ALL_FILES)}</p>'
        for _, group in of_file.groupby(["rule", "action", "expected"], sort=False):
            first = group.iloc[0]
            shown = [_place(row) for row in group.head(MAX_PLACES).to_dict("records")]
            more = len(group) - len(shown)
            if more:
                shown.append(f"и ещё {more}: все места – в файле intake.xlsx")
            yield bullet_list(shown)
            yield (
                f'<p class="note">Ожидалось: {prose(first["expected"])}<br>'
                f"<strong>Что сделать:</strong> {prose(first['action'])}</p>"
            )


def _place(row: dict[str, str]) -> str:
    where = ", ".join(
        filter(
            None,
            [
                f"лист «{row['sheet']}»" if row["sheet"] else "",
                f"ячейка {row['cell']}" if row["cell"] else "",
            ],
        )
    )
    found = row["found"][:1].upper() + row["found"][1:]
    return prose(found) + (f"<small>{prose(where)}</small>" if where else "")


def _files_table(files: pd.DataFrame) -> str:
    if files.empty:
        return paragraph("Положите файлы в папку года и запустите загрузку ещё раз.")
    return ReportTable(
        files,
        "Что это за файлы и что с ними стало",
        "Файлы",
        [
            Column("file", "Файл"),
            Column("title", "Что это"),
            Column("rows", "Строк принято", "int"),
            Column("status", "Состояние"),
        ],
    ).html()


def intake_workbook(findings: pd.DataFrame, files: pd.DataFrame, title: str) -> bytes:
    """Workbook with two sheets: every finding with its place, and every file.

    Parameters
    ----------
    findings, files : pandas.DataFrame
        As in :func:`intake_page`.
    title : str
        Heading of the sheets, with the year.

    Returns
    -------
    bytes
        The xlsx file.

    Raises
    ------
    ValueError
        If a column is absent or a severity is unknown.
    """
    _check(findings, files)
    rows = [
        (
            SEVERITY_TITLES[row["severity"]],
            row["file"],
            row["sheet"],
            row["cell"],
            row["found"],
            row["expected"],
            row["action"],
        )
        for row in findings.to_dict("records")
    ]
    headers = ("Что с этим", "Файл", "Лист", "Ячейка", "Найдено", "Ожидалось", "Что сделать")
    with Book(title) as book:
        write_sheet(
            book,
            "Замечания",
            title,
            [SheetColumn(header) for header in headers],
            rows,
            "" if rows else "Замечаний нет.",
        )
        write_sheet(
            book,
            "Файлы",
            title,
            [
                SheetColumn("Файл"),
                SheetColumn("Что это"),
                SheetColumn("Строк принято", "#,##0", True),
                SheetColumn("Состояние"),
            ],
            [
                (row["file"], row["title"], _whole(row["rows"]), row["status"])
                for row in files.to_dict("records")
            ],
        )
        return book.finish()


def _whole(value: float | None) -> int | str:
    return ru.NO_DATA if value is None or ru.is_missing(value) else int(value)
