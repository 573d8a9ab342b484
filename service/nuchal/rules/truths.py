"""When conditions are true, false or unknown: Kleene's strong logic.

`tests/rules/test_conditions.py` holds all its truth tables. This evaluator explains each
answer and is the witness of the engine.
"""

from collections.abc import Callable, Mapping
from typing import Any

from nuchal.findings import Presence
from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, Condition, FlagRaised, NotPresent, States, Truth, Word

_NO_FLAGS: frozenset[str] = frozenset()


class Truths:
    """What conditions are for a patient whose words have `states` while `flags` are raised; each is decided once.

    Words without a state are unknown; `known` are those of which something is said, `present`
    and `absent` those of which that is said. `states` may grow meanwhile by `learn`.
    """

    def __init__(self, states: States, flags: frozenset[str] = _NO_FLAGS) -> None:
        self.states = states
        self.flags = flags
        self.known: set[str] = set()
        self.present: set[str] = set()
        self.absent: set[str] = set()
        for word in states:
            self.learn(word)
        self._found: dict[int, tuple[Condition, Truth]] = {}  # by identity: to hash a condition takes longer than to decide it

    def learn(self, word: str) -> None:
        """Take in what `states` say of `word`, before any condition that reads it is asked for."""
        state = self.states[word]
        if state.presence is not Presence.UNKNOWN or state.values:
            self.known.add(word)
        self.present.discard(word)
        self.absent.discard(word)
        if state.presence is Presence.PRESENT:
            self.present.add(word)
        elif state.presence is Presence.ABSENT:
            self.absent.add(word)

    def of(self, condition: Condition) -> Truth:
        """The truth of `condition`."""
        decide = _DECIDE[type(condition)]
        if type(condition) not in _GROUPS:
            return decide(condition, self)
        found = self._found.get(id(condition))
        if found is None:
            found = self._found[id(condition)] = (condition, decide(condition, self) if self.has_heard_of(condition) else Truth.UNKNOWN)
        return found[1]

    def holds(self, condition: Condition) -> bool:
        """Whether `condition` is true."""
        return self.of(condition) is Truth.TRUE

    def has_heard_of(self, condition: Condition) -> bool:
        """False when nobody said anything of its words, and it does not mind silence: then it is unknown with all its members."""
        reach = condition.reach
        return reach.minds_silence or not reach.words.isdisjoint(self.known)


def evaluate(condition: Condition, states: States, flags: frozenset[str] = _NO_FLAGS) -> Truth:
    """The truth of one condition; for several of one patient `Truths` is quicker."""
    return Truths(states, flags).of(condition)


def _word(condition: Word, truths: Truths) -> Truth:
    if condition.word in truths.present:
        return Truth.TRUE
    return Truth.FALSE if condition.word in truths.absent else Truth.UNKNOWN


def _comparison(condition: Comparison, truths: Truths) -> Truth:
    state = truths.states.get(condition.word)
    if state is None or not state.values:
        return Truth.UNKNOWN
    compare, limit = condition.op.compare, condition.value
    return Truth.TRUE if any(compare(value, limit) for value in state.values) else Truth.FALSE


def _flag_raised(condition: FlagRaised, truths: Truths) -> Truth:
    return Truth.TRUE if condition.flag in truths.flags else Truth.FALSE


def _absent(condition: Absent, truths: Truths) -> Truth:
    return _NEGATION[truths.of(condition.operand)]


def _not_present(condition: NotPresent, truths: Truths) -> Truth:
    return Truth.FALSE if truths.holds(condition.operand) else Truth.TRUE


def _all(condition: All, truths: Truths) -> Truth:
    reach = condition.reach
    if not truths.absent.isdisjoint(reach.plain):
        return Truth.FALSE
    truth = Truth.TRUE if reach.plain <= truths.present else Truth.UNKNOWN
    for member in reach.others:
        found = truths.of(member)
        if found is Truth.FALSE:
            return found
        if found is Truth.UNKNOWN:
            truth = found
    return truth


def _any_of(condition: AnyOf, truths: Truths) -> Truth:
    reach = condition.reach
    if not truths.present.isdisjoint(reach.plain):
        return Truth.TRUE
    truth = Truth.FALSE if reach.plain <= truths.absent else Truth.UNKNOWN
    for member in reach.others:
        found = truths.of(member)
        if found is Truth.TRUE:
            return found
        if found is Truth.UNKNOWN:
            truth = found
    return truth


def _at_least(condition: AtLeast, truths: Truths) -> Truth:
    reach = condition.reach
    members = [truths.of(member) for member in reach.others]
    true = len(reach.plain & truths.present) + members.count(Truth.TRUE)
    if true >= condition.count:
        return Truth.TRUE
    false = len(reach.plain & truths.absent) + members.count(Truth.FALSE)
    return Truth.FALSE if len(condition.members) - false < condition.count else Truth.UNKNOWN


_NEGATION = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
_GROUPS = frozenset({All, AnyOf, AtLeast})  # what is remembered: the others are decided in less time than they are looked up
# a table and not a match: this is the innermost loop of every evaluation
_DECIDE: Mapping[type[Condition], Callable[[Any, Truths], Truth]] = {
    Word: _word,
    Comparison: _comparison,
    FlagRaised: _flag_raised,
    Absent: _absent,
    NotPresent: _not_present,
    All: _all,
    AnyOf: _any_of,
    AtLeast: _at_least,
}
