"""The value of an Observation or component: an answer, a number, or further findings."""

from dataclasses import dataclass
from typing import Final

from nuchal.findings import Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.quantities import Unusable, believed
from nuchal.intake.severity import level_of
from nuchal.intake.texts import Recognised

_ANNOTATION: Final = "{"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a value says of the finding that the code names.

    `presence` is None when the value says nothing to the contrary; `words` are findings
    that the value names itself; `level` is a severity.
    """

    presence: Presence | None = None
    words: tuple[Recognised, ...] = ()
    level: str | None = None


def answer_of(node: Resource, path: str, context: Context) -> Answer:
    """The answer that value[x], dataAbsentReason and interpretation of `node` give."""
    concept, text = node.get("valueCodeableConcept"), node.get("valueString")
    if isinstance(node.get("valueBoolean"), bool):
        return Answer(presence=Presence.PRESENT if node["valueBoolean"] else Presence.ABSENT)
    if isinstance(concept, dict):
        presence = context.concepts.answer(concept)
        words = () if presence else context.chart.concept(concept).words
    elif isinstance(text, str):
        presence, words = _text_answer(text, path, context)
    elif node.get("dataAbsentReason"):
        return Answer(presence=Presence.UNKNOWN)
    else:
        presence, words = _zero(node), ()
    return Answer(presence=presence or _interpretation(node, context), words=words, level=level_of(node, context))


def _text_answer(text: str, path: str, context: Context) -> tuple[Presence | None, tuple[Recognised, ...]]:
    presence = context.concepts.answer_text(text)
    if presence:
        return presence, ()
    words = context.concepts.texts.read(text).words
    if not words and context.concepts.texts.begins_with_denial(text):
        context.unusable("its value denies something that is not understood", f"{path}.value")
        return Presence.UNKNOWN, ()
    return None, words


def _zero(node: Resource) -> Presence | None:
    """A score of nought beside the code of a finding: not said to be present, nor denied."""
    quantity = node.get("valueQuantity")
    number = quantity.get("value") if isinstance(quantity, dict) else node.get("valueInteger")
    return Presence.UNKNOWN if number == 0 else None


def _interpretation(node: Resource, context: Context) -> Presence | None:
    given = {answer for concept in node.get("interpretation") or () if (answer := context.concepts.answer(concept))}
    if not given:
        return None
    return given.pop() if len(given) == 1 else Presence.UNKNOWN


def number_of(node: Resource, word: str, context: Context) -> float | Unusable | None:
    """The number of `node` in the unit of `word`; None when no value was sent."""
    wanted = context.word(word).quantity
    assert wanted is not None
    quantity, integer = node.get("valueQuantity"), node.get("valueInteger")
    if isinstance(quantity, dict):
        return context.chart.units.number(quantity, wanted)
    if isinstance(integer, int) and not isinstance(integer, bool):
        return context.chart.units.number({"value": integer}, wanted)
    place = _place_in_order(node, context) if wanted.unit.startswith(_ANNOTATION) or wanted.unit == "1" else None
    if place is not None:
        return believed(place, wanted)
    if any(name.startswith("value") for name in node):
        return Unusable("its value is no number")
    return None


def _place_in_order(node: Resource, context: Context) -> float | None:
    """A result in words or plus signs, as the vocabulary orders them; signs matter, so no text key."""
    order = context.chart.knowledge.index.language.ordinal_texts
    concept = node.get("valueCodeableConcept")
    texts = [node.get("valueString")]
    if isinstance(concept, dict):
        texts += [concept.get("text"), *(coding.get("display") for coding in concept.get("coding") or ())]
    return next((order[key] for text in texts if isinstance(text, str) and (key := text.strip().lower()) in order), None)
