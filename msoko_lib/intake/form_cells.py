"""One answer of a form: what the cell says, or why it cannot be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from msoko_lib.intake.cells import DASHES, Cell, iso_date, number, text
from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.lines import day, quoted
from msoko_lib.passports import FormField

NUMERIC_KINDS = frozenset({"целое", "число", "доля, %", "балл"})
SHARE = "доля, %"
FIRST_DATE, LAST_DATE = date(1950, 1, 1), date(2100, 12, 31)
_EXCEL_EPOCH = date(1899, 12, 30)
_NO_DATA = frozenset(
    {"нет данных", "данных нет", "нет сведений", "н/д", "нд", "не заполнено", "не применимо",
     "неприменимо", "х", "x", "..."}
)  # fmt: skip
_YES = frozenset({"да", "yes", "истина", "true", "1", "+", "есть", "имеется"})
_NO = frozenset({"нет", "no", "ложь", "false", "0", "отсутствует"})
# Words that do not change the number; «тыс. руб.» would.
_WITH_UNIT = re.compile(
    r"(?P<number>[+-]?\d[\d\s]*(?:[.,]\d+)?)\s*"
    r"(?:чел(?:\.|овек[а]?)?|шт(?:\.|ук[аи]?)?|ед(?:\.|иниц[аы]?)?|балл(?:\.|а|ов)?|"
    r"уч(?:\.|ен\w*|ащ\w*)?|обуч\w*\.?|педагог\w*|учител\w*|дет(?:ей|и)|ребен\w*|воспитанник\w*|"
    r"выпускник\w*|руб(?:\.|л\w*)?|час(?:\.|а|ов)?|мест[ао]?|групп[аы]?|класс(?:а|ов)?)",
    re.IGNORECASE,
)
_MONTHS = {
    name: place
    for place, name in enumerate(
        ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
         "октября", "ноября", "декабря"),
        start=1,
    )
}  # fmt: skip
_DATE_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})\s+(?P<month>[а-я]+)\s+(?P<year>\d{4})(?:\s*г\w*\.?)?"
)
_WHOLE_NOISE = 1e-9


@dataclass(frozen=True)
class Answer:
    """What a cell says.

    Parameters
    ----------
    value, text : float or str, optional
        The answer; both None where the cell holds none.
    refused, asked : str
        Code of the rule for a cell that is not taken, or taken with a question.
    facts : dict
        For the rule's wording.
    says_no_data, has_unit : bool
        Words in place of an answer; a number with its unit.
    """

    value: float | None = None
    text: str | None = None
    refused: str = ""
    asked: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    says_no_data: bool = False
    has_unit: bool = False

    @property
    def is_given(self) -> bool:
        return self.value is not None or self.text is not None


def read_answer(asked: FormField, cell: Cell) -> Answer:
    """Read a cell of a form as the field's kind says.

    Parameters
    ----------
    asked : FormField
    cell : Cell
        As the workbook holds it; a formula by its stored result.

    Returns
    -------
    Answer
        Never a value that differs from what the cell says.

    Examples
    --------
    >>> whole = FormField(id="pupils", title="Учеников", kind="целое")
    >>> read_answer(whole, "1 204 чел.").value, read_answer(whole, "12,5").refused
    (1204.0, 'form_not_whole')
    """
    folded = text(cell)
    if folded == "":
        return Answer()
    if folded in DASHES or fold_header(folded) in _NO_DATA or folded.lower() in _NO_DATA:
        return Answer(says_no_data=True)
    if asked.kind in NUMERIC_KINDS:
        return _number(asked, cell, folded)
    if asked.kind == "да/нет":
        return _yes_no(cell, folded)
    if asked.kind == "выбор":
        return _choice(asked, cell, folded)
    if asked.kind == "дата":
        return _date(cell, folded)
    return Answer(text=folded)


def bounds_of(asked: FormField) -> tuple[float | None, float | None]:
    """Lowest and highest number a field allows; a share goes up to 100 unless said otherwise."""
    high = 100.0 if asked.kind == SHARE and asked.high is None else asked.high
    return asked.low, high


def wanted(asked: FormField) -> str:
    """What a numeric field expects, in words.

    >>> wanted(FormField(id="a", title="А", kind="целое"))
    'целое число не меньше 0'
    """
    noun = {"целое": "целое число", SHARE: "доля в процентах"}.get(asked.kind, "число")
    low, high = bounds_of(asked)
    if low is not None and high is not None:
        return f"{noun} от {plain(low)} до {plain(high)}"
    if low is not None:
        return f"{noun} не меньше {plain(low)}"
    return f"{noun} не больше {plain(high)}" if high is not None else noun


def plain(value: float) -> str:
    """Number for a message: «12», «12,5»."""
    return f"{value:.10g}".replace(".", ",")


def _number(asked: FormField, cell: Cell, folded: str) -> Answer:
    facts = {"value": quoted(cell), "wanted": wanted(asked)}
    if isinstance(cell, (date, datetime, time, timedelta)):
        return Answer(refused="form_date_for_number", facts=facts)
    value, has_unit = number(cell), False
    if value is None and (match := _WITH_UNIT.fullmatch(folded)):
        value, has_unit = number(match["number"]), True
    if value is None and asked.kind == "целое" and folded.lower() == "нет":
        value = 0.0
        if _is_within(asked, value):
            return Answer(value, asked="form_none_is_zero", facts=facts)
    if value is None or ("%" in folded and asked.kind != SHARE):
        return Answer(refused="form_not_number", facts=facts)
    if asked.kind == "целое":
        if abs(value - round(value)) > _WHOLE_NOISE:
            return Answer(refused="form_not_whole", facts=facts)
        value = float(round(value))
    if not _is_within(asked, value):
        return Answer(refused="form_out_of_range", facts=facts)
    if asked.kind == SHARE and 0 < value < 1 and "%" not in folded:
        doubt = {"value": plain(value), "hundredfold": plain(100 * value)}
        return Answer(value, asked="form_share_below_one", facts=doubt, has_unit=has_unit)
    return Answer(value, has_unit=has_unit)


def _is_within(asked: FormField, value: float) -> bool:
    low, high = bounds_of(asked)
    return (low is None or value >= low) and (high is None or value <= high)


def _yes_no(cell: Cell, folded: str) -> Answer:
    word = folded.lower().strip(" .!")
    if word in _YES:
        return Answer(1.0)
    if word in _NO:
        return Answer(0.0)
    return Answer(refused="form_not_yes_no", facts={"value": quoted(cell)})


def _choice(asked: FormField, cell: Cell, folded: str) -> Answer:
    chosen = _folded_choices(asked.choices).get(fold_header(folded))
    if chosen is None:
        facts = {"value": quoted(cell), "wanted": ", ".join(f"«{one}»" for one in asked.choices)}
        return Answer(refused="form_not_choice", facts=facts)
    return Answer(text=chosen)


@lru_cache(maxsize=1000)
def _folded_choices(choices: tuple[str, ...]) -> dict[str, str]:
    return {fold_header(one): one for one in choices}


def _date(cell: Cell, folded: str) -> Answer:
    if folded.lower() == "нет":
        return Answer(says_no_data=True)
    iso = iso_date(cell) or _date_in_words(folded)
    if iso is not None and FIRST_DATE.isoformat() <= iso <= LAST_DATE.isoformat():
        return Answer(text=iso)
    serial = number(cell)
    if iso is None and serial is not None and serial.is_integer():
        first, last = excel_serial(FIRST_DATE), excel_serial(LAST_DATE)
        if first <= serial <= last:
            read = (_EXCEL_EPOCH + timedelta(days=int(serial))).isoformat()
            facts = {"value": quoted(cell), "date": day(read)}
            return Answer(text=read, asked="form_date_as_number", facts=facts)
    return Answer(refused="form_not_date", facts={"value": quoted(cell)})


def excel_serial(when: date) -> int:
    """Number under which Excel keeps a date."""
    return (when - _EXCEL_EPOCH).days


def _date_in_words(folded: str) -> str | None:
    match = _DATE_IN_WORDS.fullmatch(folded.lower())
    if match is None or match["month"] not in _MONTHS:
        return None
    try:
        return date(int(match["year"]), _MONTHS[match["month"]], int(match["day"])).isoformat()
    except ValueError:
        return None
