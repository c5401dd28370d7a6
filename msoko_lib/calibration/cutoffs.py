"""Bunching at mark cut-offs: silence where nobody moved a pupil, sound where somebody did."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.calibration.registry import Plan, proportion_row, rows, simulation
from msoko_lib.methods.bunching import bunching_by_school, share_moved

TOP = 25
CUTOFFS = (8, 14, 20)
MOVED = 0.40
SHAPES = ("smooth", "even scores", "comb of two", "comb of three", "round scores")


def score_shares(shape: str = "smooth") -> np.ndarray:
    """Shares of the scores 0…25 of an honest reference, with a habit or a comb on top."""
    score = np.arange(TOP + 1)
    factors = {
        "smooth": np.ones(TOP + 1),
        "even scores": 1 + 0.3 * (score % 2 == 0),
        "comb of two": np.where(score % 2 == 0, 1.6, 0.4),
        "comb of three": np.array([1.5, 0.7, 0.8])[score % 3],
        "round scores": 1 + 0.8 * (score % 5 == 0),
    }
    shares = stats.norm.pdf(score, 13, 5) * factors[shape]
    return np.asarray(shares / shares.sum())


def move_up(counts: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Counts after a share of those one or two points below each cut-off was lifted onto it."""
    moved = counts.copy()
    for cutoff in CUTOFFS:
        for below in (cutoff - 1, cutoff - 2):
            lifted = rng.binomial(moved[..., below], share)
            moved[..., below] -= lifted
            moved[..., cutoff] += lifted
    return moved


@simulation(
    "share_moved",
    title="Пики у границ отметок по муниципалитету или региону",
    meaning="n — число результатов. Ложные отметки: доля границ с p < 0,05 там, где никого не "
    "переводили через границу; проверено на гладком распределении, на привычке к чётным или "
    "круглым баллам и на «гребёнке» закрытых заданий. Мощность: доля границ с выводом «пик», когда "
    "переведены 40 % учеников, которым не хватило одного-двух баллов. Накрытие и смещение — для "
    "доли переведённых.",
    runs=300,
    quick_runs=40,
    schools=(1,),
    pupils=(1000, 3000, 20_000),
    quick_schools=(1,),
    quick_pupils=(3000,),
    labels={
        "smooth": "гладкое распределение",
        "even scores": "привычка к чётным баллам",
        "comb of two": "гребёнка: задания по два балла",
        "comb of three": "гребёнка: задания по три балла",
        "round scores": "привычка к круглым баллам",
    },
)
def municipal_bunching(plan: Plan) -> pd.DataFrame:
    """False flags, power, coverage and bias of ``share_moved``."""
    records = []
    for n in plan.pupils:
        for number, shape in enumerate(SHAPES):
            rng = plan.rng(10, n, number)
            false, found, covered, error = [], [], [], []
            for _ in range(plan.runs):
                counts = rng.multinomial(n, score_shares(shape))
                clean = share_moved(counts, CUTOFFS, draws=2).table
                false.append((clean["p_value"] < 0.05).mean())
                lifted = share_moved(move_up(counts, MOVED, rng), CUTOFFS, draws=100).table
                found.append((lifted["verdict"] == "threshold").mean())
                covered.append(lifted["ci_low"].le(MOVED) & lifted["ci_high"].ge(MOVED))
                error.append(lifted["share_moved"].mean() - MOVED)
            name = f"share_moved: {shape}"
            power_band = (0.80, 1.0) if n >= 3000 else None
            records += [
                proportion_row(name, "false_flag_rate", false, (0.0, 0.05), pupils=n),
                proportion_row(name, "power", found, power_band, pupils=n),
                proportion_row(name, "coverage", np.mean(covered, axis=1), (0.90, 1.0), pupils=n),
                proportion_row(name, "bias", error, (-0.05, 0.05), pupils=n),
            ]
    return rows(records)


def school_frame(counts: np.ndarray) -> pd.DataFrame:
    """Pupil rows of a table of counts, shape (schools, scores)."""
    school, score = np.indices(counts.shape)
    return pd.DataFrame(
        {
            "school": np.repeat(school.ravel(), counts.ravel()),
            "score": np.repeat(score.ravel(), counts.ravel()),
        }
    )


@simulation(
    "school_bunching",
    title="Пики у границ отметок в одной школе",
    meaning="n — число результатов школы рядом с границами отметок (в пределах двух баллов снизу), "
    "собранное по всем работам. Ложные отметки: доля муниципалитетов, где отмечена хоть одна "
    "честная школа (это и есть доля ложных открытий, когда нарушений нет). Мощность: как часто "
    "отмечена одна школа, где переведены 40 %, с поправкой на число школ. Молчание: доля школ, о "
    "которых сказано «недостаточно данных»; при n = 15 молчать нужно всегда.",
    runs=200,
    quick_runs=20,
    pupils=(15, 25, 50, 100),
    quick_schools=(30,),
)
def school_bunching_sim(plan: Plan) -> pd.DataFrame:
    """False discoveries, power and silence of ``bunching_by_school`` with a regional reference."""
    shares = score_shares()
    near = np.concatenate([np.arange(c - 2, c + 1) for c in CUTOFFS])
    inside = np.zeros(TOP + 1)
    inside[near] = shares[near] / shares[near].sum()
    reference = np.rint(shares * 1e6).astype(int)
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            rng = plan.rng(11, j, n)
            false, found, silent = [], [], []
            for _ in range(plan.runs):
                counts = rng.multinomial(n, inside, size=j)
                table = bunching_by_school(school_frame(counts), CUTOFFS, reference)
                false.append(table["flagged"].any())
                silent.append((table["status"] == "not_enough_data").mean())
                counts[0] = move_up(counts[0], MOVED, rng)
                table = bunching_by_school(school_frame(counts), CUTOFFS, reference)
                found.append(table.set_index("school").loc[0, "flagged"])
            cell = {"schools": j, "pupils": n}
            name = "school_bunching"
            silent_band = (1.0, 1.0) if n <= 15 else (0.0, 0.0) if n >= 50 else None
            power_band = (0.80, 1.0) if n >= 50 else None
            records += [
                proportion_row(name, "false_flag_rate", false, (0.0, 0.05), **cell),
                proportion_row(name, "power", found, power_band, **cell),
                proportion_row(name, "silent_rate", silent, silent_band, **cell),
            ]
    return rows(records)
