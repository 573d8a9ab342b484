"""Assessments become FHIR R4: a Bundle with ClinicalImpression and CarePlan; errors become OperationOutcomes."""

from nuchal.fhir.answer import answer_bundle
from nuchal.fhir.operation_outcome import operation_outcome, problem_outcome

__all__ = ["answer_bundle", "operation_outcome", "problem_outcome"]
