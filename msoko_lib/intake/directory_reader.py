"""Read «Справочник ОО»: headers that msoko fixes, and the synonyms people write."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.directory import FORMER_NAMES, OGRN_LENGTHS, code_key, names_of
from msoko_lib.intake.directory_cells import (
    code_of,
    date_of,
    logins_of,
    territory_of,
    unit_kind_of,
)
from msoko_lib.intake.header_map import Columns, find_header, is_numbering, matcher
from msoko_lib.intake.lines import day, row_list
from msoko_lib.intake.listed import tell_of_notes
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.school_names import fold_school_name
from msoko_lib.intake.workbook import Sheet, Workbook

LAYOUT = "directory"
_NAME = r"(название|наименование)( оо| оу| организации| школы)?"
match_directory = matcher(
    (
        ("logins", r"логины?( (фис око|впр|оо|в фис око|лк фис око))?|логин\(ы\) фис око"),
        ("ris_code", r"код (оо|оу)( (в )?(рис|риc гиа|рис гиа|гиа))?|код (в )?рис( гиа)?"),
        ("ogrn", r"огрн"),
        ("short_name", rf"кратк\w+ {_NAME}|{_NAME}|сокращ\w+ {_NAME}|оо|школа"),
        ("full_name", rf"полн\w+ {_NAME}"),
        ("former_names", rf"(прежн\w+|бывш\w+|стар\w+|друг\w+) (названия|наименования|{_NAME})"),
        ("kind", r"вид( оо| организации| школы)?"),
        ("unit_kind", r"тип( оо| организации)?"),
        ("territory", r"город/село|территориальный признак(\(город/село\))?|местность|территория"),
        ("cluster", r"группа|кластер|экспертная группа"),
        ("since", r"действует с|открыта|начало деятельности"),
        ("until", r"действует (по|до)|закрыта|окончание деятельности"),
        # Folding turns the look-alike letters of «msoko» beside a Russian word into Cyrillic ones.
        ("school_id", r"код (в )?[mм][sс][oо][kк][oо]"),
    )
)
Row = dict[str, object]
_NOTE = re.compile(r"примечани|итого|всего|составил|исполнител|дата |подпис", re.IGNORECASE)
_FEWEST_WORDS_OF_NOTE = 3


def recognises_directory(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet holds the header of a school directory."""
    return find_header(sheet, match_directory, _is_directory, stop=40) is not None


def _is_directory(columns: Columns) -> bool:
    codes = sum(name in columns for name in ("logins", "ris_code", "ogrn", "school_id"))
    # Results have one code a row and words such as «Предмет»; a directory describes the school.
    describes = sum(
        name in columns
        for name in ("full_name", "former_names", "kind", "unit_kind", "territory", "cluster",
                     "since", "until")
    )  # fmt: skip
    has_name = "short_name" in columns or "full_name" in columns
    is_of_results = any(
        re.fullmatch(r"предмет|класс|фио|фамилия|балл|первичный балл|\d+", title)
        for title in columns.titles.values()
    )
    return has_name and not is_of_results and (codes >= 2 or (codes == 1 and describes >= 2))


def read_directory(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read the school directory.

    Returns
    -------
    Reading
        Table ``schools`` of the schools that work in ``context.school_year``, with one column
        beyond the bank's schema, ``former_names``, for :meth:`Directory.from_frame`.
        ``school_id`` is «Код в msoko» if given, else the first login, else ``ris<code>``, else
        ``ogrn<number>``.
    """
    reading = Reading(layout=LAYOUT, title="Справочник ОО")
    columns = find_header(sheet, match_directory, _is_directory)
    schools: list[Row] = []
    if columns is not None:
        taken: dict[str, int] = {}
        notes: list[int] = []
        for place in range(columns.last_row + 1, len(sheet.rows)):
            row = sheet.rows[place]
            if is_numbering(row) or not any(
                not is_blank(columns.cell(row, name)) for name in columns.spans
            ):
                continue
            if _is_note(row, columns):
                notes.append(place)
                continue
            school = _read_row(sheet, place, columns, context, reading)
            if school is not None and _is_new(school, place, taken, sheet, context, reading):
                schools.append(school)
        tell_of_notes(notes, sheet, context, reading)
    _ask_about_shared_names(schools, sheet, context, reading)
    active = [school for school in schools if _is_active(school, sheet, context, reading)]
    if not active:
        reading.add("directory_empty", context.place(sheet))
    frame = pd.DataFrame(active, columns=[*TABLES["schools"].columns, FORMER_NAMES])
    conformed = TABLES["schools"].conform(frame)
    reading.tables["schools"] = conformed.assign(former_names=frame[FORMER_NAMES].astype("str"))
    return reading


def _is_note(row: Sequence[Cell], columns: Columns) -> bool:
    """True for a row whose only filled cell is a remark or a total, not a code or a name."""
    filled = [column for column, cell in enumerate(row) if not is_blank(cell)]
    if len(filled) != 1:
        return False
    words = text(row[filled[0]])
    if _NOTE.match(words):
        return True
    of_names = {columns.column(name) for name in ("short_name", "full_name") if name in columns}
    return filled[0] not in of_names and len(words.split()) >= _FEWEST_WORDS_OF_NOTE


def _read_row(
    sheet: Sheet, place: int, columns: Columns, context: ReadContext, reading: Reading
) -> Row | None:
    row = sheet.rows[place]
    logins = logins_of(sheet, place, columns, context, reading)
    ris_code = code_of(sheet, place, "ris_code", range(1, 13), columns, context, reading)
    ogrn = code_of(sheet, place, "ogrn", OGRN_LENGTHS, columns, context, reading)
    given = text(columns.cell(row, "school_id"))
    school_id = (
        given
        or (logins[0] if logins else "")
        or (f"ris{ris_code}" if ris_code else "")
        or (f"ogrn{ogrn}" if ogrn else "")
    )
    short, full = (text(columns.cell(row, name)) for name in ("short_name", "full_name"))
    if not school_id:
        reading.add("directory_no_code", context.place(sheet, place, columns.column("logins")))
        return None
    if not short and not full:
        reading.add("directory_no_name", context.place(sheet, place, columns.column("short_name")))
        return None
    return {
        "school_year": context.school_year,
        "school_id": school_id,
        "unit_kind": unit_kind_of(sheet, place, columns, context, reading, f"{short} {full}"),
        "short_name": short or full,
        "full_name": full or None,
        "kind": text(columns.cell(row, "kind")) or None,
        "territory": territory_of(sheet, place, columns, context, reading),
        "cluster": text(columns.cell(row, "cluster")) or None,
        "logins": " ".join(logins) or None,
        "ris_code": ris_code or None,
        "ogrn": ogrn or None,
        "since": date_of(sheet, place, "since", columns, context, reading),
        "until": date_of(sheet, place, "until", columns, context, reading),
        "in_directory": True,
        "source_file": context.file,
        "source_sheet": sheet.name,
        "source_row": place + 1,
        FORMER_NAMES: text(columns.cell(row, "former_names")) or None,
    }


def _is_new(
    school: Row, place: int, taken: dict[str, int],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> bool:  # fmt: skip
    """False, with a line, if another row has one of the school's codes."""
    keys = [str(school["school_id"]).lower(), *str(school["logins"] or "").split()]
    keys += [f"код {code_key(str(school[name]))}" for name in ("ris_code", "ogrn") if school[name]]
    for key in keys:
        if key in taken:
            reading.add(
                "directory_code_twice", context.place(sheet, place),
                value=key.removeprefix("код "), first=taken[key] + 1,
            )  # fmt: skip
            return False
    taken.update(dict.fromkeys(keys, place))
    return True


def _ask_about_shared_names(
    schools: Sequence[Row], sheet: Sheet, context: ReadContext, reading: Reading
) -> None:
    rows: dict[str, dict[int, str]] = defaultdict(dict)
    for school in schools:
        for name in names_of(school):
            rows[fold_school_name(name)].setdefault(int(str(school["source_row"])) - 1, name)
    for shared in rows.values():
        if len(shared) > 1:
            first = min(shared)
            reading.add(
                "directory_shared_name", context.place(sheet, first),
                name=shared[first], rows=row_list(shared),
            )  # fmt: skip


def _is_active(school: Row, sheet: Sheet, context: ReadContext, reading: Reading) -> bool:
    """True if the school works at some time of the school year (1 September – 31 August)."""
    since, until = school["since"], school["until"]
    starts_late = since is not None and str(since) > f"{context.end_year}-08-31"
    ended_before = until is not None and str(until) < f"{context.end_year - 1}-09-01"
    if not (starts_late or ended_before):
        return True
    parts = [f"с {day(str(since))}" if since else "", f"по {day(str(until))}" if until else ""]
    reading.add(
        "directory_not_active", context.place(sheet, int(str(school["source_row"])) - 1),
        name=school["short_name"], school_year=context.school_year,
        period=" ".join(filter(None, parts)),
    )  # fmt: skip
    return False
