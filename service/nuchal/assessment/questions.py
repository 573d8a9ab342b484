"""What to ask next: ranked findings, at most ten (DESIGN 4, Questions)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from nuchal.assessment.model import Asking, Assessment, ListedCause, Plan, Question, Withholding
from nuchal.assessment.open_words import open_leaves, open_words, sufficient_words
from nuchal.assessment.patient import Patient
from nuchal.assessment.screening import OpenTopic
from nuchal.findings import Presence, State, View
from nuchal.rules.conditions import Comparison, Operator, Truth, words
from nuchal.rules.model import RedFlag, Region
from nuchal.rules.truths import evaluate
from nuchal.rules.vocabulary import VocabularyWord, WordKind

MOST_QUESTIONS = 10
MOST_CAUSES = 5


def questions(patient: Patient, assessment: Assessment, topics: Sequence[OpenTopic]) -> tuple[Question, ...]:
    """The questions that `assessment` leaves, in the ranks of DESIGN 4, each word once, at its first place.

    Where neither pain is recorded the situation itself is in doubt, and both come first.
    Where the patient must be seen at once or today, what would change that, and what
    tells the listed causes apart, comes before the screen for self-care.
    """
    is_serious = assessment.disposition is not None and assessment.disposition.is_serious
    others = list(_other_pains(patient, assessment.active))
    screen = [_ask(patient, topic.ask, Asking.SCREEN) for topic in topics if topic.ask]
    basics = [*screen, *others, *_holding_back(patient, assessment.plan)] if assessment.active else [*others, *screen]
    decisive = chain(
        _doubtful(patient),
        _raising(patient, _flags_to_settle(assessment, is_serious=is_serious), Asking.RED_FLAG),
        _parts(patient, assessment.causes[:MOST_CAUSES]),
    )
    ranked = chain(
        *((decisive, basics) if is_serious else (basics, decisive)),
        # a flag that holds nothing yet stands with those that hold general findings: one answer would raise it just the same
        _raising(patient, [each.flag for each in assessment.undetermined], Asking.GENERAL_RED_FLAG),
    )
    return tuple(islice(_open_and_once(patient, ranked), MOST_QUESTIONS))


def _flags_to_settle(assessment: Assessment, *, is_serious: bool) -> list[RedFlag]:
    """The undetermined flags that hold something specific; in an emergency only those that would call for more speed."""
    holding = [each.flag for each in assessment.undetermined if each.holds_specific]
    if not is_serious or assessment.disposition is None:
        return holding
    return [flag for flag in holding if flag.disposition.rank < assessment.disposition.rank]


def _holding_back(patient: Patient, plan: Plan | None) -> Iterator[Question]:
    """The findings whose silence alone withholds a suggestion."""
    roles = patient.ruleset.roles
    asked_first = {Withholding.ANTICOAGULATION_UNKNOWN: roles.anticoagulation, Withholding.PREGNANCY_UNKNOWN: roles.pregnancy}
    for each in plan.withheld if plan else ():
        if each.why in asked_first:
            yield _ask(patient, asked_first[each.why], Asking.WITHHELD)


def _open_and_once(patient: Patient, ranked: Iterable[Question]) -> Iterator[Question]:
    asked: set[str] = set()
    for question in ranked:
        if question.word not in asked and not _is_known(question.word, patient):
            asked.add(question.word)
            yield question


def _ask(patient: Patient, word: str, why: Asking, rules: Sequence[str] = ()) -> Question:
    return Question(word=word, text=patient.ruleset.vocabulary[word].question, why=why, rules=tuple(rules))


def _is_known(word: str, patient: Patient) -> bool:
    """Whether both views know the word and agree on it."""
    presence = patient.presence(word, View.STRICT)
    return presence is not Presence.UNKNOWN and presence is patient.presence(word, View.SAFETY)


def _other_pains(patient: Patient, active: frozenset[Region]) -> Iterator[Question]:
    """The pains that are not active: one when the other is recorded, both when the situation itself is in doubt."""
    roles = patient.ruleset.roles
    for region, word in ((Region.HEAD, roles.headache), (Region.BACK, roles.back_pain)):
        if region not in active:
            yield _ask(patient, word, Asking.OTHER_PAIN)


def _doubtful(patient: Patient) -> Iterator[Question]:
    """What was understood only nearly or as a broader concept, is unconfirmed, or is contradictory; numbers are not asked."""
    for word in sorted(patient.safety.keys() | patient.strict.keys()):
        if not _is_number(patient.ruleset.vocabulary[word]) and _is_doubtful(word, patient):
            yield _ask(patient, word, Asking.UNCONFIRMED)


def _is_doubtful(word: str, patient: Patient) -> bool:
    safety, strict = patient.state(word, View.SAFETY), patient.state(word, View.STRICT)
    stated = [finding for finding in (*safety.evidence, *strict.evidence) if finding.word == word]
    if safety.presence is not strict.presence:
        return bool(stated)  # a derived word is in doubt because of others, and they are asked
    return safety.presence is Presence.UNKNOWN and any(not finding.confirmed for finding in stated)


def _raising(patient: Patient, flags: Sequence[RedFlag], why: Asking) -> Iterator[Question]:
    """Findings whose presence alone would raise one of `flags` (most urgent first): by disposition, number of flags, id."""
    raised: dict[str, list[RedFlag]] = defaultdict(list)
    for flag in flags:
        heard = {word: patient.safety[word] for word in words(flag.when) & patient.safety.keys()}
        for word, supposed in _supposed(flag, patient).items():
            if evaluate(flag.when, heard | {word: supposed}) is Truth.TRUE:
                raised[word].append(flag)
    for word in sorted(raised, key=lambda word: (raised[word][0].disposition.rank, -len(raised[word]), word)):
        yield _ask(patient, word, why, [flag.id for flag in raised[word]])


def _supposed(flag: RedFlag, patient: Patient) -> dict[str, State]:
    """Each word that could raise `flag` alone and may be asked, supposed to be present with every number the flag looks for."""
    truths = patient.truths[View.SAFETY]
    sufficient = sufficient_words(flag.when, truths)
    numbers: dict[str, list[float]] = {}
    for leaf in open_leaves(flag.when, truths) if sufficient else ():
        if leaf.word in sufficient and _may_ask(patient.ruleset.vocabulary[leaf.word]):
            numbers.setdefault(leaf.word, []).extend([_meeting(leaf)] if isinstance(leaf, Comparison) else [])
    return {word: State(Presence.PRESENT, tuple(values)) for word, values in numbers.items()}


def _meeting(comparison: Comparison) -> float:
    """A number that meets `comparison`."""
    match comparison.op:
        case Operator.MORE:
            return math.nextafter(comparison.value, math.inf)
        case Operator.LESS:
            return math.nextafter(comparison.value, -math.inf)
        case _:
            return comparison.value


def _may_ask(word: VocabularyWord) -> bool:
    """Words, and of the numbers vital signs: the general ones that are neither demographic nor a time since an onset."""
    return not _is_number(word) or (word.general and word.kind is not WordKind.DEMOGRAPHIC and word.onset is None)


def _is_number(word: VocabularyWord) -> bool:
    return word.quantity is not None


def _parts(patient: Patient, causes: Sequence[ListedCause]) -> Iterator[Question]:
    """Open words of the parts of `causes` (in rank order), by number of causes, then id."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for listed in causes:
        waits_for = [word for part in listed.cause.parts for word in open_words(part, patient.truths[View.STRICT])]
        for word in dict.fromkeys(waits_for):
            waiting[word].append(listed.cause.id)
    for word in sorted(waiting, key=lambda word: (-len(waiting[word]), word)):
        yield _ask(patient, word, Asking.CAUSE, waiting[word])
