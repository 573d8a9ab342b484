"""The proposed plan: what to do, in order, and what was withheld (DESIGN 4, Plan)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nuchal.assessment.explanation import Explainer
from nuchal.assessment.model import ListedCause, Plan
from nuchal.assessment.patient import Patient
from nuchal.assessment.withholding import planned, withheld
from nuchal.findings import View
from nuchal.inference import Inference
from nuchal.inference.outcome import Candidate, Certainty, Verdict
from nuchal.rules.model import Activity, Cause, Disposition, RedFlag, Ruleset

MOST_CAUSES = 3
MOST_FROM_CAUSES = 12
MOST_FROM_CAUSES_WHEN_URGENT = 6
_OFFERED = frozenset({Verdict.ALLOWED, Verdict.CAUTIONED})


@dataclass(frozen=True, slots=True)
class _Proposal:
    """Who proposes which activity: raised flags, most urgent first, and causes in the order in which they are served."""

    ruleset: Ruleset
    disposition: Disposition
    flags: Sequence[RedFlag]
    causes: Sequence[ListedCause]

    @property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """Flags and causes behind each activity, in order; the safety net is not a candidate, it is always there."""
        sources: dict[str, list[str]] = {}
        for flag in self.flags:
            for activity in flag.immediate_action:
                sources.setdefault(activity, []).append(flag.id)
        for listed in self.causes:
            for activity in listed.cause.activities:
                sources.setdefault(activity, []).append(listed.cause.id)
        return {id_: tuple(dict.fromkeys(rules)) for id_, rules in sources.items() if self.ruleset.activities[id_].fires}

    @property
    def from_flags(self) -> tuple[str, ...]:
        """Immediate actions of the flags, each once."""
        return tuple(dict.fromkeys(activity for flag in self.flags for activity in flag.immediate_action))

    def candidates(self, sources: Mapping[str, tuple[str, ...]]) -> list[Candidate]:
        """What the engine is asked about."""
        from_flags = frozenset(self.from_flags)
        meeting = frozenset(listed.cause.id for listed in self.causes if listed.certainty is Certainty.MEETS_CRITERIA)
        return [
            Candidate(activity=id_, from_flag=id_ in from_flags, from_meeting_cause=not meeting.isdisjoint(rules))
            for id_, rules in sources.items()
            if id_ != self.ruleset.roles.safety_net
        ]


def propose(
    patient: Patient,
    inference: Inference,
    *,
    flags: Sequence[RedFlag],
    causes: Sequence[ListedCause],
    disposition: Disposition,
) -> Plan:
    """The plan for raised `flags` (most urgent first) and listed `causes` (in rank order)."""
    ruleset = patient.ruleset
    proposal = _Proposal(ruleset, disposition, flags, serving_causes(causes, disposition))
    sources = proposal.sources
    candidates = proposal.candidates(sources)
    verdicts = inference.verdicts(patient.conclusions, candidates, disposition)
    offered = frozenset(candidate.activity for candidate in candidates if verdicts[candidate.activity] in _OFFERED)
    safety = Explainer(patient, View.SAFETY)
    return Plan(
        activities=tuple(planned(ruleset.activities[id_], sources.get(id_, ()), safety) for id_ in _chosen(proposal, offered)),
        withheld=tuple(
            withheld(ruleset.activities[candidate.activity], sources[candidate.activity], safety)
            for candidate in candidates
            if verdicts[candidate.activity] is Verdict.WITHHELD
        ),
    )


def serving_causes(causes: Sequence[ListedCause], disposition: Disposition) -> tuple[ListedCause, ...]:
    """The causes whose activities are candidates: the first three that meet criteria or are probable.

    When nothing is urgent the first-ranked cause comes first, whatever its certainty.
    """
    fitting = [listed for listed in causes if listed.certainty is not Certainty.POSSIBLE][:MOST_CAUSES]
    if disposition.is_serious or not causes:
        return tuple(fitting)
    return (causes[0], *(listed for listed in fitting if listed is not causes[0]))


def _chosen(proposal: _Proposal, offered: frozenset[str]) -> list[str]:
    from_flags = [id_ for id_ in proposal.from_flags if id_ in offered]
    activities = proposal.ruleset.activities
    limit = MOST_FROM_CAUSES_WHEN_URGENT if proposal.disposition is Disposition.URGENT else MOST_FROM_CAUSES
    from_causes = list(share([listed.cause for listed in proposal.causes], offered.difference(from_flags), activities, limit))
    appointment = _default_appointment(proposal, from_flags, from_causes)
    return list(dict.fromkeys([*from_flags, *appointment, *from_causes, proposal.ruleset.roles.safety_net]))


def share(causes: Sequence[Cause], offered: frozenset[str], activities: Mapping[str, Activity], limit: int) -> Iterator[str]:
    """The `offered` activities of `causes`, shared evenly: cause k of n may fill up to limit * k / n; prohibitions do not count."""
    taken: set[str] = set()
    filled = 0
    for k, cause in enumerate(causes, start=1):
        for id_ in cause.activities:
            if id_ not in offered or id_ in taken:
                continue
            if not activities[id_].prohibits:
                if filled >= limit * k // len(causes):
                    continue
                filled += 1
            taken.add(id_)
            yield id_


def _default_appointment(proposal: _Proposal, from_flags: Sequence[str], from_causes: Sequence[str]) -> list[str]:
    """The appointment of the disposition's speed where nothing else brings the patient to be seen; it stands where flags' actions stand.

    A flag of less speed than the disposition, or a bare warning, does not count: neither gets the patient seen in time.
    """
    disposition = proposal.disposition
    activities = proposal.ruleset.activities
    if disposition is Disposition.SELF_CARE:
        return []
    if disposition is Disposition.ROUTINE:
        is_seen = any(activities[id_].appointment is not None for id_ in (*from_flags, *from_causes))
    else:
        in_time = {id_ for flag in proposal.flags if flag.disposition is disposition for id_ in flag.immediate_action}
        is_seen = any(id_ in in_time and not activities[id_].prohibits for id_ in from_flags)
    return [] if is_seen else [proposal.ruleset.roles.appointments[disposition]]
