"""Made-up patients of any size, no two alike, with what records hold: some findings, many measurements."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
VARIANTS = 60  # so many charts are written before a load begins; each request has a patient of its own all the same
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
    ("8310-5", "Body temperature", 36.0, 40.0, "Cel"),
    ("8480-6", "Systolic blood pressure", 95, 190, "mm[Hg]"),
    ("8462-4", "Diastolic blood pressure", 55, 110, "mm[Hg]"),
    ("8867-4", "Heart rate", 50, 120, "/min"),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", 9.0, 17.0, "g/dL"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", 0.6, 2.0, "mg/dL"),
]

_ID = "Patient-0000000"


def patients(observations: int, first: int = 0) -> Iterator[bytes]:
    """Bundles without end, each of another patient with so many Observations."""
    charts = [chart(observations, Random(variant)) for variant in range(VARIANTS if observations < 1000 else 4)]
    for number in count(first):
        yield charts[number % len(charts)].replace(_ID.encode(), b"Patient-%07d" % number)


def chart(observations: int, chance: Random) -> bytes:
    """A collection Bundle of one patient."""
    born = f"{chance.randint(1940, 2008)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    entries = [{"resource": {"resourceType": "Patient", "id": _ID, "gender": chance.choice(["female", "male"]), "birthDate": born}}]
    entries += [{"resource": observation(number, chance)} for number in range(observations)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def observation(number: int, chance: Random) -> dict:
    """The first ones are findings, one each, pains always present; then measurements, hour by hour back in time."""
    head = {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "subject": {"reference": f"Patient/{_ID}"},
        "effectiveDateTime": (NOW - timedelta(hours=number, minutes=chance.randrange(60))).isoformat(),
    }
    if number < len(FINDINGS):
        code, display = FINDINGS[number]
        answer = ("52101004", "Present") if number < 2 or chance.random() < 0.5 else ("2667000", "Absent")
        return head | {
            "code": coded("http://snomed.info/sct", code, display),
            "valueCodeableConcept": coded("http://snomed.info/sct", *answer),
        }
    code, display, least, most, unit = MEASUREMENTS[number % len(MEASUREMENTS)]
    value = round(chance.uniform(least, most), 1)
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return head | {"code": coded("http://loinc.org", code, display), "valueQuantity": quantity}


def coded(system: str, code: str, display: str) -> dict:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, "display": display}]}
