"""Forms of codes; systems are written by their short names."""

import yaml

from nuchal.rules.format.forms import Form, Phrase, Schema, Text, YesNo, scalar
from nuchal.rules.format.records import Fields, Key, Record
from nuchal.rules.format.report import SourceFile, did_you_mean
from nuchal.terminology import ATC, ICD_10, ICD_10_CM, ICPC_2, LOINC, RXNORM, SNOMED_CT, Coding, canonical_system

_SHORT = {
    "snomed": SNOMED_CT,
    "loinc": LOINC,
    "icd-10-cm": ICD_10_CM,
    "icd-10": ICD_10,
    "icpc-2": ICPC_2,
    "rxnorm": RXNORM,
    "atc": ATC,
}


class System(Form[str]):
    """A code system by its short name, or the address of another one."""

    def read(self, node: yaml.Node, source: SourceFile) -> str:
        """The usual address of the system."""
        text = scalar(node, source, "a code system").strip()
        if text in _SHORT:
            return _SHORT[text]
        if not text.startswith(("http://", "https://", "urn:")):
            source.refuse(node, f"{text} is no code system", did_you_mean(text, _SHORT) or f"one of {', '.join(_SHORT)}, or an address")
        return canonical_system(text)

    def schema(self) -> Schema:
        """The short names, or an address."""
        return {"anyOf": [{"enum": list(_SHORT)}, {"type": "string", "pattern": "^(https?://|urn:)"}]}


SYSTEM = Key("system", System())
CODE = Key("code", Phrase())
DISPLAY = Key("display", Text())
VERIFIED = Key("verified", YesNo())


def coding_of(fields: Fields) -> Coding:
    """The coding of a record that holds the four keys of CODING."""
    return Coding(system=fields[SYSTEM], code=fields[CODE], display=fields[DISPLAY], verified=fields[VERIFIED])


CODING = Record("a coding", (SYSTEM, CODE, DISPLAY, VERIFIED), coding_of)
