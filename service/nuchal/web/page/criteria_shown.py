"""Rules with their criteria as tables, each statement with a link to the resource that it came from."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from nuchal.assessment.model import Criterion, CriterionRole, CriterionState, ListedCause, RaisedFlag
from nuchal.fhir.basis import cause_reason, flag_basis
from nuchal.fhir.concepts import CERTAINTY
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import plain
from nuchal.fhir.phrases import statement
from nuchal.findings import Finding
from nuchal.intake.entries import resource_of
from nuchal.rules.model import Cause, RedFlag

_HEADINGS: Final = {
    CriterionRole.WHEN: "Raised when",
    CriterionRole.REQUIRED: "Required",
    CriterionRole.GROUP: "Criteria",
    CriterionRole.CONFIRMATORY: "Confirming",
    CriterionRole.CARDINAL: "Listed when one of these is met",
    CriterionRole.SUPPORTING: "Speaks for it",
    CriterionRole.EXCLUDING: "Speaks against it",
    CriterionRole.CONTRAINDICATION: "Withheld when one of these is met",
    CriterionRole.CAUTION: "A caution when one of these is met",
}
_MOST_ORIGINS: Final = 6
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """A resource of the input; `anchor` is where the page shows it, None when it is not in the input."""

    label: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing that was stated, with the first resources that state it; `more` counts the others."""

    said: str
    origins: tuple[Origin, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion."""

    state: CriterionState
    text: str
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The criteria of one role or group; `met` of `rows` are met."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def met(self) -> int:
        """How many are met."""
        return sum(row.state is CriterionState.MET for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule as it applies to the patient: `label` says what came of it, `basis` why."""

    rule: RedFlag | Cause
    speed: str
    label: str
    basis: str
    advice: tuple[tuple[str, str], ...]
    criteria: tuple[Criterion, ...]
    tables: tuple[Table, ...]


def shown_flag(context: Context, raised: RaisedFlag) -> ShownRule:
    """A raised red flag."""
    return ShownRule(
        rule=raised.flag,
        speed=raised.flag.disposition,
        label="raised",
        basis=flag_basis(context, raised),
        advice=_advice(("False positives", " ".join(raised.flag.false_positives))),
        criteria=raised.criteria,
        tables=tables(context, raised.criteria),
    )


def shown_cause(context: Context, listed: ListedCause) -> ShownRule:
    """A listed cause."""
    return ShownRule(
        rule=listed.cause,
        speed=listed.cause.urgency,
        label=CERTAINTY[listed.certainty] + (", known" if listed.known else ""),
        basis=cause_reason(context, listed),
        advice=_advice(("Confirm", listed.cause.confirm), ("Pitfalls", listed.cause.pitfalls)),
        criteria=listed.criteria,
        tables=tables(context, listed.criteria),
    )


def tables(context: Context, criteria: Iterable[Criterion]) -> tuple[Table, ...]:
    """`criteria` by their roles and groups."""
    return tuple(
        Table(_heading(role, group), tuple(Row(each.state, each.text, stated(context, each.evidence)) for each in members))
        for (role, group), members in groupby(criteria, key=lambda criterion: (criterion.role, criterion.group))
    )


def stated(context: Context, evidence: Iterable[Finding]) -> tuple[Stated, ...]:
    """What was stated, each once, with the resources that state it."""
    said: dict[str, dict[Origin, None]] = defaultdict(dict)
    for finding in evidence:
        origins = said[statement(finding, context.vocabulary)]
        for origin in _origins(context, finding):
            origins[origin] = None
    return tuple(Stated(text, tuple(origins)[:_MOST_ORIGINS], max(0, len(origins) - _MOST_ORIGINS)) for text, origins in said.items())


def anchor(expression: str) -> str:
    """The id on the page of the resource at a FHIRPath."""
    return "in-" + _NO_NAME.sub("-", expression).strip("-").lower()


def _origins(context: Context, finding: Finding) -> Iterator[Origin]:
    place = resource_of(finding.expression or "")
    if place:
        yield Origin(_label(context, finding.source, place), anchor(place))
    elif finding.source:
        yield Origin(plain(finding.source), None)


def _label(context: Context, source: str | None, place: str) -> str:
    """What to call a resource: its reference, unless that is a number that nobody reads."""
    if source and not source.startswith("urn:"):
        return plain(source)
    kind = next((entry.resource_type for entry in context.chart.entries if entry.expression == place), "Resource")
    return f"{kind} in {place.removesuffix('.resource').removeprefix('Bundle.')}"


def _heading(role: CriterionRole, group: str | None) -> str:
    return f"{_HEADINGS[role]}: {group}" if group else _HEADINGS[role]


def _advice(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in pairs if text)
