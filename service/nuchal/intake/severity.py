"""How severe: words that follow from the severity of another (DESIGN 3)."""

from collections.abc import Iterable
from dataclasses import replace

from nuchal.findings import Finding, Presence, Recognition
from nuchal.intake.answers import value_concept
from nuchal.intake.context import Context, Resource
from nuchal.intake.times import Moment


def level_of(node: Resource, context: Context) -> str | None:
    """The level (mild, moderate, severe) that a value names."""
    value = value_concept(node)
    return None if value is None else context.concepts.level(value)


def with_severity(statements: Iterable[Finding], level: str | None, moment: Moment, context: Context) -> list[Finding]:
    """`statements`, and for each that is present the words that its `level` makes present or absent."""
    found = list(statements)
    if level is None:
        return found
    return found + [graded for statement in found for graded in _graded(statement, level, moment, context)]


def _graded(statement: Finding, level: str, moment: Moment, context: Context) -> list[Finding]:
    if statement.presence is not Presence.PRESENT:
        return []
    graded: list[Finding] = []
    for word in context.chart.knowledge.index.severity_words.get(statement.word, ()):
        severity = context.word(word).severity
        presence = Presence.PRESENT if severity and level in severity.levels else Presence.ABSENT
        computed = context.finding(word, presence, moment, confirmed=statement.confirmed)
        graded.append(replace(computed, recognition=Recognition.COMPUTED, expression=statement.expression))
    return graded
