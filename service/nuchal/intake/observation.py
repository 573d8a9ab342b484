"""Observation: what was looked for and what was seen, its components included."""

from dataclasses import dataclass, replace
from typing import Any, Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.answers import Answer, answer_of, number_of, value_concept
from nuchal.intake.codeable import Concept, Role, texts_of
from nuchal.intake.context import Context, Resource, asserts
from nuchal.intake.onset import component_onset, with_durations
from nuchal.intake.quantities import Unusable
from nuchal.intake.severity import level_of, with_severity
from nuchal.intake.texts import Recognised
from nuchal.intake.times import Moment, Span, moment_of, period_spans, span_of
from nuchal.intake.validation import concept_codes
from nuchal.rules.vocabulary import Match, WordKind

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_WITHOUT_RESULT: Final = "registered"
_NEEDS_ANSWER: Final = frozenset({WordKind.DEMOGRAPHIC, WordKind.TEST})  # their code is a question: sex, test result
_ABNORMAL: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN})  # what is normal is not these
# http://terminology.hl7.org/CodeSystem/observation-category: a positive result of these is no complaint
_MEASURED: Final = frozenset({"laboratory", "imaging", "vital-signs", "social-history"})
_HOLDS_OTHERS: Final = frozenset({"component", "hasMember"})
_DATES: Final = ("effectiveDateTime", "effectiveInstant", "issued")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """An Observation or one of its components: `path` of it, and whether it may state complaints or only collects others'."""

    node: Resource
    path: str
    moment: Moment
    may_assert: bool
    is_panel: bool = False


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
        context.ahead(_named(resource, context))
        return []
    roles = [(number, part, context.chart.role(part["code"])) for number, part in enumerate(resource.get("component") or ())]
    onset = _first_onset([part for _, part, role in roles if role is Role.ONSET], context)
    if onset:
        moment = replace(moment, since=onset)
    may_assert = _MEASURED.isdisjoint(code for category in resource.get("category") or () for code in concept_codes(category))
    parts: list[Finding] = []
    for number, node, role in roles:
        if role not in {Role.ONSET, Role.SEVERITY}:
            parts += _statements(_Part(node=node, path=f".component[{number}]", moment=moment, may_assert=may_assert), context)
    whole = _statements(_Part(node=resource, path="", moment=moment, may_assert=may_assert, is_panel=bool(parts)), context)
    levels = (level_of(node, context) for _, node, role in roles if role is Role.SEVERITY)
    graded = with_severity(whole, next((level for level in levels if level), None), moment, context)
    return with_durations([*graded, *parts], moment, context)


def _named(resource: Resource, context: Context) -> list[Recognised]:
    """The words that an Observation is on, whatever it says of them."""
    nodes = (resource, *(resource.get("component") or ()))
    concepts = [concept for node in nodes for concept in (node["code"], _finding_in_value(node, context)) if concept]
    return [one for concept in concepts for one in context.chart.concept(concept).words]


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


def _statements(part: _Part, context: Context) -> list[Finding]:
    """The statements of an Observation or component by its own code and value."""
    node, path, moment = part.node, part.path, part.moment
    if _is_generic(node, context):
        return _value_is_finding(part, context)
    recognised = context.recognise(node["code"], f"{path}.code")
    answer = answer_of(node, context)
    if context.is_lost(recognised):
        _lost(part, answer, context)
    statements: list[Finding] = []
    for one in recognised:
        if context.word(one.word).quantity:
            statements += _number(one, part, context)
        else:
            presence, is_sure = _presence(one, answer, part, context)
            statements += context.statement(one, presence, moment, path=path, confirmed=is_sure)
    named = {one.word for one in recognised}
    for other in answer.words if recognised else ():
        if other.word not in named and not context.word(other.word).quantity:
            statements += context.statement(other, Presence.PRESENT, moment, path=path)
    return with_severity(statements, answer.level, moment, context)


def _lost(part: _Part, answer: Answer, context: Context) -> None:
    """List or count an Observation whose code asserts nothing."""
    if part.is_panel:
        return  # what its components say was read
    if _is_measurement(part.node) or context.is_past_complaint(part.moment):
        context.pass_over(f"{context.resource_type}.code")
    else:
        said = _said(part, answer)
        context.not_understood(part.node["code"], f"{part.path}.code", said=said, also=_value_text(part.node))


def _said(part: _Part, answer: Answer) -> Presence | None:
    """Whether the value asserts or denies whatever the code means; None when it does neither."""
    if answer.is_normal or answer.presence is Presence.ABSENT:
        return Presence.ABSENT
    is_bare = not any(name.startswith("value") or name in _HOLDS_OTHERS for name in part.node)
    asserts = answer.level or answer.presence is Presence.PRESENT or (answer.presence is None and is_bare)
    return Presence.PRESENT if asserts and part.may_assert else None


def _is_measurement(node: Resource) -> bool:
    """Whether the value shows that no complaint is meant: a number with a unit, or a panel of components."""
    quantity = node.get("valueQuantity")
    unit = str(quantity.get("code") or quantity.get("unit") or "{") if isinstance(quantity, dict) else "{"
    is_bare_panel = bool(node.get("component")) and not any(name.startswith("value") for name in node)
    return not unit.startswith("{") or "valueSampledData" in node or is_bare_panel


def _value_text(node: Resource) -> str | None:
    """The value as a person would read it beside a code that is not understood."""
    if isinstance(node.get("valueBoolean"), bool):
        return "yes" if node["valueBoolean"] else "no"
    concepts = (value_concept(node), *(node.get("interpretation") or ()))
    return next((text for concept in concepts if concept for text in texts_of(concept)), None)


def _presence(recognised: Recognised, answer: Answer, part: _Part, context: Context) -> tuple[Presence, bool]:
    """What the value says of the word that the code names, and whether that is sure."""
    word = context.word(recognised.word)
    same = next((other for other in answer.words if other.word == recognised.word), None)
    if same and answer.presence is None:
        return (Presence.ABSENT if same.negated else Presence.PRESENT), True
    if answer.is_normal and word.kind in _ABNORMAL:
        return Presence.ABSENT, True
    if answer.presence is None and word.kind in _NEEDS_ANSWER:
        _unclear(NoteKind.UNUSABLE, "is unknown: its value is no answer that is understood", recognised, part, context)
        return Presence.UNKNOWN, True
    if answer.is_understood and not answer.is_normal:
        return answer.presence or Presence.PRESENT, True  # the code is the finding, and nothing says the contrary
    if answer.presence is not None:
        _unclear(NoteKind.UNUSABLE, "is unknown: its value denies something that is not understood", recognised, part, context)
        return answer.presence, True
    message = "counts as present for red flags only: its value was not understood and may deny it"
    _unclear(NoteKind.NOT_UNDERSTOOD, message, recognised, part, context)
    return Presence.PRESENT, False


def _unclear(kind: NoteKind, message: str, recognised: Recognised, part: _Part, context: Context) -> None:
    """Say what became of a word with an unclear value; nothing of one that is too old, or only a question."""
    if recognised.match is not Match.BROADER and not context.is_outdated(recognised.word, part.moment):
        context.note(kind, f"{context.word(recognised.word).title} {message}", f"{part.path}.value", word=recognised.word)


def _is_generic(node: Resource, context: Context) -> bool:
    """Whether the code says only that something is said: symptom, chief complaint."""
    return context.chart.role(node["code"]) is Role.GENERIC and not asserts(context.chart.concept(node["code"]).words)


def _finding_in_value(node: Resource, context: Context) -> Concept | None:
    """The value that is what was found, beside a generic code."""
    return value_concept(node) if _is_generic(node, context) else None


def _value_is_finding(part: _Part, context: Context) -> list[Finding]:
    """A generic code (symptom, chief complaint): the value is what was found."""
    concept = value_concept(part.node)
    if concept is None:
        return []
    rest = {name: value for name, value in part.node.items() if not name.startswith("value")}
    said = answer_of(rest, context).presence or Presence.PRESENT
    recognised = context.recognise(concept, f"{part.path}.value")
    if context.is_lost(recognised):
        _lost_in_value(concept, said, part, context)
    statements: list[Finding] = []
    for one in recognised:
        if not context.word(one.word).quantity:
            statements += context.statement(one, said, part.moment, path=part.path)
    return statements


def _lost_in_value(concept: Concept, said: Presence, part: _Part, context: Context) -> None:
    is_answer = context.concepts.answer(concept) is not None  # chief complaint: none
    if is_answer or context.is_past_complaint(part.moment):
        context.pass_over(f"{context.resource_type}.value")
    else:
        context.not_understood(concept, f"{part.path}.value", said=said)


def _number(recognised: Recognised, part: _Part, context: Context) -> list[Finding]:
    is_outdated = context.is_outdated(recognised.word, part.moment)
    if recognised.match is Match.BROADER or recognised.negated:
        if not is_outdated:
            context.unusable("the code is wider and does not say what was measured", f"{part.path}.code", word=recognised.word)
        return []
    value = number_of(part.node, recognised.word, context)
    if isinstance(value, Unusable):
        if not is_outdated:
            context.unusable(value.reason, f"{part.path}.value", word=recognised.word)
        value = None
    presence = Presence.UNKNOWN if value is None else Presence.PRESENT
    return context.statement(recognised, presence, part.moment, path=part.path, value=value)
