"""The path from findings through criteria to conclusions, laid out for a picture."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Final

from nuchal.assessment.model import Criterion, CriterionRole, CriterionState
from nuchal.fhir.context import Context
from nuchal.fhir.phrases import statement
from nuchal.rules.model import RedFlag
from nuchal.web.page.criteria_shown import ShownRule

_WIDTH: Final = 240  # of a box, in units of the picture
_GAP: Final = 90
_LINE: Final = 17
_PADDING: Final = 8
_SPACE: Final = 12
_LETTERS: Final = 30  # on a line of a box
_MOST: Final = 3  # red flags, and causes: more lines than that nobody follows


@dataclass(slots=True, eq=False)
class Box:
    """One box: a finding, a criterion or a conclusion."""

    kind: str
    lines: list[str]
    x: int
    y: float = 0
    sources: list["Box"] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Its width."""
        return _WIDTH

    @property
    def height(self) -> int:
        """Its height."""
        return _LINE * len(self.lines) + 2 * _PADDING

    @property
    def middle(self) -> float:
        """Where lines begin and end."""
        return self.y + self.height / 2

    @property
    def text_lines(self) -> list[tuple[float, str]]:
        """Each line of the text and where it stands."""
        return [(self.y + _PADDING + _LINE * (number + 0.75), line) for number, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture; `is_part` when there are more conclusions than it shows."""

    columns: tuple[Sequence[Box], ...]
    is_part: bool

    @property
    def width(self) -> int:
        """The width of the whole."""
        return 3 * _WIDTH + 2 * _GAP + 2

    @property
    def height(self) -> float:
        """The height of the whole."""
        return max(column[-1].y + column[-1].height for column in self.columns if column) + 2

    @property
    def edges(self) -> list[tuple[Box, Box]]:
        """What leads to what."""
        return [(source, box) for column in self.columns for box in column for source in box.sources]


def path_graph(context: Context, flags: Sequence[ShownRule], causes: Sequence[ShownRule]) -> Graph | None:
    """What the first raised flags and causes rest on: met criteria only. None when nothing is concluded."""
    findings: dict[str, Box] = {}
    criteria: dict[str, Box] = {}
    conclusions = []
    for shown in (*flags[:_MOST], *causes[:_MOST]):
        conclusion = _box("flag" if isinstance(shown.rule, RedFlag) else "cause", shown.rule.title, 2)
        conclusion.sources = [_criterion(context, each, criteria, findings) for each in _met(shown.criteria)]
        conclusions.append(conclusion)
    if not conclusions:
        return None
    columns = (list(findings.values()), list(criteria.values()), conclusions)
    _lay_out(*columns)
    return Graph(columns, is_part=len(flags) > _MOST or len(causes) > _MOST)


def _met(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria that carry a conclusion, each text once; those that only list a cause when there are no others."""
    met = {each.text: each for each in criteria if each.state is CriterionState.MET and each.role is not CriterionRole.EXCLUDING}
    carrying = [each for each in met.values() if each.role is not CriterionRole.CARDINAL]
    return carrying or list(met.values())


def _criterion(context: Context, criterion: Criterion, criteria: dict[str, Box], findings: dict[str, Box]) -> Box:
    if criterion.text not in criteria:
        criteria[criterion.text] = box = _box("criterion", criterion.text, 1)
        for said in dict.fromkeys(statement(finding, context.vocabulary) for finding in criterion.evidence):
            box.sources.append(findings.setdefault(said, _box("finding", said, 0)))
    return criteria[criterion.text]


def _box(kind: str, text: str, column: int) -> Box:
    return Box(kind, textwrap.wrap(text, _LETTERS, max_lines=3, placeholder=" …"), 1 + column * (_WIDTH + _GAP))


def _lay_out(findings: list[Box], criteria: list[Box], conclusions: list[Box]) -> None:
    """Criteria one below the other, findings and conclusions near the middle of the criteria that they belong to."""
    _stack(criteria, {})
    _stack(findings, {id(box): [each.middle for each in criteria if box in each.sources] for box in findings})
    _stack(conclusions, {id(box): [source.middle for source in box.sources] for box in conclusions})


def _stack(boxes: list[Box], wanted: Mapping[int, Sequence[float]]) -> None:
    """Place `boxes` below each other, each near the mean of the heights that are `wanted` for it."""
    below = 1.0
    boxes.sort(key=lambda box: mean(wanted.get(id(box)) or [0]))
    for box in boxes:
        heights = wanted.get(id(box))
        box.y = max(below, mean(heights) - box.height / 2) if heights else below
        below = box.y + box.height + _SPACE
