"""Templates: real Word files, refused in words where they ask for what there is not."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Cm

from msoko_lib.documents.placeholders import ADVICE, COMMON, KINDS, ORDER, Kind
from msoko_lib.documents.stock import stock_templates
from msoko_lib.documents.templates import FOLDER, TemplateProblem, check_template, fill
from msoko_lib.documents.write import write_templates
from msoko_lib.project import Project

REPOSITORY = Project.find(Path(__file__).parent)
STOCK = stock_templates()
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.file)


def sample(kind: Kind, text: str = "слова") -> dict[str, object]:
    """Something for every name and two rows for every list."""
    names: dict[str, object] = {name: text for name in (*COMMON, *kind.names)}
    return names | {name: [dict.fromkeys(fields, text)] * 2 for name, fields in kind.lists.items()}


def template(tmp_path: Path, *paragraphs: str, header: str = "") -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    path = tmp_path / ADVICE.file
    document.save(str(path))
    return path


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(item.text for item in document.paragraphs), *cells])


@each
def test_the_templates_of_the_repository_can_be_filled(kind: Kind) -> None:
    path = REPOSITORY.params / FOLDER / kind.file
    check_template(path, kind)
    text = text_of(fill(path, kind, sample(kind)))
    assert "{" not in text and "слова" in text


@each
def test_they_are_papers_of_an_office(kind: Kind) -> None:
    """A4, Times New Roman for Cyrillic too, Russian, headings of tables on every page."""
    document = Document(str(REPOSITORY.params / FOLDER / kind.file))
    section = document.sections[0]
    sides = sorted((section.page_width, section.page_height))
    assert [abs(side - Cm(size)) < Cm(0.01) for side, size in zip(sides, (21.0, 29.7), strict=True)]
    normal = document.styles["Normal"].element.xml
    assert normal.count("Times New Roman") >= 4 and "ru-RU" in normal
    walked = [table for table in document.tables if len(table.rows) > 1]
    assert walked and all("w:tblHeader" in table.rows[0]._tr.xml for table in walked)
    assert "PAGE" in section.header._element.xml


@each
def test_the_guide_names_what_may_be_asked_for(kind: Kind) -> None:
    guide = (REPOSITORY.params / FOLDER / "README.md").read_text(encoding="utf-8")
    missing = [name for name in kind.all_names if not re.search(rf"\b{name}\b", guide)]
    fields = {field for row in kind.lists.values() for field in row}
    assert missing == [] and not [name for name in fields if name not in guide]


@each
def test_the_stock_is_what_the_repository_holds(kind: Kind) -> None:
    """The script and the committed files are one: whoever changes one changes the other."""

    def body(content: bytes) -> bytes:
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")

    assert body(STOCK[kind.file]) == body((REPOSITORY.params / FOLDER / kind.file).read_bytes())


@pytest.mark.parametrize(
    ("paragraphs", "header", "says"),
    [
        (["{{ директор }}"], "", "{{ директор }}"),
        (["{{ организация }}"], "{{ логотип }}", "{{ логотип }}"),
        (["{%p for строка in рекомендации %}", "{{ строка.цена }}", "{%p endfor %}"], "",
         "{{ строка.цена }}"),
        (["{%p for строка in школы %}", "{{ строка.что }}", "{%p endfor %}"], "", "in школы"),
        (["{% if вид == чужое %}да{% endif %}"], "", "{{ чужое }}"),
        (["{{ рекомендации.что }}"], "", "{{ рекомендации.что }}"),
    ],
)  # fmt: skip
def test_an_unknown_placeholder_is_named_with_its_file(
    tmp_path: Path, paragraphs: list[str], header: str, says: str
) -> None:
    path = template(tmp_path, *paragraphs, header=header)
    with pytest.raises(TemplateProblem) as caught:
        check_template(path, ADVICE)
    assert says in str(caught.value) and f"params/{FOLDER}/{ADVICE.file}" in str(caught.value)


def test_what_is_known_passes(tmp_path: Path) -> None:
    path = template(
        tmp_path, "{{ организация }}", "{%p for один in рекомендации %}",
        "{{ loop.index }}. {{ один.что }}", "{%p endfor %}", header="{{ управление }}",
    )  # fmt: skip
    check_template(path, ADVICE)
    assert "1. слова" in text_of(fill(path, ADVICE, sample(ADVICE)))


def test_a_placeholder_that_word_has_torn_apart_is_still_read(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{{ орга", "низ", "ация }}"):
        paragraph.add_run(piece).bold = piece == "низ"
    path = tmp_path / ADVICE.file
    document.save(str(path))
    check_template(path, ADVICE)
    assert "слова" in text_of(fill(path, ADVICE, sample(ADVICE)))


def test_broken_braces_are_refused_in_words(tmp_path: Path) -> None:
    path = template(tmp_path, "{%p for строка in рекомендации %}", "{{ строка.что }}")
    with pytest.raises(TemplateProblem, match="свой endfor"):
        check_template(path, ADVICE)


def test_no_word_file_and_no_file_at_all(tmp_path: Path) -> None:
    path = tmp_path / ORDER.file
    with pytest.raises(TemplateProblem, match="--templates"):
        check_template(path, ORDER)
    path.write_bytes(b"\xd0\xcf\x11\xe0 an old .doc")
    with pytest.raises(TemplateProblem, match="не файл Word"):
        check_template(path, ORDER)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("a.txt", "no document")
    with pytest.raises(TemplateProblem, match="не файл Word"):
        check_template(path, ORDER)


@each
def test_signs_of_markup_in_the_data_stay_text(kind: Kind) -> None:
    path = REPOSITORY.params / FOLDER / kind.file
    odd = "СОШ «А & Б» <№ 1> {{ регион }} {% x %}"
    assert odd in text_of(fill(path, kind, sample(kind, odd)))


def test_the_same_content_gives_the_same_bytes() -> None:
    path = REPOSITORY.params / FOLDER / ADVICE.file
    assert fill(path, ADVICE, sample(ADVICE)) == fill(path, ADVICE, sample(ADVICE))


def test_templates_are_put_back_and_never_overwritten(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert {path.name for path in write_templates(project)} == {kind.file for kind in KINDS}
    own = tmp_path / "params" / FOLDER / ORDER.file
    own.write_bytes(b"mine")
    (tmp_path / "params" / FOLDER / ADVICE.file).unlink()
    assert [path.name for path in write_templates(project)] == [ADVICE.file]
    assert own.read_bytes() == b"mine"
