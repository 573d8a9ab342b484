"""What every answer says of itself, and remarks on this one that no single element holds."""

from typing import Final

from nuchal.fhir.context import Context
from nuchal.fhir.narrative import plain
from nuchal.fhir.phrases import criteria_lines, enumeration, in_order, titles
from nuchal.findings import NoteKind, Presence, View
from nuchal.rules.conditions import words
from nuchal.rules.model import Region

INTENDED_USE: Final = (
    "Decision support for clinicians who see a patient with headache and back or neck pain at the same time. "
    "It proposes; a clinician decides. It does not diagnose, and what was not recorded was not weighed."
)

_NOT_READ: Final = frozenset({NoteKind.NOT_UNDERSTOOD, NoteKind.UNUSABLE, NoteKind.MISSING, NoteKind.REFUSED})
_NOT_OF_TODAY: Final = {NoteKind.OUTDATED: "older than its look-back", NoteKind.OVER: "resolved"}
_PAINS: Final = {Region.HEAD: "headache", Region.BACK: "back pain", Region.NECK: "neck pain"}


def limits(context: Context) -> list[str]:
    """Intended use, the version of the ruleset, and that no clinician has reviewed it as long as none has."""
    ruleset = context.ruleset
    review = "reviewed by a clinician" if ruleset.is_reviewed else "not reviewed by a clinician"
    site_map = context.chart.site_map
    mapped = [f"Codes of the site were read with its own map (sha256 {site_map})."] if site_map else []
    return [INTENDED_USE, f"Ruleset {ruleset.label}, {review}.", *mapped]


def pain_not_recorded(context: Context) -> str:
    """Which of the two pains is not present, as it was recorded; empty when both are."""
    missing = [region for region in (Region.HEAD, Region.BACK) if region not in context.assessment.active]
    return " ".join(_missing_pain(context, region) for region in missing)


def _missing_pain(context: Context, region: Region) -> str:
    roles = context.ruleset.roles
    word = roles.headache if region is Region.HEAD else roles.back_pain
    pain = _PAINS[region].capitalize()
    if context.presence(word, View.STRICT) is Presence.ABSENT:
        return f"{pain} is recorded as absent."
    if context.presence(word, View.SAFETY) is Presence.PRESENT:
        return f"{pain} is not confirmed; ask for it."
    past = _past(context, word)
    return f"{pain} is recorded, but {past}; ask whether it is present now." if past else f"{pain} is not recorded; ask for it."


def _past(context: Context, word: str) -> str:
    """Why records of `word`, or of a word that it is derived from, say nothing on today; empty when there are none."""
    derived = context.ruleset.derived.get(word)
    names = {word} | (words(derived.present_when) if derived and derived.present_when else set())
    kinds = {note.kind for note in context.chart.notes if note.word in names}
    return " or ".join(said for kind, said in _NOT_OF_TODAY.items() if kind in kinds)


def remarks(context: Context) -> list[str]:
    """What a reader must know beside the findings: what was counted as what, left out, or cannot be explained."""
    candidates = (
        _incomplete(context),
        pain_not_recorded(context),
        _back_by_equivalent(context),
        _unexplained(context),
        _unweighed(context),
        _screen_open(context),
        _benign_not_listed(context),
        _below_age(context),
        _undetermined(context),
    )
    return [remark for remark in candidates if remark]


def _incomplete(context: Context) -> str:
    kinds = {note.kind for note in context.chart.notes}
    missing = "The input is incomplete, as its sender says; what is missing was not weighed." if NoteKind.MISSING in kinds else ""
    refused = "Some resources were refused, see the remarks on the input, and not weighed." if NoteKind.REFUSED in kinds else ""
    return " ".join(sentence for sentence in (missing, refused) if sentence)


def _back_by_equivalent(context: Context) -> str:
    word = context.assessment.back_by_equivalent
    return f"{context.vocabulary[word].title} counts as back pain here." if word else ""


def _unexplained(context: Context) -> str:
    unexplained = [_PAINS[region] for region in Region if region in context.assessment.unexplained]
    return f"No listed cause explains the {enumeration(unexplained)}." if unexplained else ""


def _unweighed(context: Context) -> str:
    words = titles(context.assessment.unweighed, context.ruleset)
    return f"Recorded, but weighed by no raised red flag and no listed cause: {enumeration(words)}." if words else ""


def _undetermined(context: Context) -> str:
    """How many red flags wait for something; rare ones nearly always do, so it is the last thing to read."""
    open_flags = len(context.assessment.undetermined)
    flags = sum(flag.fires for flag in context.ruleset.red_flags.values())
    return f"Of {count(flags, 'red flag')} {open_flags} can neither be raised nor ruled out by what is recorded." if open_flags else ""


def _screen_open(context: Context) -> str:
    topics = [topic.replace("-", " ") for topic in context.assessment.screen_open]
    return f"Still open in the screen for red flags: {enumeration(topics)}." if topics else ""


def _benign_not_listed(context: Context) -> str:
    more = context.assessment.benign_not_listed
    return f"{count(more, 'further benign cause')} would fit and {'is' if more == 1 else 'are'} not listed." if more else ""


def _below_age(context: Context) -> str:
    state = context.assessment.conclusions.states[View.STRICT].get(context.ruleset.roles.age)
    least = context.ruleset.default_min_age
    if state is None or not state.values or min(state.values) >= least:
        return ""
    return f"The patient is younger than {least}: a cause written for older patients is listed only when a raised red flag names it."


def not_understood(context: Context) -> list[str]:
    """The texts of entries that read as a symptom or sign and were not understood, each once."""
    return in_order(plain(note.verbatim) for note in context.chart.notes if note.verbatim)


def something_was_not_read(context: Context) -> bool:
    """Whether the input held, or should have held, something on these pains or a red flag that could not be used."""
    return any(note.kind in _NOT_READ for note in context.chart.notes)


def passed_over(context: Context) -> list[str]:
    """What was left aside without a remark for each: types that are not read, codes that name nothing of ours."""
    return [f"Passed over: {what}, {_times(number)}." for what, number in sorted(context.chart.passed_over.items())]


def waiting_flags(context: Context) -> list[str]:
    """Each undetermined red flag with the words it waits for."""
    return [
        f"{undetermined.flag.title}: not ruled out; waits for: {'; '.join(titles(undetermined.missing, context.ruleset))}."
        for undetermined in context.assessment.undetermined
    ]


def unlisted_causes(context: Context) -> list[str]:
    """Each cause that is not listed with its criteria by state; the assessment holds them for detail=full only."""
    causes = context.ruleset.causes
    return [
        f"{causes[cause].title}: not listed. {'. '.join(criteria_lines(criteria))}."
        for cause, criteria in context.assessment.unlisted.items()
    ]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def count(number: int, noun: str) -> str:
    """1 red flag, 2 red flags."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
