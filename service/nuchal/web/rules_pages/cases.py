"""What the cases beside a rule come to now."""

from dataclasses import dataclass

from nuchal.assessment.rule_cases import alone, faults, findings_of
from nuchal.inference.witness import Witness
from nuchal.rules.model import Case, RuleHead, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case and everything in which it comes out otherwise than it says; nothing: as expected."""

    case: Case
    faults: tuple[str, ...]


class CaseResults:
    """Runs the cases of a rule when somebody first looks at them, and keeps what came out.

    By the witness, which decides each patient together with the engine (DESIGN 1.5) and,
    unlike the engine, can be had for one rule within milliseconds. Two threads may run
    the same cases at once; they come to the same.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._kept: dict[str, tuple[CaseResult, ...]] = {}

    def of(self, rule: RuleHead) -> tuple[CaseResult, ...]:
        """The cases of `rule` in their order; none when it is retired, for then it decides nothing."""
        if rule.id not in self._kept:
            self._kept[rule.id] = self._run(rule) if rule.fires else ()
        return self._kept[rule.id]

    def _run(self, rule: RuleHead) -> tuple[CaseResult, ...]:
        small = alone(self._ruleset, rule)
        witness = Witness(small)
        return tuple(
            CaseResult(case=case, faults=tuple(faults(small, rule, case, witness.conclude(findings_of(case))))) for case in rule.cases
        )
