"""Where a value stands in a YAML file, for messages that name the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import yaml


@dataclass(frozen=True)
class YamlLines:
    """A YAML text with the lines of its parts; parsed when a line is first asked for."""

    text: str

    @cached_property
    def _root(self) -> yaml.Node | None:
        return yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def line_of(self, where: Sequence[str | int]) -> int:
        """Line (from 1) of the deepest part of a path that the file has.

        Parameters
        ----------
        where : sequence of str or int
            Keys and positions from the top: ``("indicators", 2, "unit")``.
        """
        node = self._root
        line = 1
        for step in where:
            inner = _child(node, step)
            if inner is None:
                break
            key_line, node = inner
            line = key_line
        return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None
