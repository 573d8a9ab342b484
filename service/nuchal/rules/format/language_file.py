"""vocabulary/language.yaml: how answers, negations and neutral words read. Keys stand here in the order they have there."""

from nuchal.rules.format.codings import CODE, DISPLAY, SYSTEM
from nuchal.rules.format.forms import MaybeEmpty, Number, Phrase
from nuchal.rules.format.records import Fields, Key, Record, Several, Table
from nuchal.rules.format.vocabulary_files import LEVEL
from nuchal.rules.vocabulary import Language

_PHRASES = Several(Phrase())
_CODE = Record("a code", (SYSTEM, CODE, DISPLAY), lambda fields: (fields[SYSTEM], fields[CODE]))
_SEVERAL_CODES = Several(_CODE)

_PRESENT = Key("present", _SEVERAL_CODES)
_ABSENT = Key("absent", _SEVERAL_CODES)
_UNKNOWN = Key("unknown", _SEVERAL_CODES)
_PRESENT_TEXTS = Key("present_texts", _PHRASES)
_ABSENT_TEXTS = Key("absent_texts", _PHRASES)
_UNKNOWN_TEXTS = Key("unknown_texts", _PHRASES)
_NORMAL = Key("normal", _SEVERAL_CODES, optional=True)
_NORMAL_TEXTS = Key("normal_texts", _PHRASES, optional=True)
_NEGATIONS = Key("negations", _PHRASES)
_NEUTRAL = Key("neutral", _PHRASES)
_RELATIONS = Key("relations", _PHRASES)
_EQUIVALENTS = Key("equivalents", Table(MaybeEmpty()))

_FROM = Key("from", Phrase())
_TO = Key("to", MaybeEmpty())
_SPELLING = Key("spelling", Several(Record("a spelling", (_FROM, _TO), lambda fields: (fields[_FROM], fields[_TO]))))

_CODES = Key("codes", _SEVERAL_CODES)
_TEXTS = Key("texts", _PHRASES)
_CODES_AND_TEXTS = Record("codes with texts", (_CODES, _TEXTS), lambda fields: (frozenset(fields[_CODES]), frozenset(fields[_TEXTS])))
_GENERIC = Key("generic", _CODES_AND_TEXTS)
_ONSET = Key("onset", _CODES_AND_TEXTS)

_LEVEL = Key("level", LEVEL)
_LEVELLED = Record(
    "a severity code",
    (SYSTEM, CODE, DISPLAY, _LEVEL),
    lambda fields: ((fields[SYSTEM], fields[CODE]), fields[_LEVEL].value),
)
_LEVEL_CODES = Key("codes", Several(_LEVELLED))
_LEVEL_TEXTS = Key("texts", Table(LEVEL))
_COMPONENT = Key("component", _CODES_AND_TEXTS)
_SEVERITY = Key("severity", Record("severity", (_LEVEL_CODES, _LEVEL_TEXTS, _COMPONENT), lambda fields: fields))

_ORDINAL_TEXTS = Key("ordinal_texts", Table(Number()))
_UNIT_SPELLINGS = Key("unit_spellings", Table(Phrase()))


def _language(fields: Fields) -> Language:
    generic_codes, generic_texts = fields[_GENERIC]
    onset_codes, onset_texts = fields[_ONSET]
    severity = fields[_SEVERITY]
    component_codes, component_texts = severity[_COMPONENT]
    return Language(
        present=frozenset(fields[_PRESENT]),
        absent=frozenset(fields[_ABSENT]),
        unknown=frozenset(fields[_UNKNOWN]),
        present_texts=frozenset(fields[_PRESENT_TEXTS]),
        absent_texts=frozenset(fields[_ABSENT_TEXTS]),
        unknown_texts=frozenset(fields[_UNKNOWN_TEXTS]),
        normal=frozenset(fields.get(_NORMAL) or ()),
        normal_texts=frozenset(fields.get(_NORMAL_TEXTS) or ()),
        negations=fields[_NEGATIONS],
        neutral=frozenset(fields[_NEUTRAL]),
        relations=frozenset(fields[_RELATIONS]),
        equivalents=fields[_EQUIVALENTS],
        spelling=fields[_SPELLING],
        generic_codes=generic_codes,
        generic_texts=generic_texts,
        onset_codes=onset_codes,
        onset_texts=onset_texts,
        severity_codes=dict(severity[_LEVEL_CODES]),
        severity_texts={text: level.value for text, level in severity[_LEVEL_TEXTS].items()},
        severity_component_codes=component_codes,
        severity_component_texts=component_texts,
        ordinal_texts=fields[_ORDINAL_TEXTS],
        unit_spellings=fields[_UNIT_SPELLINGS],
    )


LANGUAGE = Record(
    "language.yaml",
    (
        _PRESENT,
        _ABSENT,
        _UNKNOWN,
        _PRESENT_TEXTS,
        _ABSENT_TEXTS,
        _UNKNOWN_TEXTS,
        _NORMAL,
        _NORMAL_TEXTS,
        _NEGATIONS,
        _NEUTRAL,
        _RELATIONS,
        _EQUIVALENTS,
        _SPELLING,
        _GENERIC,
        _ONSET,
        _SEVERITY,
        _ORDINAL_TEXTS,
        _UNIT_SPELLINGS,
    ),
    _language,
)
