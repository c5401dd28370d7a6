"""Blocks: what they refuse, what they escape, what they carry for the workbook."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as MatplotlibFigure

from msoko_lib.reporting.blocks import (
    TABLE_MIME,
    Action,
    Block,
    Column,
    Figure,
    Lead,
    Nothing,
    ReportTable,
    Section,
    Sentence,
)

HOSTILE = "МБОУ <script>alert(\"1\")</script> & '2' {{ 7*7 }} {% raw %} <!--toc--> </style>"


class Tags(HTMLParser):
    """Names of the tags of a piece of markup and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def chart() -> Figure:
    figure = MatplotlibFigure((5, 2))
    figure.add_subplot().plot([1, 2])
    return Figure(figure, HOSTILE, HOSTILE)


def table(**changes: object) -> ReportTable:
    frame = pd.DataFrame(
        {
            "name": [HOSTILE, "Б"],
            "n": [1200, 3],
            "q": [0.6125, "мало"],
            "low": [0.4, np.nan],
            "high": [0.7, np.nan],
            "ours": [True, False],
        }
    )
    given = {
        "frame": frame,
        "title": "Качество",
        "name": "КП-02",
        "columns": [
            Column("name", "Школа"),
            Column("n", "Участников", "int"),
            Column("q", "Качество", "share", note="доля «4» и «5»"),
            Column(("low", "high"), "Интервал", "interval", missing="—"),
        ],
        "highlight": "ours",
        **changes,
    }
    return ReportTable(**given)  # type: ignore[arg-type]


EVERY = [
    table(title=HOSTILE, note=HOSTILE),
    chart(),
    Nothing(HOSTILE),
    Section(HOSTILE, chart(), table(), HOSTILE, "x"),
    Lead([Sentence(HOSTILE, "up", "x")], [Action(*[HOSTILE] * 5, anchor="x")]),
]


@pytest.mark.parametrize("block", EVERY, ids=lambda block: type(block).__name__)
def test_a_hostile_name_stays_text_everywhere(block: Block) -> None:
    tags = Tags(block.html())
    assert "script" not in tags.names
    assert not [name for attrs in tags.attributes for name in attrs if name.startswith("on")]
    seen = tags.text + "".join(value or "" for attrs in tags.attributes for value in attrs.values())
    assert "<script>alert(\"1\")</script> & '2' {{ 7*7 }}" in seen


@pytest.mark.parametrize("block", EVERY, ids=lambda block: type(block).__name__)
def test_a_notebook_can_hold_the_block(block: Block) -> None:
    bundle = block._repr_mimebundle_()
    assert json.loads(json.dumps(bundle, allow_nan=False)) == bundle
    assert bundle["text/html"].startswith("<style data-msoko>")
    assert 0 < len(bundle["text/plain"]) < 1_000


def test_cells_are_printed_in_russian_and_states_are_explained() -> None:
    text = Tags(table().html()).text.replace("\u00a0", " ")
    for printed in ("1 200", "61,3 %", "мало", "от 40 до 70 %", "—", "доля «4» и «5»"):
        assert printed in text
    assert "«мало» – участников слишком мало" in text
    assert "«н/д»" not in text


def test_a_table_has_caption_scope_and_alignment() -> None:
    tags = Tags(table().html())
    assert tags.names.count("caption") == 1
    scopes = [attrs.get("scope") for attrs in tags.attributes if "scope" in attrs]
    assert scopes == ["col"] * 4 + ["row"] * 2
    figures = [
        attrs
        for name, attrs in zip(tags.names, tags.attributes, strict=True)
        if name == "td" and "num" in (attrs.get("class") or "")
    ]
    assert len(figures) == 6
    assert [
        attrs.get("class")
        for name, attrs in zip(tags.names, tags.attributes, strict=True)
        if name == "tr"
    ] == [None, "ours", None]


def test_the_payload_keeps_raw_numbers() -> None:
    (payload,) = table()._repr_mimebundle_()[TABLE_MIME]["tables"]
    first, second = payload["records"]
    assert first["n"] == 1200 and type(first["n"]) is int
    assert first["q"] == 0.6125
    assert first["low…high"] == [0.4, 0.7]
    assert second["q"] == "мало" and second["low…high"] == "—"
    assert [column["kind"] for column in payload["columns"]] == ["text", "int", "share", "interval"]


def test_a_section_carries_every_table_in_reading_order() -> None:
    section = Section("Найдено", None, table(), items=[table(name="второй"), Nothing("нет")])
    names = [payload["name"] for payload in section._repr_mimebundle_()[TABLE_MIME]["tables"]]
    assert names == ["КП-02", "второй"]


def test_kinds_of_cells() -> None:
    frame = pd.DataFrame(
        {
            "d": [-1.25],
            "m": [3.745],
            "day": [pd.Timestamp("2025-04-20")],
            "mark": ["attention"],
            "yes": [True],
            "lo": [-2.0],
            "hi": [1.0],
        }
    )
    shown = ReportTable(
        frame,
        "т",
        "т",
        [
            Column("d", "Разница", "pp"),
            Column("m", "Средняя", "mean"),
            Column("day", "День", "date"),
            Column("mark", "Вывод", "mark"),
            Column("yes", "Есть"),
            Column(("lo", "hi"), "Интервал", "interval_pp"),
        ],
    )
    text = Tags(shown.html()).text.replace("\u00a0", " ")
    for printed in (
        "−1,3 п.п.",
        "3,75",
        "20 апреля 2025 г.",
        "▼ требует внимания",
        "да",
        "от −2,0 до +1,0 п.п.",
    ):
        assert printed in text


def test_a_column_of_whole_numbers_with_gaps_is_printed_whole() -> None:
    frame = pd.DataFrame({"n": [12, np.nan]})
    text = Tags(ReportTable(frame, "т", "т", [Column("n", "Уч.", "int")]).html()).text
    assert "12" in text and "12,0" not in text and "нет данных" in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": [Column("n", f"{i}") for i in range(9)]}, "1 to 8"),
        ({"columns": [Column("n", "1"), Column("n", "2")]}, "stands twice"),
        ({"columns": [Column("absent", "1")]}, "no such column"),
        ({"highlight": "absent"}, "no such column"),
        ({"name": "Очень длинное имя листа для книги"}, "sheet name"),
        ({"name": "а/б"}, "sheet name"),
        ({"title": " "}, "title"),
        ({"anchor": "с пробелом"}, "anchor"),
    ],
)
def test_a_table_that_cannot_be_shown_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        table(**changes)


def test_text_in_a_column_of_figures_is_refused() -> None:
    broken = ReportTable(pd.DataFrame({"n": ["много"]}), "т", "т", [Column("n", "Уч.", "int")])
    with pytest.raises(ValueError, match="holds figures"):
        broken.html()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Lead([Sentence("а", "up")] * 6), "at most 5"),
        (lambda: Lead([], [Action("а", "б", "", "", "")] * 8), "at most 7"),
        (lambda: Sentence("а", "good"), "a mark is one of"),
        (lambda: Sentence("", "up"), "empty"),
        (lambda: Section("", table=table()), "finding"),
        (lambda: Section("Найдено"), "nothing stands under"),
        (lambda: Nothing(" "), "sentence"),
        (lambda: Figure(MatplotlibFigure(), " "), "alternative text"),
        (lambda: Column("a", "А", "percent"), "unknown kind"),
        (lambda: Column(("a", "b"), "А", "share"), "two keys"),
        (lambda: Column("a", "А", missing="?"), "missing value"),
    ],
)
def test_what_a_report_may_not_hold(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


def test_a_report_without_findings_says_so() -> None:
    html = Lead().html()
    assert "ничего не выделяется" in html
    assert "Что сделать" not in html


def test_the_size_of_a_chart_is_its_size_on_the_page() -> None:
    drawn = chart()
    assert (drawn.width, drawn.height) == (480, 192)
    assert drawn.data_uri.startswith("data:image/png;base64,")
    assert Figure(MatplotlibFigure((2, 1)), "x", svg=True).data_uri.startswith("data:image/svg+xml")


def test_a_drawn_chart_is_emptied_and_leaves_pyplot() -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([1, 2])
    Figure(figure, "линия")
    assert pyplot.get_fignums() == []
    assert figure.axes == []
