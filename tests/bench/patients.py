"""Made-up patients of any size, with what records hold: some findings, many measurements."""

import json
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FINDINGS = [
    ("25064002", "Headache"),
    ("161891005", "Backache"),
    ("386661006", "Fever"),
    ("161882006", "Stiff neck"),
    ("409668002", "Photophobia"),
    ("422587007", "Nausea"),
    ("422400008", "Vomiting"),
]
MEASUREMENTS = [
    ("8310-5", "Body temperature", 36.8, "Cel"),
    ("8480-6", "Systolic blood pressure", 128, "mm[Hg]"),
    ("8462-4", "Diastolic blood pressure", 81, "mm[Hg]"),
    ("8867-4", "Heart rate", 74, "/min"),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", 14.1, "g/dL"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", 0.9, "mg/dL"),
]


def patient(observations: int) -> bytes:
    """A collection Bundle of one patient with so many Observations."""
    entries = [{"resource": {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1985-04-02"}}]
    entries += [{"resource": observation(number)} for number in range(observations)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def observation(number: int) -> dict:
    """The first ones are findings, one each; then measurements, hour by hour back in time."""
    head = {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": (NOW - timedelta(hours=number)).isoformat(),
    }
    if number < len(FINDINGS):
        code, display = FINDINGS[number]
        present = {"system": "http://snomed.info/sct", "code": "52101004", "display": "Present"}
        return head | {"code": coded("http://snomed.info/sct", code, display), "valueCodeableConcept": {"coding": [present]}}
    code, display, value, unit = MEASUREMENTS[number % len(MEASUREMENTS)]
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return head | {"code": coded("http://loinc.org", code, display), "valueQuantity": quantity}


def coded(system: str, code: str, display: str) -> dict:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, "display": display}]}
