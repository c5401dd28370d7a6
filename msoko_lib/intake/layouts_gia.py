"""Layouts of this room in the order in which they are asked."""

from __future__ import annotations

from msoko_lib.intake import rules_directory as _rules_directory  # noqa: F401
from msoko_lib.intake import rules_gia as _rules_gia  # noqa: F401  (these register the rules)
from msoko_lib.intake import rules_lists as _rules_lists  # noqa: F401
from msoko_lib.intake import rules_maps as _rules_maps  # noqa: F401
from msoko_lib.intake.directory_reader import LAYOUT as DIRECTORY
from msoko_lib.intake.directory_reader import read_directory, recognises_directory
from msoko_lib.intake.gia_appeals import LAYOUT as APPEALS
from msoko_lib.intake.gia_appeals import read_appeals, recognises_appeals
from msoko_lib.intake.gia_protocol import LAYOUT as PROTOCOL
from msoko_lib.intake.gia_protocol import read_protocol, recognises_protocol
from msoko_lib.intake.medals import LAYOUT as MEDALS
from msoko_lib.intake.medals import read_medals, recognises_medals
from msoko_lib.intake.olympiad import LAYOUT as OLYMPIAD
from msoko_lib.intake.olympiad import read_olympiad, recognises_olympiad
from msoko_lib.intake.reading import Layout

LAYOUTS: list[Layout] = [
    # First of all: every other reader asks what it holds.
    Layout(DIRECTORY, "Справочник ОО", recognises_directory, read_directory, order=0),
    Layout(APPEALS, "Апелляции ЕГЭ или ОГЭ", recognises_appeals, read_appeals, order=40),
    Layout(PROTOCOL, "Протокол ЕГЭ, ОГЭ или ГВЭ", recognises_protocol, read_protocol, order=50),
    Layout(MEDALS, "Претенденты на медаль", recognises_medals, read_medals, order=60),
    Layout(OLYMPIAD, "Протокол ВсОШ", recognises_olympiad, read_olympiad, order=70),
]
