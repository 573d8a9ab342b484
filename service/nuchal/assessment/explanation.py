"""Every criterion of a rule with its state and the statements behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nuchal.assessment.model import Criterion, CriterionRole, CriterionState
from nuchal.assessment.patient import Patient
from nuchal.findings import Finding, View
from nuchal.rules.basis import evidence
from nuchal.rules.conditions import All, AnyOf, AtLeast, Condition, FlagRaised, Truth
from nuchal.rules.model import Cause, Group, RedFlag, Role
from nuchal.rules.truths import Truths

_STATES = {Truth.TRUE: CriterionState.MET, Truth.FALSE: CriterionState.ABSENT, Truth.UNKNOWN: CriterionState.UNKNOWN}
_GROUP_ROLES = {Role.REQUIRED: CriterionRole.GROUP, Role.CONFIRMATORY: CriterionRole.CONFIRMATORY}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains rules to whoever asks about one patient, in one view: SAFETY for flags and activities, STRICT for causes."""

    patient: Patient
    view: View

    @property
    def truths(self) -> Truths:
        """What conditions are in this view."""
        return self.patient.truths[self.view]

    def state(self, condition: Condition) -> CriterionState:
        """Whether `condition` is met, absent or unknown."""
        return _STATES[self.truths.of(condition)]

    def criterion(self, id_: str, condition: Condition, role: CriterionRole, group: str | None = None) -> Criterion:
        """One criterion, explained as a whole."""
        return Criterion(
            id=id_,
            text=self._text(condition),
            role=role,
            state=self.state(condition),
            evidence=self._evidence(condition),
            group=group,
        )

    def numbered(
        self, conditions: Sequence[Condition], role: CriterionRole, group: str | None = None, prefix: str = ""
    ) -> tuple[Criterion, ...]:
        """Criteria ``cardinal-1``, ``cardinal-2`` ... of `conditions`; `prefix` stands in for the role and its hyphen."""
        start = prefix or f"{role}-"
        return tuple(self.criterion(f"{start}{number}", condition, role, group) for number, condition in enumerate(conditions, start=1))

    def in_state(self, state: CriterionState, conditions: Sequence[Condition], role: CriterionRole) -> tuple[Criterion, ...]:
        """Those of the criteria ``excluding-1``, ``excluding-2`` ... that are in `state`."""
        return tuple(
            self.criterion(f"{role}-{number}", condition, role)
            for number, condition in enumerate(conditions, start=1)
            if self.state(condition) is state
        )

    def flag(self, flag: RedFlag) -> tuple[Criterion, ...]:
        """The criteria of a red flag: ``when``, or ``when-1`` ... when it joins several."""
        return self._members(flag.when, CriterionRole.WHEN)

    def cause(self, cause: Cause) -> tuple[Criterion, ...]:
        """All criteria of a cause: parts, confirmatory groups, cardinal, supporting and excluding findings."""
        return (
            *self._members(cause.required, CriterionRole.REQUIRED),
            *self._groups(cause.groups),
            *self.numbered(cause.cardinal, CriterionRole.CARDINAL),
            *self.numbered([supporting.when for supporting in cause.supporting], CriterionRole.SUPPORTING),
            *self.numbered(cause.excluding, CriterionRole.EXCLUDING),
        )

    def failed(self, cause: Cause) -> tuple[Criterion, ...]:
        """The parts of a cause that failed, each as a whole: ``required``, ``group-2``."""
        required = self.criterion("required", cause.required, CriterionRole.REQUIRED)
        groups = [
            self.criterion(f"group-{number}", group.condition, CriterionRole.GROUP, group.name)
            for number, group in enumerate(cause.groups, start=1)
            if group.role is Role.REQUIRED
        ]
        return tuple(part for part in (required, *groups) if part.state is CriterionState.ABSENT)

    def excluded_by(self, cause: Cause) -> tuple[Criterion, ...]:
        """The excluding criteria of a cause that are met."""
        return self.in_state(CriterionState.MET, cause.excluding, CriterionRole.EXCLUDING)

    def _members(self, condition: Condition, role: CriterionRole) -> tuple[Criterion, ...]:
        match condition:
            case All(members):
                return self.numbered(members, role)
            case AnyOf(members):
                return self.numbered(members, role, "any of these")
            case AtLeast(count, members):
                return self.numbered(members, role, f"at least {count} of these")
            case _:
                return (self.criterion(role, condition, role),)

    def _groups(self, groups: tuple[Group, ...]) -> Iterator[Criterion]:
        for number, group in enumerate(groups, start=1):
            yield from self.numbered(group.members, _GROUP_ROLES[group.role], group.name, f"group-{number}.")

    def _text(self, condition: Condition) -> str:
        if isinstance(condition, FlagRaised):
            return f"red flag: {self.patient.ruleset.red_flags[condition.flag].title}"
        return self.patient.ruleset.wordings.of(condition)

    def _evidence(self, condition: Condition) -> tuple[Finding, ...]:
        """The statements that decide `condition`; those of a raised flag are the statements that raised it."""
        if not isinstance(condition, FlagRaised):
            return evidence(condition, self.truths)
        return evidence(self.patient.ruleset.red_flags[condition.flag].when, self.truths)
