"""The demo's РЦОИ files: protocols, masks, appeals, and other lists."""

from __future__ import annotations

import csv
import io
import re

import pytest

from msoko_lib.demo.exam_forms import EGE, GVE, OGE
from msoko_lib.intake.workbook import open_workbook

OLDEST, NEWEST = "2022-2023", "2024-2025"


def exam_rows(demo, year: str, name: str) -> list[list[str]]:
    path = demo.root / "data" / "raw" / year / "РЦОИ" / name
    encoding = "cp1251" if year == OLDEST else "utf-8-sig"
    text = path.read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_csv_protocol_of_the_oldest_year_is_in_windows_1251(demo) -> None:
    folder = demo.root / "data" / "raw" / OLDEST / "РЦОИ"
    path = next(folder.glob("01_*.csv"))
    with pytest.raises(UnicodeDecodeError):
        path.read_bytes().decode("utf-8")
    rows = exam_rows(demo, OLDEST, path.name)
    assert re.fullmatch(r"01 - Русский язык 2023\.\d\d\.\d\d", rows[0][0])
    assert rows[1] == [
        "№", "", "Код МСУ", "", "Код ОО", "", "Класс", "", "Код ППЭ", "", "Аудитория", "",
        "Фамилия", "Имя", "Отчество", "", "Серия", "", "Номер", "", "Задания с кратким ответом",
        "", "Задания с развёрнутым ответом", "", "Первичный балл", "", "Балл", "",
    ]  # fmt: skip
    assert [row[0] for row in rows[-3:]] == ["Средние", "Минимальная граница", "Всего участников"]
    assert rows[-2][26] == "24"
    assert int(rows[-1][26]) == len(rows) - 5


@pytest.mark.parametrize("year", [OLDEST, "2023-2024", NEWEST])
def test_masks_give_the_primary_score(demo, year) -> None:
    folder = demo.root / "data" / "raw" / year / "РЦОИ"
    checked = 0
    for path in sorted(folder.glob("*.csv")):
        rows = exam_rows(demo, year, path.name)
        header = next((row for row in rows if "Первичный балл" in row), None)
        if header is None or "Код ОО" not in header:
            continue
        short = next(i for i, cell in enumerate(header) if "кратким" in cell)
        primary = header.index("Первичный балл")
        for row in rows[rows.index(header) + 1 : -3]:
            points = sum(1 if ch == "+" else int(ch) for ch in row[short] if ch != "-")
            points += sum(
                int(score)
                for cell in row[short + 1 : primary]
                for score in re.findall(r"(\d+)\(\d+\)", cell)
            )
            assert points == int(row[primary])
            checked += 1
    assert checked > 500


def test_foreign_language_names_two_dates_and_two_places(demo) -> None:
    rows = exam_rows(demo, NEWEST, "ОГЭ 09.csv")
    assert re.fullmatch(r"09 - Английский язык п:2025\.\d\d\.\d\d; у:2025\.\d\d\.\d\d", rows[0][0])
    filled = [cell for cell in rows[1] if cell]
    assert filled[9:] == [
        "Документ", "Часть с кратким ответом", "Часть с развёрнутым ответом", "Устная часть",
        "Первичный балл устной части", "Первичный балл письм. части", "Первичный балл", "Оценка",
    ]  # fmt: skip
    assert re.fullmatch(r"п:\d{4} у:\d{4}", rows[2][8])
    assert int(rows[2][24]) + int(rows[2][26]) == int(rows[2][28])


def test_technical_layout(demo) -> None:
    rows = exam_rows(demo, NEWEST, "Report_08.csv")
    assert rows[0] == [
        "SchoolCode", "ClassCode", "SurnameCell", "NameCell", "SecondNameCell",
        "DocumentSeriesCode", "DocumentNumberCode", "TestResultBCell", "TestResultCCell",
        "PrimaryMark", "Mark5", "GovernmentCell", "ColumnName",
    ]  # fmt: skip
    assert {row[-1][:14] for row in rows[1:]} == {"08 - География"}


def test_several_exams_follow_one_another_in_an_old_workbook(demo) -> None:
    path = demo.root / "data" / "raw" / NEWEST / "РЦОИ" / "ОГЭ обязательные.xls"
    assert path.read_bytes()[:8].hex() == "d0cf11e0a1b11ae1"
    rows = open_workbook(path).sheets[0].rows
    titles = [str(cell) for row in rows for cell in row[:2] if re.match(r"\d\d - ", str(cell))]
    assert [title[:15].strip() for title in titles] == ["01 - Русский яз", "02 - Математика"]
    assert rows[0][0] == titles[0]
    assert any(row[1] == titles[1] for row in rows), "the second title stands in column B"


def test_appeals_of_the_ege_change_what_the_protocol_says(demo) -> None:
    folder = demo.root / "data" / "raw" / NEWEST / "РЦОИ"
    rows = open_workbook(folder / "Апелляции ЕГЭ.xlsx").sheets[0].rows
    assert rows[0][0].startswith("12 - Обществознание 2025.")
    assert [cell for cell in rows[1] if cell][-7:] == [
        "Тип апелляции / перепроверки", "Состояние", "Дата отправки на обработку",
        "Дата изменений", "Балл до изменения", "Текущие", "Разница",
    ]  # fmt: skip
    assert rows[2][16:18] == ["Первичный балл", "Балл"]
    protocol = {}
    for name in ("ЕГЭ часть 1.xlsx", "ЕГЭ часть 2.xlsx"):
        inside = False
        for row in open_workbook(folder / name).sheets[0].rows:
            title = next((c for c in row[:2] if re.match(r"\d\d - ", str(c))), None)
            inside = title.startswith("12 -") if title else inside
            if inside and isinstance(row[0], float):
                protocol[(row[4], row[12], row[13], row[14])] = (row[24], row[26])
    changed = [row for row in rows[3:] if row[0] != ""]
    assert len(changed) == 3
    for row in changed:
        primary, test = protocol[(row[2], *row[6:9])]
        assert row[15] == test
        assert (row[16] - primary, row[17] - test) == (2, row[18])
        assert row[18] > 0


@pytest.mark.parametrize("exam", [*OGE, *EGE, *GVE], ids=lambda exam: exam.exam + exam.code)
def test_exam_forms_are_whole(exam) -> None:
    if exam.points:
        assert exam.points[0] == (0, 0)
        assert exam.points[-1] == (exam.maxima.sum(), 100)
        assert [test for _, test in exam.points][1] == exam.minimum
    else:
        assert 0 < exam.cuts[0] < exam.cuts[1] < exam.cuts[2] <= exam.maxima.sum()
    assert sum(exam.usual_shares) == pytest.approx(100)


def test_scales_agree_with_the_published_ones(demo) -> None:
    """ОГЭ 2023: boundaries of params/common.yml, from the letter of 21.02.2023 № 04-57."""
    from pathlib import Path

    from msoko_lib.project import Project
    from msoko_lib.settings import load_settings

    settings = load_settings(Project(Path(__file__).parents[3]), OLDEST)
    known = {exam.subject: exam for exam in OGE}
    for scale in settings.oge_scales:
        exam = known[scale.subject]
        assert exam.maxima.sum() == scale.max_score
        assert exam.cuts == (scale.from_3, scale.from_4, scale.from_5)
    for minimum in settings.ege_minimums:
        ours = [e for e in EGE if e.subject == minimum.subject and e.points]
        assert all(exam.minimum == minimum.minimum for exam in ours)


def test_olympiad_protocol(demo) -> None:
    folder = demo.root / "data" / "raw" / NEWEST / "ВсОШ"
    assert {path.name for path in folder.iterdir()} == {
        "Школьный этап", "Муниципальный этап", "Региональный этап"
    }  # fmt: skip
    rows = open_workbook(folder / "Муниципальный этап" / "Математика.xlsx").sheets[0].rows
    header = next(row for row in rows if "ФИО" in row)
    assert [cell for cell in header if not str(cell).startswith("Задание")] == [
        "№", "Шифр", "ФИО", "Класс обучения", "Класс, за который выполнял", "ОО", "Наставник",
        "Сумма баллов", "Максимальный балл", "% выполнения", "Статус",
    ]  # fmt: skip
    pupils = [row for row in rows[rows.index(header) + 1 :] if row[2] != ""]
    for row in pupils:
        assert sum(row[7:12]) == row[12]
        assert row[14] == pytest.approx(100 * row[12] / row[13], abs=0.051)
        assert row[15] == "участник" or row[12] > row[13] / 2
    assert any(row[15] == "победитель" for row in pupils)


def test_directory_lists_schools_and_preschools(demo) -> None:
    folder = demo.root / "data" / "raw" / NEWEST / "Справочники"
    rows = open_workbook(folder / "Справочник ОО.xlsx").sheets[0].rows
    assert rows[2] == [
        "Логин ФИС ОКО", "Код ОО РИС", "ОГРН", "Краткое название", "Полное название",
        "Прежние названия", "Вид", "Тип организации", "Город/село", "Группа", "Действует с",
        "Действует по",
    ][: len(rows[2])]  # fmt: skip
    kinds = [row[7] for row in rows[3:]]
    assert kinds.count("школа") == 14
    assert kinds.count("детский сад") == 6
    two = demo.school(demo.phenomenon("two_logins").login)
    assert any(row[0] == f"{two.login} {two.second_login}" for row in rows)
    renamed = demo.school(demo.phenomenon("renamed").login)
    assert any(row[3] == renamed.short_name and row[5] == renamed.old_name for row in rows)
