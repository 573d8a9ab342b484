"""Who uses what in a ruleset: the words behind a rule, and the rules behind a word."""

from collections.abc import Iterable, Mapping

from nuchal.rules.check.rulebook import named_conditions, rules_of
from nuchal.rules.conditions import flags, words
from nuchal.rules.model import Cause, RuleHead, Ruleset
from nuchal.rules.vocabulary import VocabularyWord


def words_read(rule: RuleHead) -> frozenset[str]:
    """The words that stand in the conditions of `rule`."""
    return frozenset().union(*(words(condition) for _, condition in named_conditions(rule)))


def flags_asked(rule: RuleHead) -> frozenset[str]:
    """The red flags that the conditions of `rule` ask for."""
    return frozenset().union(*(flags(condition) for _, condition in named_conditions(rule)))


def words_behind(rule: RuleHead, ruleset: Ruleset) -> frozenset[str]:
    """Every word on which it may depend what comes of `rule`.

    Those of its conditions, of the red flags that these ask for, and the words from which
    such words follow; for a cause also the words for its least age and its sex.
    """
    asked = (ruleset.red_flags[flag] for flag in flags_asked(rule))
    behind: set[str] = set()
    waiting = set(words_read(rule)).union(*(words_read(flag) for flag in asked), _of_whom(rule, ruleset))
    while waiting:
        word = waiting.pop()
        behind.add(word)
        waiting |= _followed_from(word, ruleset) - behind
    return frozenset(behind)


def readers(ruleset: Ruleset) -> Mapping[str, tuple[RuleHead, ...]]:
    """For each word the rules whose conditions hold it, in order of the ruleset."""
    found: dict[str, list[RuleHead]] = {word: [] for word in ruleset.vocabulary}
    for rule in rules_of(ruleset):
        for word in words_read(rule):
            found[word].append(rule)
    return {word: tuple(rules) for word, rules in found.items()}


def _of_whom(rule: RuleHead, ruleset: Ruleset) -> Iterable[str]:
    if isinstance(rule, Cause) and rule.min_age > 0:
        yield ruleset.roles.age
    if isinstance(rule, Cause) and rule.requires_sex is not None:
        yield ruleset.roles.female


def _followed_from(word: str, ruleset: Ruleset) -> frozenset[str]:
    """The words from which `word` may follow: by its derived rule, or by what the vocabulary computes."""
    derived = words_read(ruleset.derived[word]) if word in ruleset.derived else frozenset()
    return derived | _computed_from(ruleset.vocabulary[word])


def _computed_from(word: VocabularyWord) -> frozenset[str]:
    links = (word.severity, word.onset, word.rising, word.diary)
    dates = (date.needs for date in word.counted_from)
    return frozenset(link.of for link in links if link is not None) | frozenset(needed for needed in dates if needed is not None)
