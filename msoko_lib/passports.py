"""What an indicator passport and a form field are: the typed rows of ``params/indicators``."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from msoko_lib.formula import Formula, read_formula
from msoko_lib.project import end_year_of
from msoko_lib.settings import Status

Level = Literal["school", "cluster", "municipality", "region", "country"]
UnitKind = Literal["school", "preschool", "additional"]
Assesses = Literal["программы", "условия", "результаты"]
EducationLevel = Literal["дошкольное", "НОО", "ООО", "СОО", "дополнительное"]
ID_PATTERN = r"[А-Я]{2}-\d{2}"
FIELD_PATTERN = r"[a-z][a-z0-9_]*"


class Strict(BaseModel):
    """A row that knows its fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Years = TypeVar("_Years", "FormField", "Passport")


def _in_order(item: _Years) -> _Years:
    """The item, if its first year is not after its last."""
    if item.since is not None and item.until is not None and item.since > item.until:
        raise ValueError(f"год since ({item.since}) позже года until ({item.until})")
    return item


class FormField(Strict):
    """One line of a collection form.

    ``part_of`` names a field that this one may not exceed; ``jump`` is by how many times the
    value may change in a year before the office is asked; ``sum_of`` are the fields that add up
    to it.
    """

    id: str = Field(pattern=f"^{FIELD_PATTERN}$")
    title: str
    kind: Literal["целое", "число", "доля, %", "балл", "да/нет", "выбор", "дата", "текст"]
    units: tuple[UnitKind, ...] = ("school",)
    low: float | None = 0
    high: float | None = None
    part_of: str | None = None
    sum_of: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    help: str = ""
    jump: float = Field(default=2.0, gt=1)
    filled_by: Literal["организация", "управление"] = "организация"
    since: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _choices_belong_to_a_choice(self) -> FormField:
        if (self.kind == "выбор") != bool(self.choices):
            raise ValueError("список choices нужен полю вида «выбор» и только ему")
        return self

    @model_validator(mode="after")
    def _bounds_stand_in_order(self) -> FormField:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"нижняя граница low ({self.low:g}) выше верхней ({self.high:g})")
        return _in_order(self)

    def is_asked_in(self, school_year: str) -> bool:
        """True if the field stands in the form of a school year."""
        year = end_year_of(school_year)
        return (self.since or year) <= year <= (self.until or year)


class Target(Strict):
    """What value is aimed at, with its origin; may differ by year and by cluster."""

    value: float | None = None
    words: str
    source: str
    status: Status
    year: int | None = None
    cluster: str | None = None


INTERVAL_OF_KIND = {
    "доля": "уилсона", "доля организаций": "уилсона", "среднее": "стьюдента",
    "отношение": "нет", "сумма": "нет",
}  # fmt: skip


class FieldFormula(Strict):
    """An indicator computed from form fields alone.

    ``kind``: «доля» – people (or objects) over people, rolled up by adding both;
    «отношение» – the same without a share's interval (pupils per post, per 1 000);
    «доля организаций» – units that answered yes over units that answered;
    «среднее» – mean of the units' values; «сумма» – total.
    ``times`` multiplies the ratio for printing (100, 1000).
    """

    kind: Literal["доля", "отношение", "доля организаций", "среднее", "сумма"]
    numerator: str
    denominator: str | None = None
    times: float = 1.0

    @model_validator(mode="after")
    def _has_what_its_kind_asks(self) -> FieldFormula:
        ratio = self.kind in ("доля", "отношение")
        if ratio != (self.denominator is not None):
            raise ValueError(
                f"знаменатель нужен видам «доля» и «отношение» и только им (вид: {self.kind})"
            )
        for text in (self.numerator, self.denominator):
            if text is not None:
                read_formula(text)
        return self

    @property
    def parts(self) -> tuple[Formula, ...]:
        """Numerator and, where there is one, denominator."""
        texts = (self.numerator, self.denominator)
        return tuple(read_formula(text) for text in texts if text is not None)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the formula asks for."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.fields))


class Passport(Strict):
    """One indicator.

    Either ``computed_by`` names a function of :mod:`msoko_lib.indicators`, or ``from_fields``
    says it all. ``cuts`` are the columns by which the value is given apart; ``minimum_n`` is the
    smallest number of people (or objects) that a value is reported for. ``sensitive`` says that
    its numerator counts people who could be hurt (on a list, ill, without a place): a handful of
    them is withheld.
    """

    id: str = Field(pattern=f"^{ID_PATTERN}$")
    title: str
    question: str
    formula: str
    computed_by: str | None = None
    from_fields: FieldFormula | None = None
    unit: Literal["%", "балл", "п.п.", "чел.", "шт.", "отношение", "‰", "дн."]
    direction: Literal["больше – лучше", "меньше – лучше", "около нормы", "справочно"]
    period: Literal["процедура", "полугодие", "год", "цикл"]
    source: str
    assesses: Assesses
    education_levels: tuple[EducationLevel, ...] = Field(min_length=1)
    units: tuple[UnitKind, ...] = Field(default=("school",), min_length=1)
    cuts: tuple[Literal["subject", "grade", "component"], ...] = ()
    levels: tuple[Level, ...] = Field(min_length=1)
    minimum_n: int = Field(ge=0)
    sensitive: bool = False
    interval: Literal["уилсона", "стьюдента", "бутстреп", "нет"]
    reference: Level | None = None
    target: Target | None = None
    other_targets: tuple[Target, ...] = ()
    since: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _is_computed_in_one_way(self) -> Passport:
        if (self.computed_by is None) == (self.from_fields is None):
            raise ValueError("заполните одно из двух: computed_by или from_fields")
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Passport:
        if self.reference is not None and self.reference not in self.levels:
            raise ValueError(f"сравнение reference «{self.reference}» не входит в levels")
        if self.from_fields is not None:
            self._fits_its_formula(self.from_fields)
        return _in_order(self)

    def _fits_its_formula(self, formula: FieldFormula) -> None:
        is_share = formula.kind in ("доля", "доля организаций")
        if is_share and self.unit != "%":
            raise ValueError(f"единица «{self.unit}» не подходит виду «{formula.kind}»: нужно «%»")
        if self.unit == "%" and formula.times != 1:
            raise ValueError(
                f"при единице «%» множитель times не пишут (указано {formula.times:g}): доли "
                "хранятся от 0 до 1 и умножаются на 100 при печати"
            )
        if self.unit == "‰" and formula.times != 1000:
            raise ValueError(f"единице «‰» нужен times: 1000 (указано {formula.times:g})")
        if self.interval != INTERVAL_OF_KIND[formula.kind]:
            raise ValueError(
                f"интервал «{self.interval}» не подходит виду «{formula.kind}»: нужно "
                f"«{INTERVAL_OF_KIND[formula.kind]}»"
            )
        own = {"school", "cluster", "municipality"}
        if not set(self.levels) <= own:
            raise ValueError("показатель из полей формы не бывает на уровнях region и country")

    def is_valid_in(self, school_year: str) -> bool:
        """True if the indicator is in force in a school year."""
        year = end_year_of(school_year)
        return (self.since or year) <= year <= (self.until or year)

    def target_for(self, school_year: str, cluster: str | None = None) -> Target | None:
        """Target of a year and cluster: the most particular one that fits."""
        year = end_year_of(school_year)
        fitting = [
            item
            for item in self.other_targets
            if item.year in (None, year) and item.cluster in (None, cluster)
        ]
        fitting.sort(key=lambda item: (item.cluster is None, item.year is None))
        return fitting[0] if fitting else self.target


class Subsystem(Strict):
    """A file of the catalogue: one subsystem, its form fields and its indicators."""

    number: str = Field(pattern=r"^\d{2}$")
    title: str
    goal: str
    fields: tuple[FormField, ...] = ()
    indicators: tuple[Passport, ...]
