"""Addresses of code systems, with the other spellings in which EHRs send them."""

from typing import Final

CANONICAL_BASE: Final = "https://nuchal.example.org/fhir"
VOCABULARY: Final = f"{CANONICAL_BASE}/CodeSystem/vocabulary"

SNOMED_CT: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
ICPC_2: Final = "http://hl7.org/fhir/sid/icpc-2"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = "http://www.whocc.no/atc"
UCUM: Final = "http://unitsofmeasure.org"

# OIDs: HL7 "Using Code Systems", http://hl7.org/fhir/R4/terminologies-systems.html
_SPELLINGS: Final = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED_CT,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.90": ICD_10_CM,
    "urn:oid:2.16.840.1.113883.6.3": ICD_10,
    "urn:oid:2.16.840.1.113883.6.139": ICPC_2,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "urn:oid:2.16.840.1.113883.6.8": UCUM,
    "https://loinc.org": LOINC,
    "https://snomed.info/sct": SNOMED_CT,
    "http://hl7.org/fhir/sid/icd-10-us": ICD_10_CM,
    "https://www.whocc.no/atc": ATC,
    "https://hl7.org/fhir/sid/icd-10-cm": ICD_10_CM,
    "http://hl7.org/fhir/sid/icd-10-de": ICD_10,
    "http://hl7.org/fhir/sid/icd-10-gm": ICD_10,
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": ICD_10,  # German modification; https://ig.fhir.de/basisprofile-de
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": ICD_10,
    "http://fhir.de/CodeSystem/bfarm/atc": ATC,
    "http://fhir.de/CodeSystem/dimdi/atc": ATC,
    "https://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "https://unitsofmeasure.org": UCUM,
}


_USUAL: Final = frozenset(_SPELLINGS.values())

# Under it stand the yearly editions of ICD-10-GM, and of ATC and OPS, whose codes are of another form.
_GERMAN_CATALOGUES: Final = "urn:oid:1.2.276.0.76.5."


def canonical_system(system: str) -> str:
    """The usual address of a code system, whatever spelling (URL, urn:oid, trailing slash, edition) it came in."""
    if system in _USUAL:
        return system
    trimmed = system.strip().rstrip("/")
    if trimmed.startswith(SNOMED_CT + "/"):  # an edition or version: http://snomed.info/sct/731000124108
        return SNOMED_CT
    if trimmed.startswith(_GERMAN_CATALOGUES):
        return ICD_10
    return _SPELLINGS.get(trimmed, trimmed)
