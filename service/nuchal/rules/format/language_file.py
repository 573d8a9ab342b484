"""vocabulary/language.yaml: how answers, negations and neutral words read. Keys stand here in the order they have there."""

from typing import Any

from nuchal.rules.format.codings import CODE, DISPLAY, SYSTEM
from nuchal.rules.format.forms import MaybeEmpty, Mentioned, Number, Phrase
from nuchal.rules.format.records import Fields, Key, Record, Several, Table
from nuchal.rules.format.report import Catalogue, Use
from nuchal.rules.format.vocabulary_files import LEVEL
from nuchal.rules.vocabulary import Language, Phrases

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
_TELLING = Key("telling", _PHRASES, optional=True)
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

_NAME = Key("name", Phrase())
_NAMED = Several(Record("a named code", (SYSTEM, CODE, DISPLAY, _NAME), lambda fields: ((fields[SYSTEM], fields[CODE]), fields[_NAME])))
_LOCATED = Key("located", _NAMED, optional=True)
_SITE_CODES = Key("codes", _NAMED)
_SITE_TEXTS = Key("texts", Table(Phrase()))
_SITES = Key("sites", Record("sites", (_SITE_CODES, _SITE_TEXTS, _COMPONENT), lambda fields: fields), optional=True)
_QUESTION_OPENINGS = Key("question_openings", _PHRASES, optional=True)
_RELATIVES = Key("relatives", _PHRASES, optional=True)
_PAST = Key("past", _PHRASES, optional=True)
_LIMITS = Key("limits", _PHRASES, optional=True)
_NO_ALLERGY = Key("no_allergy", _CODES_AND_TEXTS, optional=True)
_SEVERE_REACTION = Key("severe_reaction", _CODES_AND_TEXTS, optional=True)
_DRUG_LIST = Key("drug_list", _CODES_AND_TEXTS, optional=True)

_FIRST = Key("first", Mentioned(Catalogue.WORD, Use.NUMBER))
_SECOND = Key("second", Mentioned(Catalogue.WORD, Use.NUMBER))
_PAIR = Key("pair", Record("a pair of numbers", (_CODES, _TEXTS, _FIRST, _SECOND), lambda fields: fields), optional=True)

_ORDINAL_TEXTS = Key("ordinal_texts", Table(Number()))
_UNIT_SPELLINGS = Key("unit_spellings", Table(Phrase()))

_LISTS = (
    "joints",
    "companions",
    "contrasts",
    "reports",
    "headings",
    "fillers",
    "modifiers",
    "at_once",
    "doubts",
    "unsaid",
    "over",
    "histories",
    "triggers",
)
_PHRASE_LISTS = tuple(Key(name, _PHRASES, optional=True) for name in _LISTS)
_SHORTHAND = Key("shorthand", Table(Phrase()), optional=True)
_TIMES = tuple(Key(name, Table(Number()), optional=True) for name in ("units", "numerals", "weekdays", "days_back"))
_TIME_LISTS = tuple(Key(name, _PHRASES, optional=True) for name in ("since", "ago", "began", "rates"))
_PHRASE_KEYS = (_SHORTHAND, *_PHRASE_LISTS, *_TIMES, *_TIME_LISTS)


def _phrases(fields: Fields) -> Phrases:
    given: dict[str, Any] = {key.name: fields[key] for key in _PHRASE_KEYS if fields.get(key) is not None}
    return Phrases(**given)


_PHRASES_OF_LANGUAGE = Key("phrases", Record("phrases", _PHRASE_KEYS, _phrases), optional=True)

_NOTHING: tuple[frozenset[tuple[str, str]], frozenset[str]] = (frozenset(), frozenset())


def _language(fields: Fields) -> Language:
    generic_codes, generic_texts = fields[_GENERIC]
    onset_codes, onset_texts = fields[_ONSET]
    severity = fields[_SEVERITY]
    component_codes, component_texts = severity[_COMPONENT]
    sites = fields.get(_SITES)
    site_component = sites[_COMPONENT] if sites else _NOTHING
    pair = fields.get(_PAIR)
    no_allergy, drug_list = fields.get(_NO_ALLERGY) or _NOTHING, fields.get(_DRUG_LIST) or _NOTHING
    severe_reaction = fields.get(_SEVERE_REACTION) or _NOTHING
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
        located_codes=dict(fields.get(_LOCATED) or ()),
        site_codes=dict(sites[_SITE_CODES] if sites else ()),
        site_texts=sites[_SITE_TEXTS] if sites else {},
        site_component_codes=site_component[0],
        site_component_texts=site_component[1],
        question_openings=fields.get(_QUESTION_OPENINGS) or (),
        relatives=frozenset(fields.get(_RELATIVES) or ()),
        past=frozenset(fields.get(_PAST) or ()),
        limits=fields.get(_LIMITS) or (),
        no_allergy_codes=no_allergy[0],
        no_allergy_texts=no_allergy[1],
        severe_reaction_codes=severe_reaction[0],
        severe_reaction_texts=severe_reaction[1],
        drug_list_codes=drug_list[0],
        drug_list_texts=drug_list[1],
        pair_codes=frozenset(pair[_CODES] if pair else ()),
        pair_texts=frozenset(pair[_TEXTS] if pair else ()),
        pair_words=(pair[_FIRST], pair[_SECOND]) if pair else (),
        telling=frozenset(fields.get(_TELLING) or ()),
        phrases=fields.get(_PHRASES_OF_LANGUAGE) or Phrases(),
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
        _TELLING,
        _EQUIVALENTS,
        _PHRASES_OF_LANGUAGE,
        _SPELLING,
        _GENERIC,
        _ONSET,
        _SEVERITY,
        _LOCATED,
        _SITES,
        _QUESTION_OPENINGS,
        _RELATIVES,
        _PAST,
        _LIMITS,
        _SEVERE_REACTION,
        _NO_ALLERGY,
        _DRUG_LIST,
        _PAIR,
        _ORDINAL_TEXTS,
        _UNIT_SPELLINGS,
    ),
    _language,
)
