"""From an executed notebook to a page: what must be there and what must never be."""

from __future__ import annotations

import copy
import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from report_samples import HOSTILE, META, SECRET_CODE, executed, report_notebook, small_table

from msoko_lib.reporting.exporter import check_html, export_notebook
from msoko_lib.reporting.html import PageMeta, css_string, render_page, with_contents


@pytest.fixture(scope="module")
def page() -> str:
    return export_notebook(report_notebook(), META)


@pytest.fixture(scope="module")
def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_the_page_passes_its_own_check(page: str) -> None:
    assert check_html(page, figures=1) == []


def test_heading_year_edition_date_and_department(soup: BeautifulSoup) -> None:
    header = soup.header.get_text(" ").replace("\u00a0", " ")
    assert soup.h1.get_text() == "Отчёт школы"
    assert HOSTILE in header
    for fact in (
        "2024/25 учебный год",
        "для директора школы",
        "20 августа 2025 г.",
        "Управление образования",
    ):
        assert fact in header
    assert soup.html["lang"] == "ru"
    assert HOSTILE in soup.title.get_text()


def test_no_code_no_prompt_no_script_no_style_of_the_notebook(page: str) -> None:
    assert SECRET_CODE not in page and "secret_function" not in page
    assert "Только для тетради" not in page
    assert not re.search(r"\b(In|Out)\s*\[", page)
    assert "<script" not in page and "data-msoko" not in page
    assert "49" not in re.sub(r"base64,[^\"]+", "", page).split("</style>")[-1]


def test_a_hostile_name_makes_no_element(soup: BeautifulSoup) -> None:
    assert soup.find("script") is None and soup.find("b") is None
    assert soup.img["alt"] == HOSTILE
    assert HOSTILE in soup.find(class_="finding").get_text().replace("\u00a0", " ")


def test_contents_list_every_heading_in_order_and_lead_there(soup: BeautifulSoup) -> None:
    headings = soup.main.find_all(["h2", "h3"])
    links = soup.nav.find_all("a")
    assert [link.get_text() for link in links] == [item.get_text() for item in headings]
    assert [link["href"] for link in links] == [f"#{item['id']}" for item in headings]
    first = [item.get_text() for item in headings][:3]
    assert first == ["Главное", "Что сделать", "Результаты ВПР"]
    assert headings[-1].name == "h2" and headings[-1].get_text() == "Паспорт отчёта"


def test_exporting_changes_neither_the_notebook_nor_the_next_page(page: str) -> None:
    notebook = report_notebook()
    before = copy.deepcopy(notebook)
    export_notebook(notebook, PageMeta("Другой"))
    assert notebook == before

    def steady(text: str) -> str:
        return re.sub(r"base64,[^\"]+", "", text)

    assert steady(export_notebook(report_notebook(), META)) == steady(page)


def test_title_and_metadata_may_come_from_the_notebook() -> None:
    notebook = report_notebook()
    assert "<h1>Название тетради</h1>" in export_notebook(notebook)
    notebook.metadata["msoko"] = {"title": "Из тетради", "school_year": "2023-2024"}
    made = export_notebook(notebook, {"edition": "открытая"})
    assert "<h1>Из тетради</h1>" in made and "2023/24" in made and "открытая" in made
    with pytest.raises(TypeError):
        export_notebook(notebook, {"edittion": "открытая"})


def test_an_error_in_a_cell_stops_the_page() -> None:
    failed = new_output("error", ename="ValueError", evalue="нет", traceback=["Traceback"])
    notebook = new_notebook(cells=[executed(small_table()), new_code_cell("x", outputs=[failed])])
    assert any("ошибк" in problem for problem in check_html(export_notebook(notebook, META)))


def test_prints_and_warnings_do_not_reach_the_page() -> None:
    stream = new_output("stream", name="stderr", text="FutureWarning: deprecated")
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[stream]), executed(small_table())])
    made = export_notebook(notebook, META)
    assert "FutureWarning" not in made and check_html(made) == []


def test_prose_keeps_cyrillic_anchors_and_doubles_are_told_apart() -> None:
    cells = [new_markdown_cell("## Цели"), new_markdown_cell("## Цели"), executed(small_table())]
    soup = BeautifulSoup(export_notebook(new_notebook(cells=cells), META), "html.parser")
    anchors = [item["id"] for item in soup.main.find_all("h2")]
    assert len(set(anchors)) == 2
    assert [link["href"][1:] for link in soup.nav.find_all("a")] == anchors


GOOD = render_page(PageMeta("Страница"), '<h2 id="a">А</h2><p><a href="#a">туда</a></p><h2>Б</h2>')


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('lang="ru"', 'lang="en"', "язык"),
        ("<h1>Страница</h1>", "", "первого уровня 0"),
        ("</main>", "<h1>Ещё</h1></main>", "первого уровня 2"),
        ("Content-Security-Policy", "X", "загрузк"),
        ("</main>", "<script>1</script></main>", "script"),
        ("</main>", '<p onclick="x()">а</p></main>', "обработчики"),
        ("</main>", '<img alt="а" src="https://example.org/a.png"></main>', "извне"),
        ("</main>", '<img alt="а" src="plot.png"></main>', "извне"),
        ("</head>", '<link rel="stylesheet" href="a.css"></head>', "извне"),
        ("</main>", '<a href="https://example.org">а</a></main>', "за пределы"),
        ("</main>", '<a href="school.html">а</a></main>', "за пределы"),
        ("</main>", '<img src="data:image/png;base64,AA"></main>', "без описания"),
        ("</main>", '<img alt=" " src="data:,"></main>', "без описания"),
        (
            "</main>",
            '<img alt="No description has been provided for this image" src="data:,"></main>',
            "без описания",
        ),
        ("</main>", "<table><tr><td>1</td></tr></table></main>", "без названия"),
        ("</main>", '<div class="output"><div> </div></div></main>', "пустых мест"),
        ("</main>", "<p>Traceback (most recent call last)</p></main>", "ошибке программы"),
        ("</main>", "<p>KeyError: 'n'</p></main>", "ошибке программы"),
        ("</main>", '<pre class="output-error">а</pre></main>', "ячеек с ошибкой"),
        ("</main>", "<p>файл /home/user/msoko/data.xlsx</p></main>", "путь"),
        ("</main>", r"<p>файл C:\Users\Olga\data.xlsx</p></main>", "путь"),
        ("</main>", "<p>&lt;Figure object at 0x7f&gt;</p></main>", "служебное представление"),
        ("</main>", "<table><caption>а</caption><tr><td>nan</td></tr></table></main>", "nan"),
        ('href="#a"', 'href="#b"', "в никуда: b"),
        ("</main>", '<p id="a">а</p></main>', "повторяется: a"),
    ],
)
def test_each_fault_is_found_and_only_it(old: str, new: str, problem: str) -> None:
    assert check_html(GOOD) == []
    assert old in GOOD
    found = check_html(GOOD.replace(old, new, 1))
    assert len(found) == 1 and problem in found[0]


def test_a_missing_figure_is_found() -> None:
    assert check_html(GOOD, figures=2) == ["рисунков 0, ожидалось 2"]


def test_links_of_the_folder_may_be_allowed() -> None:
    linked = GOOD.replace("</main>", '<a href="school.html">а</a></main>')
    assert check_html(linked, allowed_links=("school.html",)) == []


def test_a_page_of_one_section_has_no_contents() -> None:
    assert with_contents("<h2>Одно</h2>")[1] == ""
    assert 'class="page"' in render_page(PageMeta("т"), "<h2>Одно</h2>")


def test_a_title_cannot_leave_the_style_sheet() -> None:
    kept = css_string('а"; } </style>\\')
    assert kept.count('"') == 2
    assert not set("<>;}") & set(kept)


def test_paper_rules_are_there(page: str) -> None:
    style = page.split("<style>")[1].split("</style>")[0]
    assert "size: A4" in style and "table-header-group" in style
    assert re.search(r"tr, figure[^{]*\{ break-inside: avoid", style)
