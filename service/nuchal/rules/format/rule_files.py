"""The files of rules: red flags, causes, activities, derived words. Keys stand here in the order they have there."""

from enum import StrEnum

from nuchal.rules.format.codings import CODING
from nuchal.rules.format.conditions import ConditionForm, Members
from nuchal.rules.format.forms import Choice, FileId, Mentioned, Text, Whole, YesNo
from nuchal.rules.format.records import Fields, Key, Record, Several
from nuchal.rules.format.report import Catalogue
from nuchal.rules.format.rule_head import CASES, CASES_OF_ACTIVITIES, CASES_OF_CAUSES, EFFECTIVE, ID, REVIEWED, SOURCES, STATUS, TITLE, head
from nuchal.rules.model import (
    Activity,
    ActivityClass,
    ActivityKind,
    Cause,
    Derived,
    Disposition,
    Group,
    Prevalence,
    RedFlag,
    Region,
    Role,
    Sex,
    Supporting,
    Weight,
)

_CONDITION = ConditionForm()
_CONDITIONS = Several(_CONDITION)
_ACTIVITIES = Several(Mentioned(Catalogue.ACTIVITY))
_RATIONALE = Key("rationale", Text())
_CODINGS = Key("codings", Several(CODING))

_FLAG_ID = Key("id", FileId("rf-"))
_WHEN = Key("when", _CONDITION)
_DISPOSITION = Key("disposition", Choice(Disposition))
_MAY_MEAN = Key("may_mean", Several(Mentioned(Catalogue.CAUSE)))
_IMMEDIATE_ACTION = Key("immediate_action", _ACTIVITIES)
_FALSE_POSITIVES = Key("false_positives", Several(Text()))


def _red_flag(fields: Fields) -> RedFlag:
    return RedFlag(
        **head(fields),
        rationale=fields[_RATIONALE],
        when=fields[_WHEN],
        disposition=fields[_DISPOSITION],
        may_mean=fields[_MAY_MEAN],
        immediate_action=fields[_IMMEDIATE_ACTION],
        false_positives=fields[_FALSE_POSITIVES],
    )


RED_FLAG = Record(
    "a red flag",
    (
        _FLAG_ID,
        TITLE,
        STATUS,
        EFFECTIVE,
        REVIEWED,
        _RATIONALE,
        _WHEN,
        _DISPOSITION,
        _MAY_MEAN,
        _IMMEDIATE_ACTION,
        _FALSE_POSITIVES,
        SOURCES,
        CASES,
    ),
    _red_flag,
)

_NAME = Key("name", Text())
_ROLE = Key("role", Choice(Role))
_AT_LEAST = Key("at_least", Whole(1))
_OF = Key("of", Members(_CONDITION))


def _group(fields: Fields) -> Group:
    if fields[_AT_LEAST] > len(fields[_OF]):
        fields.source.refuse(fields.node, f"at_least {fields[_AT_LEAST]} of {len(fields[_OF])} can never hold", f"1 to {len(fields[_OF])}")
    return Group(name=fields[_NAME], role=fields[_ROLE], at_least=fields[_AT_LEAST], members=fields[_OF])


_GROUP = Record("a group", (_NAME, _ROLE, _AT_LEAST, _OF), _group)

_WEIGHT = Key("weight", Choice(Weight))
_SUPPORT = Record("a supporting finding", (_WHEN, _WEIGHT), lambda fields: Supporting(when=fields[_WHEN], weight=fields[_WEIGHT]))

_CATEGORY = Key("category", Text())
_URGENCY = Key("urgency", Choice(Disposition))
_PREVALENCE = Key("prevalence", Choice(Prevalence))
_EXPLAINS = Key("explains", Several(Choice(Region), least=1))
_REQUIRES_SEX = Key("requires_sex", Choice(Sex), optional=True)
MIN_AGE = Key("min_age", Whole(0), optional=True)
_CARDINAL = Key("cardinal", _CONDITIONS)
_REQUIRED = Key("required", _CONDITION)
_GROUPS = Key("groups", Several(_GROUP))
_SUPPORTING = Key("supporting", Several(_SUPPORT))
_EXCLUDING = Key("excluding", _CONDITIONS)
_CONFIRM = Key("confirm", Text())
_PITFALLS = Key("pitfalls", Text())
_PROPOSES = Key("activities", _ACTIVITIES)


def _cause(fields: Fields, default_min_age: int) -> Cause:
    min_age = fields.get(MIN_AGE)
    return Cause(
        **head(fields),
        category=fields[_CATEGORY],
        codings=fields[_CODINGS],
        urgency=fields[_URGENCY],
        prevalence=fields[_PREVALENCE],
        explains=frozenset(fields[_EXPLAINS]),
        requires_sex=fields.get(_REQUIRES_SEX),
        min_age=default_min_age if min_age is None else min_age,
        rationale=fields[_RATIONALE],
        cardinal=fields[_CARDINAL],
        required=fields[_REQUIRED],
        groups=fields[_GROUPS],
        supporting=fields[_SUPPORTING],
        excluding=fields[_EXCLUDING],
        confirm=fields[_CONFIRM],
        pitfalls=fields[_PITFALLS],
        activities=fields[_PROPOSES],
    )


def cause_record(default_min_age: int) -> Record[Cause]:
    """The form of a cause in a ruleset whose causes begin at `default_min_age` years unless they say otherwise."""
    return Record(
        "a cause",
        (
            ID,
            TITLE,
            _CATEGORY,
            STATUS,
            EFFECTIVE,
            REVIEWED,
            _CODINGS,
            _URGENCY,
            _PREVALENCE,
            _EXPLAINS,
            _REQUIRES_SEX,
            MIN_AGE,
            _RATIONALE,
            _CARDINAL,
            _REQUIRED,
            _GROUPS,
            _SUPPORTING,
            _EXCLUDING,
            _CONFIRM,
            _PITFALLS,
            _PROPOSES,
            SOURCES,
            CASES_OF_CAUSES,
        ),
        lambda fields: _cause(fields, default_min_age),
    )


class _Tier(StrEnum):
    SPECIALIST = "specialist"


_KIND = Key("kind", Choice(ActivityKind))
_CLASSES = Key("classes", Several(Choice(ActivityClass)))
_APPOINTMENT = Key("appointment", Choice(Disposition), optional=True)
_TIER = Key("tier", Choice(_Tier), optional=True)
_PROHIBITS = Key("prohibits", YesNo(), optional=True)
_INDICATED_WHEN = Key("indicated_when", _CONDITION, optional=True)
_CONTRAINDICATIONS = Key("contraindications", Several(ConditionForm(flags=True)))
_CAUTIONS = Key("cautions", _CONDITIONS)
_CLINICAL_TEXT = Key("clinical_text", Text())
_PATIENT_TEXT = Key("patient_text", Text())


def _activity(fields: Fields) -> Activity:
    prohibits = fields.get(_PROHIBITS) or False
    if prohibits and not fields[_CLINICAL_TEXT].startswith("Do not"):
        fields.source.refuse(fields.node, "a prohibition whose clinical_text does not begin so", 'clinical_text begins "Do not"')
    return Activity(
        **head(fields),
        kind=fields[_KIND],
        codings=fields[_CODINGS],
        classes=frozenset(fields[_CLASSES]),
        appointment=fields.get(_APPOINTMENT),
        specialist=fields.get(_TIER) is not None,
        prohibits=prohibits,
        indicated_when=fields.get(_INDICATED_WHEN),
        contraindications=fields[_CONTRAINDICATIONS],
        cautions=fields[_CAUTIONS],
        clinical_text=fields[_CLINICAL_TEXT],
        patient_text=fields[_PATIENT_TEXT],
    )


ACTIVITY = Record(
    "an activity",
    (
        ID,
        TITLE,
        _KIND,
        STATUS,
        EFFECTIVE,
        REVIEWED,
        _CODINGS,
        _CLASSES,
        _APPOINTMENT,
        _TIER,
        _PROHIBITS,
        _INDICATED_WHEN,
        _CONTRAINDICATIONS,
        _CAUTIONS,
        _CLINICAL_TEXT,
        _PATIENT_TEXT,
        SOURCES,
        CASES_OF_ACTIVITIES,
    ),
    _activity,
)

_WORD_ID = Key("id", FileId(of=Catalogue.WORD))
_PRESENT_WHEN = Key("present_when", _CONDITION, optional=True)
_ABSENT_WHEN = Key("absent_when", _CONDITION, optional=True)


def _derived(fields: Fields) -> Derived:
    if fields.get(_PRESENT_WHEN) is None and fields.get(_ABSENT_WHEN) is None:
        fields.source.refuse(fields.node, "nothing computes this word", "present_when, absent_when or both")
    return Derived(
        **head(fields),
        rationale=fields[_RATIONALE],
        present_when=fields.get(_PRESENT_WHEN),
        absent_when=fields.get(_ABSENT_WHEN),
    )


DERIVED = Record(
    "a derived word",
    (_WORD_ID, TITLE, STATUS, EFFECTIVE, REVIEWED, _RATIONALE, _PRESENT_WHEN, _ABSENT_WHEN, SOURCES, CASES),
    _derived,
)
