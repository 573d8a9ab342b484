"""Every canonical URL that an answer names, each defined once."""

from typing import Final

from nuchal.terminology import CANONICAL_BASE

_STRUCTURE: Final = f"{CANONICAL_BASE}/StructureDefinition"

FINDING_ROLE: Final = f"{_STRUCTURE}/finding-role"
FINDING_CERTAINTY: Final = f"{_STRUCTURE}/finding-certainty"
FINDING_RULE: Final = f"{_STRUCTURE}/finding-rule"
FINDING_CRITERION: Final = f"{_STRUCTURE}/finding-criterion"
FINDING_SOURCE: Final = f"{_STRUCTURE}/finding-source"
QUESTION: Final = f"{_STRUCTURE}/question"

# The profile of each type of the answer that has one, in the version of fhir_profiles/sushi-config.yaml
PROFILES: Final = {
    resource_type: f"{_STRUCTURE}/{name}|0.1.0"
    for resource_type, name in (
        ("Bundle", "answer"),
        ("ClinicalImpression", "assessment"),
        ("CarePlan", "plan"),
        ("ServiceRequest", "proposal"),
        ("Condition", "differential"),
    )
}

ACTIVITY_DEFINITION: Final = f"{CANONICAL_BASE}/ActivityDefinition"
DISPOSITION: Final = f"{CANONICAL_BASE}/CodeSystem/disposition"

# Systems of identifiers. Intake knows by them, and by meta.source, what Nuchal itself made.
SOURCE: Final = f"{CANONICAL_BASE}/Device/nuchal"
ANSWER_IDENTIFIER: Final = f"{CANONICAL_BASE}/sid/answer"
SOFTWARE_IDENTIFIER: Final = f"{CANONICAL_BASE}/sid/software"
RULESET_IDENTIFIER: Final = f"{CANONICAL_BASE}/sid/ruleset-sha256"
SITE_MAP_IDENTIFIER: Final = f"{CANONICAL_BASE}/sid/site-map-sha256"

# http://hl7.org/fhir/us/core/StructureDefinition/us-core-careplan, slice AssessPlan
CARE_PLAN_CATEGORY: Final = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
CONDITION_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
PROVENANCE_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
