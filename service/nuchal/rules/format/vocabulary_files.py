"""The files of vocabulary/ but language.yaml: words with their codes, synonyms and numbers."""

import re
from enum import StrEnum

import yaml

from nuchal.rules.format.codings import CODE, CODING, DISPLAY, SYSTEM, VERIFIED, coding_of
from nuchal.rules.format.forms import Choice, Declared, Form, Mentioned, Number, Phrase, Schema, Text, Whole, YesNo, scalar
from nuchal.rules.format.records import Fields, Key, Record, Several
from nuchal.rules.format.report import Catalogue, SourceFile
from nuchal.rules.format.units import TIMES, UnitForm
from nuchal.rules.vocabulary import (
    Allergy,
    CodeMapping,
    CountedFrom,
    DataClass,
    Diary,
    Match,
    Medication,
    Onset,
    Quantity,
    Rising,
    Severity,
    VocabularyWord,
    WordKind,
)

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
_MOLAR_MASS = Key("molar_mass", Number(), optional=True)
_ADVANCES = Key("advances", YesNo(), optional=True)


def _quantity(fields: Fields) -> Quantity:
    if fields[_LOW] >= fields[_HIGH]:
        fields.source.refuse(fields.node, "low is not below high", "the range outside which a value is not believed")
    if fields.get(_ADVANCES) and fields[_UNIT] not in TIMES:
        fields.source.refuse(fields.node, f"a number of {fields[_UNIT]} does not advance with time", f"a unit of {', '.join(TIMES)}")
    return Quantity(
        unit=fields[_UNIT],
        low=fields[_LOW],
        high=fields[_HIGH],
        molar_mass=fields.get(_MOLAR_MASS),
        advances=fields.get(_ADVANCES) or False,
    )


_ATC = Key("atc", Several(Phrase()), optional=True)
_RXNORM = Key("rxnorm", Several(Phrase()), optional=True)
_INGREDIENTS = Key("ingredients", Several(Text()), optional=True)
_EXCLUDED_FORMS = Key("excluded_forms", Several(Text()), optional=True)
_LEAST_DAYS = Key("least_days", Number(), optional=True)
_STOPPED_DAYS = Key("stopped_days", Number(), optional=True)
_COMBINED = Key("combined", Several(Several(Text(), least=1), least=2), optional=True)
_SEVERE = Key("severe", YesNo(), optional=True)


def _medication(fields: Fields) -> Medication:
    return Medication(
        atc=fields.get(_ATC) or (),
        rxnorm=fields.get(_RXNORM) or (),
        ingredients=fields.get(_INGREDIENTS) or (),
        excluded_forms=fields.get(_EXCLUDED_FORMS) or (),
        least_days=fields.get(_LEAST_DAYS),
        stopped_days=fields.get(_STOPPED_DAYS),
        combined=fields.get(_COMBINED) or (),
    )


def _allergy(fields: Fields) -> Allergy:
    return Allergy(
        atc=fields.get(_ATC) or (),
        rxnorm=fields.get(_RXNORM) or (),
        ingredients=fields.get(_INGREDIENTS) or (),
        severe=fields.get(_SEVERE) or False,
    )


_AT = Key("at", Number())
_DATE_CODES = Key("codes", Several(CODING))
_NEEDS = Key("needs", Mentioned(Catalogue.WORD), optional=True)
_ENDS = Key("ends", Several(Mentioned(Catalogue.WORD)), optional=True)
_DATE_SYNONYMS = Key("synonyms", Several(Phrase()))


def _counted_from(fields: Fields) -> CountedFrom:
    return CountedFrom(
        at=fields[_AT],
        codes=fields[_DATE_CODES],
        synonyms=fields[_DATE_SYNONYMS],
        needs=fields.get(_NEEDS),
        ends=fields.get(_ENDS) or (),
    )


class _Level(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


LEVEL = Choice(_Level)
_OF = Key("of", Mentioned(Catalogue.WORD))
_LEVELS = Key("levels", Several(LEVEL, least=1))
_LEAST = Key("least", Number(), optional=True)
_VALUES = Key("values", Whole(2))
_DAYS_BACK = Key("days", Number())
_BY = Key("by", Number())
_DIARY_DAYS = Key("least_days", Whole(1))
_RELATIVES_WORDS = Key("of", Several(Mentioned(Catalogue.WORD), least=1))

_ID = Key("id", Declared(Catalogue.WORD))
_TITLE = Key("title", Text())
_KIND = Key("kind", Choice(WordKind))
_QUESTION = Key("question", Text())
_DATA_CLASS = Key("data_class", Choice(DataClass), optional=True)
_GENERAL = Key("general", YesNo(), optional=True)
_SCREEN = Key("screen", Mentioned(Catalogue.SCREEN_TOPIC), optional=True)
_LOOK_BACK = Key("look_back", LookBack())
_NEEDS_RECENT_ONSET = Key("needs_recent_onset", YesNo(), optional=True)
_CODES = Key("codes", Several(_CODE))
_SYNONYMS = Key("synonyms", Several(Phrase()))
_QUANTITY = Key("quantity", Record("a quantity", (_UNIT, _LOW, _HIGH, _MOLAR_MASS, _ADVANCES), _quantity), optional=True)
_MEDICATION = Key(
    "medication",
    Record("a medication", (_ATC, _RXNORM, _INGREDIENTS, _COMBINED, _EXCLUDED_FORMS, _LEAST_DAYS, _STOPPED_DAYS), _medication),
    optional=True,
)
_ALLERGY = Key("allergy", Record("an allergy", (_ATC, _RXNORM, _INGREDIENTS, _SEVERE), _allergy), optional=True)
_FAMILY = Key("family", Record("a family history", (_RELATIVES_WORDS,), lambda fields: frozenset(fields[_RELATIVES_WORDS])), optional=True)
_COUNTED_FROM = Key(
    "counted_from", Several(Record("a date", (_AT, _DATE_CODES, _DATE_SYNONYMS, _NEEDS, _ENDS), _counted_from), least=1), optional=True
)
_ONSET = Key("onset", Record("an onset", (_OF, _LEAST), lambda fields: Onset(of=fields[_OF], least=fields.get(_LEAST))), optional=True)
_SEVERITY = Key(
    "severity",
    Record(
        "a severity", (_OF, _LEVELS), lambda fields: Severity(of=fields[_OF], levels=frozenset(level.value for level in fields[_LEVELS]))
    ),
    optional=True,
)
_RISING = Key(
    "rising",
    Record(
        "a rise",
        (_OF, _VALUES, _DAYS_BACK, _BY),
        lambda fields: Rising(of=fields[_OF], values=fields[_VALUES], days=fields[_DAYS_BACK], by=fields[_BY]),
    ),
    optional=True,
)
_DIARY = Key(
    "diary",
    Record("a diary", (_OF, _DIARY_DAYS), lambda fields: Diary(of=fields[_OF], least_days=fields[_DIARY_DAYS])),
    optional=True,
)


def _word(fields: Fields) -> VocabularyWord:
    quantity, kind = fields.get(_QUANTITY), fields[_KIND]
    counted = any(fields.get(key) is not None for key in (_ONSET, _COUNTED_FROM, _DIARY))
    if quantity is None and (kind is WordKind.NUMBER or counted):
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
        allergy=fields.get(_ALLERGY),
        family=fields.get(_FAMILY) or frozenset(),
        counted_from=fields.get(_COUNTED_FROM) or (),
        rising=fields.get(_RISING),
        diary=fields.get(_DIARY),
        data_class=fields.get(_DATA_CLASS),
    )


_WORD = Record(
    "a word",
    (
        _ID,
        _TITLE,
        _KIND,
        _DATA_CLASS,
        _QUESTION,
        _GENERAL,
        _SCREEN,
        _LOOK_BACK,
        _NEEDS_RECENT_ONSET,
        _CODES,
        _SYNONYMS,
        _QUANTITY,
        _MEDICATION,
        _ALLERGY,
        _FAMILY,
        _COUNTED_FROM,
        _ONSET,
        _SEVERITY,
        _RISING,
        _DIARY,
    ),
    _word,
)

_WORDS = Key("words", Several(_WORD, least=1))
VOCABULARY = Record("a vocabulary file", (_WORDS,), lambda fields: fields[_WORDS])
