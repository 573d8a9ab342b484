"""The witness of disposition and plan: DESIGN 4, Disposition and Plan, read as they are written there."""

from collections.abc import Iterator

from nuchal.findings import Presence
from nuchal.inference.outcome import Candidate, DispositionTally, Verdict
from nuchal.rules.conditions import Condition, States, Truth, words
from nuchal.rules.model import Activity, ActivityClass, ActivityKind, Disposition, Roles
from nuchal.rules.truths import Truths

_TREATMENTS = {ActivityClass.MANUAL_THERAPY, ActivityClass.EXERCISE, ActivityClass.PHYSICAL}
_ACUTE_DRUGS = {ActivityClass.ACUTE_ANALGESIC, ActivityClass.TRIPTAN}


def disposition(tally: DispositionTally) -> Disposition | None:
    """How soon the patient must be seen; None when neither pain is active and no flag is raised."""
    if not tally.active_pains and not any(tally.flags.values()):
        return None
    speeds = set(_speeds(tally)) or {Disposition.ROUTINE}
    if tally.screen_open:
        speeds.add(Disposition.ROUTINE)  # the floor: no self-care before the screen is answered
    return min(speeds, key=lambda speed: speed.rank)


def _speeds(tally: DispositionTally) -> Iterator[Disposition]:
    for counted in (tally.flags, tally.meeting):
        yield from (speed for speed, count in counted.items() if count)
    if tally.serious_listed:
        yield Disposition.SOON
    if tally.first is not None and not tally.first.is_serious:
        yield tally.first


def verdict(activity: Activity, candidate: Candidate, truths: Truths, speed: Disposition | None, roles: Roles) -> Verdict:
    """What becomes of one candidate when the patient is to be seen at `speed`; `truths` in the SAFETY view."""
    if _is_left_out(activity, candidate, truths, speed, roles):
        return Verdict.LEFT_OUT
    contraindications = [(condition, truths.of(condition)) for condition in activity.contraindications]
    if any(truth is Truth.TRUE for _, truth in contraindications):
        return Verdict.WITHHELD
    undecided = [condition for condition, truth in contraindications if truth is Truth.UNKNOWN]
    if not activity.prohibits and _is_unsafe(activity, undecided, truths.states, roles):
        return Verdict.WITHHELD
    cautioned = any(truths.holds(condition) for condition in activity.cautions)
    return Verdict.CAUTIONED if cautioned else Verdict.ALLOWED


def _is_left_out(activity: Activity, candidate: Candidate, truths: Truths, speed: Disposition | None, roles: Roles) -> bool:
    """Points 1 to 4 of DESIGN 4, Plan. A prohibition is no treatment."""
    if activity.indicated_when and not truths.holds(activity.indicated_when):
        return True
    if activity.appointment and speed and activity.appointment.rank > speed.rank:
        return True
    if candidate.from_flag:
        return False
    if activity.specialist and not candidate.from_meeting_cause:
        return True
    if activity.prohibits or activity.id == roles.safety_net:
        return False
    treats = activity.kind is ActivityKind.MEDICATION or activity.specialist or bool(activity.classes & _TREATMENTS)
    return speed is Disposition.EMERGENCY or (speed is Disposition.URGENT and treats)


def _is_unsafe(activity: Activity, undecided: list[Condition], states: States, roles: Roles) -> bool:
    """Withheld without a contraindication: overuse of acute drugs, or an unknown that must be asked first."""
    if activity.classes & _ACUTE_DRUGS and _presence(states, roles.medication_overuse) is Presence.PRESENT:
        return True
    if not _is_drug_or_procedure(activity):
        return False
    asked_first = (roles.anticoagulation, roles.pregnancy)
    return any(word in words(condition) and _presence(states, word) is Presence.UNKNOWN for condition in undecided for word in asked_first)


def _is_drug_or_procedure(activity: Activity) -> bool:
    if activity.kind in (ActivityKind.MEDICATION, ActivityKind.PROCEDURE):
        return True
    return activity.specialist and activity.kind is not ActivityKind.REFERRAL  # injections and surgery, however they are ordered


def _presence(states: States, word: str) -> Presence:
    return states[word].presence if word in states else Presence.UNKNOWN
