"""What stands in a ruleset and serves nobody: words, references, activities."""

from collections.abc import Iterator

from nuchal.errors import RulesetProblem
from nuchal.rules.check.rulebook import conditions_of, rules_of
from nuchal.rules.conditions import words
from nuchal.rules.format.files import REFERENCES_FILE
from nuchal.rules.model import Ruleset
from nuchal.rules.places import Places


def unused_problems(ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    """Each word, reference and activity that nothing uses."""
    used = used_words(ruleset)
    for word in ruleset.vocabulary.values():
        if word.id not in used:
            yield places.problem(word.file, f"no rule uses word {word.id}", word.id)
    sources = (*(rule.sources for rule in rules_of(ruleset)), *(gap.sources for gap in ruleset.not_covered))
    cited = {source.ref for each in sources for source in each}
    for reference in ruleset.references:
        if reference not in cited:
            yield places.problem(REFERENCES_FILE, f"no rule cites reference {reference}", reference)
    proposed = _proposed(ruleset)
    for activity in ruleset.activities.values():
        if activity.id not in proposed:
            yield places.problem(activity.file, f"no cause and no red flag proposes activity {activity.id}", "id")


def used_words(ruleset: Ruleset) -> frozenset[str]:
    """Words of conditions that fire, of roles, of screen topics, and words whose severity or onset gives another word."""
    roles = ruleset.roles
    named = {roles.headache, roles.back_pain, *roles.back_equivalents, roles.age, roles.female, roles.pregnancy}
    named |= {roles.anticoagulation, roles.medication_overuse}
    vocabulary = ruleset.vocabulary.values()
    links = (link for word in vocabulary for link in (word.severity, word.onset, word.rising, word.diary))
    measured = {link.of for link in links if link is not None}
    screening = {word.id for word in vocabulary if word.screen}
    return frozenset(named | measured | screening).union(*(words(condition) for condition in conditions_of(ruleset)))


def _proposed(ruleset: Ruleset) -> frozenset[str]:
    by_flags = {activity for flag in ruleset.red_flags.values() for activity in flag.immediate_action}
    by_causes = {activity for cause in ruleset.causes.values() for activity in cause.activities}
    return frozenset({*by_flags, *by_causes, ruleset.roles.safety_net, *ruleset.roles.appointments.values()})
