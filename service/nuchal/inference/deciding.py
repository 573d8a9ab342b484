"""From tallies to the disposition, and from candidates to their verdicts, through the engine."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nuchal.findings import View
from nuchal.inference import compile_decisions as names
from nuchal.inference.chaining import Fired, Run, fire_network
from nuchal.inference.outcome import Candidate, Conclusions, DispositionTally, Verdict
from nuchal.inference.stage import Fact
from nuchal.inference.waves import ActivityNodes, CompiledRuleset, PartNodes, PlanWave
from nuchal.rules.model import Disposition

_STRONGEST_FIRST = (Verdict.LEFT_OUT, Verdict.WITHHELD, Verdict.CAUTIONED, Verdict.ALLOWED)


def decide_disposition(compiled: CompiledRuleset, run: Run, tally: DispositionTally) -> Disposition | None:
    """The most urgent speed that a rule calls for.

    Raises:
        StageFault: the engine must not be used again.
    """
    flags, meeting = sum(tally.flags.values()), sum(tally.meeting.values())
    first = {speed: int(speed is tally.first and not speed.is_serious) for speed in Disposition}
    numbers = {
        names.PATIENT: tally.active_pains + flags,
        names.SERIOUS_LISTED: tally.serious_listed,
        names.SCREEN_OPEN: tally.screen_open,
        names.SPEEDS: flags + meeting + tally.serious_listed + sum(first.values()),
    }
    for speed in Disposition:
        numbers[f"{names.FLAGS}-{speed}"] = tally.flags.get(speed, 0)
        numbers[f"{names.MEETING}-{speed}"] = tally.meeting.get(speed, 0)
        numbers[f"{names.FIRST}-{speed}"] = first[speed]
    fact = Fact(names.DISPOSITION, tuple(numbers), tuple(numbers.values()))
    fired = run.fire(compiled.disposition, [fact])
    return min((rule.conclusion for rule in fired), key=lambda speed: speed.rank, default=None)


def decide_verdicts(
    compiled: CompiledRuleset, run: Run, conclusions: Conclusions, candidates: Sequence[Candidate], disposition: Disposition | None
) -> Mapping[str, Verdict]:
    """The strongest verdict on each candidate that a rule calls for.

    Raises:
        StageFault: the engine must not be used again.
    """
    plan = compiled.plan
    fired = fire_network(run, plan.network, conclusions.states[View.SAFETY], conclusions.raised)
    facts = [_candidate_fact(plan, plan.activities[candidate.activity], candidate, fired, disposition) for candidate in candidates]
    called_for: dict[str, set[Verdict]] = defaultdict(set)
    for rule in run.fire(plan.stage, facts):
        called_for[rule.about].add(rule.conclusion)
    return {activity: min(verdicts, key=_STRONGEST_FIRST.index) for activity, verdicts in called_for.items()}


def _candidate_fact(plan: PlanWave, nodes: ActivityNodes, candidate: Candidate, fired: Fired, disposition: Disposition | None) -> Fact:
    anticoagulation, pregnancy = nodes.waits_for
    anticoagulation_known = _is_known(plan.anticoagulation, fired)
    pregnancy_known = _is_known(plan.pregnancy, fired)
    numbers = {
        names.SPEED: names.NO_SPEED if disposition is None else disposition.rank,
        names.FROM_FLAG: int(candidate.from_flag),
        names.FROM_MEETING_CAUSE: int(candidate.from_meeting_cause),
        names.INDICATED: int(nodes.indicated is None or fired.has(nodes.indicated)),
        names.CONTRAINDICATED: fired.count(part.met for part in nodes.contraindications),
        names.OVERUSE: int(fired.has(plan.overuse)),
        names.ANTICOAGULATION_UNKNOWN: 0 if anticoagulation_known else sum(not _is_known(part, fired) for part in anticoagulation),
        names.PREGNANCY_UNKNOWN: 0 if pregnancy_known else sum(not _is_known(part, fired) for part in pregnancy),
        names.CAUTIONED: fired.count(nodes.cautions),
    }
    return Fact(nodes.key, tuple(numbers), tuple(numbers.values()))


def _is_known(part: PartNodes, fired: Fired) -> bool:
    return fired.has(part.met) or fired.has(part.failed)
