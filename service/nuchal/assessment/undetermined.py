"""Red flags that are neither raised nor ruled out."""

from nuchal.assessment.model import UndeterminedFlag
from nuchal.assessment.open_words import holds_specific, open_words
from nuchal.assessment.patient import Patient
from nuchal.findings import View
from nuchal.rules.conditions import Truth
from nuchal.rules.model import RedFlag


def flags_that_are(truth: Truth, patient: Patient) -> tuple[RedFlag, ...]:
    """The red flags of that truth, most urgent first, then by id."""
    flags = [patient.ruleset.red_flags[id_] for id_, found in patient.conclusions.flags.items() if found is truth]
    return tuple(sorted(flags, key=lambda flag: (flag.disposition.rank, flag.id)))


def undetermined_flags(patient: Patient, *, detail_full: bool) -> tuple[UndeterminedFlag, ...]:
    """The undetermined flags, most urgent first; with `detail_full` the words they wait for."""
    truths = patient.truths[View.SAFETY]
    specific = frozenset(word for word in truths.known if not patient.ruleset.vocabulary[word].general)
    return tuple(
        UndeterminedFlag(
            flag=flag,
            missing=open_words(flag.when, truths) if detail_full else (),
            holds_specific=holds_specific(flag.when, truths, specific),
        )
        for flag in flags_that_are(Truth.UNKNOWN, patient)
    )
