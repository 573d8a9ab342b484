"""Which further positive findings may silence a red flag: those that it names under absent or not_present (DESIGN 4, Monotony)."""

from collections.abc import Callable, Mapping

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Condition, NotPresent, Word
from nuchal.rules.model import Derived, Ruleset

_NONE: frozenset[str] = frozenset()


def monotony_exemptions(ruleset: Ruleset) -> Mapping[str, frozenset[str]]:
    """For each red flag that fires and has some: the words whose presence may silence it.

    Beside the words that the flag names, these are the words from which a named derived word follows.
    """
    effect = _Effect(ruleset.derived)
    silencing = {flag.id: effect.ends_true(flag.when) for flag in ruleset.red_flags.values() if flag.fires}
    return {flag: words for flag, words in silencing.items() if words}


class _Effect:
    """What one further word that is present may do to a condition; numbers are outside."""

    def __init__(self, derived: Mapping[str, Derived]) -> None:
        self._derived = {word: rule for word, rule in derived.items() if rule.fires}

    def ends_true(self, condition: Condition) -> frozenset[str]:
        """The words that may end its being true."""
        match condition:
            case Word(word):
                return self._of_present(word, self.ends_true)
            case Absent(operand):
                return self.ends_false(operand)
            case NotPresent(operand):
                return self.makes_true(operand)
            case _:
                return self._of_members(condition, self.ends_true)

    def makes_true(self, condition: Condition) -> frozenset[str]:
        """The words that may make it true."""
        match condition:
            case Word(word):
                return frozenset({word}) | self._of_present(word, self.makes_true)
            case Absent(operand):
                return self.makes_false(operand)
            case NotPresent(operand):
                return self.ends_true(operand)
            case _:
                return self._of_members(condition, self.makes_true)

    def makes_false(self, condition: Condition) -> frozenset[str]:
        """The words that may make it false."""
        match condition:
            case Word(word):
                return self._of_absent(word, self.makes_true)
            case Absent(operand) | NotPresent(operand):
                return self.makes_true(operand)
            case _:
                return self._of_members(condition, self.makes_false)

    def ends_false(self, condition: Condition) -> frozenset[str]:
        """The words that may end its being false."""
        match condition:
            case Word(word):
                present = self._of_present(word, self.makes_true)
                return frozenset({word}) | present | self._of_absent(word, self.ends_true)
            case Absent(operand) | NotPresent(operand):
                return self.ends_true(operand)
            case _:
                return self._of_members(condition, self.ends_false)

    def _of_present(self, word: str, effect: Callable[[Condition], frozenset[str]]) -> frozenset[str]:
        rule = self._derived.get(word)
        return _NONE if rule is None or rule.present_when is None else effect(rule.present_when)

    def _of_absent(self, word: str, effect: Callable[[Condition], frozenset[str]]) -> frozenset[str]:
        rule = self._derived.get(word)
        return _NONE if rule is None or rule.absent_when is None else effect(rule.absent_when)

    def _of_members(self, condition: Condition, effect: Callable[[Condition], frozenset[str]]) -> frozenset[str]:
        match condition:
            case All(members) | AnyOf(members) | AtLeast(_, members):
                return _NONE.union(*(effect(member) for member in members))
            case _:
                return _NONE
