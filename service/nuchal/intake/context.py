"""What reading one resource needs to know, and where it leaves its remarks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from nuchal.findings import Finding, Note, NoteKind, Presence, Recognition
from nuchal.intake.codeable import Concept, ConceptReader, first_coding, texts_of
from nuchal.intake.knowledge import PassedOver, Reading
from nuchal.intake.recognised import Recognised
from nuchal.intake.sites import Name
from nuchal.intake.times import Moment
from nuchal.rules.vocabulary import Match, VocabularyWord
from nuchal.rules.wording import title_in_sentence


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

    def title(self, word: str) -> str:
        """What people call `word`, inside a sentence."""
        return title_in_sentence(self.word(word))

    def note(self, kind: NoteKind, message: str, path: str = "", *, word: str | None = None, verbatim: str | None = None) -> None:
        """Leave a remark on the element `path` of the resource; `message` without any value."""
        on_pains = verbatim is not None and self.chart.knowledge.index.is_on_pains(verbatim)
        place = self.expression + path
        self.chart.notes.append(Note(kind=kind, message=message, word=word, expression=place, verbatim=verbatim, is_on_pains=on_pains))

    def recognise(self, concept: Concept, path: str, sites: tuple[Name, ...] = ()) -> tuple[Recognised, ...]:
        """The words that `concept` names at `sites`; parts of its text that are not understood are listed."""
        reading = self.chart.concept(concept)
        if reading.is_denied:
            self.note(NoteKind.CONTRADICTORY, "The text of a code denies what the code means; it counts for red flags only", path)
        for word in reading.read_otherwise:
            self.note(NoteKind.ASSUMED, f"A display reads as {self.title(word)}, and its code as something else; the code counts", path)
        if asserts(reading.words):
            for text in reading.leftovers:
                self.note(NoteKind.NOT_UNDERSTOOD, "A part of the text was not understood", path, verbatim=text)
        return self.chart.knowledge.sites.read(concept, sites, reading.words) if sites else reading.words

    def read(self, concept: Concept, path: str) -> tuple[Recognised, ...]:
        """The words that `concept` names. What is not understood at all is listed or counted."""
        words = self.recognise(concept, path)
        if self.is_lost(words):
            self.not_understood(concept, path)
        return words

    def is_lost(self, words: tuple[Recognised, ...]) -> bool:
        """Whether a concept that names `words` asserts nothing; what a wide number lacks is said where it is read."""
        return not asserts(words) and not any(self.word(one.word).quantity for one in words)

    def not_understood(self, concept: Concept, path: str, *, said: Presence | None = None, also: str | None = None) -> None:
        """List or count a concept that asserts nothing.

        What is `said` to be present is listed word for word whatever it is, what is
        denied only when it reads as a symptom or sign, and then without its words.
        `also` is a further text of the resource that shows what it speaks of.
        """
        name = texts_of(concept)[:1]
        texts = (*name, *([also] if also else []))
        verbatim = ": ".join(dict.fromkeys(texts)) if name or said is None else None  # an answer alone names nothing
        if name and self.concepts.texts.begins_with_denial(name[0]):
            said = Presence.ABSENT if said is Presence.PRESENT else None
        is_telling = any(self.chart.knowledge.index.is_telling(text) for text in (*texts_of(concept), *texts))
        if said is Presence.PRESENT:
            self.unmapped("Is said to be present and asserts no word of the vocabulary", concept, path, verbatim)
        elif not is_telling:
            self.pass_over(f"{self.resource_type}.code")
        elif said is Presence.ABSENT:
            self.unmapped("Denies what reads as a symptom, sign or red flag and is no word of the vocabulary", concept, path, None)
        else:
            self.unmapped("Reads as a symptom, sign or red flag and asserts no word of the vocabulary", concept, path, verbatim)

    def unmapped(self, message: str, concept: Concept, path: str, verbatim: str | None) -> None:
        """Leave a remark that holds the code, so that a site can map it; its display is left out where the text is."""
        coding = first_coding(concept)
        on_pains = verbatim is not None and self.chart.knowledge.index.is_on_pains(verbatim)
        if coding and verbatim is None:
            coding = replace(coding, display=None)
        self.chart.notes.append(
            Note(
                kind=NoteKind.NOT_UNDERSTOOD,
                message=message,
                expression=self.expression + path,
                verbatim=verbatim,
                coding=coding,
                is_on_pains=on_pains,
            )
        )

    def pass_over(self, what: str) -> None:
        """Count something that is not used and needs no remark of its own."""
        self.chart.passed_over.append(PassedOver(what, self.expression))

    def ahead(self, words: Iterable[Recognised]) -> None:
        """Say that the resource, which names `words`, is dated after the moment of the assessment."""
        named = dict.fromkeys(one.word for one in words if one.match is not Match.BROADER)
        for word in named:
            message = f"{self.word(word).title} is dated after the moment of the assessment and not used"
            self.note(NoteKind.UNUSABLE, message, word=word)
        if not named:
            self.pass_over(f"{self.resource_type} dated after the moment of the assessment")

    def unusable(self, reason: str, path: str, *, word: str | None = None) -> None:
        """Say that an element gives nothing that can be used."""
        subject = f"{self.word(word).title} is" if word else "Read as"
        self.note(NoteKind.UNUSABLE, f"{subject} unknown: {reason}", path, word=word)

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
        sure = (recognised.is_sure or presence is Presence.ABSENT) and recognised.how is not Recognition.NEAR_TEXT
        if recognised.detail:
            moment = recognised.detail.moment(moment)
        finding = self.finding(
            recognised.word, said, moment, path=path, value=value, confirmed=confirmed and sure, recognition=recognised.how
        )
        if finding.presence is not Presence.UNKNOWN:
            self._note_text(finding, path)
        elif said is Presence.PRESENT:
            self.outdated(recognised.word, path)
        return [finding]

    def outdated(self, word: str, path: str) -> None:
        """Say that a statement on `word` is older than its look-back."""
        days = self.word(word).look_back_days or 0
        look_back = f"{days:g} {'day' if days == 1 else 'days'}"
        message = f"{self.word(word).title} is recorded, but longer ago than its look-back of {look_back}; not used"
        self.note(NoteKind.OUTDATED, message, path, word=word)

    def is_outdated(self, word: str, moment: Moment) -> bool:
        """Whether a statement at `moment` is older than the look-back of `word`."""
        look_back = self.word(word).look_back_days
        return look_back is not None and self._days_since(moment) > look_back

    def is_past_complaint(self, moment: Moment) -> bool:
        """Whether `moment` lies before the look-back of every symptom and sign, so that nothing of then is a complaint of now."""
        return self._days_since(moment) > self.chart.knowledge.index.longest_look_back

    def _days_since(self, moment: Moment) -> float:
        return (self.as_of - moment.observed).total_seconds() / 86400

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
        if self.is_outdated(word, moment):
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

    def _note_text(self, finding: Finding, path: str) -> None:
        said = self.title(finding.word) + ("" if self.word(finding.word).quantity else f": {finding.presence}")
        if finding.recognition is Recognition.TEXT:
            doubt = "" if finding.confirmed else "; it is not confirmed and counts for red flags only"
            self.note(NoteKind.BY_TEXT, f"Understood by its text as {said}{doubt}", path, word=finding.word)
        elif finding.recognition is Recognition.NEAR_TEXT:
            self.note(NoteKind.BY_TEXT, f"Nearly understood by its text as {said}; it counts for red flags only", path, word=finding.word)


Resource = Mapping[str, Any]
Reader = Callable[[Resource, Context], list[Finding]]


def asserts(words: Iterable[Recognised]) -> bool:
    """Whether one of `words` is more than a question."""
    return any(one.match is not Match.BROADER for one in words)


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
