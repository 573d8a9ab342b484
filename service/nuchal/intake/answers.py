"""The value of an Observation or component: an answer, a number, or further findings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nuchal.findings import Presence
from nuchal.intake.codeable import Concept, coded_pairs, texts_of
from nuchal.intake.context import Context, Resource
from nuchal.intake.quantities import Unusable, believed
from nuchal.intake.recognised import Recognised
from nuchal.rules.vocabulary import Quantity
from nuchal.terminology import VOCABULARY

_ANNOTATION: Final = "{"
_QUANTITY_TEXT: Final = re.compile(r"(-?\d{1,7}(?:[.,]\d{1,4})?)\s*([^\s\d].{0,30})?")
_PAIR: Final = re.compile(r"(?P<first>\d{1,3})\s*/\s*(?P<second>\d{1,3})(?:\s*(?P<unit>[^\s\d/].{0,30}))?")
_SPACED_PLUS: Final = re.compile(r"\s+(?=\+)|(?<=\+)\s+")
_LIMIT: Final = re.compile(r"[<>]=?(?=\s*\d)")
_PLUSES: Final = re.compile(r"\s*(?:\+{1,4}|\+\s?[1-4]|[1-4]\s?\+)\s*")  # a result of a test: +, 2+
# Weeks and days of a pregnancy: 32+4, 32w4d, 32 weeks 4 days, 32 4/7 weeks; 32/40 are 32 of 40 weeks
_WEEKS: Final = re.compile(
    r"(?P<weeks>\d{1,2})\s*(?:/\s*40"
    r"|(?:\+|w(?:ee)?ks?|w|wochen|ssw)[\s,+]*(?P<days>[0-6])(?:\s*/\s*[74]0?)?\s*(?:d|days?|tage?)?|\s(?P<sevenths>[0-6])\s*/\s*7)"
    r"\s*(?:w(?:ee)?ks?|w|wochen|ssw)?(?:\s+(?:of\s+)?(?:gestation|pregnan(?:t|cy)))?",
    re.IGNORECASE,
)
_NAMED_RESULT: Final = re.compile(r"(?P<name>[a-z][a-z ]*?)\s*[:=]?\s*(?P<result>[1-4]?\+{1,4}[1-4]?|\(\+\)|\+/-|[a-z]+|not detected)")
_SCORE: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)(?:\s*/\s*\d{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a value says of the finding that the code names.

    `presence` is None when the value says nothing to the contrary; `words` are findings
    that the value names itself; `level` is a severity. `is_normal`: it says normal, which
    denies a symptom or sign. Not `is_understood`: whatever it says, it may be the contrary.
    `is_contradicted`: value and interpretation say the contrary of each other.
    `is_nought`: a score of 0, which neither asserts nor denies.
    """

    presence: Presence | None = None
    words: tuple[Recognised, ...] = ()
    level: str | None = None
    is_normal: bool = False
    is_understood: bool = True
    is_contradicted: bool = False
    is_nought: bool = False


def answer_of(node: Resource, context: Context) -> Answer:
    """The answer that value[x], dataAbsentReason and interpretation of `node` give."""
    answer = _answer_of(node, context)
    graded = _interpretation(node, context)
    if {answer.presence, graded} == {Presence.PRESENT, Presence.ABSENT}:
        return replace(answer, presence=Presence.PRESENT, is_contradicted=True)
    return answer


def _answer_of(node: Resource, context: Context) -> Answer:
    if isinstance(node.get("valueBoolean"), bool):
        return Answer(presence=Presence.PRESENT if node["valueBoolean"] else Presence.ABSENT)
    value = value_concept(node)
    if value is not None:
        return _said(value, node, context)
    if node.get("dataAbsentReason"):
        return Answer(presence=Presence.UNKNOWN)
    if _is_nought(node):
        return Answer(presence=Presence.UNKNOWN, is_nought=True)
    presence = _interpretation(node, context)
    return Answer(presence=presence, is_normal=presence is None and _is_graded_normal(node, context))


def value_concept(node: Resource) -> Concept | None:
    """The value in words, coded or not; None without one."""
    concept, text = node.get("valueCodeableConcept"), node.get("valueString")
    if isinstance(concept, dict):
        return concept
    return {"text": text} if isinstance(text, str) and text.strip() else None


def _said(value: Concept, node: Resource, context: Context) -> Answer:
    concepts = context.concepts
    presence = concepts.answer(value)
    words = () if presence else context.chart.concept(value).words
    presence = presence or _interpretation(node, context)
    level = concepts.level(value)
    if presence or words or level:
        return Answer(presence=presence, words=words, level=level)
    if concepts.is_normal(value) or _is_graded_normal(node, context):
        return Answer(is_normal=True)
    if any(_PLUSES.fullmatch(text) for text in texts_of(value)):
        return Answer(presence=Presence.PRESENT)
    number = _number_in_words(value, context)
    if number is not None:
        return Answer() if number else Answer(presence=Presence.UNKNOWN, is_nought=True)
    denies = any(concepts.texts.begins_with_denial(text) for text in texts_of(value))
    return Answer(presence=Presence.UNKNOWN if denies else None, is_understood=False)


def _is_nought(node: Resource) -> bool:
    """Whether a score of nought stands beside the code of a finding, which then is not said to be present, nor denied."""
    quantity = node.get("valueQuantity")
    number = quantity.get("value") if isinstance(quantity, dict) else node.get("valueInteger")
    return isinstance(number, int | float) and not isinstance(number, bool) and number == 0


def _number_in_words(value: Concept, context: Context) -> float | None:
    """A score that is written as a text: 6, 6/10, ++."""
    order = context.chart.knowledge.index.language.ordinal_texts
    for text in texts_of(value):
        written = text.strip().lower()
        score = _SCORE.fullmatch(written)
        if score:
            return float(score[1].replace(",", "."))
        if written in order:
            return order[written]
    return None


def _interpretation(node: Resource, context: Context) -> Presence | None:
    given = {answer for concept in node.get("interpretation") or () if (answer := context.concepts.answer(concept))}
    if not given:
        return None
    return given.pop() if len(given) == 1 else Presence.UNKNOWN


def _is_graded_normal(node: Resource, context: Context) -> bool:
    return any(context.concepts.is_normal(concept) for concept in node.get("interpretation") or ())


def number_of(node: Resource, word: str, context: Context) -> float | Unusable | None:
    """The number of `node` in the unit of `word`; None when no value was sent."""
    wanted = context.word(word).quantity
    assert wanted is not None
    place = _place_in_order(node, word, context) if _is_dimensionless(wanted) else None  # first: 2+ is no 2 of a unit +
    if place is not None:
        return believed(place, wanted)
    quantity = _quantity(node, wanted)
    if quantity is not None:
        if not quantity.get("code") and not quantity.get("unit"):
            quantity = {**quantity, "unit": _unit_of_name(node, word, context)}
        return context.chart.units.number(quantity, wanted)
    if any(name.startswith("value") for name in node):
        return Unusable("its value is no number")
    return None


def numbers_of_pair(node: Resource, context: Context) -> list[Resource]:
    """Two numbers that are written as one text, 120/80, as components with codes of our own; none where no pair is meant."""
    text = node.get("valueString")
    written = _PAIR.fullmatch(text.strip()) if isinstance(text, str) and context.concepts.is_pair(node["code"]) else None
    if written is None:
        return []
    unit = {"unit": written["unit"]} if written["unit"] else {}
    return [
        {"code": {"coding": [{"system": VOCABULARY, "code": word}]}, "valueQuantity": {"value": float(number)} | unit}
        for word, number in zip(context.chart.knowledge.index.language.pair_words, written.group("first", "second"), strict=True)
    ]


def _is_dimensionless(wanted: Quantity) -> bool:
    return wanted.unit.startswith(_ANNOTATION) or wanted.unit == "1"


def _quantity(node: Resource, wanted: Quantity) -> Mapping[str, Any] | None:
    """The value as a Quantity, also when it is written as a text: 38.5 °C, 12, and of a score 6/10."""
    quantity = node.get("valueQuantity")
    if isinstance(quantity, dict):
        return quantity
    integer = node.get("valueInteger")
    if isinstance(integer, int) and not isinstance(integer, bool):
        return {"value": integer}
    text = str(node.get("valueString") or "").strip()
    weeks = _WEEKS.fullmatch(text) if wanted.unit == "wk" else None
    if weeks:
        return {"value": int(weeks["weeks"]) + int(weeks["days"] or weeks["sevenths"] or 0) / 7, "unit": wanted.unit}
    limit = _LIMIT.match(text)
    if limit:
        return {"value": 0, "comparator": limit[0]}
    written = _QUANTITY_TEXT.fullmatch(text) or (_SCORE.fullmatch(text) if _is_dimensionless(wanted) else None)
    if written is None:
        return None
    return {"value": float(written[1].replace(",", "."))} | ({"unit": written[2]} if written.re is _QUANTITY_TEXT and written[2] else {})


def _unit_of_name(node: Resource, word: str, context: Context) -> str | None:
    """The unit that the name of a number holds (headache days per month), or that our own code for it has."""
    index = context.chart.knowledge.index
    wanted = context.word(word).quantity
    if wanted and (VOCABULARY, word) in coded_pairs(node["code"]):
        return wanted.unit
    for text in texts_of(node["code"]):
        name = f" {index.key.normal(text)} "
        unit = next((unit for phrase, unit in index.unit_names if f" {phrase} " in name), None)
        if unit:
            return unit
    return None


def _place_in_order(node: Resource, word: str, context: Context) -> float | None:
    """A result in words or plus signs, as the vocabulary orders them; signs matter, so no text key. Its name may stand before it."""
    order = context.chart.knowledge.index.language.ordinal_texts
    texts = [_SPACED_PLUS.sub("", text.strip().lower()) for text in texts_of(value_concept(node) or {})]
    named = [_after_name(text, word, context) for text in texts]
    return next((order[text] for text in (*texts, *named) if text in order), None)


def _after_name(text: str, word: str, context: Context) -> str:
    """What stands behind words that all are words of the names of `word`: ++, of "protein: ++"; empty where there are others."""
    index = context.chart.knowledge.index
    known = {part for name in (index.words[word].title, *index.words[word].synonyms) for part in index.key.words(name)}
    parts = _NAMED_RESULT.fullmatch(text)
    return parts["result"] if parts and known.issuperset(index.key.words(parts["name"])) else ""
