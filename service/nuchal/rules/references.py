"""Whether what the files of a ruleset say of each other holds: ids that exist, numbers that are numbers, no cycles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nuchal.errors import RulesetProblem
from nuchal.rules.conditions import words
from nuchal.rules.format.files import MANIFEST_FILE
from nuchal.rules.format.report import Catalogue, Mention, Report, Use, did_you_mean
from nuchal.rules.model import Activity, Derived, Roles, ScreenTopic
from nuchal.rules.vocabulary import VocabularyWord

# What stands below /rules beside the rules.
TAKEN_ADDRESSES = frozenset({"not-covered", "source-attributes", "static", "vocabulary"})
_KINDS_OF_RULES = (Catalogue.RED_FLAG, Catalogue.CAUSE, Catalogue.ACTIVITY)


def cross_reference_problems(
    report: Report, vocabulary: Mapping[str, VocabularyWord], derived: Mapping[str, Derived], topics: Sequence[ScreenTopic]
) -> Iterator[RulesetProblem]:
    """Every mention that is not kept, every cycle of derived words, every screen topic that no word answers."""
    for mention in report.mentions:
        known = report.declared[mention.catalogue]
        if mention.id not in known:
            yield RulesetProblem(mention.file, mention.line, f"unknown {mention.catalogue} {mention.id}", did_you_mean(mention.id, known))
        elif mention.catalogue is Catalogue.WORD and mention.id in vocabulary:
            yield from _misuse(mention, vocabulary[mention.id])
    yield from _cycles(derived)
    answered = {mention.id for mention in report.mentions if mention.catalogue is Catalogue.SCREEN_TOPIC}
    for topic in topics:
        if topic.id not in answered:
            yield RulesetProblem(MANIFEST_FILE, None, f"no word answers screen topic {topic.id}", f"a word with screen: {topic.id}")


def address_problems(report: Report, derived: Iterable[str]) -> Iterator[RulesetProblem]:
    """Every rule whose id does not lead to it alone: links know no more of a rule than its id."""
    places = [(id_, place) for kind in _KINDS_OF_RULES for id_, place in report.declared[kind].items()]
    owners: dict[str, str] = {}
    for id_, place in (*places, *((id_, f"derived/{id_}.yaml") for id_ in derived)):
        if id_ in TAKEN_ADDRESSES:
            yield RulesetProblem(place, None, f"{id_} is the address of another page", "another id")
        elif id_ in owners:
            yield RulesetProblem(place, None, f"id {id_} stands in {owners[id_]} too", "ids of rules are unique over all kinds")
        owners.setdefault(id_, place)


def retired_role_problems(roles: Roles, activities: Mapping[str, Activity]) -> Iterator[RulesetProblem]:
    """Every activity that the rule of decision proposes by itself although it is retired."""
    for id_ in dict.fromkeys((roles.safety_net, *roles.appointments.values())):
        if id_ in activities and not activities[id_].fires:
            message = f"the rule of decision needs activity {id_}, which is retired"
            yield RulesetProblem(MANIFEST_FILE, None, message, "an activity with status draft or active")


def _misuse(mention: Mention, word: VocabularyWord) -> Iterator[RulesetProblem]:
    if mention.use is Use.NUMBER and word.quantity is None:
        yield RulesetProblem(
            mention.file, mention.line, f"{word.id} has no number to compare", "the word alone, or a quantity in its vocabulary"
        )
    if mention.use is Use.PRESENCE and word.quantity is not None:
        instead = f"{{finding: {word.id}, op: '>=', value: ...}}, in {word.quantity.unit}"
        yield RulesetProblem(mention.file, mention.line, f"{word.id} is a number and neither present nor absent", instead)


def _cycles(derived: Mapping[str, Derived]) -> Iterator[RulesetProblem]:
    needs = {word: sorted(_needs(rule) & derived.keys()) for word, rule in derived.items()}
    reported: set[str] = set()
    for word in sorted(needs):
        cycle = [] if word in reported else _way_back(word, needs)
        reported.update(cycle)
        if cycle:
            way = " needs ".join([*cycle, word])
            yield RulesetProblem(
                derived[word].file, None, f"a word is computed from itself: {way}", "what was stated counts without being named"
            )


def _needs(rule: Derived) -> frozenset[str]:
    conditions = [condition for condition in (rule.present_when, rule.absent_when) if condition is not None]
    return frozenset().union(*(words(condition) for condition in conditions))


def _way_back(word: str, needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The shortest way from `word` to itself, without the return; empty when there is none."""
    ways: list[list[str]] = [[word]]
    seen: set[str] = set()
    for way in ways:  # grows while it is walked: breadth first
        for following in needs[way[-1]]:
            if following == word:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
