"""Write docs/calibration.html and docs/calibration.csv from the simulations."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

import msoko_lib
from msoko_lib.calibration.registry import SIMULATIONS, Entry, load_all, run
from msoko_lib.methods.rounding import half_up

DOCS = Path(__file__).resolve().parents[2] / "docs"

MEASURE_NAMES = {
    "false_flag_rate": "ложные отметки, %",
    "power": "мощность, %",
    "bias": "смещение",
    "coverage": "накрытие, %",
    "silent_rate": "«недостаточно данных», %",
}

STYLE = """
body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:#1a1a1a;
max-width:960px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin-bottom:.3rem}h2{font-size:1.2rem;margin-top:2.4rem;
border-top:1px solid #ccc;padding-top:.8rem}p,ul{max-width:720px}
table{border-collapse:collapse;margin:.8rem 0;font-size:.9rem}
caption{text-align:left;color:#555;padding-bottom:.3rem}
th,td{padding:.25rem .6rem;border-bottom:1px solid #e2e2e2;text-align:right;white-space:nowrap}
th[scope=row],thead th:first-child{text-align:left;white-space:normal;font-weight:400}
td small{color:#666}td.out{font-weight:600}td.out::before{content:"▼ ";color:#b85c00}
@media print{body{font-size:10.5pt;margin:0}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def decimal(value: float, places: int) -> str:
    """Number with a comma and a proper minus, rounded half up."""
    text = f"{half_up(value, places):.{places}f}"
    return text.replace("-", "−").replace(".", ",")


def cell(row: pd.Series) -> str:
    """One value with its Monte Carlo error as a table cell; outside its band it is marked."""
    if pd.isna(row["value"]):
        return "<td>—</td>"
    factor, places = (1, 3) if row["measure"] == "bias" else (100, 1)
    value = decimal(row["value"] * factor, places)
    error = row["monte_carlo_se"] * factor
    small = f" <small>±{decimal(error, places)}</small>" if error > 0 else ""
    mark = ' class="out"' if row["verdict"] == "outside" else ""
    return f"<td{mark}>{value}{small}</td>"


def band_text(row: pd.Series) -> str:
    """The band a value should lie in, in the unit of the table."""
    if pd.isna(row["band_low"]):
        return "для сведения"
    factor, places = (1, 2) if row["measure"] == "bias" else (100, 1)
    low, high = (decimal(row[name] * factor, places) for name in ("band_low", "band_high"))
    return f"{low}…{high}"


def section(entry: Entry, table: pd.DataFrame) -> str:
    """Heading, meaning and table of one simulation: a row per variant, measure and J."""
    sizes = sorted(table["n"].dropna().unique())
    head = "".join(f'<th scope="col">n&nbsp;=&nbsp;{n}</th>' for n in sizes)
    with_schools = table["J"].notna().any()
    schools_head = '<th scope="col">школ</th>' if with_schools else ""
    lines = []
    keys = ["simulation", "measure", "J"]
    for (name, measure, schools), part in table.groupby(keys, sort=False, dropna=False):
        variant = entry.labels.get(str(name).partition(": ")[2], "")
        label = f"{variant}: {MEASURE_NAMES[measure]}" if variant else MEASURE_NAMES[measure]
        judged = part[part["band_low"].notna()]
        bands = list(dict.fromkeys(band_text(row) for _, row in judged.iterrows()))
        by_size = {row["n"]: cell(row) for _, row in part.iterrows()}
        schools_cell = f"<td>{schools}</td>" if with_schools else ""
        lines.append(
            f'<tr><th scope="row">{escape(label)}</th>{schools_cell}'
            + "".join(by_size.get(n, "<td>—</td>") for n in sizes)
            + f"<td>{'; '.join(bands) or 'для сведения'}</td></tr>"
        )
    runs = int(table["runs"].max())
    how = f"Повторений в каждой клетке: до {runs}." if runs > 1 else "Точный расчёт."
    return (
        f'<h2 id="{entry.name}">{escape(entry.title)}</h2><p>{escape(entry.meaning)}</p>'
        f"<table><caption>{how}</caption><thead><tr>"
        f'<th scope="col">показатель</th>{schools_head}{head}<th scope="col">полоса</th>'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def page(results: dict[str, pd.DataFrame], quick: bool) -> str:
    """The whole page."""
    everything = pd.concat(results.values(), ignore_index=True)
    judged = everything[everything["verdict"] != "report"]
    outside = int((judged["verdict"] == "outside").sum())
    found = (
        "Все значения лежат в своих полосах."
        if outside == 0
        else f"Вне полосы: {outside} из {len(judged)}; они отмечены знаком ▼."
    )
    size = " Это быстрый вариант с малым числом повторений." if quick else ""
    contents = "".join(
        f'<li><a href="#{name}">{escape(SIMULATIONS[name].title)}</a></li>' for name in results
    )
    body = "".join(section(SIMULATIONS[name], table) for name, table in results.items())
    return (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Проверка методов на данных с известным ответом</title><style>{STYLE}</style>"
        "</head><body><h1>Проверка методов на данных с известным ответом</h1>"
        "<p>Каждый метод запущен много раз на придуманных муниципалитетах, где правда известна: "
        "никто не нарушал, или нарушение внесено нарочно. Так видно, как часто метод ошибается и "
        f"как часто молчит.</p><p><b>{found}</b> Сверено значений: {len(judged)}.{size}</p>"
        "<ul><li><b>Ложные отметки</b> — как часто отмечено то, чего нет. Меньше — лучше.</li>"
        "<li><b>Мощность</b> — как часто найдено то, что есть. Больше — лучше; при малом n она "
        "низкая, и тогда отсутствие отметки ничего не доказывает.</li>"
        "<li><b>Накрытие</b> — как часто 95-процентный интервал содержит истину. Около 95 % — "
        "хорошо.</li><li><b>Смещение</b> — средняя ошибка. Около нуля — хорошо.</li>"
        "<li>После знака ± стоит ошибка самой проверки (ошибка Монте-Карло): она тем меньше, чем "
        "больше повторений. Значение считается вышедшим из полосы, если выходит больше чем на три "
        "такие ошибки.</li>"
        "<li><b>J</b> — число школ, <b>n</b> — число учеников или результатов в школе.</li></ul>"
        f"<ol>{contents}</ol>{body}"
        f"<p><small>msoko {escape(msoko_lib.__version__)}. Те же числа: "
        "calibration.csv.</small></p>"
        "</body></html>\n"
    )


def main(arguments: Sequence[str] | None = None) -> pd.DataFrame:
    """Run the simulations and write the page and its numbers.

    Parameters
    ----------
    arguments : sequence of str, optional
        ``--quick`` (size of the tests), ``--only NAME …``, ``--out FOLDER``.

    Returns
    -------
    DataFrame
        All rows, as written to calibration.csv.
    """
    names = load_all()
    parser = argparse.ArgumentParser(prog="python -m msoko_lib.calibration")
    parser.add_argument("--quick", action="store_true", help="малое число повторений")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help="только эти")
    parser.add_argument("--out", type=Path, default=DOCS, help="папка для страницы")
    options = parser.parse_args(arguments)
    results = {}
    chosen = options.only or names
    for number, name in enumerate(chosen, start=1):
        started = time.perf_counter()
        results[name] = run(name, quick=options.quick)
        seconds = time.perf_counter() - started
        print(f"{number}/{len(chosen)} {name}: {seconds:.1f} s", file=sys.stderr, flush=True)
    everything = pd.concat(results.values(), ignore_index=True)
    options.out.mkdir(parents=True, exist_ok=True)
    everything.to_csv(options.out / "calibration.csv", index=False, float_format="%.6g")
    html = page(results, options.quick)
    (options.out / "calibration.html").write_text(html, encoding="utf-8")
    outside = everything[everything["verdict"] == "outside"]
    print(f"rows: {len(everything)}, outside their band: {len(outside)}", file=sys.stderr)
    return everything
