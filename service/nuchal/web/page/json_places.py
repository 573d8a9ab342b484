"""On which line of a JSON text the place lies that a FHIRPath names: errors are shown where they are."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from nuchal.errors import Problem

_STRING: Final = r'"(?:[^"\\]|\\.)*+"'
_MARK: Final = re.compile(
    rf'(?P<name>{_STRING})\s*+:|(?P<open>[{{\[])|(?P<close>[}}\]])|(?P<value>{_STRING}?|[^\s{{}}\[\],:"]+)',  # a string may lack its end
    re.DOTALL,
)
_STEP: Final = re.compile(r"([A-Za-z_]\w*)|\[(\d+)\]")
_TOLD: Final = re.compile(r"line (\d+), column \d+")
_FIELDS: Final = ("asOf", "subject", "detail")  # of the form, when they are not in the body
_AROUND: Final = 3  # lines before and behind
_MOST: Final = 2_000_000  # characters; in a longer text nobody looks for a line


@dataclass(slots=True)
class _Node:
    """A value of the text: the line on which it, or its name, begins, and what it holds."""

    line: int
    text: str = ""
    below: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Some lines of the text, from `first` on; the one at `line` is meant."""

    line: int
    first: int
    lines: tuple[str, ...]


class JsonPlaces:
    """The places of one text, which need not be right JSON: what can be told apart is found."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")

    def excerpt_of(self, problem: Problem) -> Excerpt | None:
        """The lines around the place that a problem names, None when it names none."""
        told = _TOLD.search(problem.message)
        if told:
            return self._excerpt(int(told[1]))
        if problem.expression is None or len(self._text) > _MOST:
            return None
        if problem.expression in _FIELDS and problem.expression not in self._root.below:
            return None
        return self._excerpt(self.line_of(problem.expression))

    def line_of(self, expression: str) -> int:
        """The line of the element at `expression`; of what it should be in, when it is not there."""
        steps = [name or index for name, index in _STEP.findall(expression)]
        node = self._start(steps[0])
        if steps[0] not in node.below:
            steps = steps[1:]  # the type of the resource
        for step in steps:
            if step not in node.below:
                break
            node = node.below[step]
        return node.line

    def _excerpt(self, line: int) -> Excerpt:
        first = max(1, line - _AROUND)
        return Excerpt(line=line, first=first, lines=tuple(self._lines[first - 1 : line + _AROUND]))

    def _start(self, step: str) -> _Node:
        """Where an expression starts that begins with `step`: a Bundle may lie in Parameters."""
        if step == "Bundle" and "parameter" in self._root.below:
            for parameter in self._root.below["parameter"].below.values():
                if "resource" in parameter.below and "name" in parameter.below and parameter.below["name"].text == '"bundle"':
                    return parameter.below["resource"]
        return self._root

    @cached_property
    def _root(self) -> _Node:
        ends = [found.start() for found in re.finditer("\n", self._text)]
        whole = _Node(1)
        path, name, line = [whole], None, None
        for found in _MARK.finditer(self._text):
            kind = found.lastgroup
            if kind == "close":
                if len(path) > 1:
                    path.pop()
                continue
            line = line or bisect_left(ends, found.start()) + 1
            if kind == "name":
                name = found["name"][1:-1]
                continue
            node = _Node(line, found["value"] or "")
            path[-1].below[str(len(path[-1].below)) if name is None else name] = node
            name = line = None
            if kind == "open":
                path.append(node)
        return whole.below.get("0", whole)
