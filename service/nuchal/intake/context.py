"""What reading one resource needs to know, and where it leaves its remarks."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from nuchal.findings import Finding, Note, NoteKind, Presence, Recognition
from nuchal.intake.codeable import Concept, ConceptReader, ConceptReading, Role, texts_of
from nuchal.intake.drugs import DrugIndex
from nuchal.intake.entries import References, canonical_json
from nuchal.intake.quantities import Units
from nuchal.intake.texts import Recognised
from nuchal.intake.times import Moment
from nuchal.intake.vocabulary_index import VocabularyIndex
from nuchal.rules.model import Match, Roles, VocabularyWord


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What intake knows of one ruleset; shared by all requests."""

    index: VocabularyIndex
    concepts: ConceptReader
    drugs: DrugIndex
    roles: Roles


@dataclass(slots=True)
class Reading:
    """The work on one chart: its moment, its units, its remarks."""

    knowledge: Knowledge
    as_of: datetime
    references: References
    units: Units
    notes: list[Note] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    _concepts: dict[bytes, ConceptReading] = field(default_factory=dict)
    _roles: dict[bytes, Role | None] = field(default_factory=dict)

    def concept(self, concept: Concept) -> ConceptReading:
        """The words that `concept` names; a chart repeats its concepts, so each is read once."""
        spelling = canonical_json(concept)
        if spelling not in self._concepts:
            self._concepts[spelling] = self.knowledge.concepts.read(concept)
        return self._concepts[spelling]

    def role(self, concept: Concept) -> Role | None:
        """What `concept` says about other parts of its resource; read once as well."""
        spelling = canonical_json(concept)
        if spelling not in self._roles:
            self._roles[spelling] = self.knowledge.concepts.role(concept)
        return self._roles[spelling]


@dataclass(frozen=True, slots=True)
class Context:
    """One resource being read: what it is in the input, and the chart it belongs to."""

    chart: Reading
    resource_type: str
    expression: str
    reference: str | None

    @property
    def as_of(self) -> datetime:
        """The moment of the request."""
        return self.chart.as_of

    @property
    def zone(self) -> tzinfo:
        """The time zone of dates without one: that of the moment of the request."""
        return self.as_of.tzinfo or UTC

    @property
    def concepts(self) -> ConceptReader:
        """Reads answers and severities."""
        return self.chart.knowledge.concepts

    def word(self, word: str) -> VocabularyWord:
        """The word with the id `word`."""
        return self.chart.knowledge.index.words[word]

    def note(self, kind: NoteKind, message: str, path: str = "", *, verbatim: str | None = None) -> None:
        """Leave a remark on the element `path` of the resource; `message` without any value."""
        self.chart.notes.append(Note(kind=kind, message=message, expression=self.expression + path, verbatim=verbatim))

    def read(self, concept: Concept, path: str, *, may_be_complaint: bool = True, also: str | None = None) -> tuple[Recognised, ...]:
        """The words that `concept` names. What is not understood is listed or counted.

        `may_be_complaint` is False where the resource shows that it is none (a
        measurement); `also` is a further text of the resource that shows what it speaks of.
        """
        reading = self.chart.concept(concept)
        if any(one.match is not Match.BROADER for one in reading.words):
            for text in reading.leftovers:
                self.note(NoteKind.NOT_UNDERSTOOD, "A part of the text was not understood", path, verbatim=text)
        elif not any(self.word(one.word).quantity for one in reading.words):  # what a wide number lacks is said where it is read
            self._not_understood(concept, path, also, may_be_complaint=may_be_complaint)
        return reading.words

    def _not_understood(self, concept: Concept, path: str, also: str | None, *, may_be_complaint: bool) -> None:
        texts = (*texts_of(concept)[:1], *([also] if also else []))
        is_telling = self.chart.knowledge.index.is_telling
        if may_be_complaint and any(is_telling(text) for text in (*texts_of(concept), *texts)):
            message = "Reads as a symptom or sign and asserts no word of the vocabulary"
            self.note(NoteKind.NOT_UNDERSTOOD, message, path, verbatim=": ".join(dict.fromkeys(texts)))
        else:
            self.chart.passed_over[f"{self.resource_type}.code"] += 1

    def unusable(self, reason: str, path: str) -> None:
        """Say that an element gives nothing that can be used."""
        self.note(NoteKind.UNUSABLE, f"Read as unknown: {reason}", path)

    def statement(  # noqa: PLR0913  everything a Finding says
        self,
        recognised: Recognised,
        presence: Presence,
        moment: Moment,
        *,
        path: str,
        value: float | None = None,
        confirmed: bool = True,
    ) -> list[Finding]:
        """What follows for the word when its code or text is `presence`: nothing, or one statement.

        Unknown when it is older than the word's look-back.
        """
        said = _said(recognised, presence)
        if said is None:
            return []
        if said is not Presence.UNKNOWN:
            self._note_text(recognised, path)
        near = recognised.how is Recognition.NEAR_TEXT
        return [
            self.finding(
                recognised.word, said, moment, path=path, value=value, confirmed=confirmed and not near, recognition=recognised.how
            )
        ]

    def finding(  # noqa: PLR0913  the same
        self,
        word: str,
        presence: Presence,
        moment: Moment,
        *,
        path: str = "",
        value: float | None = None,
        confirmed: bool = True,
        recognition: Recognition = Recognition.CODE,
    ) -> Finding:
        """One statement on `word`; unknown when it is older than the word's look-back."""
        look_back = self.word(word).look_back_days
        if look_back is not None and (self.as_of - moment.observed).total_seconds() > look_back * 86400:
            presence, value = Presence.UNKNOWN, None
        return Finding(
            word=word,
            presence=presence,
            value=value,
            observed=moment.observed,
            since=moment.since.start if moment.since else None,
            confirmed=confirmed,
            recognition=recognition,
            source=self.reference,
            expression=self.expression + path,
        )

    def _note_text(self, recognised: Recognised, path: str) -> None:
        if recognised.how is Recognition.TEXT:
            self.note(NoteKind.BY_TEXT, f"Understood by its text as {recognised.word}", path)
        elif recognised.how is Recognition.NEAR_TEXT:
            self.note(NoteKind.BY_TEXT, f"Nearly understood by its text as {recognised.word}; it counts for red flags only", path)


Resource = Mapping[str, Any]
Reader = Callable[[Resource, Context], list[Finding]]


def _said(recognised: Recognised, presence: Presence) -> Presence | None:
    """What the presence of a concept says of the word it names; None when nothing.

    A broader concept never asserts, and absent it denies the narrower word (DESIGN 3);
    a concept that implies a word says nothing on it when absent.
    """
    if recognised.match is Match.BROADER and presence is Presence.PRESENT:
        presence = Presence.UNKNOWN
    if recognised.match is Match.IMPLIES and presence is Presence.ABSENT:
        return None
    if not recognised.negated or presence is Presence.UNKNOWN:
        return presence
    # "no fever" answered with no: neither the one nor the other can be relied on
    return Presence.ABSENT if presence is Presence.PRESENT else Presence.UNKNOWN
