"""What every rule file begins and ends with: its head, its sources and its cases."""

from datetime import date
from typing import TypedDict

import yaml

from nuchal.findings import Presence
from nuchal.rules.format.forms import Choice, Day, FileId, Form, MaybeEmpty, Mentioned, Number, Schema, Text, Whole, scalar
from nuchal.rules.format.records import Fields, Key, Record, Several, Table
from nuchal.rules.format.report import Catalogue, SourceFile, Use, did_you_mean
from nuchal.rules.model import Case, Expect, Listed, Source, Status

_NUMBER = Number()
_LEAST_SUPPORT = -99  # each leaf of a part and each major supporting finding that is denied costs a point


class GivenForm(Form[dict[str, str | float]]):
    """What a case states: words with present, absent, unknown or a number."""

    def read(self, node: yaml.Node, source: SourceFile) -> dict[str, str | float]:
        """The statements in their order; every word in them is noted as mentioned."""
        statements = Table(_StatementForm()).read(node, source)
        for (key, _), statement in zip(node.value, statements.values(), strict=True):
            source.mention(key, Catalogue.WORD, key.value, _use(statement))
        return dict(statements)

    def schema(self) -> Schema:
        """An object of statements."""
        return Table(_StatementForm()).schema()


class _StatementForm(Form[str | float]):
    def read(self, node: yaml.Node, source: SourceFile) -> str | float:
        text = scalar(node, source, "present, absent, unknown or a number")
        if text in tuple(Presence):
            return text
        if node.tag == "tag:yaml.org,2002:str":
            source.refuse(node, f"{text} is not possible here", did_you_mean(text, Presence) or "present, absent, unknown or a number")
        return _NUMBER.read(node, source)

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": [presence.value for presence in Presence]}, _NUMBER.schema()]}


def _use(statement: str | float) -> Use:
    if isinstance(statement, float):
        return Use.NUMBER
    return Use.NAME if statement == Presence.UNKNOWN else Use.PRESENCE


_REF = Key("ref", Mentioned(Catalogue.REFERENCE))
_SUPPORTS = Key("supports", Text())
SOURCE = Record("a source", (_REF, _SUPPORTS), lambda fields: Source(ref=fields[_REF], supports=fields[_SUPPORTS]))

_NAME = Key("name", Text())
_GIVEN = Key("given", GivenForm())
_AS_OF = Key("as_of", Day(), optional=True)
_EXPECT = Key("expect", Choice(Expect))
_MISSING = Key("missing", Several(Mentioned(Catalogue.WORD)), optional=True)
_CERTAINTY = Key("certainty", Choice(Listed), optional=True)
_SUPPORT = Key("support", Whole(_LEAST_SUPPORT), optional=True)
_CAUTIONS = Key("cautions", Whole(0), optional=True)


def _case(fields: Fields) -> Case:
    if fields.get(_MISSING) and fields[_EXPECT] is not Expect.UNDETERMINED:
        fields.source.refuse(fields.node, "missing words in a case that is decided", "missing belongs to expect: undetermined")
    return Case(
        name=fields[_NAME],
        given=fields[_GIVEN],
        as_of=fields.get(_AS_OF),
        expect=fields[_EXPECT],
        missing=fields.get(_MISSING) or (),
        certainty=fields.get(_CERTAINTY),
        support=fields.get(_SUPPORT),
        cautions=fields.get(_CAUTIONS),
    )


_BASICS = (_NAME, _GIVEN, _AS_OF, _EXPECT, _MISSING)

ID = Key("id", FileId())
TITLE = Key("title", Text())
STATUS = Key("status", Choice(Status))
EFFECTIVE = Key("effective", Day())
REVIEWED = Key("reviewed", MaybeEmpty())
SOURCES = Key("sources", Several(SOURCE))
CASES = Key("cases", Several(Record("a case", _BASICS, _case)))
CASES_OF_CAUSES = Key("cases", Several(Record("a case", (*_BASICS, _CERTAINTY, _SUPPORT), _case)))
CASES_OF_ACTIVITIES = Key("cases", Several(Record("a case", (*_BASICS, _CAUTIONS), _case)))


class Head(TypedDict):
    """The arguments that every rule shares."""

    id: str
    title: str
    status: Status
    effective: date
    reviewed: str | None
    sources: tuple[Source, ...]
    cases: tuple[Case, ...]
    file: str


def head(fields: Fields) -> Head:
    """The head, sources and cases of the rule in `fields`."""
    return Head(
        id=fields.source.stem,
        title=fields[TITLE],
        status=fields[STATUS],
        effective=fields[EFFECTIVE],
        reviewed=fields[REVIEWED] or None,
        sources=fields[SOURCES],
        cases=fields[CASES],
        file=fields.source.name,
    )
