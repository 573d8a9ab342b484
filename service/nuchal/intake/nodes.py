"""What a code with a value says: an Observation, one of its components, an item of a questionnaire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.answers import Answer, answer_of, number_of, numbers_of_pair, value_concept
from nuchal.intake.codeable import Concept, Role, texts_of
from nuchal.intake.context import Context, Resource, asserts
from nuchal.intake.counted import advanced, tell_dates
from nuchal.intake.details import with_details
from nuchal.intake.onset import component_onset, with_durations
from nuchal.intake.quantities import Unusable
from nuchal.intake.recognised import Recognised
from nuchal.intake.severity import level_of, with_severity
from nuchal.intake.sites import Name
from nuchal.intake.times import Moment, Span, period_spans, span_of
from nuchal.rules.vocabulary import Match, WordKind

_NEEDS_ANSWER: Final = frozenset({WordKind.DEMOGRAPHIC, WordKind.TEST})  # their code is a question: sex, test result
_ABNORMAL: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN})  # what is normal is not these
_HOLDS_OTHERS: Final = frozenset({"component", "hasMember"})
DETAILS: Final = frozenset({Role.ONSET, Role.SEVERITY, Role.SITE})  # they tell more of something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A code with its value: `path` of it, when it was said, where it is.

    `may_assert` is False where the code names what was looked for and no complaint; a
    panel only collects what others say. `is_sure_denial` is False where "no" may be an
    empty box.
    """

    node: Resource
    path: str
    moment: Moment
    may_assert: bool = True
    is_panel: bool = False
    is_sure_denial: bool = True
    sites: tuple[Name, ...] = ()


def read_node(whole: Part, components: Sequence[tuple[str, Resource]], context: Context) -> list[Finding]:
    """The statements of `whole` and of its components, each with its path; onset, severity and site tell more of the whole."""
    pair = [(f"{whole.path}.value", number) for number in numbers_of_pair(whole.node, context)]
    roles = [(path, node, context.chart.role(node["code"])) for path, node in [*components, *pair]]
    onset = _first_onset([node for _, node, role in roles if role is Role.ONSET], whole, context)
    moment = replace(whole.moment, since=onset) if onset else whole.moment
    places = (value for _, node, role in roles if role is Role.SITE and (value := value_concept(node)))
    sites = (*whole.sites, *(site for place in places for site in context.chart.knowledge.sites.names(place)))
    if onset or sites:
        whole = replace(whole, moment=moment, sites=tuple(dict.fromkeys(sites)))
    parts: list[Finding] = []
    for path, node, role in roles:
        if role not in DETAILS:
            parts += statements(replace(whole, node=node, path=path), context)
    own = statements(replace(whole, is_panel=True) if parts else whole, context)
    levels = (level_of(node, context) for _, node, role in roles if role is Role.SEVERITY)
    graded = with_severity(own, next((level for level in levels if level), None), moment, context)
    return with_durations([*graded, *parts], moment, context)


def _first_onset(components: Sequence[Resource], whole: Part, context: Context) -> Span | None:
    return next((span for part in components if (span := component_onset(part, whole.moment.observed, context))), None)


def statements(part: Part, context: Context) -> list[Finding]:
    """The statements of a node by its own code and value."""
    node, path, moment = part.node, part.path, part.moment
    dates = context.chart.concept(node["code"]).dates
    if dates:
        _tell_dates(part, context)
    if _is_generic(node, context):
        return _value_is_finding(part, context)
    recognised = context.recognise(node["code"], f"{path}.code", part.sites)
    answer = answer_of(node, context)
    if part.may_assert and context.is_lost(recognised) and not dates:
        together = _code_with_value(part, context)
        if together is not None:
            return together
    if context.is_lost(recognised) and not dates:
        _lost(part, answer, context)
    found: list[Finding] = []
    for one in recognised:
        if context.word(one.word).quantity:
            found += _number(one, part, context)
        else:
            presence, is_sure = _presence(one, answer, part, context)
            is_sure = is_sure and (part.is_sure_denial or presence is not Presence.ABSENT)
            found += with_details(context.statement(one, presence, moment, path=path, confirmed=is_sure), one, moment, context)
    named = {one.word for one in recognised}
    for other in answer.words if recognised else ():
        if other.word not in named and not context.word(other.word).quantity:
            found += with_details(context.statement(other, Presence.PRESENT, moment, path=path), other, moment, context)
    return with_severity(found, answer.level, moment, context)


def _code_with_value(part: Part, context: Context) -> list[Finding] | None:
    """What a code and a value say together of which the code alone says nothing: neck, stiff. None: nothing."""
    value = value_concept(part.node)
    names = texts_of(part.node["code"])
    if value is None or not names or context.concepts.answer(value) or context.concepts.level(value) or context.concepts.is_normal(value):
        return None
    concept = {"text": f"{names[0]}: {next(iter(texts_of(value)), '')}"}
    if not asserts(context.chart.concept(concept).words):
        return None
    return [
        found
        for one in context.recognise(concept, f"{part.path}.value")
        if not context.word(one.word).quantity
        for found in with_details(context.statement(one, Presence.PRESENT, part.moment, path=part.path), one, part.moment, context)
    ]


def _tell_dates(part: Part, context: Context) -> None:
    """Numbers that are counted from the date that is the value; a text may be a date as well."""
    node = part.node
    written = node.get("valueDateTime") or node.get("valueDate") or node.get("valueString")
    date = span_of(written, context.zone) or period_spans(node.get("valuePeriod"), context.zone)[0]
    if date:
        tell_dates(context.chart.concept(node["code"]).dates, date, part.moment, context, f"{part.path}.value")


def _lost(part: Part, answer: Answer, context: Context) -> None:
    """List or count an Observation whose code asserts nothing."""
    if part.is_panel or context.chart.role(part.node["code"]) in DETAILS:
        return  # what its components say was read; what is only a detail belongs to another
    if _is_measurement(part.node) or context.is_past_complaint(part.moment):
        context.pass_over(f"{context.resource_type}.code")
    else:
        said = _said(part, answer)
        context.not_understood(part.node["code"], f"{part.path}.code", said=said, also=_value_text(part.node))


def _said(part: Part, answer: Answer) -> Presence | None:
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


def _presence(recognised: Recognised, answer: Answer, part: Part, context: Context) -> tuple[Presence, bool]:
    """What the value says of the word that the code names, and whether that is sure."""
    word = context.word(recognised.word)
    if answer.is_contradicted:
        message = "counts as present for red flags only: its value and its interpretation contradict each other"
        _unclear(NoteKind.CONTRADICTORY, message, recognised, part, context)
        return Presence.PRESENT, False
    if answer.is_nought:
        _unclear(NoteKind.UNUSABLE, "is not taken as present: its value is 0", recognised, part, context)
        return Presence.UNKNOWN, True
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


def _unclear(kind: NoteKind, message: str, recognised: Recognised, part: Part, context: Context) -> None:
    """Say what became of a word with an unclear value; nothing of one that is too old, or only a question."""
    if recognised.match is not Match.BROADER and not context.is_outdated(recognised.word, part.moment):
        context.note(kind, f"{context.word(recognised.word).title} {message}", f"{part.path}.value", word=recognised.word)


def _is_generic(node: Resource, context: Context) -> bool:
    """Whether the code says only that something is said: symptom, chief complaint."""
    return context.chart.role(node["code"]) is Role.GENERIC and not asserts(context.chart.concept(node["code"]).words)


def finding_in_value(node: Resource, context: Context) -> Concept | None:
    """The value that is what was found, beside a generic code."""
    return value_concept(node) if _is_generic(node, context) else None


def _value_is_finding(part: Part, context: Context) -> list[Finding]:
    """A generic code (symptom, chief complaint): the value is what was found."""
    concept = value_concept(part.node)
    if concept is None:
        return []
    rest = {name: value for name, value in part.node.items() if not name.startswith("value")}
    said = answer_of(rest, context).presence or Presence.PRESENT
    recognised = context.recognise(concept, f"{part.path}.value", part.sites)
    if context.is_lost(recognised):
        _lost_in_value(concept, said, part, context)
    found: list[Finding] = []
    for one in recognised:
        if not context.word(one.word).quantity:
            found += with_details(context.statement(one, said, part.moment, path=part.path), one, part.moment, context)
    return found


def _lost_in_value(concept: Concept, said: Presence, part: Part, context: Context) -> None:
    is_answer = context.concepts.answer(concept) is not None  # chief complaint: none
    if is_answer or context.is_past_complaint(part.moment):
        context.pass_over(f"{context.resource_type}.value")
    else:
        context.not_understood(concept, f"{part.path}.value", said=said)


def _number(recognised: Recognised, part: Part, context: Context) -> list[Finding]:
    is_outdated = context.is_outdated(recognised.word, part.moment)
    if recognised.match is Match.BROADER or recognised.negated:
        if not is_outdated:
            context.unusable("the code is wider and does not say what was measured", f"{part.path}.code", word=recognised.word)
        return []
    value = number_of(part.node, recognised.word, context)
    quantity = context.word(recognised.word).quantity
    if isinstance(value, float) and quantity:
        value = advanced(value, quantity, part.moment.observed, context.as_of)
    if isinstance(value, Unusable):
        if not is_outdated:
            context.unusable(value.reason, f"{part.path}.value", word=recognised.word)
        value = None
    presence = Presence.UNKNOWN if value is None else Presence.PRESENT
    return context.statement(recognised, presence, part.moment, path=part.path, value=value)
