"""Charts: they say what they must, their text fits, their colours survive grey print."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from msoko_lib.reporting import charts_grid, charts_marks, figures, style

LONG = "Муниципальное бюджетное общеобразовательное учреждение имени $героя$ <&>"


def units() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Наша школа", LONG, "Школа В"],
            "value": [0.61, 0.43, np.nan],
            "ci_low": [0.5, 0.3, np.nan],
            "ci_high": [0.71, 0.57, np.nan],
            "n": [89, 1_040, 3],
            "role": ["ours", "attention", "other"],
            "state": ["", "", "мало"],
        }
    )


def marks() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Наша школа", LONG, "Школа В"],
            "mark_2": [0.335, 0.0, np.nan],
            "mark_3": [0.335, 0.005, np.nan],
            "mark_4": [0.33, 0.005, np.nan],
            "mark_5": [0.0, 0.99, np.nan],
            "n": [89, 1_300_231, 3],
            "state": ["", "", "мало"],
        }
    )


def tasks() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["1К1. Соблюдение орфографических норм при списывании текста", "2", "15 (В)"],
            "value": [0.45, 0.8, np.nan],
            "reference": [0.61, 0.77, 0.2],
            "ci_low": [0.3, 0.7, np.nan],
            "ci_high": [0.5, 0.9, np.nan],
            "threshold": [0.6, 0.6, np.nan],
            "attention": [True, False, False],
        }
    )


def counts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["моложе 25 лет", LONG, "65 лет и старше"],
            "value": [12, 1_040, np.nan],
            "ci_low": [8, np.nan, np.nan],
            "ci_high": [17, np.nan, np.nan],
            "role": ["ours", "attention", "other"],
            "note": ["1 %", "99 %", ""],
            "state": ["", "", "мало"],
        }
    )


def years() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": ["наша школа"] * 3 + ["муниципалитет"] * 3,
            "year": ["2022/23", "2023/24", "2024/25"] * 2,
            "value": [0.5, 0.4, 0.6, 0.6, 0.6, 0.6],
            "ci_low": [0.4, 0.3, 0.5] + [np.nan] * 3,
            "ci_high": [0.6, 0.5, 0.7] + [np.nan] * 3,
            "n": [80, 85, 90] + [1_000] * 3,
            "role": ["ours"] * 3 + ["similar"] * 3,
            "comparable": [False, True, True] * 2,
        }
    )


def scores() -> pd.DataFrame:
    share = np.full(26, 1 / 26)
    return pd.DataFrame({"score": np.arange(26), "share": share, "reference": share})


def words() -> pd.DataFrame:
    cells = itertools.product(["Наша школа", LONG], ["Окружающий мир, 4 класс", "Математика, 5"])
    return pd.DataFrame(
        [
            (*cell, "61 %", mark)
            for cell, mark in zip(cells, ["up", "attention", "same", "few"], strict=True)
        ],
        columns=["unit", "work", "text", "mark"],
    )


def ranked() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Школа В", LONG, "Наша школа"],
            "value": [0.05, -0.3, 0.4],
            "ci_low": [-0.2, -0.5, 0.1],
            "ci_high": [0.3, -0.1, 0.7],
            "bar_low": [-0.1, -0.4, 0.2],
            "bar_high": [0.2, -0.2, 0.6],
            "n": [20, 1_040, 89],
            "rank_low": [1, 2, 1],
            "rank_high": [3, 3, 2],
            "role": ["similar", "attention", "ours"],
        }
    )


def points() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Школа А", "Школа Б", "Школа имени $героя$ <&>", "Школа Г"],
            "x": [20, 21, 800, 300],
            "y": [40.0, 40.2, 60.0, 50.0],
            "group": ["сельские", "сельские", "городские", "городские"],
        }
    )


def panels() -> list:
    return [(f"{LONG} {i}", lambda axes: figures.draw_trend(axes, years())) for i in range(4)]


def plane() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": [40.0, 40.5, 41.0, 62.0, np.nan],
            "y": [0.4, 0.4, 0.41, 0.02, 0.5],
            "y_low": [0.3, 0.3, 0.3, 0.0, 0.4],
            "y_high": [0.5, 0.5, 0.5, 0.1, 0.6],
            "label": ["Лесная СОШ", "Полевая СОШ", "", "Гимназия $1$", "Без индекса"],
            "role": ["attention", "attention", "ours", "other", "other"],
        }
    )


HEAD = {"title": f"Находка: {LONG} {LONG}", "subtitle": f"Что измерено: {LONG} {LONG}"}
CHARTS = {
    "dots": lambda: figures.dot_with_interval(
        units(), references={"муниципалитет": 0.7, "регион": 0.69}, **HEAD
    ),
    "marks": lambda: figures.stacked_marks(marks(), **HEAD),
    "bars": lambda: figures.bars(
        counts(), value_header="педагогов", note_header="доля всех педагогов", **HEAD
    ),
    "dumbbell": lambda: figures.dumbbell(
        tasks(),
        ours_name="наша школа",
        reference_name="муниципалитет",
        threshold_name="достаточный уровень",
        **HEAD,
    ),
    "trend": lambda: figures.trend(years(), incomparable_note="осень 2022 г.", **HEAD),
    "scores": lambda: figures.score_distribution(scores(), boundaries={3: 8, 4: 15, 5: 21}, **HEAD),
    "words": lambda: figures.heat_map(words(), ours="Наша школа", **HEAD),
    "corners": lambda: figures.corners(
        plane(),
        x_label="Индекс",
        y_label="Доля",
        x_border=figures.Border(43, "граница"),
        y_border=figures.Border(0.3, "граница"),
        names=("Трудные и низкие", "Низкие", "Трудные", "Остальные"),
        legend=[("attention", "низкие результаты")],
        **HEAD,
    ),
    "ranked": lambda: figures.caterpillar(ranked(), **HEAD),
    "points": lambda: figures.labelled_points(
        points(), x_label="учеников", y_label="индекс", log_x=True, lines={"трудные": 43.0}, **HEAD
    ),
    "small": lambda: figures.small_multiples(panels(), legend=[("ours", "наша школа")], **HEAD),
}


def drawn(figure: Figure) -> list[Text]:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    unseen = {id(label) for axes in figure.axes for label in ticks_out_of_sight(axes)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in unseen
    ]


def ticks_out_of_sight(axes: Axes) -> list[Text]:
    """Labels that matplotlib keeps beyond the limits and does not draw."""
    found = []
    for place, (labels, limits) in enumerate(
        ((axes.get_xticklabels(), axes.get_xlim()), (axes.get_yticklabels(), axes.get_ylim()))
    ):
        low, high = sorted(limits)
        found += [label for label in labels if not low <= label.get_position()[place] <= high]
    return found


def texts(figure: Figure) -> set[str]:
    return {text.get_text().replace("\u00a0", " ") for text in drawn(figure)}


@pytest.mark.parametrize("make", CHARTS.values(), ids=CHARTS)
def test_no_text_leaves_the_figure(make: object) -> None:
    figure = make()  # type: ignore[operator]
    width, height = figure.canvas.get_width_height()
    for text in drawn(figure):
        box = text.get_window_extent()
        assert box.x0 >= -2 and box.x1 <= width + 2, text.get_text()
        assert box.y0 >= -2 and box.y1 <= height + 2, text.get_text()


def test_units_are_ranked_by_value_and_a_place_has_its_interval() -> None:
    figure = CHARTS["ranked"]()
    labels = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert labels[0] == "Наша школа" and labels[1] == "Школа В"
    assert {"1–2", "1–3", "2–3", "89", "20", "1 040", "место, интервал"} <= texts(figure)
    places = [text for text in texts(figure) if text in ("1", "2", "3")]
    assert places == []


def test_both_intervals_of_a_ranked_unit_are_drawn() -> None:
    figure = figures.caterpillar(ranked())
    drawn_lines = [tuple(line.get_xdata()) for line in figure.axes[0].lines]
    for row in ranked().itertuples():
        assert (row.ci_low, row.ci_high) in drawn_lines
        assert (row.bar_low, row.bar_high) in drawn_lines


def test_names_of_points_cover_neither_points_nor_each_other() -> None:
    figure = CHARTS["points"]()
    axes = figure.axes[0]
    named = [text for text in drawn(figure) if text.get_text() in set(points()["label"])]
    assert len(named) >= 3
    boxes = [text.get_window_extent() for text in named]
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    dots = axes.transData.transform(points()[["x", "y"]].to_numpy(dtype=float))
    for box in boxes:
        assert not any(box.contains(x, y) for x, y in dots)


def test_groups_of_points_differ_by_shape_and_stand_in_the_legend() -> None:
    figure = CHARTS["points"]()
    shapes = {line.get_marker() for line in figure.axes[0].lines if line.get_linestyle() == "None"}
    assert len(shapes) == 2
    assert {"сельские", "городские", "трудные"} <= texts(figure)


@pytest.mark.parametrize("make", CHARTS.values(), ids=CHARTS)
def test_heading_is_printed_and_a_dollar_is_a_dollar(make: object) -> None:
    said = " ".join(texts(make()))  # type: ignore[operator]
    assert "Находка" in said and "Что измерено" in said
    assert "$героя$ <&>" in said.replace("\n", " ")


def test_values_n_state_and_reference_are_printed() -> None:
    said = texts(CHARTS["dots"]())
    assert {
        "61 %",
        "43 %",
        "мало",
        "89",
        "1 040",
        "3",
        "муниципалитет: 70 %",
        "регион: 69 %",
    } <= said


def test_bars_start_at_nought_and_say_their_numbers() -> None:
    figure = figures.bars(counts(), note_header="доля")
    (axes,) = figure.axes
    assert axes.get_xlim()[0] == 0
    assert [patch.get_width() for patch in axes.patches] == [12, 1_040]
    assert {"12", "1 040", "мало", "99 %"} <= texts(figure)


def test_intervals_are_drawn_where_they_were_given() -> None:
    figure = figures.dot_with_interval(units())
    lines = [line.get_xdata() for line in figure.axes[0].lines]
    assert [0.5, 0.71] in [list(line) for line in lines]
    assert len([line for line in lines if len(line) == 2]) == 2


def test_printed_parts_of_a_bar_add_up_to_100() -> None:
    figure = figures.stacked_marks(marks().head(1))
    printed = [int(text) for text in texts(figure) if text.isdigit() and text != "89"]
    assert sum(printed) == 34 + 33 and sorted(
        int(text.get_text())
        for text in drawn(figure)
        if text.get_text().isdigit() and text.get_text() != "89"
    ) == [33, 33, 34]


def test_names_of_marks_do_not_overlap_when_parts_are_narrow() -> None:
    figure = figures.stacked_marks(marks().iloc[1:2])
    boxes = sorted(
        (text.get_window_extent().x0, text.get_window_extent().x1)
        for text in drawn(figure)
        if text.get_text() in ("«2»", "«3»", "«4»", "«5»")
    )
    assert len(boxes) == 4
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(boxes))


def test_years_that_cannot_be_compared_are_not_joined() -> None:
    figure = figures.trend(years())
    joins = [
        list(line.get_xdata())
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]
    ]
    assert joins == [[1, 2], [1, 2]]


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    frame = years().assign(value=0.5)
    boxes = sorted(
        (text.get_window_extent().y0, text.get_window_extent().y1)
        for text in drawn(figures.trend(frame))
        if ": 50" in text.get_text()
    )
    assert len(boxes) == 2 and boxes[0][1] <= boxes[1][0] + 1


def test_names_of_points_that_lie_together_do_not_overlap() -> None:
    named = [text for text in drawn(CHARTS["corners"]()) if "СОШ" in text.get_text()]
    assert {text.get_text() for text in named} == {"Лесная СОШ", "Полевая СОШ"}
    one, other = (text.get_window_extent() for text in named)
    assert not one.overlaps(other)


def test_a_unit_without_a_measure_is_not_on_the_plane() -> None:
    said = texts(CHARTS["corners"]())
    assert "Без индекса" not in said and "граница: 30 %" in said


def test_small_multiples_share_one_scale() -> None:
    figure = figures.small_multiples(
        [
            ("а", lambda axes: axes.plot([0, 1], [0, 10])),
            ("б", lambda axes: axes.plot([0, 1], [5, 40])),
        ]
    )
    limits = {axes.get_ylim() for axes in figure.axes}
    assert len(limits) == 1 and next(iter(limits))[1] >= 40


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.dot_with_interval(units().drop(columns="n")), "needs the columns"),
        (lambda: figures.stacked_marks(marks().head(0)), "empty frame"),
        (lambda: figures.dot_with_interval(units().assign(role="hero")), "a role is one of"),
        (lambda: figures.heat_map(words().assign(mark="bad")), "a mark is one of"),
        (lambda: figures.small_multiples([]), "no panels"),
        (lambda: figures.caterpillar(ranked().drop(columns="rank_low")), "needs the columns"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        (style.INK, "white"),
        (style.MUTED_TEXT, "white"),
        (style.ACCENT, "white"),
        *zip(charts_marks._MARK_INK, charts_marks._MARK_COLORS, strict=True),
        *[(charts_grid._INK[mark], charts_grid._FILL[mark]) for mark in charts_grid._FILL],
    ],
)
def test_text_is_readable_by_wcag_aa(ink: str, paper: str) -> None:
    assert contrast(ink, paper) >= 4.5


def test_neighbouring_parts_of_a_bar_differ_in_grey_print() -> None:
    grey = [luminance(color) ** (1 / 2.2) for color in charts_marks._MARK_COLORS]
    assert all(abs(a - b) > 0.1 for a, b in itertools.pairwise(grey))


def test_roles_differ_by_shape_as_well_as_colour() -> None:
    looks = style.LOOKS.values()
    assert len({look.marker for look in looks}) == len(looks)
    assert len({look.color for look in looks}) == len(looks)


def test_charts_leave_the_settings_of_matplotlib_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    CHARTS["marks"]()
    assert dict(mpl.rcParams) == before
