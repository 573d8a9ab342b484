"""Which cases of rules come out otherwise under another version of their ruleset."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nuchal.assessment.rule_cases import alone, come_out, findings_of
from nuchal.inference.witness import Witness
from nuchal.rules.check.rulebook import rules_of
from nuchal.rules.model import Case, RuleHead, Ruleset
from nuchal.rules.pages import expected, given

Track = Callable[[Sequence[tuple[RuleHead, RuleHead]]], Iterable[tuple[RuleHead, RuleHead]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One case of a rule that both rulesets have, and how it comes out under each, in words.

    `support_only`: it comes out the same, with other points of support.
    """

    rule: str
    title: str
    case: str
    given: str
    before: str
    after: str
    support_only: bool


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """How many cases ran under both rulesets, and those that come out otherwise."""

    run: int
    changes: tuple[CaseChange, ...]


def compare_cases(before: Ruleset, after: Ruleset, track: Track = lambda pairs: pairs) -> CaseComparison:
    """Run the cases of both under both, rule by rule.

    A rule that only one of them has, or that does not fire in one, is left to the
    comparison of the rules themselves. A word that a ruleset does not know is nothing that
    it could be told. `track` may watch the rules go by.
    """
    old, new = _rules(before), _rules(after)
    pairs = [(old[key], new[key]) for key in old if key in new]
    same_words = (before.vocabulary, before.derived, before.roles) == (after.vocabulary, after.derived, after.roles)
    run, changes = 0, []
    for rule, heir in track(pairs):
        cases = _cases(rule, heir)
        run += len(cases)
        small, other = alone(before, rule), alone(after, heir)
        if not (same_words and _rules(small) == _rules(other)):
            changes += list(_changes(small, other, rule, heir, cases))
    return CaseComparison(run, tuple(changes))


def _rules(ruleset: Ruleset) -> dict[Hashable, RuleHead]:
    return {(type(rule), rule.id): rule for rule in rules_of(ruleset) if rule.fires}


def _cases(rule: RuleHead, heir: RuleHead) -> Sequence[Case]:
    """The cases of both, each once; of two that state the same the newer gives its name."""
    return list({(frozenset(case.given.items()), case.as_of): case for case in (*rule.cases, *heir.cases)}.values())


def _changes(before: Ruleset, after: Ruleset, rule: RuleHead, heir: RuleHead, cases: Sequence[Case]) -> Iterator[CaseChange]:
    old, new = Witness(before), Witness(after)
    vocabulary = {**before.vocabulary, **after.vocabulary}
    for case in cases:
        was, became = _result(before, rule, case, old), _result(after, heir, case, new)
        if was != became:
            yield CaseChange(
                rule=heir.id,
                title=heir.title,
                case=case.name,
                given=given(case, vocabulary),
                before=expected(rule, was, vocabulary),
                after=expected(heir, became, vocabulary),
                support_only=replace(was, support=None) == replace(became, support=None),
            )


def _result(ruleset: Ruleset, rule: RuleHead, case: Case, witness: Witness) -> Case:
    known = replace(case, given={word: stated for word, stated in case.given.items() if word in ruleset.vocabulary})
    conclusions = witness.conclude(findings_of(known))
    return replace(come_out(ruleset, rule, known, conclusions), given=case.given)
