"""ruleset.yaml, references.yaml, not_covered.yaml: what the ruleset is and must name, its literature, its gaps."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nuchal.rules.format.forms import Choice, Day, Declared, Identifier, Matching, Mentioned, Phrase, Text, Whole
from nuchal.rules.format.records import Fields, Key, Record, Several
from nuchal.rules.format.report import Catalogue, Use
from nuchal.rules.format.rule_head import SOURCE
from nuchal.rules.model import Disposition, NotCovered, Reference, Region, Roles, ScreenTopic

_WORD = Mentioned(Catalogue.WORD, Use.PRESENCE)
_ACTIVITY = Mentioned(Catalogue.ACTIVITY)


class _Applies(StrEnum):
    ALWAYS = "always"
    HEAD = "head"
    BACK = "back"


_TOPIC_ID = Key("id", Declared(Catalogue.SCREEN_TOPIC))
_APPLIES = Key("applies", Choice(_Applies))


def _topic(fields: Fields) -> ScreenTopic:
    applies = fields[_APPLIES]
    return ScreenTopic(id=fields[_TOPIC_ID], applies=None if applies is _Applies.ALWAYS else Region(applies))


_APPOINTMENTS = tuple(Key(disposition.value, _ACTIVITY) for disposition in Disposition if disposition is not Disposition.SELF_CARE)
_HEADACHE = Key("headache", _WORD)
_BACK_PAIN = Key("back_pain", _WORD)
_BACK_EQUIVALENTS = Key("back_equivalents", Several(_WORD))
_AGE = Key("age", Mentioned(Catalogue.WORD, Use.NUMBER))
_FEMALE = Key("female", _WORD)
_PREGNANCY = Key("pregnancy", _WORD)
_ANTICOAGULATION = Key("anticoagulation", _WORD)
_MEDICATION_OVERUSE = Key("medication_overuse", _WORD)
_SAFETY_NET = Key("safety_net", _ACTIVITY)
_APPOINTMENTS_BY_SPEED = Key(
    "appointments",
    Record("appointments", _APPOINTMENTS, lambda fields: {Disposition(key.name): fields[key] for key in _APPOINTMENTS}),
)


def _roles(fields: Fields) -> Roles:
    return Roles(
        headache=fields[_HEADACHE],
        back_pain=fields[_BACK_PAIN],
        back_equivalents=fields[_BACK_EQUIVALENTS],
        age=fields[_AGE],
        female=fields[_FEMALE],
        pregnancy=fields[_PREGNANCY],
        anticoagulation=fields[_ANTICOAGULATION],
        medication_overuse=fields[_MEDICATION_OVERUSE],
        safety_net=fields[_SAFETY_NET],
        appointments=fields[_APPOINTMENTS_BY_SPEED],
    )


_ROLES = Key(
    "roles",
    Record(
        "roles",
        (
            _HEADACHE,
            _BACK_PAIN,
            _BACK_EQUIVALENTS,
            _AGE,
            _FEMALE,
            _PREGNANCY,
            _ANTICOAGULATION,
            _MEDICATION_OVERUSE,
            _SAFETY_NET,
            _APPOINTMENTS_BY_SPEED,
        ),
        _roles,
    ),
)

_ID = Key("id", Identifier())
_TITLE = Key("title", Text())
_VERSION = Key("version", Matching(r"^\d+\.\d+\.\d+$", "a semantic version such as 1.4.0"))
_EFFECTIVE = Key("effective", Day())
_CANONICAL = Key("canonical", Matching(r"^https?://\S+$", "an address that begins with https://"))
_PUBLISHER = Key("publisher", Text())
_DEVELOPER = Key("developer", Text(), optional=True)
_FUNDING = Key("funding", Text(), optional=True)
_RELEASED = Key("released", Day(), optional=True)
_POPULATION = Key("population", Text())
_MIN_AGE = Key("min_age", Whole(0))
_SCREEN = Key("screen", Several(Record("a screen topic", (_TOPIC_ID, _APPLIES), _topic)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What ruleset.yaml says."""

    id: str
    title: str
    version: str
    effective: date
    canonical: str
    publisher: str
    developer: str | None
    funding: str | None
    released: date | None
    population: str
    default_min_age: int
    screen: tuple[ScreenTopic, ...]
    roles: Roles


def _manifest(fields: Fields) -> Manifest:
    return Manifest(
        id=fields[_ID],
        title=fields[_TITLE],
        version=fields[_VERSION],
        effective=fields[_EFFECTIVE],
        canonical=fields[_CANONICAL],
        publisher=fields[_PUBLISHER],
        developer=fields.get(_DEVELOPER),
        funding=fields.get(_FUNDING),
        released=fields.get(_RELEASED),
        population=fields[_POPULATION],
        default_min_age=fields[_MIN_AGE],
        screen=fields[_SCREEN],
        roles=fields[_ROLES],
    )


MANIFEST = Record(
    "ruleset.yaml",
    (
        _ID,
        _TITLE,
        _VERSION,
        _EFFECTIVE,
        _CANONICAL,
        _PUBLISHER,
        _DEVELOPER,
        _FUNDING,
        _RELEASED,
        _POPULATION,
        _MIN_AGE,
        _SCREEN,
        _ROLES,
    ),
    _manifest,
)

_REFERENCE_ID = Key("id", Declared(Catalogue.REFERENCE))
_AUTHORS = Key("authors", Text())
_SOURCE = Key("source", Text())
_YEAR = Key("year", Whole(1800), optional=True)
_DOI = Key("doi", Matching(r"^10\.\d{4,}/\S+$", "a DOI that begins with 10."), optional=True)
_PMID = Key("pmid", Phrase(), optional=True)


def _reference(fields: Fields) -> Reference:
    return Reference(
        id=fields[_REFERENCE_ID],
        authors=fields[_AUTHORS],
        title=fields[_TITLE],
        source=fields[_SOURCE],
        year=fields.get(_YEAR),
        doi=fields.get(_DOI),
        pmid=fields.get(_PMID),
    )


_REFERENCES = Key("references", Several(Record("a reference", (_REFERENCE_ID, _AUTHORS, _TITLE, _SOURCE, _YEAR, _DOI, _PMID), _reference)))
_GROUP = Key("group", Text())
_REASON = Key("reason", Text())
_SOURCES = Key("sources", Several(SOURCE), optional=True)
_GAP = Record(
    "a cause that is not covered",
    (_TITLE, _GROUP, _REASON, _SOURCES),
    lambda fields: NotCovered(title=fields[_TITLE], group=fields[_GROUP], reason=fields[_REASON], sources=fields.get(_SOURCES) or ()),
)
_NOT_COVERED = Key("not_covered", Several(_GAP))
NOT_COVERED = Record("not_covered.yaml", (_NOT_COVERED,), lambda fields: fields[_NOT_COVERED])
REFERENCES = Record("references.yaml", (_REFERENCES,), lambda fields: {reference.id: reference for reference in fields[_REFERENCES]})
