"""Condition: problems and diagnoses, in force, over, doubted or refuted."""

from dataclasses import replace
from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.codeable import Concept, coded_pairs
from nuchal.intake.context import Context, Resource
from nuchal.intake.counted import tell_dates
from nuchal.intake.details import with_details
from nuchal.intake.onset import abatement_span, onset_span, with_durations
from nuchal.intake.recognised import Recognised
from nuchal.intake.severity import with_severity
from nuchal.intake.times import Moment, Span, moment_of, span_of
from nuchal.intake.validation import CLINICAL_STATUSES, VERIFICATION_STATUSES, concept_codes
from nuchal.intake.vocabulary_index import readings
from nuchal.rules.vocabulary import Match

_OVER: Final = frozenset({"resolved", "inactive", "remission"})
_DOUBTED: Final = frozenset({"unconfirmed", "provisional"})
# German charts say beside an ICD-10-GM code how sure it is: http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit
_SURENESS: Final = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
_VERIFICATION_OF: Final = {"A": "refuted", "V": "unconfirmed"}
_STATE_AFTER: Final = "Z"


def read(resource: Resource, context: Context) -> list[Finding]:
    """The statements of a Condition.

    Active and confirmed, it is a statement at the moment of the request, since its onset
    (DESIGN 3).
    """
    verification = _verification(resource)
    if verification == "entered-in-error":
        context.note(NoteKind.IGNORED, "Entered in error", ".verificationStatus")
        return []
    code = resource.get("code")
    if not isinstance(code, dict):
        context.pass_over("Condition without code")
        return []
    if verification == "differential":
        context.note(NoteKind.IGNORED, "A differential diagnosis is no finding", ".verificationStatus")
        return []
    recognised = context.recognise(code, ".code", context.chart.knowledge.sites.of(resource))
    dates = context.chart.concept(code).dates
    if dates and verification in {None, "confirmed"}:
        _tell_dates(resource, context)
    if context.is_lost(recognised) and not dates and not known_causes(resource, context):
        _lost(resource, verification, context)
    if not recognised:
        return []
    if verification == "refuted":
        return _refuted(recognised, resource, context)
    if _is_over(resource, context):
        if _status(resource, "clinicalStatus", CLINICAL_STATUSES) not in {None, *_OVER}:
            context.note(
                NoteKind.CONTRADICTORY, "Is in force by its status and over by its date or its code; taken as over", ".clinicalStatus"
            )
        return [statement for one in recognised for statement in _over(one, resource, context)]
    return _in_force(recognised, resource, context, confirmed=verification not in _DOUBTED)


def _tell_dates(resource: Resource, context: Context) -> None:
    """Numbers that are counted from the day on which it began: days since a delivery."""
    began = onset_span(resource, context) or _recorded(resource, context)
    observed = moment_of(began, context.as_of) if began else None
    if began and observed:
        tell_dates(context.chart.concept(resource["code"]).dates, began, Moment(observed=observed), context, ".code")


def _lost(resource: Resource, verification: str | None, context: Context) -> None:
    """List or count a code that asserts nothing; that a cause is over is understood, and no rule reads it."""
    code = resource["code"]
    if _causes(code, context) and _is_over(resource, context):
        context.pass_over("Condition of a cause that is over")
    else:
        context.not_understood(code, ".code", said=Presence.ABSENT if verification == "refuted" else None)


def known_causes(resource: Resource, context: Context) -> frozenset[str]:
    """The causes that a Condition makes known, when it is in force and confirmed."""
    code = resource.get("code")
    verification = _verification(resource)
    if not isinstance(code, dict) or verification not in {None, "confirmed"} or _is_over(resource, context):
        return frozenset()
    return _causes(code, context)


def _causes(code: Concept, context: Context) -> frozenset[str]:
    causes = context.chart.knowledge.causes
    nearest = (next((causes[one] for one in readings(*pair) if one in causes), ()) for pair in coded_pairs(code))
    return frozenset(cause for found in nearest for cause in found)


def _verification(resource: Resource) -> str | None:
    """The status of verification; where it denies nothing, what is said beside a German code goes first."""
    status = _status(resource, "verificationStatus", VERIFICATION_STATUSES)
    if status not in {None, "confirmed"}:
        return status
    said = (_VERIFICATION_OF[sureness] for sureness in sorted(_sureness(resource)) if sureness in _VERIFICATION_OF)
    return next(said, status)


def _sureness(resource: Resource) -> set[str]:
    """How sure a diagnosis is by the extension of its codes: G, V, A or Z."""
    codings = (resource.get("code") or {}).get("coding") or ()
    extensions = (extension for coding in codings for extension in coding.get("extension") or ())
    values = (extension.get("valueCoding") or {} for extension in extensions if extension.get("url") == _SURENESS)
    return {str(value.get("code")) for value in values}


def _status(resource: Resource, element: str, codes: frozenset[str]) -> str | None:
    concept: Concept = resource.get(element) or {}
    return next(iter(sorted(codes & concept_codes(concept))), None)


def _is_over(resource: Resource, context: Context) -> bool:
    """Resolved, inactive, in remission or a state after; or ended before the moment of the request, whatever its status."""
    status = _status(resource, "clinicalStatus", CLINICAL_STATUSES)
    if status in _OVER or _STATE_AFTER in _sureness(resource):
        return True
    ended = abatement_span(resource, context)
    if ended is None:
        return status is None and any(name.startswith("abatement") for name in resource)  # in words that give no time
    return ended.end <= context.as_of


def _recorded(resource: Resource, context: Context) -> Span | None:
    return span_of(resource.get("recordedDate"), context.zone)


def _in_force(recognised: tuple[Recognised, ...], resource: Resource, context: Context, *, confirmed: bool) -> list[Finding]:
    onset = onset_span(resource, context)
    recorded = _recorded(resource, context)
    first = onset or recorded
    if first and moment_of(first, context.as_of) is None:
        context.ahead(recognised)
        return []
    moment = Moment(observed=context.as_of, since=onset)
    written = moment_of(recorded, context.as_of) if recorded else None
    statements: list[Finding] = []
    for one in recognised:
        if context.word(one.word).quantity:
            continue  # a diagnosis holds no number
        presence, sure = _recent(one, first, context)
        stated = context.statement(one, presence, moment, path=".code", confirmed=confirmed and sure)
        statements += with_details(stated, one, moment, context, written=written)
    severity = resource.get("severity")
    level = context.concepts.level(severity) if isinstance(severity, dict) else None
    return with_durations(with_severity(statements, level, moment, context), moment, context)


def _recent(recognised: Recognised, first: Span | None, context: Context) -> tuple[Presence, bool]:
    """Presence, and whether it is sure, of a word that an old entry of a problem list does not assert."""
    word = context.word(recognised.word)
    if not word.needs_recent_onset or word.look_back_days is None:
        return Presence.PRESENT, True
    if first is None:
        context.note(NoteKind.ASSUMED, "Has neither onset nor recorded date; it counts for red flags only")
        return Presence.PRESENT, False
    if not context.is_outdated(word.id, Moment(observed=moment_of(first, context.as_of) or context.as_of)):
        return Presence.PRESENT, True
    context.outdated(word.id, ".code")
    return Presence.UNKNOWN, True


def _refuted(recognised: tuple[Recognised, ...], resource: Resource, context: Context) -> list[Finding]:
    """Absent, as of the day it was recorded: a diagnosis refuted years ago says nothing on today."""
    moment = _dated(_recorded(resource, context) or onset_span(resource, context), recognised, context)
    return [
        statement
        for one in recognised
        if moment and not context.word(one.word).quantity
        for statement in context.statement(one, Presence.ABSENT, moment, path=".code")
    ]


def _over(recognised: Recognised, resource: Resource, context: Context) -> list[Finding]:
    """A past Condition: still true of a history; of today's state unknown, but absent since it ended inside the window."""
    word = context.word(recognised.word)
    if word.quantity:
        return []
    ended = abatement_span(resource, context)
    onset = onset_span(resource, context)
    moment = _dated(ended or _recorded(resource, context) or onset, (recognised,), context)
    if moment is None:
        return []
    if word.is_history:
        return context.statement(recognised, Presence.PRESENT, replace(moment, since=onset), path=".code")
    presence = Presence.ABSENT if ended else Presence.UNKNOWN
    statements = context.statement(recognised, presence, replace(moment, since=ended), path=".code")
    if recognised.match is not Match.BROADER and any(statement.presence is Presence.UNKNOWN for statement in statements):
        message = f"{word.title} is recorded as over (resolved, inactive or in remission); whether it is present now is not known"
        context.note(NoteKind.OVER, message, ".clinicalStatus", word=word.id)
    return statements


def _dated(span: Span | None, recognised: tuple[Recognised, ...], context: Context) -> Moment | None:
    """The moment of a dated statement; that of the request, said so, when it has no date; None in the future."""
    if span is None:
        context.note(NoteKind.ASSUMED, "Has no date that can be read; taken as of the moment of the assessment")
        return Moment(observed=context.as_of, assumed=True)
    observed = moment_of(span, context.as_of)
    if observed is None:
        context.ahead(recognised)
        return None
    return Moment(observed=observed)
