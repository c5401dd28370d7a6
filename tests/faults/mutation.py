"""Do the tests notice a changed line? A random sample of changed lines, each tried by its tests.

A mutant is one small change in the source: a comparison, an operator, a number, a condition, an
``and``, a returned value. It is killed if one of the tests mapped to its file fails. The sample is
drawn by a seed from all mutants of the rooms; the share killed is printed with Wilson's interval.
``make mutation`` runs it.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from reliability_page import table, write_section

from msoko_lib.methods.intervals import wilson
from msoko_lib.versions import build_date

REPOSITORY = Path(__file__).resolve().parents[2]
SECTION = "мутации"
# Room → sources; a source's tests are those that import it, see tests_of.
ROOMS = {
    "методы": ["msoko_lib/methods/*.py"],
    "загрузка": ["msoko_lib/intake/*.py"],
    "защита чисел": ["msoko_lib/publication/*.py", "msoko_lib/methods/disclosure*.py",
                     "msoko_lib/methods/suppression.py", "msoko_lib/methods/sensitive_cells.py"],
}  # fmt: skip
# Beginning of a reader's name → kinds of its tests.
READERS = {
    "fisoko": ("fisoko", "vpr_rules", "check_vpr"), "vpr": ("vpr_rules", "fisoko", "check_vpr"),
    "check": ("check_vpr", "vpr_rules"), "gia": ("gia",), "exam": ("gia",),
    "directory": ("directory", "pipeline"), "school": ("directory",), "olympiad": ("olympiad",),
    "column": ("column_maps",), "map": ("column_maps",), "coordinate": ("sources_coordinates",),
    "noko": ("sources_noko",), "mkdo": ("sources_noko",), "teacher": ("sources_teachers",),
    "form": ("sources_rules", "pipeline"), "register": ("sources_rules", "pipeline"),
    "": ("real_variants_files", "sources", "pipeline"),
}  # fmt: skip
MOST_TESTS = 5
TIMEOUT_S = 300
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change of a file: the file, which of its changes, the line and what is changed."""

    room: str
    path: Path
    number: int
    line: int
    what: str

    @property
    def name(self) -> str:
        return f"{self.path.relative_to(REPOSITORY).as_posix()}:{self.line} {self.what}"

    @property
    def text(self) -> str:
        """The file with the change in it."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        _, _, change = next(itertools.islice(_changes(tree), self.number, None))
        change()
        return ast.unparse(tree)


def mutants_of(path: Path, room: str) -> list[Mutant]:
    """Every mutant of a file; texts for people, types and docstrings are left alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        Mutant(room, path, number, node.lineno, what)
        for number, (node, what, _) in enumerate(_changes(tree))
    ]


def _changes(tree: ast.AST):  # type: ignore[no-untyped-def]
    """Nodes that can be changed, each with words and a function that changes it in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for place, operator in enumerate(node.ops):
                other = COMPARED.get(type(operator))
                if other is not None:
                    what = f"{type(operator).__name__} → {other.__name__}"
                    yield node, what, lambda n=node, p=place, o=other: n.ops.__setitem__(p, o())
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATED and not _is_type(node):
            other = OPERATED[type(node.op)]
            what = f"{type(node.op).__name__} → {other.__name__}"
            yield node, what, lambda n=node, o=other: setattr(n, "op", o())
        elif isinstance(node, ast.BoolOp):
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            what = f"{type(node.op).__name__} → {other.__name__}"
            yield node, what, lambda n=node, o=other: setattr(n, "op", o())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, "Not removed", lambda n=node: _replace(n)
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
            new = not node.value if isinstance(node.value, bool) else node.value + 1
            yield node, f"{node.value} → {new}", lambda n=node, v=new: setattr(n, "value", v)
        elif isinstance(node, (ast.If, ast.IfExp)):
            yield node, "condition → False", lambda n=node: setattr(
                n, "test", ast.copy_location(ast.Constant(False), n.test))  # fmt: skip
        elif isinstance(node, (ast.Break, ast.Continue)):
            other = ast.Continue if isinstance(node, ast.Break) else ast.Break
            yield node, "Break ↔ Continue", lambda n=node, o=other: setattr(n, "__class__", o)


def _replace(node: ast.UnaryOp) -> None:
    node.op = ast.UAdd()
    node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    ast.fix_missing_locations(node)


def _is_type(node: ast.BinOp) -> bool:
    """``int | None`` is a type, no computation."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant) and side.value is None for side in sides
    )


def tests_of(path: Path) -> list[str]:
    """Test files of a source: of its own kind for readers, else those that import it."""
    room = path.parent.name
    if room == "intake":
        found = ["tests/unit/intake/test_every_refusal.py", *_of_readers(path.stem)]
    elif room == "publication" or path.stem.startswith(("disclosure", "suppression", "sensitive")):
        found = ["tests/oracles/test_disclosure.py"] * (room == "methods")
        found += sorted(_listed("tests/unit/publication/test_*.py"))
    else:
        found = _that_import(path)
    return list(dict.fromkeys(found))[:MOST_TESTS]


def _of_readers(stem: str) -> list[str]:
    """Tests of a kind of files; what many readers share is tried by the tests of several."""
    kinds = next(
        (kinds for prefix, kinds in READERS.items() if stem.startswith(prefix)), READERS[""]
    )
    return [
        name for kind in kinds for name in sorted(_listed(f"tests/unit/intake/test_{kind}*.py"))
    ]


def _listed(pattern: str) -> list[str]:
    return [path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob(pattern)]


def _that_import(path: Path) -> list[str]:
    """Tests that import a module of methods, or one that hands its names on, the nearest first."""
    folders = ("tests/oracles", "tests/unit/methods")
    tests = {
        name: (REPOSITORY / name).read_text(encoding="utf-8")
        for folder in folders
        for name in sorted(_listed(f"{folder}/test_*.py"))
    }
    sources = {each: each.read_text(encoding="utf-8") for each in sorted(path.parent.glob("*.py"))}
    level, seen, found = [path], {path}, []
    while level and len(found) < MOST_TESTS:
        found += [
            name for name, text in tests.items()
            if name not in found and any(_names(text, each) for each in level)
        ]  # fmt: skip
        level = [
            other for other, text in sources.items()
            if other not in seen and any(_names(text, each) for each in level)
        ]  # fmt: skip
        seen |= set(level)
    return found


def _names(text: str, path: Path) -> bool:
    """True if a source imports the module of a path."""
    *package, stem = path.relative_to(REPOSITORY).with_suffix("").parts
    dotted = re.escape(".".join(package))
    inside = rf"from {dotted}\.{stem} import|import {dotted}\.{stem}\b"
    return re.search(rf"{inside}|from {dotted} import [^\n]*\b{stem}\b", text) is not None


def is_killed(mutant: Mutant, place: Path) -> bool | None:
    """Run the tests of a mutant in a copy of the repository; None: it has no tests."""
    tests = tests_of(mutant.path)
    if not tests:
        return None
    file = place / mutant.path.relative_to(REPOSITORY)
    original = file.read_text(encoding="utf-8")
    file.write_text(mutant.text, encoding="utf-8")
    words = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", *tests]
    doctest = file.relative_to(place).as_posix()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, doctest],
            cwd=place, env={**os.environ, "PYTHONPATH": str(place)}, timeout=TIMEOUT_S,
            capture_output=True, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(original, encoding="utf-8")
    return done.returncode not in (0, 5)


def main() -> int:
    """Draw the sample, try it, write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=60, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    options = parser.parse_args()
    chance, tried = random.Random(options.seed), {}
    sample, totals = [], {}
    for room, patterns in ROOMS.items():
        paths = sorted({path for each in patterns for path in REPOSITORY.glob(each)})
        every = [mutant for path in paths for mutant in mutants_of(path, room)]
        totals[room] = len(every)
        sample.append(chance.sample(every, min(options.sample, len(every))))
    # By turns, so that a run that is stopped has tried every room alike.
    order = [mutant for group in zip(*sample, strict=False) for mutant in group]
    until = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="msoko-mutants-") as folder:
        place = Path(folder)
        for name in ("msoko_lib", "tests", "params", "notebooks", "docs"):
            shutil.copytree(REPOSITORY / name, place / name)
        for name in ("pyproject.toml", "README.md", "README.ru.md", "Makefile"):
            shutil.copy2(REPOSITORY / name, place / name)
        for mutant in order:
            if time.monotonic() > until:
                break
            tried[mutant.name] = (mutant.room, is_killed(mutant, place))
            print(tried[mutant.name], mutant.name, flush=True)
    write_section(SECTION, told(tried, totals, options.seed))
    return 0


def told(tried: dict[str, tuple[str, bool | None]], totals: dict[str, int], seed: int) -> str:
    """The section in Russian."""
    rows: list[tuple[object, ...]] = []
    for room, total in totals.items():
        mine = [killed for each, killed in tried.values() if each == room]
        n, killed_n = len(mine), sum(killed is True for killed in mine)
        if n:
            low, high = (100 * float(edge) for edge in wilson(killed_n, n))
            rows.append((room, total, n, killed_n, f"{100 * killed_n / n:.0f}",
                         f"{low:.0f}–{high:.0f}"))  # fmt: skip
    head = ("Часть", "Всего мутантов", "В выборке", "Замечено тестами", "Доля, %",
            "95 % интервал, %")  # fmt: skip
    alive = [f"- `{name}`" for name, (_, killed) in tried.items() if killed is not True]
    return f"""## Мутационные испытания

Одна строка программы меняется (знак сравнения, действие, число, условие), и тесты должны это
заметить. Из всех таких изменений взята случайная выборка (начальное число случая {seed}), поэтому
доля – с интервалом. На каждое изменение – не больше {MOST_TESTS} файлов тестов, ближайших к месту
изменения: остальные тесты могли бы заметить больше. Измерено {build_date():%d.%m.%Y}.
Повторить: `make mutation`.

{table(head, rows)}

Не замечены:

{chr(10).join(alive) or "- нет"}
"""


if __name__ == "__main__":
    sys.exit(main())
