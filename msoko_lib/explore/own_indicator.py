"""One's own indicator: a formula over form fields, looked at before it is written into YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from pydantic import ValidationError

from msoko_lib.explore.names import found, plain
from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.explore.view import View, page_of
from msoko_lib.formula import FormulaProblem, read_formula
from msoko_lib.indicators.engine import indicator_values
from msoko_lib.passports import INTERVAL_OF_KIND, FieldFormula, FormField, Passport
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAFT_ID = "СВ-01"
KINDS = tuple(INTERVAL_OF_KIND)
_RATIOS = ("доля", "отношение")


@dataclass(frozen=True, eq=False, repr=False)
class OwnIndicator(View):
    """A drafted indicator; ``yaml`` is what to write into ``params/own/indicators``."""

    passport: Passport | None = None

    @property
    def yaml(self) -> str:
        """The passport as the catalogue wants it, ready to be copied and completed."""
        assert self.passport is not None
        told = self.passport.model_dump(exclude_defaults=True, exclude_none=True, mode="json")
        return yaml.safe_dump([told], allow_unicode=True, sort_keys=False, width=96)


class Fields:
    """Questions of the collection forms: what an own indicator can be made of.

    Examples
    --------
    >>> m.fields.find("психолог")                    # doctest: +SKIP
    """

    def __init__(self, year: Year) -> None:
        self._year = year
        self._fields = {
            item.id: item
            for item in year.catalogue.fields.values()
            if item.is_asked_in(year.school_year)
        }

    @property
    def frame(self) -> pd.DataFrame:
        """Codes, questions and how many organisations have answered with a number."""
        answers = self._year.inputs.answers
        return pd.DataFrame(
            [
                {"id": item.id, "title": item.title, "kind": item.kind,
                 "answered": int(answers[item.id].notna().sum()) if item.id in answers else 0}
                for item in self._fields.values()
            ]
        )  # fmt: skip

    def find(self, words: str) -> View:
        """Fields whose question has the words."""
        wanted = plain(words)
        frame = self.frame
        rows = frame[frame["title"].map(plain).str.contains(wanted, regex=False)].reset_index(
            drop=True
        )
        return View(
            f"Поля форм со словами «{words}»: {ru.number(len(rows)) if len(rows) else 'нет'}", rows,
            table=fields_table(rows, "Поля форм") if len(rows) else None,
        )  # fmt: skip

    def __getitem__(self, name: str) -> FormField:
        options = {item.id: item for item in self._fields.values()}
        options |= {item.title: item for item in reversed(self._fields.values())}
        return found(name, options, "поля формы")

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._fields)

    def __repr__(self) -> str:
        answered = int((self.frame["answered"] > 0).sum())
        return (
            f"Полей форм: {ru.number(len(self))}, с ответами – {ru.number(answered)}. "
            'Поиск: m.fields.find("слово")'
        )

    def _repr_html_(self) -> str:
        told = self.frame[self.frame["answered"] > 0]
        return page_of(fields_table(told, repr(self)))


def fields_table(frame: pd.DataFrame, title: str) -> ReportTable:
    """Fields with their codes and how many have answered."""
    return ReportTable(
        frame, title.rstrip("."), "Поля форм",
        columns=[
            Column("id", "Код поля"), Column("title", "Вопрос", wide=True), Column("kind", "Вид"),
            Column("answered", "Ответили", "int"),
        ],
    )  # fmt: skip


def own_indicator(
    year: Year,
    title: str,
    numerator: str,
    denominator: str | None,
    kind: str,
    direction: str,
    minimum_n: int | None,
) -> OwnIndicator:
    """Compute a drafted indicator for every level, by the rules of the catalogue."""
    kind = found(kind, {name: name for name in KINDS}, "вида формулы")
    fields = _known_fields(year, numerator, denominator)
    passport = _passport(year, title, numerator, denominator, kind, direction, minimum_n, fields)
    values = indicator_values(passport, year.inputs)
    schools = values[(values["level"] == "school") & (values["status"] != "no_data")]
    rows = schools.assign(school=schools["unit_id"].map(year.unit_names))
    rows = rows[rows["school"].notna()].sort_values("school", ignore_index=True)
    hidden = rows["status"] != "ok"
    numbers = ["value", "numerator", "denominator", "n", "ci_low", "ci_high"]
    rows = rows.assign(**{name: rows[name].astype("float64").mask(hidden) for name in numbers})
    whole = values[values["level"] == "municipality"]
    return OwnIndicator(
        _finding(title, whole, rows, passport), rows,
        partial(_chart, rows, whole, passport) if len(rows) else None,
        _table(rows, passport),
        "Это проба: показателя в каталоге ещё нет, ориентира у него нет, и сравнивать с ним никого "
        "нельзя. Прежде чем вносить, спросите, что по нему будут решать и кто за него отвечает. "
        f"Меньше {ru.number(passport.minimum_n)} – не сообщается.",
        passport=passport,
    )  # fmt: skip


def _known_fields(year: Year, *formulas: str | None) -> list[FormField]:
    fields = Fields(year)
    known = []
    for text in formulas:
        if text is None:
            continue
        try:
            names = read_formula(text).fields
        except FormulaProblem as problem:
            said = str(problem)
            raise ExploreProblem(f"{said[:1].upper()}{said[1:]}.") from None
        known += [fields[name] for name in names]
        unknown = [name for name in names if name not in set(fields)]
        if unknown:
            raise ExploreProblem(
                f"В формуле пишут коды полей, а не вопросы: {', '.join(unknown)}. Код найдёт "
                'm.fields.find("слово").'
            )
    if not known:
        raise ExploreProblem("В формуле нет ни одного поля формы.")
    return known


def _passport(
    year: Year, title: str, numerator: str, denominator: str | None, kind: str, direction: str,
    minimum_n: int | None, fields: list[FormField],
) -> Passport:  # fmt: skip
    units = tuple(sorted(set.intersection(*(set(item.units) for item in fields))))
    if not units:
        raise ExploreProblem("Эти поля спрашивают у разных организаций: вместе их не посчитать.")
    least = int(year.points("report_minimum_n"))
    words = " ÷ ".join(_in_words(year, text) for text in (numerator, denominator) if text)
    content: dict[str, Any] = {
        "id": DRAFT_ID, "title": title, "question": title, "formula": words,
        "from_fields": {"kind": kind, "numerator": numerator, "denominator": denominator},
        "unit": "%" if kind.startswith("доля") else "балл" if kind == "среднее" else "отношение"
        if kind == "отношение" else "шт.",
        "direction": direction, "period": "год", "source": "форма сбора", "assesses": "условия",
        "education_levels": ["НОО", "ООО", "СОО"], "units": units,
        "levels": ["school", "cluster", "municipality"],
        "minimum_n": least if minimum_n is None else minimum_n,
        "interval": INTERVAL_OF_KIND[kind],
    }  # fmt: skip
    if kind == "доля организаций":
        content["levels"] = ["cluster", "municipality"]
    try:
        FieldFormula.model_validate(content["from_fields"])
        return Passport.model_validate(content)
    except ValidationError as problem:
        told = str(problem.errors()[0]["msg"]).removeprefix("Value error, ")
        raise ExploreProblem(f"Показатель не получился: {told}.") from None


def _in_words(year: Year, text: str) -> str:
    """A formula with the questions in place of the codes."""
    for name in sorted(read_formula(text).fields, key=len, reverse=True):
        text = text.replace(name, f"«{year.catalogue.fields[name].title}»")
    return text


def _printed(value: float, passport: Passport) -> str:
    text = ru.number(value * scale_of(passport.unit), 1)
    return text if passport.unit == "отношение" else f"{text}{ru.NBSP}{passport.unit}"


def _finding(title: str, whole: pd.DataFrame, rows: pd.DataFrame, passport: Passport) -> str:
    told = whole[whole["status"] == "ok"]
    known = int((rows["status"] == "ok").sum())
    if told.empty:
        return f"«{title}»: по муниципалитету значения нет, ответов мало"
    row = told.iloc[0]
    text = f"«{title}»: по муниципалитету {_printed(float(row['value']), passport)}"
    if not ru.is_missing(row["ci_low"]):
        scale = scale_of(passport.unit)
        unit = "" if passport.unit == "отношение" else passport.unit
        text += f" ({ru.interval(row['ci_low'] * scale, row['ci_high'] * scale, unit)})"
    return f"{text}, значения есть у {ru.counted(known, _OF_ORGANISATION)}"


_OF_ORGANISATION = ru.Noun("организации", "организаций", "организаций", "f")


def _chart(rows: pd.DataFrame, whole: pd.DataFrame, passport: Passport) -> Figure:
    is_share = passport.unit == "%"
    told = whole[whole["status"] == "ok"]
    chart = rows.assign(
        label=rows["school"], role="other",
        state=[ru.state_of_status(str(status)) if status != "ok" else ""
               for status in rows["status"]],
    )  # fmt: skip
    return figures.dot_with_interval(
        chart, kind="share" if is_share else "score", n_header="всего",
        references={"муниципалитет": float(told["value"].iloc[0])} if len(told) else {},
        subtitle=f"{passport.title}, по организациям (по алфавиту)",
    )  # fmt: skip


def _table(rows: pd.DataFrame, passport: Passport) -> ReportTable | None:
    if rows.empty:
        return None
    scale = scale_of(passport.unit)
    table = rows.assign(
        shown=[
            ru.state_of_status(str(row["status"])) if row["status"] != "ok"
            else _printed(float(row["value"]), passport)
            for row in rows.to_dict("records")
        ],
        low=rows["ci_low"] * scale, high=rows["ci_high"] * scale,
    )  # fmt: skip
    columns = [
        Column("school", "Организация"), Column("n", "Всего", "int", missing=ru.NOT_APPLICABLE),
        Column("shown", "Значение", "printed"),
    ]  # fmt: skip
    if passport.interval != "нет":
        columns.append(
            Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE)
        )
    return ReportTable(
        table, passport.title, "Свой показатель", columns=columns,
        note=f"Как считается: {passport.formula}.",
    )  # fmt: skip
