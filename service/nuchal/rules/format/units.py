"""A light reading of UCUM: atoms with metric prefixes, joined by . and /, with exponents and {annotations}."""

import re

import yaml

from nuchal.rules.format.forms import Form, Schema, scalar
from nuchal.rules.format.report import SourceFile

# The atoms that a clinical ruleset needs; UCUM 2.1, http://ucum.org/ucum
_METRIC = ("g", "m", "s", "L", "l", "mol", "Pa", "J", "W", "V", "A", "Hz", "eq", "[IU]", "U", "cal", "bar", "kat", "osm", "m[Hg]", "m[H2O]")
_PLAIN = (
    *("%", "1", "a", "mo", "wk", "d", "h", "min", "Cel", "[degF]", "deg", "[in_i]", "[ft_i]", "[lb_av]", "[oz_av]", "[pH]", "[drp]", "dB"),
    *("10*3", "10*6", "10*9", "10*12", "[ppth]", "[ppm]"),
)
TIMES = ("a", "mo", "wk", "d", "h", "min")
_PREFIXES = ("", "k", "h", "da", "d", "c", "m", "u", "n", "p", "f", "M", "G")
_ATOMS = frozenset((*_PLAIN, *(prefix + atom for prefix in _PREFIXES for atom in _METRIC)))
_ANNOTATION = re.compile(r"\{[\x21-\x7a|~]*\}")
_SPELLED = {
    "mmHg": "mm[Hg]",
    "C": "Cel",
    "°C": "Cel",
    "degC": "Cel",
    "F": "[degF]",
    "°F": "[degF]",
    "bpm": "/min",
    "year": "a",
    "years": "a",
    "y": "a",
    "month": "mo",
    "months": "mo",
    "week": "wk",
    "weeks": "wk",
    "day": "d",
    "days": "d",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "minute": "min",
    "minutes": "min",
    "percent": "%",
}


def is_ucum(unit: str) -> bool:
    """Whether `unit` is made of UCUM atoms that are known here."""
    bare = _ANNOTATION.sub("", unit)
    if not bare:
        return bool(unit)
    return all(_is_term(term) for term in re.split(r"[./]", bare.removeprefix("/")))


def _is_term(term: str) -> bool:
    if not term:  # an annotation stood here alone: {score}/d
        return True
    return term in _ATOMS or re.sub(r"[+-]?\d+$", "", term) in _ATOMS


class UnitForm(Form[str]):
    """A unit of UCUM."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The unit as written."""
        text = scalar(node, source, "a unit of UCUM")
        if text in _SPELLED or not is_ucum(text):
            source.refuse(node, f"{text} is no unit of UCUM that is known here", _SPELLED.get(text, "spelled as on http://ucum.org"))
        return text

    def schema(self) -> Schema:
        """A text without space."""
        return {"type": ["string", "integer"], "pattern": r"^\S+$"}
