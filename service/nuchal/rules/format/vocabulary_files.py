"""The files of vocabulary/ but language.yaml: words with their codes, synonyms and numbers."""

import re
from enum import StrEnum

import yaml

from nuchal.rules.format.codings import CODE, DISPLAY, SYSTEM, VERIFIED, coding_of
from nuchal.rules.format.forms import Choice, Declared, Form, Mentioned, Number, Phrase, Schema, Text, YesNo, scalar
from nuchal.rules.format.records import Fields, Key, Record, Several
from nuchal.rules.format.report import Catalogue, SourceFile
from nuchal.rules.format.units import UnitForm
from nuchal.rules.vocabulary import CodeMapping, Match, Medication, Onset, Quantity, Severity, VocabularyWord, WordKind

_DURATION = re.compile(
    r"^P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?$"
)
_DAYS = {"years": 365.0, "months": 30.0, "weeks": 7.0, "days": 1.0, "hours": 1 / 24, "minutes": 1 / 1440}
_EVER = "ever"


class LookBack(Form[float | None]):
    """How old a statement may be: an ISO 8601 duration, or ever."""

    def read(self, node: yaml.Node, source: SourceFile) -> float | None:
        """Days, None for ever; a month counts 30 and a year 365 days."""
        text = scalar(node, source, "a duration")
        if text == _EVER:
            return None
        parts = _DURATION.match(text)
        if not parts:
            source.refuse(node, f"{text} is no duration", "such as P7D, P6M, PT24H, or ever")
        return sum(int(number) * _DAYS[unit] for unit, number in parts.groupdict(default="0").items())

    def schema(self) -> Schema:
        """A duration without seconds, or ever."""
        return {"anyOf": [{"const": _EVER}, {"type": "string", "pattern": "^P(?=.)([0-9]+[YMWD])*(T([0-9]+[HM])+)?$"}]}


_MATCH = Key("match", Choice(Match))
_CODE = Record(
    "a code",
    (SYSTEM, CODE, DISPLAY, _MATCH, VERIFIED),
    lambda fields: CodeMapping(coding=coding_of(fields), match=fields[_MATCH]),
)

_UNIT = Key("unit", UnitForm())
_LOW = Key("low", Number())
_HIGH = Key("high", Number())


def _quantity(fields: Fields) -> Quantity:
    if fields[_LOW] >= fields[_HIGH]:
        fields.source.refuse(fields.node, "low is not below high", "the range outside which a value is not believed")
    return Quantity(unit=fields[_UNIT], low=fields[_LOW], high=fields[_HIGH])


_ATC = Key("atc", Several(Phrase()), optional=True)
_RXNORM = Key("rxnorm", Several(Phrase()), optional=True)
_INGREDIENTS = Key("ingredients", Several(Text()), optional=True)
_EXCLUDED_FORMS = Key("excluded_forms", Several(Text()), optional=True)
_LEAST_DAYS = Key("least_days", Number(), optional=True)


def _medication(fields: Fields) -> Medication:
    return Medication(
        atc=fields.get(_ATC) or (),
        rxnorm=fields.get(_RXNORM) or (),
        ingredients=fields.get(_INGREDIENTS) or (),
        excluded_forms=fields.get(_EXCLUDED_FORMS) or (),
        least_days=fields.get(_LEAST_DAYS),
    )


class _Level(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


LEVEL = Choice(_Level)
_OF = Key("of", Mentioned(Catalogue.WORD))
_LEVELS = Key("levels", Several(LEVEL, least=1))

_ID = Key("id", Declared(Catalogue.WORD))
_TITLE = Key("title", Text())
_KIND = Key("kind", Choice(WordKind))
_QUESTION = Key("question", Text())
_GENERAL = Key("general", YesNo(), optional=True)
_SCREEN = Key("screen", Mentioned(Catalogue.SCREEN_TOPIC), optional=True)
_LOOK_BACK = Key("look_back", LookBack())
_NEEDS_RECENT_ONSET = Key("needs_recent_onset", YesNo(), optional=True)
_CODES = Key("codes", Several(_CODE))
_SYNONYMS = Key("synonyms", Several(Phrase()))
_QUANTITY = Key("quantity", Record("a quantity", (_UNIT, _LOW, _HIGH), _quantity), optional=True)
_MEDICATION = Key(
    "medication", Record("a medication", (_ATC, _RXNORM, _INGREDIENTS, _EXCLUDED_FORMS, _LEAST_DAYS), _medication), optional=True
)
_ONSET = Key("onset", Record("an onset", (_OF,), lambda fields: Onset(of=fields[_OF])), optional=True)
_SEVERITY = Key(
    "severity",
    Record(
        "a severity", (_OF, _LEVELS), lambda fields: Severity(of=fields[_OF], levels=frozenset(level.value for level in fields[_LEVELS]))
    ),
    optional=True,
)


def _word(fields: Fields) -> VocabularyWord:
    quantity, kind = fields.get(_QUANTITY), fields[_KIND]
    if quantity is None and (kind is WordKind.NUMBER or fields.get(_ONSET) is not None):
        fields.source.refuse(fields.node, f"{fields[_ID]} is a number without a quantity", "quantity: {unit: ..., low: ..., high: ...}")
    return VocabularyWord(
        id=fields[_ID],
        title=fields[_TITLE],
        kind=kind,
        question=fields[_QUESTION],
        general=fields.get(_GENERAL) or False,
        screen=fields.get(_SCREEN),
        look_back_days=fields[_LOOK_BACK],
        needs_recent_onset=fields.get(_NEEDS_RECENT_ONSET) or False,
        codes=fields[_CODES],
        synonyms=fields[_SYNONYMS],
        quantity=quantity,
        medication=fields.get(_MEDICATION),
        onset=fields.get(_ONSET),
        severity=fields.get(_SEVERITY),
        file=fields.source.name,
    )


_WORD = Record(
    "a word",
    (
        _ID,
        _TITLE,
        _KIND,
        _QUESTION,
        _GENERAL,
        _SCREEN,
        _LOOK_BACK,
        _NEEDS_RECENT_ONSET,
        _CODES,
        _SYNONYMS,
        _QUANTITY,
        _MEDICATION,
        _ONSET,
        _SEVERITY,
    ),
    _word,
)

_WORDS = Key("words", Several(_WORD, least=1))
VOCABULARY = Record("a vocabulary file", (_WORDS,), lambda fields: fields[_WORDS])
