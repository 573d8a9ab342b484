"""Findings, criteria and sources as parts of sentences."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from nuchal.assessment.model import Criterion, CriterionRole, CriterionState
from nuchal.findings import Finding, Presence, Recognition
from nuchal.rules.model import Reference, Ruleset, Source
from nuchal.rules.vocabulary import VocabularyWord
from nuchal.rules.wording import amount, title_in_sentence

_GUIDELINE: Final = re.compile(r"[A-Z]+ [A-Z]+\d+")  # NICE CG150
_RECOGNISED: Final = {
    Recognition.TEXT: "by text",
    Recognition.NEAR_TEXT: "nearly understood by text",
    Recognition.COMPUTED: "computed",
}

_STATES: Final = (("Met", CriterionState.MET), ("Absent", CriterionState.ABSENT), ("Unknown", CriterionState.UNKNOWN))


def enumeration(parts: Sequence[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def in_order(texts: Iterable[str]) -> list[str]:
    """Each text once, in the order of its first appearance."""
    return list(dict.fromkeys(texts))


def shortened(texts: Sequence[str], limit: int) -> str:
    """The first `limit` texts, and how many more there are."""
    more = len(texts) - limit
    return "; ".join(texts[:limit]) + (f" and {more} more" if more > 0 else "")


def statement(finding: Finding, vocabulary: Mapping[str, VocabularyWord]) -> str:
    """One finding: what it is, its number or presence, and whether it is doubtful or was recognised by more than a code."""
    word = vocabulary[finding.word]
    said = finding.presence.value if finding.value is None else amount(finding.value, word)
    doubts = [] if finding.confirmed else ["unconfirmed"]
    if finding.recognition in _RECOGNISED:
        doubts.append(_RECOGNISED[finding.recognition])
    return f"{word.title}: {said}" + (f" ({', '.join(doubts)})" if doubts else "")


def because(criteria: Iterable[Criterion], vocabulary: Mapping[str, VocabularyWord]) -> str:
    """The findings that decide `criteria`, as the clause after "because"; one that holds by silence is said to do so."""
    criteria = tuple(criteria)
    findings = tuple(dict.fromkeys(finding for criterion in criteria for finding in criterion.evidence))
    clauses = [
        _stated(findings, Presence.PRESENT, vocabulary),
        *in_order(
            f"{_name(found, vocabulary)} is {amount(found.value, vocabulary[found.word])}" for found in findings if found.value is not None
        ),
        _stated(findings, Presence.ABSENT, vocabulary),
        "nothing recorded speaks against it" if findings and not all(criterion.evidence for criterion in criteria) else "",
    ]
    return "; ".join(clause for clause in clauses if clause)


def _stated(findings: Iterable[Finding], presence: Presence, vocabulary: Mapping[str, VocabularyWord]) -> str:
    names = in_order(_name(found, vocabulary) for found in findings if found.value is None and found.presence is presence)
    return f"{enumeration(names)} {_verb(names)} {presence}" if names else ""


def _name(finding: Finding, vocabulary: Mapping[str, VocabularyWord]) -> str:
    return title_in_sentence(vocabulary[finding.word]) + ("" if finding.confirmed else " (unconfirmed)")


def _verb(subjects: Sequence[str]) -> str:
    return "is" if len(subjects) == 1 else "are"


def texts_of(criteria: Iterable[Criterion], state: CriterionState) -> list[str]:
    """The criteria for a rule that are in `state`, in words; what speaks against it (excluding) is told elsewhere."""
    return in_order(criterion.text for criterion in criteria if criterion.state is state and criterion.role is not CriterionRole.EXCLUDING)


def criteria_lines(criteria: Iterable[Criterion]) -> list[str]:
    """The criteria of one rule by their state, for narratives."""
    criteria = tuple(criteria)
    against = [
        criterion.text for criterion in criteria if criterion.role is CriterionRole.EXCLUDING and criterion.state is CriterionState.MET
    ]
    lines = [(name, texts_of(criteria, state)) for name, state in _STATES] + [("Speaks against it", against)]
    return [f"{name}: {'; '.join(texts)}" for name, texts in lines if texts]


def short_citations(sources: Iterable[Source], references: Mapping[str, Reference]) -> str:
    """First author and year of the first two sources."""
    return shortened(in_order(_short_citation(references[source.ref]) for source in sources), 2)


def _short_citation(reference: Reference) -> str:
    """Doe J, 2004; a guideline by its number, which says more than its publisher."""
    name = reference.source if _GUIDELINE.fullmatch(reference.source) else reference.authors.split(",")[0].strip()
    return f"{name}, {reference.year}" if reference.year else name


def titles(words: Iterable[str], ruleset: Ruleset) -> list[str]:
    """The titles of words of the vocabulary, as they stand inside a sentence."""
    return [title_in_sentence(ruleset.vocabulary[word]) for word in words]
