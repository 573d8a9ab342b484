"""MedicationRequest, MedicationStatement, MedicationAdministration: which drugs are taken, and why."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from nuchal.findings import Finding, NoteKind, Presence, Recognition
from nuchal.intake.codeable import Concept, texts_of
from nuchal.intake.context import Context, Resource
from nuchal.intake.dosage import days_a_month, dose_milligrams
from nuchal.intake.drugs import before_strength, has_class, has_rxnorm_name, ingredient_concepts
from nuchal.intake.onset import with_durations
from nuchal.intake.quantities import Unusable, believed
from nuchal.intake.reasons import read_reasons
from nuchal.intake.recognised import Recognised
from nuchal.intake.times import Moment, Span, moment_of, period_spans, span_of
from nuchal.rules.vocabulary import Match, Medication, WordKind

_NON_EXISTENT: Final = "entered-in-error"
_TAKEN: Final = frozenset({WordKind.MEDICATION, WordKind.EXPOSURE})
_STOPPED: Final = frozenset({"stopped", "completed"})
_SECONDS_A_DAY: Final = 86400
DOSAGE_PATH: Final = ".dosage"
_ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})


def read_request(resource: Resource, context: Context) -> list[Finding]:
    """An order in force is an exposure now; a proposal, a draft or one that has run out is none."""
    if not _exists(resource, context):
        return []
    authored = _span(resource, "authoredOn", context)
    _, expiry = period_spans((resource.get("dispenseRequest") or {}).get("validityPeriod"), context.zone)
    ordered = resource.get("intent") in _ORDERS and resource.get("doNotPerform") is not True
    in_force = resource.get("status") == "active" and ordered and not (expiry and expiry.end < context.as_of)
    return _exposure(resource, authored, None, context, Presence.PRESENT if in_force else Presence.UNKNOWN, is_ongoing=in_force)


def read_statement(resource: Resource, context: Context) -> list[Finding]:
    """What is taken now, or was taken until the end of its period; what was stopped is no exposure."""
    if not _exists(resource, context):
        return []
    start, end = _effective(resource, context)
    status = resource.get("status")
    presence = {"active": Presence.PRESENT, "completed": Presence.PRESENT, "not-taken": Presence.ABSENT}.get(str(status), Presence.UNKNOWN)
    is_ongoing = status == "active" and not (end and end.end < context.as_of)
    if status == "completed" and not start and not end:
        context.unusable("it is no more taken, and nobody says since when", ".status")
        presence = Presence.UNKNOWN
    return _exposure(resource, start or _span(resource, "dateAsserted", context), end, context, presence, is_ongoing=is_ongoing)


def read_administration(resource: Resource, context: Context) -> list[Finding]:
    """What was given, as of its end."""
    if not _exists(resource, context):
        return []
    start, end = _effective(resource, context)
    presence = {"completed": Presence.PRESENT, "in-progress": Presence.PRESENT, "not-done": Presence.ABSENT}.get(
        str(resource.get("status")), Presence.UNKNOWN
    )
    return _exposure(resource, start, end, context, presence, is_ongoing=False)


def _exists(resource: Resource, context: Context) -> bool:
    if resource.get("status") == _NON_EXISTENT:
        context.note(NoteKind.IGNORED, "Entered in error", ".status")
        return False
    return True


def _span(resource: Resource, element: str, context: Context) -> Span | None:
    return span_of(resource.get(element), context.zone)


def _effective(resource: Resource, context: Context) -> tuple[Span | None, Span | None]:
    """Start and end of effective[x]; a single moment is a start, as of which something is taken."""
    at = _span(resource, "effectiveDateTime", context)
    return (at, None) if at else period_spans(resource.get("effectivePeriod"), context.zone)


def _exposure(  # noqa: PLR0913  the three resources differ in just these
    resource: Resource, start: Span | None, end: Span | None, context: Context, presence: Presence, *, is_ongoing: bool
) -> list[Finding]:
    """The drug words of the product, and the words of the reason it is taken for."""
    recognised = _recognised(resource, context)
    if not recognised:
        _not_understood(resource, context, is_taken=is_ongoing and presence is Presence.PRESENT)
    if start and moment_of(start, context.as_of) is None:
        context.ahead(recognised)
        return []
    known = end or start
    last = (moment_of(known, context.as_of) or context.as_of) if known else context.as_of
    if known is None and not is_ongoing and presence is Presence.PRESENT:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
    moment = Moment(observed=context.as_of if is_ongoing else last, since=start)
    statements: list[Finding] = []
    for one in recognised:
        drug = context.word(one.word).medication
        if context.word(one.word).quantity:
            if is_ongoing and presence is Presence.PRESENT:
                statements += _days(one, resource, moment, context)
        elif drug and drug.stopped_days is not None:
            statements += _stopped(one, resource.get("status"), start, end, context)
        elif _long_enough(one.word, start, context.as_of, context):
            sure = _is_sure(one.word, start, context)
            statements += context.statement(one, presence, moment, path=".medication", confirmed=sure)
    return with_durations(statements, moment, context) + _reasons(resource, start, context, presence)


def _days(one: Recognised, resource: Resource, moment: Moment, context: Context) -> list[Finding]:
    """On how many days a month it is taken, as far as its dosage says."""
    days, quantity = days_a_month(resource, context), context.word(one.word).quantity
    if days is None or quantity is None or isinstance(believed(days, quantity), Unusable):
        return []
    found = context.finding(one.word, Presence.PRESENT, moment, path=DOSAGE_PATH, value=days)
    return [replace(found, recognition=Recognition.COMPUTED)]


def _stopped(one: Recognised, status: object, start: Span | None, end: Span | None, context: Context) -> list[Finding]:
    """That it was stopped a short time ago, and taken for long enough; when nobody says when, it may have been."""
    days = (context.word(one.word).medication or Medication()).stopped_days
    if end is None:
        unsure = context.statement(one, Presence.UNKNOWN, Moment(observed=context.as_of), path=".status")
        return unsure if status in _STOPPED else []
    if days is None or end.end > context.as_of or (context.as_of - end.end).total_seconds() > days * _SECONDS_A_DAY:
        return []
    if not _long_enough(one.word, start, end.end, context):
        return []
    moment = Moment(observed=moment_of(end, context.as_of) or context.as_of)
    return context.statement(one, Presence.PRESENT, moment, path=".status", confirmed=_is_sure(one.word, start, context))


def _least_days(word: str, context: Context) -> float | None:
    medication = context.word(word).medication
    return medication.least_days if medication else None


def _long_enough(word: str, start: Span | None, until: datetime, context: Context) -> bool:
    """Whether a drug that counts only when taken for long (steroids) was taken so long `until` then; unknown may be."""
    least = _least_days(word, context)
    return least is None or start is None or (until - start.start).total_seconds() >= least * _SECONDS_A_DAY


def _is_sure(word: str, start: Span | None, context: Context) -> bool:
    """Whether how long a drug was taken is known where it matters."""
    return start is not None or _least_days(word, context) is None


def _recognised(resource: Resource, context: Context) -> tuple[Recognised, ...]:
    """The words of the product: codes of the vocabulary, drug classes, ingredients. One drug denied denies no class."""
    found: dict[str, Recognised] = {}
    dose = dose_milligrams(resource)
    for concept in products(resource, context):
        for one in words_of_product(concept, context, dose):
            found.setdefault(one.word, one)
    return tuple(found.values())


def words_of_product(product: Concept, context: Context, dose: float | None = None) -> tuple[Recognised, ...]:
    """The words of one product, which is taken in a `dose` of so many mg; a name without any ingredient counts before its strength."""
    coded, named = context.chart.knowledge.drugs.words(product, dose)
    by_class = ((words, how) for words, how in ((coded, Recognition.CODE), (named, Recognition.TEXT)))
    found = [Recognised(word=word, match=Match.IMPLIES, how=how) for words, how in by_class for word in sorted(words)]
    said = context.chart.concept(product).words
    if not found and not said:
        said = tuple(one for name in map(before_strength, texts_of(product)) for one in context.concepts.texts.names(name))
    found += [one for one in said if context.word(one.word).kind in _TAKEN and one.how is not Recognition.NEAR_TEXT]
    return tuple(found)


def _not_understood(resource: Resource, context: Context, *, is_taken: bool) -> None:
    """List a drug that is taken and whose class cannot be told; others that mean nothing here are counted."""
    unknown = [product for product in products(resource, context) if not has_class(product) and not has_rxnorm_name(product)]
    denies = any(context.concepts.texts.begins_with_denial(text) for product in unknown for text in texts_of(product))
    if is_taken and unknown and not denies:
        context.unmapped(
            "Is a drug that is taken, and its class cannot be told", unknown[0], ".medication", next(iter(texts_of(unknown[0])), None)
        )
    else:
        context.pass_over(f"{context.resource_type}.medication")


def products(resource: Resource, context: Context) -> tuple[Concept, ...]:
    """The product of a resource on a medication, and its ingredients; of one that is not in the Bundle the display, if there is one."""
    concept = resource.get("medicationCodeableConcept")
    if isinstance(concept, dict):
        return (concept,)
    reference = resource.get("medicationReference") or {}
    product = context.chart.references.resource(reference, resource)
    concepts = ingredient_concepts(product) if product else ()
    if not concepts and isinstance(reference.get("display"), str):
        return ({"text": reference["display"]},)
    if product is None:
        context.unusable("its medication is not in the Bundle", ".medication")
    return concepts


def _reasons(resource: Resource, start: Span | None, context: Context, presence: Presence) -> list[Finding]:
    """Why a drug is or was taken, as of when it began; of a drug that nobody took the reason says nothing."""
    if presence is not Presence.PRESENT or start is None:
        return []
    return read_reasons(resource, Moment(observed=moment_of(start, context.as_of) or context.as_of), context)
