"""What makes a poor ruleset although it can be read: every check that needs no patient and no engine."""

from collections.abc import Iterator

from nuchal.errors import RulesetProblem
from nuchal.rules.check.codes import code_problems, text_problems
from nuchal.rules.check.coverage import coverage_problems
from nuchal.rules.check.evidence import evidence_problems
from nuchal.rules.check.monotony import monotony_exemptions
from nuchal.rules.check.reachable import reachability_problems
from nuchal.rules.check.rulebook import conditions_of, rules_of
from nuchal.rules.check.unused import unused_problems
from nuchal.rules.check.ways import Ways, number_samples
from nuchal.rules.model import Ruleset
from nuchal.rules.places import Places

__all__ = ["check", "monotony_exemptions", "notes", "rules_of"]


def check(ruleset: Ruleset, places: Places) -> list[RulesetProblem]:
    """Every problem of a ruleset that has been read, in order of files and lines."""
    ways = Ways(number_samples(conditions_of(ruleset), ruleset.vocabulary))
    problems = [
        *evidence_problems(ruleset, places, ways),
        *unused_problems(ruleset, places),
        *code_problems(ruleset, places),
        *text_problems(ruleset, places),
        *reachability_problems(ruleset, places, ways),
        *coverage_problems(ruleset, places, ways),
    ]
    return sorted(problems, key=lambda problem: (problem.file, problem.line or 0))


def notes(ruleset: Ruleset, places: Places) -> Iterator[RulesetProblem]:
    """What a reader should know and what is no fault: which further findings may silence which red flag."""
    for flag, words in monotony_exemptions(ruleset).items():
        yield places.problem(ruleset.red_flags[flag].file, f"{flag} may be silenced by {', '.join(sorted(words))}", "when")
