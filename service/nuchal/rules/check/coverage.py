"""Whether a red flag stands by whenever an emergency or urgent cause meets its criteria (DESIGN 4)."""

from collections.abc import Iterator, Sequence
from itertools import islice

from nuchal.errors import RulesetProblem
from nuchal.findings import Presence
from nuchal.rules.check.rulebook import derived_in_order, needed
from nuchal.rules.check.ways import Way, Ways, truths_of
from nuchal.rules.conditions import Absent, Comparison, Condition, Operator, Word
from nuchal.rules.model import Cause, Derived, RedFlag, Ruleset, Sex
from nuchal.rules.places import Places
from nuchal.rules.wording import wording

_WAYS_TRIED = 20_000
_WAYS_SHOWN = 5


def coverage_problems(ruleset: Ruleset, places: Places, ways: Ways) -> Iterator[RulesetProblem]:
    """Serious causes that no serious flag names, or that can meet their criteria while every such flag stays silent."""
    derived = derived_in_order(ruleset.derived)
    for cause in ruleset.causes.values():
        if not (cause.fires and cause.urgency.is_serious):
            continue
        flags = naming_flags(cause, ruleset)
        if not flags:
            yield places.problem(
                cause.file, f"no emergency or urgent red flag names {cause.id}", "urgency", instead="may_mean of a red flag"
            )
        elif cause.required_groups:
            if next(islice(ways.all_true(cause.parts, {}), _WAYS_TRIED, None), None) is not None:
                yield places.problem(
                    cause.file, f"{cause.id} can meet its criteria in more than {_WAYS_TRIED} ways; not all were looked at"
                )
            uncovered = _fewest(_uncovered(cause, flags, ways, derived, ruleset))
            yield from (_problem(cause, way, ruleset, places) for way in uncovered[:_WAYS_SHOWN])
            if len(uncovered) > _WAYS_SHOWN:
                yield places.problem(cause.file, f"and {len(uncovered) - _WAYS_SHOWN} more such ways of {cause.id}", "required")


def naming_flags(cause: Cause, ruleset: Ruleset) -> list[RedFlag]:
    """The emergency and urgent flags that fire and name `cause`."""
    return [flag for flag in ruleset.red_flags.values() if flag.fires and flag.disposition.is_serious and cause.id in flag.may_mean]


def _uncovered(cause: Cause, flags: Sequence[RedFlag], ways: Ways, derived: Sequence[Derived], ruleset: Ruleset) -> Iterator[Way]:
    sex = {} if cause.requires_sex is None else {ruleset.roles.female: _FEMALE[cause.requires_sex]}
    parts = cause.parts
    followed = needed([*parts, *cause.excluding, *(flag.when for flag in flags)], derived)
    for way in islice(ways.all_true(parts, sex), _WAYS_TRIED):
        truths = truths_of(way, followed)
        meets = all(truths.holds(part) for part in parts)
        excluded = any(truths.holds(condition) for condition in cause.excluding)
        if meets and not excluded and not any(truths.holds(flag.when) for flag in flags):
            yield way


_FEMALE = {Sex.FEMALE: Presence.PRESENT, Sex.MALE: Presence.ABSENT}


def _fewest(found: Iterator[Way]) -> list[Way]:
    """The ways that hold no other of them."""
    fewest: list[frozenset[tuple[str, Presence | float]]] = []
    for way in sorted({frozenset(way.items()) for way in found}, key=lambda way: (len(way), sorted(map(str, way)))):
        if not any(smaller <= way for smaller in fewest):
            fewest.append(way)
    return [dict(sorted(way)) for way in fewest]


def _problem(cause: Cause, way: Way, ruleset: Ruleset, places: Places) -> RulesetProblem:
    said = ", ".join(wording(_statement(word, stated), ruleset.vocabulary) for word, stated in way.items())
    message = f"{cause.id} meets its criteria with {said}, and no emergency or urgent red flag that names it is raised"
    return places.problem(cause.file, message, "required", instead="a wider flag, or a narrower cause")


def _statement(word: str, stated: Presence | float) -> Condition:
    if not isinstance(stated, Presence):
        return Comparison(word, Operator.EQUAL, stated)
    return Word(word) if stated is Presence.PRESENT else Absent(Word(word))
