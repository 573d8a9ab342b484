"""Observation: what was looked for and what was seen, its components included."""

from dataclasses import replace
from typing import Any, Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.answers import Answer, answer_of, number_of
from nuchal.intake.codeable import Role, texts_of
from nuchal.intake.context import Context, Resource
from nuchal.intake.onset import component_onset, with_durations
from nuchal.intake.quantities import Unusable
from nuchal.intake.severity import level_of, with_severity
from nuchal.intake.texts import Recognised
from nuchal.intake.times import Moment, Span, moment_of, period_spans, span_of
from nuchal.rules.model import Match, WordKind

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_WITHOUT_RESULT: Final = "registered"
_NEEDS_ANSWER: Final = frozenset({WordKind.DEMOGRAPHIC, WordKind.TEST})  # their code is a question: sex, test result
_DATES: Final = ("effectiveDateTime", "effectiveInstant", "issued")


def read(resource: Resource, context: Context) -> list[Finding]:
    """The statements of an Observation and of its components."""
    if resource.get("status") in _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error or cancelled", ".status")
        return []
    if resource.get("status") == _WITHOUT_RESULT:
        context.note(NoteKind.IGNORED, "Registered only, there is no result yet", ".status")
        return []
    moment = _moment(resource, context)
    if moment is None:
        context.unusable("it is dated after the moment of the assessment", "")
        return []
    parts = [(number, part, context.chart.role(part["code"])) for number, part in enumerate(resource.get("component") or ())]
    onset = _first_onset([part for _, part, role in parts if role is Role.ONSET], context)
    if onset:
        moment = replace(moment, since=onset)
    levels = (level_of(part, context) for _, part, role in parts if role is Role.SEVERITY)
    statements = with_severity(
        _statements(resource, moment, "", context), next((level for level in levels if level), None), moment, context
    )
    for number, part, role in parts:
        if role not in {Role.ONSET, Role.SEVERITY}:
            statements += _statements(part, moment, f".component[{number}]", context)
    return with_durations(statements, moment, context)


def _first_onset(components: list[dict[str, Any]], context: Context) -> Span | None:
    return next((span for part in components if (span := component_onset(part, context))), None)


def _moment(resource: Resource, context: Context) -> Moment | None:
    """When the Observation counts; an open effectivePeriod is ongoing. None: in the future."""
    as_of = context.as_of
    start, end = period_spans(resource.get("effectivePeriod"), context.zone)
    if start or end:
        began = moment_of(start, as_of) if start else as_of
        observed = (moment_of(end, as_of) or as_of) if end else as_of
        return Moment(observed=observed, since=start) if began else None
    events = (resource.get("effectiveTiming") or {}).get("event") or ()
    spans = (span_of(written, context.zone) for written in (*(resource.get(name) for name in _DATES), *sorted(events, reverse=True)))
    span = next((span for span in spans if span), None)
    if span is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
        return Moment(observed=as_of, assumed=True)
    observed_at = moment_of(span, as_of)
    return Moment(observed=observed_at) if observed_at else None


def _statements(node: Resource, moment: Moment, path: str, context: Context) -> list[Finding]:
    """The statements of an Observation or component by its own code and value."""
    code = node["code"]
    if context.chart.role(code) is Role.GENERIC and not _asserts(context.chart.concept(code).words):
        return _value_is_finding(node, moment, path, context)
    recognised = context.read(code, f"{path}.code", may_be_complaint=not _is_measurement(node), also=_value_text(node))
    if not recognised:
        return []
    answer = answer_of(node, path, context)
    statements: list[Finding] = []
    for one in recognised:
        if context.word(one.word).quantity:
            statements += _number(one, node, moment, path, context)
        else:
            statements += context.statement(one, _presence(one, answer, path, context), moment, path=path)
    named = {one.word for one in recognised}
    for other in answer.words:
        if other.word not in named and not context.word(other.word).quantity:
            statements += context.statement(other, Presence.PRESENT, moment, path=path)
    return with_severity(statements, answer.level, moment, context)


def _is_measurement(node: Resource) -> bool:
    """Whether the value shows that no complaint is meant: a number with a unit, or a panel of components."""
    quantity = node.get("valueQuantity")
    unit = str(quantity.get("code") or quantity.get("unit") or "{") if isinstance(quantity, dict) else "{"
    return not unit.startswith("{") or "valueSampledData" in node or bool(node.get("component"))


def _value_text(node: Resource) -> str | None:
    """The value as a person would read it beside a code that is not understood."""
    if isinstance(node.get("valueBoolean"), bool):
        return "yes" if node["valueBoolean"] else "no"
    concepts = (node.get("valueCodeableConcept"), *(node.get("interpretation") or ()))
    texts = (text for concept in concepts if isinstance(concept, dict) for text in texts_of(concept))
    text = node.get("valueString")
    return text if isinstance(text, str) else next(texts, None)


def _asserts(words: tuple[Recognised, ...]) -> bool:
    return any(one.match is not Match.BROADER for one in words)


def _presence(recognised: Recognised, answer: Answer, path: str, context: Context) -> Presence:
    """What the value says of the word that the code names."""
    same = next((other for other in answer.words if other.word == recognised.word), None)
    if same and answer.presence is None:
        return Presence.ABSENT if same.negated else Presence.PRESENT
    if answer.presence is not None:
        return answer.presence
    if context.word(recognised.word).kind in _NEEDS_ANSWER:
        context.unusable("its value is no answer that is understood", path)
        return Presence.UNKNOWN
    return Presence.PRESENT  # the code is the finding, and nothing says the contrary


def _value_is_finding(node: Resource, moment: Moment, path: str, context: Context) -> list[Finding]:
    """A generic code (symptom, chief complaint): the value is what was found."""
    concept, text = node.get("valueCodeableConcept"), node.get("valueString")
    if not isinstance(concept, dict):
        concept = {"text": text} if isinstance(text, str) else None
    if concept is None:
        return []
    denied = answer_of({**node, "valueCodeableConcept": None, "valueString": None}, path, context).presence
    statements: list[Finding] = []
    for one in context.read(concept, f"{path}.value"):
        if not context.word(one.word).quantity:
            statements += context.statement(one, denied or Presence.PRESENT, moment, path=path)
    return statements


def _number(recognised: Recognised, node: Resource, moment: Moment, path: str, context: Context) -> list[Finding]:
    if recognised.match is Match.BROADER or recognised.negated:
        context.unusable(f"its code is wider than {recognised.word} and does not say what was measured", f"{path}.code")
        return []
    value = number_of(node, recognised.word, context)
    if isinstance(value, Unusable):
        context.unusable(value.reason, f"{path}.value")
        return context.statement(recognised, Presence.UNKNOWN, moment, path=path)
    if value is None:
        return context.statement(recognised, Presence.UNKNOWN, moment, path=path)
    return context.statement(recognised, Presence.PRESENT, moment, path=path, value=value)
