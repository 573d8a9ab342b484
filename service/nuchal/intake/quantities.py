"""Numbers with units, turned into the unit of the vocabulary; what cannot be believed is said and not used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isclose
from threading import Lock
from typing import Any, Final

from nuchal.errors import ConfigurationError
from nuchal.rules.vocabulary import Quantity
from nuchal.terminology import UCUM, canonical_system

_MAX_UNIT_LENGTH: Final = 40
_MAX_UNITS: Final = 100  # spellings of units in one chart; a real one has a dozen, and parsing one takes a millisecond
_DIMENSIONLESS: Final = "1"
_PER_MONTH: Final = "/mo"
_LOADING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Conversion:
    """A number x in one unit is x * factor + offset in another."""

    factor: float
    offset: float = 0.0

    def __call__(self, number: float) -> float:
        """The converted number, rounded to four decimals (DESIGN 3)."""
        return round(number * self.factor + self.offset, 4)


_IDENTITY: Final = Conversion(1.0)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a value gives no number; a sentence without the value."""

    reason: str


@dataclass(slots=True)
class Units:
    """Reads the units of one chart; `spellings` are those of language.yaml, to UCUM."""

    spellings: Mapping[str, str]
    _seen: set[str] = field(default_factory=set)
    _known: dict[tuple[object, ...], Conversion | Unusable] = field(default_factory=dict)  # a chart repeats its units

    def number(self, quantity: Mapping[str, Any], wanted: Quantity) -> float | Unusable:
        """The number of a FHIR Quantity in the unit that is `wanted`, or why there is none."""
        value = quantity.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Unusable("the quantity has no number")
        if quantity.get("comparator"):
            return Unusable("the quantity is a limit and not a number")
        pair = (quantity.get("code"), quantity.get("unit"), quantity.get("system"), wanted.unit, wanted.molar_mass)
        conversion = self._known.get(pair)
        if conversion is None:
            conversion = self._known[pair] = self._conversion(quantity, wanted)
        if isinstance(conversion, Unusable):
            return conversion
        return believed(conversion(value), wanted)

    def _conversion(self, quantity: Mapping[str, Any], wanted: Quantity) -> Conversion | Unusable:
        candidates = [unit for unit in self._candidates(quantity) if self._is_affordable(unit)]
        target = _without_annotation(wanted.unit)
        for unit in map(_without_annotation, candidates):
            found = _converted(unit, target) or (_by_molar_mass(unit, target, wanted.molar_mass) if wanted.molar_mass else None)
            if found is not None:
                return found
        if candidates:
            return Unusable(f"the unit is not known, or cannot be turned into {wanted.unit}")
        return _IDENTITY if target == _DIMENSIONLESS else Unusable(f"the quantity has no unit; {wanted.unit} is expected")

    def _candidates(self, quantity: Mapping[str, Any]) -> list[str]:
        """What the unit may be in UCUM, the likeliest first; a code that says it is UCUM comes before spellings."""
        code, unit, system = (quantity.get(name) for name in ("code", "unit", "system"))
        sure = isinstance(system, str) and canonical_system(system) == UCUM
        candidates: list[str] = []
        for written, spelled_first in ((code, not sure), (unit, True)):
            if isinstance(written, str) and written.strip():
                bare = written.strip()
                spelled = self.spellings.get(bare) or self.spellings.get(bare.lower())
                readings = (spelled, bare) if spelled_first else (bare, spelled)
                candidates += [reading for reading in readings if reading]
        return candidates

    def _is_affordable(self, unit: str) -> bool:
        if len(unit) > _MAX_UNIT_LENGTH or (unit not in self._seen and len(self._seen) >= _MAX_UNITS):
            return False
        self._seen.add(unit)
        return True


def warm() -> None:
    """Load the units that the first conversion would load; before a fork, so that workers share them.

    Raises:
        ConfigurationError: the unit library does not work here; every temperature in °F would be unknown.
    """
    if _by_library("[degF]", "Cel") is None:
        raise ConfigurationError("the unit library cannot convert [degF] to Cel; install the versions of requirements.lock")


def believed(number: float, wanted: Quantity) -> float | Unusable:
    """`number`, in the unit that is wanted, or why it is not believed."""
    if not wanted.low <= number <= wanted.high:
        return Unusable(f"the value is not plausible in {wanted.unit}")
    return number


def time_in_unit(seconds: float, unit: str) -> float | None:
    """A duration in `unit` (UCUM), rounded to four decimals; None when that is no unit of time."""
    conversion = _converted("s", unit)
    return None if conversion is None else conversion(seconds)


def _without_annotation(unit: str) -> str:
    """UCUM annotations, {score}, mean nothing; a unit of nothing else is dimensionless."""
    while (start := unit.find("{")) >= 0 and (end := unit.find("}", start)) >= 0:
        unit = unit[:start] + unit[end + 1 :]
    return unit or _DIMENSIONLESS


def _converted(unit: str, wanted: str) -> Conversion | None:
    # days of headache sent as "d" are days a month (DESIGN 3)
    return _IDENTITY if unit == wanted or unit + _PER_MONTH == wanted else _by_library(unit, wanted)


def _by_molar_mass(unit: str, wanted: str, molar_mass: float) -> Conversion | None:
    """Masses turned into amounts of substance of `molar_mass` g/mol, or the reverse: mg/dL to mmol/L, mg/mmol to mg/mg."""
    for known, other, factor in (("g/L", "mol/L", 1 / molar_mass), ("mol/L", "g/L", molar_mass), ("g/mol", "g/g", 1 / molar_mass)):
        first, last = _by_library(unit, known), _by_library(other, wanted)
        if first and last:
            return Conversion(first.factor * factor * last.factor)
    return None


_BY_UNITS: Final[dict[tuple[str, str], Conversion | None]] = {}
_MAX_KEPT: Final = 4096


def _by_library(unit: str, wanted: str) -> Conversion | None:
    known = (unit, wanted)
    with _LOADING:  # one registry for all threads; it is not promised to be safe
        if known not in _BY_UNITS:
            if len(_BY_UNITS) >= _MAX_KEPT:
                _BY_UNITS.clear()
            _BY_UNITS[known] = _computed(unit, wanted)
        return _BY_UNITS[known]


def _computed(unit: str, wanted: str) -> Conversion | None:
    """Every unit converts as a line, so two points say all."""
    read = _reader()  # outside: a library that does not load must not make every unit unknown
    try:
        source, target = (read(text) for text in (unit, wanted))
        zero, one = (float(type(source)(float(point), source.units).to(target.units).magnitude) for point in (0, 1))
        scale = float(source.magnitude) / float(target.magnitude)
    except Exception:  # noqa: BLE001  parser, registry and arithmetic raise a dozen unrelated kinds on texts that are no unit
        return None
    factor = (one - zero) * scale
    return Conversion(factor, 0.0 if isclose(zero, 0.0, abs_tol=1e-12) else zero)


@cache
def _reader() -> Callable[[str], Any]:
    """From UCUM to pint's quantities; a quarter of a second to load, so only when a first unit differs from the vocabulary's.

    Not ucumvert's PintUcumRegistry, which loads all units twice and reads with the second.
    """
    from ucumvert import UcumToPintTransformer, get_ucum_parser  # type: ignore[import-untyped]  # noqa: PLC0415  it has no stubs; see above

    parser, transformer = get_ucum_parser(), UcumToPintTransformer()
    return lambda unit: transformer.transform(parser.parse(unit))
