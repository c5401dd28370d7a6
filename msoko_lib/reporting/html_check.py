"""What must be true of a page before it is put in place; every problem said in Russian."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|\x1b\[|---------------------------------------------"
    r"|\b(?:Key|Value|Type|Index|Attribute|Name|Runtime|ZeroDivision|File|Import)\w*Error\b"
)
_PATH = re.compile(
    r"(?<![\w/.])/(?:home|root|tmp|Users|usr|var|mnt|opt|work|content)/[\w.\-/]+"
    r"|\b[A-Za-z]:\\[\w.\\-]+|file://"
)
_REPR = re.compile(r"&lt;[\w.]+ (?:object )?at 0x|<[\w.]+ (?:object )?at 0x[0-9a-f]+>")
_NOT_PRINTED: Final = ("nan", "NaN", "None", "NaT", "<NA>", "inf")
_LOADING: Final = {"src", "srcset", "poster", "data", "background"}
# nbconvert writes this where a notebook gives no description.
_STOCK_ALT: Final = "No description has been provided for this image"
_VOID: Final = frozenset({"meta", "link", "br", "img", "hr", "input", "col", "wbr", "source"})


class _Reader(HTMLParser):
    """Gathers facts about a page in one pass."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = ""
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.bare_images = 0
        self.tables_without_caption = 0
        self.handlers: list[str] = []
        self.errors = 0
        self.empty_outputs = 0
        self.has_policy = False
        self.text: list[str] = []
        self.cells: list[str] = []
        self._open: list[str] = []
        self._output_depth: list[tuple[int, bool]] = []
        self._table_has_caption: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self._note_attributes(tag, values)
        if tag in _VOID:
            if tag == "img":
                self._fill_output()
            return
        self._open.append(tag)
        classes = values.get("class", "").split()
        self.errors += "output-error" in classes
        if tag == "div" and "output" in classes:
            self._output_depth.append((len(self._open), False))
        if tag == "table":
            self._table_has_caption.append(False)
        if tag == "caption" and self._table_has_caption:
            self._table_has_caption[-1] = True
        if tag in ("td", "th"):
            self.cells.append("")

    def _note_attributes(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            self.lang = values.get("lang", "")
        if "id" in values:
            self.ids[values["id"]] += 1
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.has_policy = True
        if tag == "img" and values.get("alt", "").strip() in ("", _STOCK_ALT):
            self.bare_images += 1
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        self.handlers += [name for name in values if name.startswith("on")]
        self.loaded += [values[name] for name in _LOADING & values.keys() if values[name]]
        if tag == "link" and "href" in values:
            self.loaded.append(values["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            if self._output_depth and self._output_depth[-1][0] == len(self._open):
                self.empty_outputs += not self._output_depth.pop()[1]
            closed = self._open.pop()
            if closed == "table" and self._table_has_caption:
                self.tables_without_caption += not self._table_has_caption.pop()
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text.append(data)
        if data.strip():
            self._fill_output()
            if self.cells and self._open and {"td", "th"} & set(self._open):
                self.cells[-1] += data

    def _fill_output(self) -> None:
        self._output_depth = [(depth, True) for depth, _ in self._output_depth]


def check_html(
    page: str, *, figures: int | None = None, allowed_links: tuple[str, ...] = ()
) -> list[str]:
    """Problems of a page; an empty list means it may be put in place.

    Parameters
    ----------
    page : str
        Whole document.
    figures : int, optional
        How many charts the page must have.
    allowed_links : tuple of str
        Relative addresses that may be linked to (pages of the same folder). Links inside the page
        are always allowed, others never.

    Returns
    -------
    list of str
        Sentences in Russian.

    Examples
    --------
    >>> check_html("<p>Привет")[0]
    'не указан язык страницы lang="ru"'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    text = " ".join(reader.text)
    return [
        *_structure(reader, figures),
        *_outside(reader, allowed_links),
        *_anchors(reader),
        *_content(reader, text),
    ]


def _structure(reader: _Reader, figures: int | None) -> list[str]:
    problems = []
    if reader.lang != "ru":
        problems.append('не указан язык страницы lang="ru"')
    if reader.tags["h1"] != 1:
        problems.append(f"заголовков первого уровня {reader.tags['h1']}, должен быть один")
    if not reader.has_policy:
        problems.append("нет запрета на загрузку извне (Content-Security-Policy)")
    if reader.bare_images:
        problems.append(f"изображений без описания (alt): {reader.bare_images}")
    if reader.tables_without_caption:
        problems.append(f"таблиц без названия: {reader.tables_without_caption}")
    if reader.empty_outputs:
        problems.append(f"пустых мест вместо результата: {reader.empty_outputs}")
    if figures is not None and reader.tags["img"] != figures:
        problems.append(f"рисунков {reader.tags['img']}, ожидалось {figures}")
    return problems


def _outside(reader: _Reader, allowed_links: tuple[str, ...]) -> list[str]:
    problems = []
    for tag in ("script", "iframe", "object", "embed", "form"):
        if reader.tags[tag]:
            problems.append(f"на странице есть <{tag}>: {reader.tags[tag]}")
    if reader.handlers:
        names = ", ".join(sorted(set(reader.handlers)))
        problems.append(f"обработчики событий в разметке: {names}")
    loaded = sorted({address[:80] for address in reader.loaded if not address.startswith("data:")})
    if loaded:
        problems.append(f"страница загружает файлы извне: {', '.join(loaded)}")
    foreign = sorted(
        {
            link[:80]
            for link in reader.links
            if not link.startswith("#") and link not in allowed_links
        }
    )
    if foreign:
        problems.append(f"ссылки за пределы страницы: {', '.join(foreign)}")
    return problems


def _anchors(reader: _Reader) -> list[str]:
    problems = []
    lost = sorted(
        {link[1:] for link in reader.links if link.startswith("#") and link[1:] not in reader.ids}
    )
    if lost:
        problems.append(f"ссылки в никуда: {', '.join(lost)}")
    double = sorted(name for name, count in reader.ids.items() if count > 1)
    if double:
        problems.append(f"якорь повторяется: {', '.join(double)}")
    return problems


def _content(reader: _Reader, text: str) -> list[str]:
    problems = []
    if reader.errors:
        problems.append(f"ячеек с ошибкой: {reader.errors}")
    trace = _TRACEBACK.search(text)
    if trace:
        problems.append(f"в тексте сообщение об ошибке программы: «{trace[0][:60]}»")
    path = _PATH.search(text)
    if path:
        problems.append(f"в тексте путь к файлу на компьютере: «{path[0][:60]}»")
    if _REPR.search(text):
        problems.append("в тексте служебное представление объекта вместо результата")
    raw = sorted({cell.strip() for cell in reader.cells} & set(_NOT_PRINTED))
    if raw:
        problems.append(f"в таблице служебные значения: {', '.join(raw)}")
    return problems
