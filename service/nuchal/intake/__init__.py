"""FHIR R4 becomes findings: one patient, one moment, nothing lost without a word."""
