"""Dosage: on how many days a month a drug is taken, where that is said (http://hl7.org/fhir/R4/dosage.html)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from nuchal.intake.context import Context, Resource
from nuchal.intake.drugs import milligrams_in

_MONTH: Final = 30.0  # days
_DAYS: Final[Mapping[str, float]] = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": _MONTH, "a": 365.0}
# http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation, as times a day
_DAILY: Final = ("QD", "BID", "TID", "QID", "AM", "PM", "BED", "Q4H", "Q6H", "Q8H", "Q12H")
_ABBREVIATIONS: Final[Mapping[str, float]] = {**dict.fromkeys(_DAILY, 1.0), "QOD": 0.5, "WK": 1 / 7, "MO": 1 / _MONTH}
_NUMBER: Final = r"(?<![\d.,])(\d{1,2}(?:[.,]\d)?)"
_LONGEST: Final = 500  # characters
_DAYS_A_MONTH: Final = "d/mo"


def days_a_month(resource: Resource, context: Context) -> float | None:
    """The days a month on which the product of a request or statement is taken; of several lines the most, None when none says so."""
    said = [days for line in _lines(resource) if (days := _days(line, context)) is not None]
    return max(said, default=None)


def dose_milligrams(resource: Resource) -> float | None:
    """How much of a product is taken at once, in mg; of several lines the most, None when none says so."""
    doses = [dose for line in _lines(resource) if (dose := _dose(line)) is not None]
    return max(doses, default=None)


def _lines(resource: Resource) -> list[Mapping[str, Any]]:
    lines = resource.get("dosageInstruction") or resource.get("dosage") or ()
    return [line for line in ([lines] if isinstance(lines, dict) else lines) if isinstance(line, dict)]  # an administration has one


def _dose(dosage: Mapping[str, Any]) -> float | None:
    quantities = [rate.get("doseQuantity") or (rate.get("doseRange") or {}).get("high") for rate in dosage.get("doseAndRate") or ()]
    quantities.append(dosage.get("dose"))
    written = [f"{dose.get('value')} {dose.get('code') or dose.get('unit')}" for dose in quantities if isinstance(dose, dict)]
    text = dosage.get("text")
    written += [text] if isinstance(text, str) and len(text) <= _LONGEST else []
    return next((milligrams for one in written if (milligrams := milligrams_in(one)) is not None), None)


def _days(dosage: Mapping[str, Any], context: Context) -> float | None:
    """By the text, else by the timing; what is taken as needed is taken nobody knows how often."""
    for name in ("text", "patientInstruction"):
        days = _days_in_text(dosage.get(name), context)
        if days is not None:
            return days
    if dosage.get("asNeededBoolean") is True or dosage.get("asNeededCodeableConcept"):
        return None
    return _days_of_timing(dosage.get("timing") or {})


def _days_in_text(text: object, context: Context) -> float | None:
    """A text such as "10 days a month"; one that says how many are allowed says nothing."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    index = context.chart.knowledge.index
    normal = index.key.normal(text)
    if any(re.search(rf"\b{re.escape(index.key.normal(limit))}\b", normal) for limit in index.language.limits):
        return None
    phrases = (re.escape(index.key.normal(phrase)) for phrase, unit in index.language.unit_spellings.items() if unit == _DAYS_A_MONTH)
    found = re.findall(rf"{_NUMBER} (?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b", normal)
    return float(found[0]) if len(found) == 1 else None


def _days_of_timing(timing: Mapping[str, Any]) -> float | None:
    repeat = timing.get("repeat") or {}
    days = _days_of_repeat(repeat)
    if days is None:
        codes = (coding.get("code") for coding in (timing.get("code") or {}).get("coding") or ())
        days = next((_MONTH * _ABBREVIATIONS[code] for code in codes if code in _ABBREVIATIONS), None)
    course = _length_of_course(repeat)
    return days if days is None or course is None else min(days, course)


def _days_of_repeat(repeat: Mapping[str, Any]) -> float | None:
    """Days a month of Timing.repeat; several times a day are one day."""
    if repeat.get("dayOfWeek"):
        return round(_MONTH / 7 * len(set(repeat["dayOfWeek"])), 4)
    period, unit = repeat.get("period"), repeat.get("periodUnit")
    if isinstance(period, int | float) and period > 0 and unit in _DAYS:
        times = float(repeat.get("frequency", 1))
        return round(min(times * _MONTH / (period * _DAYS[str(unit)]), _MONTH), 4)
    return _MONTH if repeat.get("timeOfDay") or repeat.get("when") else None


def _length_of_course(repeat: Mapping[str, Any]) -> float | None:
    """The days of a course that is taken once, such as five days of an antibiotic."""
    bounds = repeat.get("boundsDuration") or {}
    value, unit = bounds.get("value"), bounds.get("code") or bounds.get("unit")
    return value * _DAYS[str(unit)] if isinstance(value, int | float) and unit in _DAYS else None
