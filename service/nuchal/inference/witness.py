"""The witness: what the engine must conclude, by plain recursion over the conditions (DESIGN 1.5).

It shares no code with the compiled rules: it knows the conditions, the model of a rule
and the types of an outcome, and reads each rule of DESIGN 4 as it is written there.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from nuchal.findings import UNKNOWN, Findings, Presence, State, View
from nuchal.inference.outcome import CauseOutcome, CauseTally, Certainty, Conclusions
from nuchal.rules.basis import evidence, is_specific
from nuchal.rules.conditions import (
    All,
    AtLeast,
    Condition,
    States,
    Truth,
    words,
)
from nuchal.rules.model import Cause, Derived, RedFlag, Ruleset, Sex, Weight
from nuchal.rules.truths import Truths


class Witness:
    """Concludes for one ruleset without the engine; holds nothing of a patient between calls."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._derived = _by_dependence([rule for rule in ruleset.derived.values() if rule.fires])
        self._flags = [flag for flag in ruleset.red_flags.values() if flag.fires]
        self._causes = [_Reading(cause) for cause in ruleset.causes.values() if cause.fires]

    def conclude(self, findings: Findings) -> Conclusions:
        """The states, flags and causes of a patient; the trace stays empty, it is the engine's."""
        safety = self._patient(findings, View.SAFETY)
        strict = safety if findings.states(View.SAFETY) == findings.states(View.STRICT) else self._patient(findings, View.STRICT)
        flags = {flag.id: safety.truths.of(flag.when) for flag in self._flags}
        raised = [flag for flag in self._flags if flags[flag.id] is Truth.TRUE]
        for patient in (safety, strict):
            patient.truths.flags = frozenset(flag.id for flag in raised)  # only activities ask for them
        named, first_named = self._named(raised)
        causes = {}
        for reading in self._causes:
            cause = reading.cause
            tally = self._tally(reading, strict, named=cause.id in named, first_named=cause.id in first_named)
            causes[cause.id] = _outcome(cause, tally)
        return Conclusions(
            states={View.SAFETY: safety.states, View.STRICT: strict.states},
            flags=flags,
            causes=causes,
            trace=(),
            decided={View.SAFETY: safety.truths, View.STRICT: strict.truths},
        )

    def _patient(self, findings: Findings, view: View) -> "_Patient":
        """The patient in one view, with derived words, each after those that it reads."""
        patient = _Patient(findings.states(view), self._ruleset)
        for rule in self._derived:
            derived = _derive(rule, patient)
            if derived is not None:
                patient.learn(rule.id, derived)
        return patient

    def _named(self, raised: list[RedFlag]) -> tuple[frozenset[str], frozenset[str]]:
        """Causes that raised emergency and urgent flags name, and of each flag the first that fires."""
        serious = [flag for flag in raised if flag.disposition.is_serious]
        firsts = (next((id_ for id_ in flag.may_mean if self._ruleset.causes[id_].fires), None) for flag in serious)
        return frozenset(id_ for flag in serious for id_ in flag.may_mean), frozenset(id_ for id_ in firsts if id_)

    def _tally(self, reading: "_Reading", patient: "_Patient", *, named: bool, first_named: bool) -> CauseTally:
        cause = reading.cause
        if not (named or reading.minds_silence or cause.requires_sex) and reading.words.isdisjoint(patient.truths.known):
            return reading.untouched
        required, *groups = (patient.truths.of(part) for part in cause.parts)
        holding = [entry for entry in reading.heard_of(patient.truths) if patient.truths.holds(entry.condition)]
        cardinal = [entry.condition for entry in holding if entry.role is _Role.CARDINAL]
        supporting = [entry.condition for entry in holding if entry.role in _SUPPORTING]
        return CauseTally(
            required=required,
            groups_met=groups.count(Truth.TRUE),
            groups_failed=groups.count(Truth.FALSE),
            groups_open=groups.count(Truth.UNKNOWN),
            cardinal=bool(cardinal),
            cardinal_specific=any(patient.is_specific(condition) for condition in cardinal),
            specific=any(patient.is_specific(condition) for condition in (*cardinal, *supporting))
            or any(patient.holds_specific(part) for part in cause.parts),
            major=any(entry.role is _Role.MAJOR for entry in holding),
            excluded=any(entry.role is _Role.EXCLUDING for entry in holding),
            impossible_sex=_impossible_sex(cause, patient.states.get(self._ruleset.roles.female, UNKNOWN)),
            named=named,
            first_named=first_named,
        )


class _Role(Enum):
    CARDINAL = "cardinal"
    MAJOR = "major"
    MINOR = "minor"
    EXCLUDING = "excluding"


_SUPPORTING = frozenset({_Role.MAJOR, _Role.MINOR})
_WEIGHTS = {Weight.MAJOR: _Role.MAJOR, Weight.MINOR: _Role.MINOR}


@dataclass(frozen=True, eq=False)
class _Entry:
    """A finding that a cause lists beside its parts."""

    role: _Role
    condition: Condition


class _Reading:
    """A cause, and which of its cardinal, supporting and excluding findings read a word: of most nobody said anything.

    `untouched` is its tally when nobody said anything of all its `words` and it does not mind silence.
    """

    def __init__(self, cause: Cause) -> None:
        self.cause = cause
        entries = [
            *(_Entry(_Role.CARDINAL, condition) for condition in cause.cardinal),
            *(_Entry(_WEIGHTS[each.weight], each.when) for each in cause.supporting),
            *(_Entry(_Role.EXCLUDING, condition) for condition in cause.excluding),
        ]
        self._always = [entry for entry in entries if entry.condition.reach.minds_silence]
        everything = [*cause.parts, *(entry.condition for entry in entries)]
        self.words = frozenset().union(*(words(condition) for condition in everything))
        self.minds_silence = any(condition.reach.minds_silence for condition in everything)
        self.untouched = CauseTally(
            required=Truth.UNKNOWN,
            groups_met=0,
            groups_failed=0,
            groups_open=len(cause.required_groups),
            cardinal=False,
            cardinal_specific=False,
            specific=False,
            major=False,
            excluded=False,
            impossible_sex=False,
            named=False,
            first_named=False,
        )
        self._by_word: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            for word in words(entry.condition):
                self._by_word[word].append(entry)

    def heard_of(self, truths: Truths) -> list[_Entry]:
        """The entries that somebody said something of, or that mind silence, each once."""
        said = self._by_word.keys() & truths.known
        return list(dict.fromkeys([*self._always, *(entry for word in said for entry in self._by_word[word])]))


class _Patient:
    """The states of one patient in one view, and what they make of each condition."""

    def __init__(self, stated: States, ruleset: Ruleset) -> None:
        self.states = dict(stated)
        self.truths = Truths(self.states)
        self._vocabulary = ruleset.vocabulary

    def learn(self, word: str, state: State) -> None:
        """Take in a derived word, before any condition that reads it is evaluated."""
        self.states[word] = state
        self.truths.learn(word)

    def is_specific(self, condition: Condition) -> bool:
        """Whether a true condition is true by more than general words."""
        return is_specific(condition, self.truths, self._vocabulary)

    def holds_specific(self, part: Condition) -> bool:
        """Whether a part is specific: a met one by what makes it true, an open one by its met members."""
        match self.truths.of(part):
            case Truth.TRUE:
                return self.is_specific(part)
            case Truth.UNKNOWN:
                return self.truths.has_heard_of(part) and any(self.is_specific(leaf) for leaf in _leaves(part))
            case Truth.FALSE:
                return False


def _leaves(part: Condition) -> Iterator[Condition]:
    """Members of `all` and `of`, down to words, comparisons and `any` (DESIGN 4)."""
    if isinstance(part, All | AtLeast):
        for member in part.members:
            yield from _leaves(member)
    else:
        yield part


def _by_dependence(rules: list[Derived]) -> list[Derived]:
    """Derived words, each after those that its conditions read."""
    waiting = {rule.id: rule for rule in rules}
    ordered: list[Derived] = []

    def place(rule: Derived) -> None:
        for condition in (rule.present_when, rule.absent_when):
            for word in sorted(words(condition)) if condition else ():
                if word in waiting:
                    place(waiting.pop(word))
        ordered.append(rule)

    while waiting:
        place(waiting.pop(next(iter(waiting))))
    return ordered


def _derive(rule: Derived, patient: _Patient) -> State | None:
    stated = patient.states.get(rule.id, UNKNOWN)
    if rule.present_when and patient.truths.holds(rule.present_when):
        return State(Presence.PRESENT, stated.values, evidence(rule.present_when, patient.truths))
    if rule.absent_when and not _is_stated(stated) and patient.truths.holds(rule.absent_when):
        return State(Presence.ABSENT, (), evidence(rule.absent_when, patient.truths))
    return None


def _is_stated(state: State) -> bool:
    """Whether the view hears that somebody said present or absent; a contradiction is said, though it is unknown."""
    if state.presence is not Presence.UNKNOWN:
        return True
    return any(finding.confirmed for finding in state.evidence if finding.presence is not Presence.UNKNOWN)


def _impossible_sex(cause: Cause, female: State) -> bool:
    match cause.requires_sex:
        case Sex.FEMALE:
            return female.presence is Presence.ABSENT
        case Sex.MALE:
            return female.presence is Presence.PRESENT
        case None:
            return False


def _outcome(cause: Cause, tally: CauseTally) -> CauseOutcome:
    certainty = _certainty(cause, tally)
    by_name = certainty is None and _listed_by_name(cause, tally)
    return CauseOutcome(tally=tally, certainty=Certainty.POSSIBLE if by_name else certainty, by_name=by_name)


def _certainty(cause: Cause, tally: CauseTally) -> Certainty | None:
    """The first line of DESIGN 4, Certainty, that holds; without a cardinal a cause is not listed."""
    failed = tally.required is Truth.FALSE or tally.groups_failed > 0
    if tally.excluded or failed or tally.impossible_sex or not tally.cardinal:
        return None
    required_met = tally.required is Truth.TRUE
    groups = tally.groups_met + tally.groups_open
    if groups and required_met and not tally.groups_open:
        return Certainty.MEETS_CRITERIA
    if tally.specific and _nearly_meets(tally, groups, required_met=required_met):
        return Certainty.PROBABLE
    residual = not groups and required_met
    if cause.urgency.is_serious and not tally.named and not tally.cardinal_specific:
        return None
    return Certainty.POSSIBLE if tally.specific or residual else None


def _nearly_meets(tally: CauseTally, groups: int, *, required_met: bool) -> bool:
    if not groups:
        return required_met and tally.major
    if required_met:
        return tally.groups_open == 1
    return groups >= 2 and not tally.groups_open


def _listed_by_name(cause: Cause, tally: CauseTally) -> bool:
    if not cause.urgency.is_serious or tally.impossible_sex:
        return False
    return tally.first_named or (tally.named and tally.specific)
