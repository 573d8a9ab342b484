"""List: a medication list that says it is complete, so that a drug that is not on it is not taken."""

from collections.abc import Sequence
from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.codeable import Concept
from nuchal.intake.context import Context, Resource
from nuchal.intake.drugs import has_class, has_rxnorm_name
from nuchal.intake.medication import products, words_of_product
from nuchal.intake.times import Moment, moment_of, span_of
from nuchal.intake.validation import concept_codes
from nuchal.rules.vocabulary import Medication, VocabularyWord, WordKind

_CURRENT: Final = "current"
_COMPLETE_MODES: Final = frozenset({"working", "snapshot"})  # changes is a part; http://hl7.org/fhir/R4/valueset-list-mode.html
_NONE_KNOWN: Final = "nilknown"  # http://terminology.hl7.org/CodeSystem/list-empty-reason


def read(resource: Resource, context: Context) -> list[Finding]:
    """The drug words that a complete list denies, as of its date."""
    code = resource.get("code")
    if resource.get("status") != _CURRENT or not isinstance(code, dict) or not context.concepts.is_drug_list(code):
        context.pass_over("List that is no current medication list")
        return []
    dated = span_of(resource.get("date"), context.zone)
    observed = moment_of(dated, context.as_of) if dated else None
    held = _products_on(resource, context)
    if observed is None or held is None:
        context.note(NoteKind.ASSUMED, "The medication list is not dated or not complete: what it lacks may be taken all the same")
        return []
    words = [word for word in context.chart.knowledge.index.words.values() if _is_denied(word, held, context)]
    if words:
        context.note(NoteKind.ASSUMED, "The medication list is taken as complete: what it lacks is not taken")
    moment = Moment(observed=observed)
    return [context.finding(word.id, Presence.ABSENT, moment) for word in sorted(words, key=lambda word: word.id)]


def _products_on(resource: Resource, context: Context) -> list[Concept] | None:
    """The products on the list; None when it is not complete, or holds what is not in the Bundle."""
    entries = [entry for entry in resource.get("entry") or () if entry.get("deleted") is not True]
    if not entries:
        return [] if _NONE_KNOWN in concept_codes(resource.get("emptyReason") or {}) else None
    if resource.get("mode") not in _COMPLETE_MODES:
        return None
    found: list[Concept] = []
    for entry in entries:
        target = context.chart.references.resource(entry.get("item"), resource)
        on_it = [] if target is None else _products_of(target, context)
        if not on_it:
            return None
        found += on_it
    return found


def _products_of(target: Resource, context: Context) -> Sequence[Concept]:
    if target.get("resourceType") == "Medication":
        target = {"medicationReference": {"reference": "#m"}, "contained": [{**target, "id": "m"}]}
    return products(target, context)


def _is_denied(word: VocabularyWord, held: Sequence[Concept], context: Context) -> bool:
    """Whether the drugs of `word` are certainly none of the products on the list."""
    drug = word.medication
    if word.kind is not WordKind.MEDICATION or drug is None or drug.stopped_days is not None:
        return False
    return all(_tells_its_class(product, drug) and not _means(word.id, product, context) for product in held)


def _means(word: str, product: Concept, context: Context) -> bool:
    return any(one.word == word for one in words_of_product(product, context))


def _tells_its_class(product: Concept, drug: Medication) -> bool:
    """Whether it would be seen that `product` is such a drug: by its ATC code, or by the ingredients in the name that RxNorm gives it."""
    return (bool(drug.atc) and has_class(product)) or (bool(drug.ingredients) and has_rxnorm_name(product))
