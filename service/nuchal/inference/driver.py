"""Forward chaining for one ruleset: the engine fires, the witness explains, and they must agree (DESIGN 1.5)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import TypeVar

from nuchal.errors import EngineDisagreement, EngineFault
from nuchal.findings import Findings, View
from nuchal.inference import witness_plan
from nuchal.inference.chaining import Run
from nuchal.inference.compile import compile_ruleset
from nuchal.inference.concluding import conclude
from nuchal.inference.deciding import decide_disposition, decide_verdicts
from nuchal.inference.engine import Engine, StageFault
from nuchal.inference.outcome import Candidate, Conclusions, DispositionTally, Verdict
from nuchal.inference.stage import is_readable
from nuchal.inference.witness import Witness
from nuchal.logs import Event, record
from nuchal.rules.model import Disposition, Ruleset

_LOGGER = logging.getLogger(__name__)
T = TypeVar("T")


class Inference:
    """Concludes for one ruleset; safe to share between threads, which take turns.

    The engine is built here and survives a fork, so a server may build it before. One
    Inference for each process and ruleset. `rebuilds` counts how often the engine had
    to be built anew.

    Raises:
        RulesetError: a rule cannot be given to the engine.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._compiled = compile_ruleset(ruleset)
        self._witness = Witness(ruleset)
        self._engine = Engine(self._compiled.stages)
        self._lock = Lock()
        self.rebuilds = 0

    def conclude(self, findings: Findings) -> Conclusions:
        """States, red flags and causes of one patient, with the trace of what fired.

        Raises:
            EngineDisagreement: engine and witness differ, or would on a number not rounded
                to four decimals.
            EngineFault: the engine failed twice.
        """
        if not all(is_readable(finding.value) for finding in findings.statements if finding.value is not None):
            raise _disagreement("a number that is not rounded to four decimals, or out of all bounds")
        fired = self._chain(lambda run: conclude(self._compiled, run, findings))
        expected = self._witness.conclude(findings)
        for view in View:
            if fired.states[view] != expected.states[view]:
                raise _disagreement(f"the {view} view")  # and never on which words: they are the patient's
        _agree_on_rules("red flags", fired.flags, expected.flags)
        _agree_on_rules("causes", fired.causes, expected.causes)
        return replace(fired, decided=expected.decided)

    def disposition(self, tally: DispositionTally) -> Disposition | None:
        """How soon the patient must be seen; None without an active pain or a raised flag.

        Raises:
            EngineDisagreement: engine and witness differ.
            EngineFault: the engine failed twice.
        """
        fired = self._chain(lambda run: decide_disposition(self._compiled, run, tally))
        if fired is not witness_plan.disposition(tally):
            raise _disagreement("the disposition")
        return fired

    def verdicts(self, conclusions: Conclusions, candidates: Sequence[Candidate], disposition: Disposition | None) -> Mapping[str, Verdict]:
        """What becomes of each candidate, by activity, when the patient is to be seen at `disposition`.

        Each activity is a candidate once.

        Raises:
            EngineDisagreement: engine and witness differ.
            EngineFault: the engine failed twice.
        """
        fired = self._chain(lambda run: decide_verdicts(self._compiled, run, conclusions, candidates, disposition))
        truths = conclusions.truths[View.SAFETY]
        activities, roles = self._ruleset.activities, self._ruleset.roles
        expected = {
            candidate.activity: witness_plan.verdict(activities[candidate.activity], candidate, truths, disposition, roles)
            for candidate in candidates
        }
        _agree_on_rules("activities", fired, expected)
        return fired

    def close(self) -> None:
        """Give back the memory of the engine."""
        with self._lock:
            self._engine.free()

    def _chain(self, work: Callable[[Run], T]) -> T:
        """Do `work` on the engine; after a fault once more on a new one."""
        with self._lock:
            try:
                return self._attempt(work)
            except StageFault:
                pass
            try:
                return self._attempt(work)
            except StageFault as fault:
                raise EngineFault("the engine failed twice on one evaluation") from fault

    def _attempt(self, work: Callable[[Run], T]) -> T:
        try:
            return work(Run(self._engine))
        except StageFault as fault:
            self._rebuild(fault)
            raise

    def _rebuild(self, fault: StageFault) -> None:
        """Replace the engine; one that cannot be built stays freed, so that the next attempt comes here again."""
        self._engine.free()
        self._engine = Engine(self._compiled.stages)
        self.rebuilds += 1
        error_type = type(fault.__cause__ or fault).__name__
        record(_LOGGER, Event.ENGINE_REBUILT, level=logging.WARNING, stage=fault.stage, error_type=error_type)


def _agree_on_rules(what: str, fired: Mapping[str, object], expected: Mapping[str, object]) -> None:
    if fired != expected:
        raise _disagreement(what, sorted(id_ for id_ in fired.keys() | expected.keys() if fired.get(id_) != expected.get(id_)))


def _disagreement(what: str, rules: Sequence[str] = ()) -> EngineDisagreement:
    """The error, which names kinds only; the ids of the differing rules stand in the log, for whoever has to mend them."""
    record(_LOGGER, Event.ENGINE_DISAGREED, level=logging.ERROR, differing=what, rules=" ".join(rules))
    return EngineDisagreement(f"engine and witness differ on {what}")
