"""Observation: what was looked for and what was seen, its components included."""

from typing import Final

from nuchal.findings import Finding, NoteKind
from nuchal.intake.context import Context, Resource
from nuchal.intake.nodes import DETAILS, Part, finding_in_value, read_node
from nuchal.intake.recognised import Recognised
from nuchal.intake.sites import Name
from nuchal.intake.times import Moment, moment_of, period_spans, span_of
from nuchal.intake.validation import concept_codes

_NON_EXISTENT: Final = frozenset({"entered-in-error", "cancelled"})
_WITHOUT_RESULT: Final = "registered"
# http://terminology.hl7.org/CodeSystem/observation-category: a positive result of these is no complaint
_MEASURED: Final = frozenset({"laboratory", "imaging", "vital-signs", "social-history"})
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
        context.ahead(_named(resource, context))
        return []
    may_assert = _MEASURED.isdisjoint(code for category in resource.get("category") or () for code in concept_codes(category))
    whole = Part(node=resource, path="", moment=moment, may_assert=may_assert, sites=_sites(resource, context))
    return read_node(whole, [*_components(resource), *_details(resource, context)], context)


def _components(resource: Resource) -> list[tuple[str, Resource]]:
    """The components, and members of a panel that stand inside it, each with its path."""
    components = [(f".component[{number}]", part) for number, part in enumerate(resource.get("component") or ())]
    members = {member.get("reference") for member in resource.get("hasMember") or ()}
    inside = [
        (f".contained[{number}]", part)
        for number, part in enumerate(resource.get("contained") or ())
        if part.get("resourceType") == "Observation" and f"#{part.get('id')}" in members and part.get("status") not in _NON_EXISTENT
    ]
    return components + inside


def _details(resource: Resource, context: Context) -> list[tuple[str, Resource]]:
    """Onset, severity and site that stand in Observations of their own."""
    return [("", detail) for detail in context.chart.links.details(resource) if context.chart.role(detail["code"]) in DETAILS]


def _sites(resource: Resource, context: Context) -> tuple[Name, ...]:
    """Where it is: the body site, and what the Observation that it is a detail of is on."""
    named = context.chart.knowledge.sites.of(resource)
    wholes = (context.chart.concept(whole["code"]).words for whole in context.chart.links.wholes(resource))
    return (*named, *(Name(context.word(one.word).title, is_coded=True) for words in wholes for one in words))


def _named(resource: Resource, context: Context) -> list[Recognised]:
    """The words that an Observation is on, whatever it says of them."""
    nodes = (resource, *(resource.get("component") or ()))
    concepts = [concept for node in nodes for concept in (node["code"], finding_in_value(node, context)) if concept]
    return [one for concept in concepts for one in context.chart.concept(concept).words]


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
