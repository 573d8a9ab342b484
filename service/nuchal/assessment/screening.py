"""Which topics of the red flag screen are open, and what to ask for them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nuchal.assessment.pains import Pains
from nuchal.assessment.patient import Patient
from nuchal.findings import Presence, View
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTopic:
    """A screen topic that applies and is not answered with no; `is_present` when one of its words is, by confirmed statements.

    `ask` is its first word that nobody stated, None when a raised flag already weighs a word of it: then it is open
    (no self-care), but its answer is known.
    """

    id: str
    ask: str | None
    is_present: bool


def open_topics(patient: Patient, pains: Pains) -> tuple[OpenTopic, ...]:
    """The open topics in the ruleset's order.

    A topic is answered when one of its words is asserted absent by confirmed statements
    and none is present, not even by unconfirmed ones.
    """
    words = _words_by_topic(patient.ruleset)
    return tuple(
        _open(topic.id, words[topic.id], patient)
        for topic in patient.ruleset.screen
        if (topic.applies is None or topic.applies in pains.active) and not _is_answered(words[topic.id], patient)
    )


def _words_by_topic(ruleset: Ruleset) -> dict[str, list[VocabularyWord]]:
    topics: dict[str, list[VocabularyWord]] = defaultdict(list)
    for word in ruleset.vocabulary.values():
        if word.screen:
            topics[word.screen].append(word)
    return topics


def _is_answered(words: Sequence[VocabularyWord], patient: Patient) -> bool:
    return not _is_present(words, patient) and any(patient.presence(word.id, View.STRICT) is Presence.ABSENT for word in words)


def _open(topic: str, words: Sequence[VocabularyWord], patient: Patient) -> OpenTopic:
    present = [word.id for word in words if patient.presence(word.id, View.SAFETY) is Presence.PRESENT]
    is_present = any(patient.presence(word.id, View.STRICT) is Presence.PRESENT for word in words)
    if not patient.weighed_by_flags.isdisjoint(present):
        return OpenTopic(id=topic, ask=None, is_present=is_present)
    to_ask = (word.id for word in words if word.quantity is None and patient.presence(word.id, View.SAFETY) is Presence.UNKNOWN)
    return OpenTopic(id=topic, ask=next(to_ask, None), is_present=is_present)


def _is_present(words: Sequence[VocabularyWord], patient: Patient) -> bool:
    return any(patient.presence(word.id, View.SAFETY) is Presence.PRESENT for word in words)
