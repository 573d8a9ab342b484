"""What was recorded and weighs in nothing that is listed: a residual diagnosis must not hide it."""

from collections.abc import Iterable, Sequence
from typing import Final

from nuchal.assessment.patient import Patient
from nuchal.findings import Presence
from nuchal.rules.conditions import Condition, words
from nuchal.rules.model import Cause
from nuchal.rules.vocabulary import WordKind

_COMPLAINTS: Final = frozenset({WordKind.SYMPTOM, WordKind.SIGN, WordKind.EXPOSURE, WordKind.TEST})


def unweighed_words(patient: Patient, listed: Sequence[Cause]) -> tuple[str, ...]:
    """Present, specific complaints and signs that no raised red flag and no listed cause reads, in order of their ids."""
    weighed = _with_sources(patient, patient.weighed_by_flags.union(*(words(each) for cause in listed for each in _conditions(cause))))
    vocabulary = patient.ruleset.vocabulary
    return tuple(
        sorted(
            word
            for word, state in patient.safety.items()
            if state.presence is Presence.PRESENT
            and word not in weighed
            and vocabulary[word].kind in _COMPLAINTS
            and not vocabulary[word].general
        )
    )


def _conditions(cause: Cause) -> Iterable[Condition]:
    groups = (member for group in cause.groups for member in group.members)
    return (cause.required, *groups, *cause.cardinal, *(each.when for each in cause.supporting), *cause.excluding)


def _with_sources(patient: Patient, weighed: frozenset[str]) -> frozenset[str]:
    """`weighed` and the words from which they are derived."""
    derived = patient.ruleset.derived
    found, waiting = set(weighed), list(weighed)
    while waiting:
        rule = derived.get(waiting.pop())
        if rule is None or rule.present_when is None:
            continue
        new = words(rule.present_when) - found
        found |= new
        waiting += new
    return frozenset(found)
