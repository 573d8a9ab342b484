"""AllergyIntolerance: allergies to drugs that matter here, and that none is known."""

from typing import Final

from nuchal.findings import Finding, NoteKind, Presence, Recognition
from nuchal.intake.codeable import Concept
from nuchal.intake.context import Context, Resource
from nuchal.intake.recognised import Recognised
from nuchal.intake.times import Moment, moment_of, span_of
from nuchal.intake.validation import concept_codes
from nuchal.rules.vocabulary import Match

_OVER: Final = frozenset({"inactive", "resolved"})


def read(resource: Resource, context: Context) -> list[Finding]:
    """The words that an allergy means; one that is over or refuted denies no class of drugs."""
    verification = concept_codes(resource.get("verificationStatus") or {})
    if "entered-in-error" in verification:
        context.note(NoteKind.IGNORED, "Entered in error", ".verificationStatus")
        return []
    recorded = span_of(resource.get("recordedDate"), context.zone) or span_of(resource.get("lastOccurrence"), context.zone)
    observed = moment_of(recorded, context.as_of) if recorded else context.as_of
    if observed is None:
        context.ahead(())
        return []
    is_over = not _OVER.isdisjoint(concept_codes(resource.get("clinicalStatus") or {}))
    code = resource.get("code")
    if isinstance(code, dict) and context.concepts.denies_allergies(code):
        return [] if is_over or "refuted" in verification else _none_known(Moment(observed=observed), context)
    if "refuted" in verification or is_over:
        context.pass_over("AllergyIntolerance that is over or refuted")
        return []
    # an allergy on the list is in force
    moment = Moment(observed=context.as_of)
    sure = "unconfirmed" not in verification
    words = _words(resource, context)
    return [found for one in words for found in context.statement(one, Presence.PRESENT, moment, path=".code", confirmed=sure)]


def _none_known(moment: Moment, context: Context) -> list[Finding]:
    words = sorted(word.id for word in context.chart.knowledge.index.words.values() if word.allergy)
    return [context.finding(word, Presence.ABSENT, moment, path=".code") for word in words]


def _words(resource: Resource, context: Context) -> tuple[Recognised, ...]:
    """By what the code or text means itself, by the drug that the allergy is to, and by the substance of a reaction.

    What only a severe reaction means asks for one in the record; a high criticality
    speaks of the next reaction, and of many records by habit.
    """
    found: dict[str, Recognised] = {}
    was_severe = _was_severe(resource, context)
    code = resource.get("code")
    substances = [reaction["substance"] for reaction in resource.get("reaction") or () if isinstance(reaction.get("substance"), dict)]
    concepts: list[Concept] = [*([code] if isinstance(code, dict) else []), *substances]
    for concept in concepts:
        coded, named = context.chart.knowledge.allergens.words(concept)
        for words, how in ((coded, Recognition.CODE), (named, Recognition.TEXT)):
            for word in sorted(words):
                allergy = context.word(word).allergy
                if allergy and allergy.severe and not was_severe:
                    continue
                found.setdefault(word, Recognised(word=word, match=Match.IMPLIES, how=how))
        for one in context.chart.concept(concept).words:
            if context.word(one.word).is_history:  # the name of a drug alone means that it is taken
                found.setdefault(one.word, one)
    if not found:
        context.pass_over("AllergyIntolerance.code")
    return tuple(found.values())


def _was_severe(resource: Resource, context: Context) -> bool:
    """Whether a reaction was severe, by its severity or by what it was."""
    return any(
        reaction.get("severity") == "severe" or any(context.concepts.is_severe_reaction(one) for one in reaction.get("manifestation") or ())
        for reaction in resource.get("reaction") or ()
    )
