"""Check digits and forms of codes: what a mistyped code gives away without its terminology at hand."""

import re
from typing import Final

from nuchal.terminology.systems import ATC, ICD_10, ICD_10_CM, ICPC_2, LOINC, RXNORM, SNOMED_CT

# Verhoeff: multiplication in the dihedral group of the pentagon, and the permutation of each position.
# SNOMED CT Technical Implementation Guide, "Check-digit".
_PRODUCT: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTATION: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_CONCEPT_PARTITIONS: Final = ("00", "10")  # of the core, of an extension
_SCTID: Final = re.compile(r"[1-9][0-9]{5,17}")
_LOINC: Final = re.compile(r"(?:L[AP])?[0-9]+-[0-9]")

_FORMS: Final = {
    ICD_10_CM: (re.compile(r"[A-Z][0-9][0-9AB](?:\.[0-9A-Z]{1,4})?"), "a letter, a digit, a digit, then a dot and up to four more"),
    ICD_10: (re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?"), "a letter, two digits, then a dot and up to two more"),
    ICPC_2: (re.compile(r"[A-Z][0-9]{2}"), "a letter and two digits"),
    RXNORM: (re.compile(r"[1-9][0-9]{0,7}"), "up to eight digits"),
    ATC: (
        re.compile(r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?"),
        "a letter, two digits, two letters, two digits, or its beginning",
    ),
}


def why_not(system: str, code: str) -> str | None:
    """What is wrong with the form of `code` in `system`; None when nothing is, or when the form of the system is not known here."""
    if system == SNOMED_CT:
        return None if is_snomed_concept(code) else "its check digit or its partition is not that of a SNOMED CT concept"
    if system == LOINC:
        return None if is_loinc(code) else "its check digit is not that of a LOINC code"
    if system not in _FORMS:
        return None
    form, words = _FORMS[system]
    return None if form.fullmatch(code) else f"the form is {words}"


def is_snomed_concept(code: str) -> bool:
    """Whether `code` is a SNOMED CT concept id: 6 to 18 digits, the partition of concepts, the Verhoeff check digit."""
    return bool(_SCTID.fullmatch(code)) and code[-3:-1] in _CONCEPT_PARTITIONS and _verhoeff(code) == 0


def _verhoeff(digits: str) -> int:
    checksum = 0
    for position, digit in enumerate(reversed(digits)):
        checksum = _PRODUCT[checksum][_PERMUTATION[position % 8][int(digit)]]
    return checksum


def is_loinc(code: str) -> bool:
    """Whether `code` is a LOINC code, part (LP) or answer (LA) with the right check digit.

    LOINC Users' Guide, appendix C: mod 10 for codes; for identifiers with letters its
    OpenMRS variant, in which a character counts as its distance from 0 in ASCII.
    """
    return bool(_LOINC.fullmatch(code)) and _mod_10(code[:-2]) == int(code[-1])


def _mod_10(characters: str) -> int:
    total = 0
    for position, character in enumerate(reversed(characters)):
        value = ord(character) - ord("0")
        total += 2 * value - value // 5 * 9 if position % 2 == 0 else value
    return -total % 10
