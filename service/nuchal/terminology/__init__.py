"""Code systems: their addresses, codings and check digits. No codes of findings; those stand in the ruleset."""

from nuchal.terminology.coding import Coding
from nuchal.terminology.systems import (
    ATC,
    CANONICAL_BASE,
    ICD_10,
    ICD_10_CM,
    ICPC_2,
    LOINC,
    RXNORM,
    SNOMED_CT,
    UCUM,
    VOCABULARY,
    canonical_system,
)

__all__ = [
    "ATC",
    "CANONICAL_BASE",
    "ICD_10",
    "ICD_10_CM",
    "ICPC_2",
    "LOINC",
    "RXNORM",
    "SNOMED_CT",
    "UCUM",
    "VOCABULARY",
    "Coding",
    "canonical_system",
]
