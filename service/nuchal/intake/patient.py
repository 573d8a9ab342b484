"""Patient: age at the moment of the request, and sex."""

from typing import Final

from nuchal.findings import Finding, NoteKind, Presence
from nuchal.intake.context import Context, Resource
from nuchal.intake.quantities import Unusable, believed
from nuchal.intake.times import Moment, span_of

_SEXES: Final = {"female": Presence.PRESENT, "male": Presence.ABSENT}


def read(resource: Resource, context: Context) -> list[Finding]:
    """Age in completed years and whether the sex is female; other and unknown genders say nothing."""
    roles = context.chart.knowledge.roles
    moment = Moment(observed=context.as_of)
    if resource.get("deceasedBoolean") is True or resource.get("deceasedDateTime"):
        context.note(NoteKind.CONTRADICTORY, "The patient is recorded as deceased; check that this is the right chart", ".deceased")
    statements: list[Finding] = []
    gender = resource.get("gender")
    if isinstance(gender, str):
        presence = _SEXES.get(gender, Presence.UNKNOWN)
        statements.append(context.finding(roles.female, presence, moment, path=".gender"))
    age = _age(resource, context)
    if age is not None:
        statements.append(context.finding(roles.age, Presence.PRESENT, moment, path=".birthDate", value=age))
    return statements


def _age(resource: Resource, context: Context) -> float | None:
    """Completed years; of a partial birth date those that are sure."""
    born = span_of(resource.get("birthDate"), context.zone)
    quantity = context.word(context.chart.knowledge.roles.age).quantity
    if born is None or quantity is None:
        return None
    most, sure = (_completed_years(day.year, (day.month, day.day), context) for day in (born.start, born.end))
    if most != sure:
        context.note(NoteKind.ASSUMED, "The birth date is partial; the age is the completed years that are sure", ".birthDate")
    age = believed(float(sure), quantity)
    if isinstance(age, Unusable):
        context.unusable(age.reason, ".birthDate")
        return None
    return age


def _completed_years(year: int, birthday: tuple[int, int], context: Context) -> int:
    today = context.as_of
    return today.year - year - ((today.month, today.day) < birthday)
