"""Lines of the intake report for trouble that may repeat in thousands of cells."""

from __future__ import annotations

from msoko_lib.intake import rules_vpr as _rules  # noqa: F401  (registers the rules)
from msoko_lib.intake import rules_vpr_groups as _rules_groups  # noqa: F401
from msoko_lib.intake.fisoko_text import cell_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import REFUSING, all_rules
from msoko_lib.intake.workbook import Sheet

LINES_EACH = 10


class Findings:
    """Findings of one sheet: the first ten of a rule one by one, the rest in one line.

    A column with a wrong header maximum would otherwise give as many lines as pupils, and the
    report could not be read. The last line keeps the number, so nothing is dropped unsaid.
    """

    def __init__(self, reading: Reading, sheet: Sheet, context: ReadContext) -> None:
        self.reading = reading
        self.sheet = sheet
        self.context = context
        self._seen: dict[str, int] = {}
        self._said: set[tuple[object, ...]] = set()
        self._rest: dict[str, list[tuple[int, int]]] = {}
        self._gathered: dict[str, list[tuple[int, int]]] = {}

    def add(self, code: str, row: int | None = None, column: int = 0, /, **facts: object) -> None:
        """Add a line at a zero-based cell (or for the whole sheet)."""
        seen = self._seen.get(code, 0)
        self._seen[code] = seen + 1
        if row is not None and seen >= LINES_EACH:
            self._rest.setdefault(code, []).append((row, column))
            return
        self.reading.add(code, self.context.place(self.sheet, row, column), **facts)

    def once(self, code: str, row: int, column: int, /, **facts: object) -> None:
        """Add a line unless the same was said of this sheet already (in another row)."""
        said = (code, *sorted(facts.items()))
        if said not in self._said:
            self._said.add(said)
            self.add(code, row, column, **facts)

    def summary(self, code: str, places: list[tuple[int, int]], **facts: object) -> None:
        """Add one line for all ``places`` (none if there are none)."""
        if places:
            row, column = places[0]
            place = self.context.place(self.sheet, row, column)
            self.reading.add(code, place, n=len(places), cells=cell_list(places), **facts)

    def gather(self, code: str, row: int, column: int) -> None:
        """Remember a place for the one line that :meth:`close` adds for all of them."""
        self._gathered.setdefault(code, []).append((row, column))

    def close(self) -> None:
        """Add the gathered lines, and «ещё такие же» for what went beyond the first ten."""
        for code, places in self._gathered.items():
            self.summary(code, places)
        self._gathered.clear()
        rules = {rule.code: rule for rule in all_rules()}
        for code, places in self._rest.items():
            rule = rules[code]
            more = "vpr_more_refused" if rule.severity in REFUSING else "vpr_more_questions"
            self.summary(more, places, title=rule.title)
        self._rest.clear()
