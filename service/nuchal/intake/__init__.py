"""FHIR R4 becomes findings: one patient, one moment, nothing lost without a word."""

from nuchal.intake.reading import Intake
from nuchal.intake.request import AssessRequest, read_request

__all__ = ["AssessRequest", "Intake", "read_request"]
