"""FamilyMemberHistory: the diseases of a relative, which are family history and never the patient's own."""

from dataclasses import replace

from nuchal.findings import Finding, NoteKind, Presence, Recognition
from nuchal.intake.codeable import Concept, texts_of
from nuchal.intake.context import Context, Resource
from nuchal.intake.recognised import Recognised
from nuchal.intake.times import Moment, moment_of, span_of
from nuchal.rules.vocabulary import Match


def read(resource: Resource, context: Context) -> list[Finding]:
    """The words that the diseases of a relative mean for the patient."""
    if resource.get("status") == "entered-in-error":
        context.note(NoteKind.IGNORED, "Entered in error", ".status")
        return []
    recorded = span_of(resource.get("date"), context.zone)
    observed = moment_of(recorded, context.as_of) if recorded else context.as_of
    if observed is None:
        context.ahead(())
        return []
    moment = Moment(observed=observed, assumed=recorded is None)
    return [
        statement
        for number, condition in enumerate(resource.get("condition") or ())
        for one in words_of_relative(condition["code"], context)
        for statement in context.statement(one, Presence.PRESENT, moment, path=f".condition[{number}].code")
    ]


def words_of_relative(concept: Concept, context: Context) -> tuple[Recognised, ...]:
    """What `concept`, said of a relative, means for the patient; what means nothing is counted.

    By the vocabulary, which names the diseases of each family history; by a code or text
    that is a family history itself; or by a text that becomes one with "family history of".
    """
    index = context.chart.knowledge.index
    said = context.chart.concept(concept).words
    # that one relative is free of a disease says nothing on the others
    mapped = ((one, word) for one in said if not one.negated for word in index.family_words.get(one.word, ()))
    found = [replace(one, word=word, match=_implied(one.match)) for one, word in mapped]
    found += [one for one in said if one.word in index.about_relatives]
    for text in texts_of(concept):
        for prefix in sorted(index.language.relatives):
            found += [
                Recognised(word=word, match=Match.IMPLIES, how=Recognition.TEXT)
                for word in index.by_text(f"{prefix} {text}")
                if word in index.about_relatives
            ]
    if not found:
        context.pass_over(f"{context.resource_type}.condition")
    return tuple(dict.fromkeys(found))


def _implied(match: Match) -> Match:
    return Match.BROADER if match is Match.BROADER else Match.IMPLIES
