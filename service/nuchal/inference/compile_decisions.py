"""The rules by which the engine decides: certainty, disposition and plan of DESIGN 4, over tallies. Pure."""

from collections.abc import Iterator

from nuchal.inference.outcome import Certainty, Verdict
from nuchal.inference.stage import Clause, Comparator, EngineRule, at_least, none
from nuchal.inference.waves import Way
from nuchal.rules.model import Activity, ActivityClass, ActivityKind, Cause, Disposition, Roles

REQUIRED_MET, REQUIRED_FAILED, REQUIRED_OPEN = "required-met", "required-failed", "required-open"
GROUPS_MET, GROUPS_FAILED, GROUPS_OPEN = "groups-met", "groups-failed", "groups-open"
CARDINAL, CARDINAL_SPECIFIC, SPECIFIC, MAJOR = "cardinal", "cardinal-specific", "specific", "major"
EXCLUDED, IMPOSSIBLE_SEX, NAMED, FIRST_NAMED = "excluded", "impossible-sex", "named", "first-named"
# the fact about one cause: the three states of required, then the other fields of CauseTally
TALLIED = (
    *(REQUIRED_MET, REQUIRED_FAILED, REQUIRED_OPEN, GROUPS_MET, GROUPS_FAILED, GROUPS_OPEN),
    *(CARDINAL, CARDINAL_SPECIFIC, SPECIFIC, MAJOR, EXCLUDED, IMPOSSIBLE_SEX, NAMED, FIRST_NAMED),
)

BY_NAME = "by-name"

DISPOSITION = "disposition"
PATIENT, FLAGS, MEETING, FIRST = "patient", "flags", "meeting", "first"
SERIOUS_LISTED, SCREEN_OPEN, SPEEDS = "serious-listed", "screen-open", "speeds"

SPEED, FROM_FLAG, FROM_MEETING_CAUSE, INDICATED = "speed", "from-flag", "from-meeting-cause", "indicated"
CONTRAINDICATED, OVERUSE, ANTICOAGULATION_UNKNOWN = "contraindicated", "overuse", "anticoagulation-unknown"
PREGNANCY_UNKNOWN, CAUTIONED = "pregnancy-unknown", "cautioned"
NO_SPEED = len(Disposition)  # the rank that stands for no disposition: later than every appointment

_TREATMENTS = frozenset({ActivityClass.MANUAL_THERAPY, ActivityClass.EXERCISE, ActivityClass.PHYSICAL})
_ACUTE_DRUGS = frozenset({ActivityClass.ACUTE_ANALGESIC, ActivityClass.TRIPTAN})

_NOT_BARRED = (none(EXCLUDED), none(IMPOSSIBLE_SEX), none(REQUIRED_FAILED), none(GROUPS_FAILED), at_least(CARDINAL, 1))
_REQUIRED = at_least(REQUIRED_MET, 1)

_MEETS_CRITERIA, _PROBABLE, _POSSIBLE = map(Way, Certainty)
_NAMED_ONLY = Way(Certainty.POSSIBLE, by_name=True)


def certainty_rules(key: str, cause: Cause) -> Iterator[EngineRule[Way]]:
    """The ways in which a cause gets a certainty, best first; which of them can apply follows from its groups and urgency."""

    def rule(way: Way, name: str, *clauses: Clause) -> EngineRule[Way]:
        return EngineRule(f"{key}-{name}", key, clauses, cause.id, way)

    groups = len(cause.required_groups)
    specific = at_least(SPECIFIC, 1)
    if groups:
        yield rule(_MEETS_CRITERIA, Certainty.MEETS_CRITERIA, *_NOT_BARRED, _REQUIRED, none(GROUPS_OPEN))
        exactly_one_open = (at_least(GROUPS_OPEN, 1), Clause(GROUPS_OPEN, Comparator.AT_MOST, 1))
        yield rule(_PROBABLE, f"{Certainty.PROBABLE}-b", *_NOT_BARRED, specific, _REQUIRED, *exactly_one_open)
    else:
        yield rule(_PROBABLE, f"{Certainty.PROBABLE}-a", *_NOT_BARRED, specific, _REQUIRED, at_least(MAJOR, 1))
    if groups > 1:
        yield rule(_PROBABLE, f"{Certainty.PROBABLE}-c", *_NOT_BARRED, specific, at_least(REQUIRED_OPEN, 1), at_least(GROUPS_MET, groups))
    for name, holds in _ways_to_be_possible(cause):
        yield rule(_POSSIBLE, f"{Certainty.POSSIBLE}-{name}", *_NOT_BARRED, *holds, specific)
        if not groups:
            yield rule(_POSSIBLE, f"{Certainty.POSSIBLE}-{name}-residual", *_NOT_BARRED, *holds, _REQUIRED)
    if cause.urgency.is_serious:
        yield rule(_NAMED_ONLY, f"{BY_NAME}-specific", none(IMPOSSIBLE_SEX), at_least(NAMED, 1), specific)
        yield rule(_NAMED_ONLY, f"{BY_NAME}-first", none(IMPOSSIBLE_SEX), at_least(FIRST_NAMED, 1))


def _ways_to_be_possible(cause: Cause) -> Iterator[tuple[str, tuple[Clause, ...]]]:
    """An emergency or urgent cause that no flag names must hold a cardinal that is specific itself."""
    if cause.urgency.is_serious:
        yield NAMED, (at_least(NAMED, 1),)
        yield CARDINAL, (at_least(CARDINAL_SPECIFIC, 1),)
    else:
        yield "benign", ()


def disposition_rules() -> Iterator[EngineRule[Disposition]]:
    """What calls for each speed; the most urgent that fires counts. Nothing fires without an active pain or a flag."""

    def rule(speed: Disposition, name: str, *clauses: Clause) -> EngineRule[Disposition]:
        return EngineRule(f"{speed}-{name}", DISPOSITION, (at_least(PATIENT, 1), *clauses), DISPOSITION, speed)

    for speed in Disposition:
        # self-care only when the screen is answered
        screened = (none(SCREEN_OPEN),) if speed is Disposition.SELF_CARE else ()
        yield rule(speed, FLAGS, at_least(f"{FLAGS}-{speed}", 1), *screened)
        yield rule(speed, MEETING, at_least(f"{MEETING}-{speed}", 1), *screened)
        if not speed.is_serious:
            yield rule(speed, FIRST, at_least(f"{FIRST}-{speed}", 1), *screened)
    yield rule(Disposition.SOON, SERIOUS_LISTED, at_least(SERIOUS_LISTED, 1))
    yield rule(Disposition.ROUTINE, SCREEN_OPEN, at_least(SCREEN_OPEN, 1))
    yield rule(Disposition.ROUTINE, "nothing", none(SPEEDS))


def activity_rules(key: str, activity: Activity, roles: Roles) -> Iterator[EngineRule[Verdict]]:
    """Why a candidate is left out, withheld or cautioned; the strongest that fires counts, and `considered` always fires."""

    def rule(verdict: Verdict, name: str, *clauses: Clause) -> EngineRule[Verdict]:
        return EngineRule(f"{key}-{verdict}-{name}", key, clauses, activity.id, verdict)

    yield rule(Verdict.ALLOWED, "considered", at_least(SPEED, 0))
    yield rule(Verdict.CAUTIONED, CAUTIONED, at_least(CAUTIONED, 1))
    yield rule(Verdict.WITHHELD, CONTRAINDICATED, at_least(CONTRAINDICATED, 1))
    yield rule(Verdict.LEFT_OUT, "not-indicated", none(INDICATED))
    if activity.appointment:
        sooner = Clause(SPEED, Comparator.LESS, activity.appointment.rank)
        yield rule(Verdict.LEFT_OUT, "late-appointment", sooner)
    if activity.specialist:
        yield rule(Verdict.LEFT_OUT, "specialist", none(FROM_FLAG), none(FROM_MEETING_CAUSE))
    if activity.prohibits:  # a prohibition is no treatment
        return
    if activity.id != roles.safety_net:
        yield rule(Verdict.LEFT_OUT, Disposition.EMERGENCY, none(FROM_FLAG), Clause(SPEED, Comparator.AT_MOST, Disposition.EMERGENCY.rank))
        if activity.kind is ActivityKind.MEDICATION or activity.specialist or activity.classes & _TREATMENTS:
            yield rule(Verdict.LEFT_OUT, Disposition.URGENT, none(FROM_FLAG), Clause(SPEED, Comparator.AT_MOST, Disposition.URGENT.rank))
    if activity.classes & _ACUTE_DRUGS:
        yield rule(Verdict.WITHHELD, OVERUSE, at_least(OVERUSE, 1))
    if _is_drug_or_procedure(activity):
        yield rule(Verdict.WITHHELD, ANTICOAGULATION_UNKNOWN, at_least(ANTICOAGULATION_UNKNOWN, 1))
        yield rule(Verdict.WITHHELD, PREGNANCY_UNKNOWN, at_least(PREGNANCY_UNKNOWN, 1))


def _is_drug_or_procedure(activity: Activity) -> bool:
    """Injections and surgery count as procedures, however they are ordered; a referral does not."""
    is_specialist_treatment = activity.specialist and activity.kind is not ActivityKind.REFERRAL
    return is_specialist_treatment or activity.kind in (ActivityKind.MEDICATION, ActivityKind.PROCEDURE)
