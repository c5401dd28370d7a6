"""Pieces of the templates as they come with the program: page, styles, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "Times New Roman"
BODY, TABLE, SMALL = Pt(14), Pt(11), Pt(11)
_WIDTH, _HEIGHT = Cm(21.0), Cm(29.7)
_LEFT, _RIGHT, _TOP, _BOTTOM = Cm(3.0), Cm(1.5), Cm(2.0), Cm(2.0)
HEAD, CELL, CENTER, HEADING, NOTE, RIGHT = (
    "Шапка таблицы", "Ячейка", "По центру", "Раздел", "Примечание", "Справа",
)  # fmt: skip


def new_document(title: str, landscape: bool = False) -> Any:
    """An A4 document in Russian with the styles of an office's paper and a page number on top."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = "ru-RU"
    document.core_properties.author = "{{ управление }}"
    document.core_properties.comments = ""
    _page(document, landscape)
    _styles(document)
    _page_number(document)
    return document


def _page(document: Any, landscape: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (_HEIGHT, _WIDTH) if landscape else (_WIDTH, _HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = (_TOP, _TOP) if landscape else (_LEFT, _RIGHT)
    section.top_margin, section.bottom_margin = _TOP, _RIGHT if landscape else _BOTTOM
    section.header_distance = Cm(1.0)
    section.different_first_page_header_footer = True


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.15
    normal.paragraph_format.first_line_indent = Cm(1.25)
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name, size, is_bold, alignment in (
        (HEAD, TABLE, True, WD_ALIGN_PARAGRAPH.LEFT),
        (CELL, TABLE, False, WD_ALIGN_PARAGRAPH.LEFT),
        (CENTER, BODY, True, WD_ALIGN_PARAGRAPH.CENTER),
        (HEADING, BODY, True, WD_ALIGN_PARAGRAPH.LEFT),
        (NOTE, SMALL, False, WD_ALIGN_PARAGRAPH.JUSTIFY),
        (RIGHT, BODY, False, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, size)
        style.font.bold = is_bold
        style.paragraph_format.first_line_indent = Cm(0)
        style.paragraph_format.alignment = alignment
        style.paragraph_format.line_spacing = 1.0
    document.styles[HEADING].paragraph_format.space_before = Pt(10)
    document.styles[HEADING].paragraph_format.space_after = Pt(4)
    document.styles[HEADING].paragraph_format.keep_with_next = True
    document.styles[NOTE].paragraph_format.space_before = Pt(4)


def _font(style: Any, size: Any) -> None:
    style.font.name, style.font.size = FONT, size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Word takes Cyrillic letters from its own attribute.
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    style.element.get_or_add_rPr().append(language)


def _page_number(document: Any) -> None:
    """Number of the page on top, not on the first one."""
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.first_line_indent = Cm(0)
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


def line(document: Any, text: str, style: str = "Normal", indent: float = 0) -> Any:
    """A paragraph; ``indent`` in centimetres moves the whole of it to the right."""
    paragraph = document.add_paragraph(text, style=style)
    if indent:
        paragraph.paragraph_format.left_indent = Cm(indent)
    return paragraph


def signature(document: Any, who: str) -> None:
    """Post, line for the signature, line for the name."""
    line(document, "")
    signature_line(document, who, "____________", "(инициалы, фамилия)")


def signature_line(document: Any, left: str, middle: str, right: str) -> None:
    """Three texts in one line, without borders."""
    table = document.add_table(rows=1, cols=3)
    texts, widths = (left, middle, right), (8.5, 3.5, 4.5)
    _set_widths(table, widths)
    for cell, text, width in zip(table.rows[0].cells, texts, widths, strict=True):
        cell.width = Cm(width)
        cell.paragraphs[0].style = document.styles[CELL]
        cell.paragraphs[0].text = text


def walked_table(
    document: Any,
    heads: Sequence[tuple[str, str, float]],
    walked: str,
    row: str = "строка",
) -> None:
    """A table with a heading that repeats on each page and one row for each row of a list.

    Parameters
    ----------
    heads : sequence of (heading, text of the cell, width in centimetres)
    walked : str
        Name of the list.
    row : str
        Name of one row of it in the texts of the cells.
    """
    table = document.add_table(rows=4, cols=len(heads))
    table.style = document.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_widths(table, [width for _, _, width in heads])
    opening, closing = f"{{%tr for {row} in {walked} %}}", "{%tr endfor %}"
    texts = (
        [head for head, _, _ in heads],
        [opening, *[""] * (len(heads) - 1)],
        [text for _, text, _ in heads],
        [closing, *[""] * (len(heads) - 1)],
    )
    for place, (cells, line_texts) in enumerate(zip(table.rows, texts, strict=True)):
        _stay_whole(cells, is_heading=place == 0)
        for cell, text, (_, _, width) in zip(cells.cells, line_texts, heads, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].style = document.styles[HEAD if place == 0 else CELL]
            cell.paragraphs[0].add_run(text)


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    """Widths of the grid: LibreOffice looks at these, Word at those of the cells."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _stay_whole(row: Any, is_heading: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_heading:
        properties.append(OxmlElement("w:tblHeader"))
