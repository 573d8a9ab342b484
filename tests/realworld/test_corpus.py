"""Public FHIR files of eight producers are read or refused with the place, where the folder `shared` stands beside the checkout."""

import gzip
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.findings import Presence, View
from nuchal.intake import Intake, read_request
from nuchal.intake.times import UTC, span_of
from nuchal.web import create_app

FOLDER = Path(__file__).parents[3] / "shared" / "realworld"
FILES = json.loads((FOLDER / "MANIFEST.json").read_text())["files"] if FOLDER.is_dir() else []
NEVER = "2026-11-24"  # of files without a clinical date
CLINICAL = re.compile(r"effective|onset|abatement|authoredOn|performed|recordedDate|issued|^period$|dateAsserted")
A_PLACE = re.compile(r"line \d+, column \d+|byte \d+|reads a Bundle")  # of a body that is no Bundle

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder shared/realworld is not beside the checkout"),
]


def body_of(name):
    content = (FOLDER / name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


def clinical_dates(node, is_clinical=False):  # noqa: FBT002  a walk
    if isinstance(node, dict):
        for name, child in node.items():
            yield from clinical_dates(child, is_clinical or bool(CLINICAL.search(name)))
    elif isinstance(node, list):
        for child in node:
            yield from clinical_dates(child, is_clinical)
    elif is_clinical and isinstance(node, str) and span_of(node, UTC):
        yield node[:10]


def latest(resource):
    return max(clinical_dates(resource), default=NEVER)


def bundle_of(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


@pytest.fixture(scope="module")
def assess(evaluator):
    client = create_app(Settings(), evaluator).test_client()

    def post(body, as_of, **query):
        parameters = {"asOf": as_of} | query
        return client.post("/fhir/$assess", query_string=parameters, data=body, headers={"Content-Type": "application/fhir+json"})

    return post


def is_answer(response):
    return response.status_code == 200 and response.json["resourceType"] == "Bundle"


def names_the_place(response):
    if response.status_code not in {400, 422} or response.json["resourceType"] != "OperationOutcome":
        return False
    return all(issue.get("expression") or A_PLACE.search(issue["details"]["text"]) for issue in response.json["issue"])


ONE_PATIENT = [
    pytest.param(file["file"], id=file["file"].removeprefix("corpus/"))
    for file in FILES
    if file["resource_type"] == "Bundle" and file["patients"] == 1 and file["fhir_version"] == "4.0.1"
]
OTHERS = [pytest.param(file["file"], id=file["file"].removeprefix("corpus/")) for file in FILES]
EARLIER = [file["file"] for file in FILES if file["fhir_version"] != "4.0.1" and file["format"] == "json"]


@pytest.mark.parametrize("name", ONE_PATIENT)
def test_a_bundle_of_one_patient_is_answered(assess, name):
    body = body_of(name)
    assert is_answer(assess(body, latest(json.loads(body.decode("utf-8-sig")))))


@pytest.mark.parametrize("name", OTHERS)
def test_every_file_is_answered_or_refused_with_the_place(assess, name):
    response = assess(body_of(name), NEVER)
    assert is_answer(response) or names_the_place(response), response.json


@pytest.mark.parametrize("name", EARLIER)
def test_an_earlier_version_is_named(assess, name):
    response = assess(body_of(name), NEVER)
    assert response.status_code == 422
    assert re.match(r"Looks like FHIR (DSTU2|STU3), and only FHIR R4 is read", response.json["issue"][0]["details"]["text"])


NO_RESOURCE = {"Bundle", "unparseable", "CDSHooksRequest"}
SINGLE = [file["file"] for file in FILES if file["format"] == "json" and file["resource_type"] not in NO_RESOURCE]


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_resource_is_answered_or_refused_with_the_place_when_it_stands_in_a_bundle(assess, name):
    resource = json.loads(body_of(name).decode("utf-8-sig"))
    response = assess(json.dumps(bundle_of(resource)), latest(resource))
    assert is_answer(response) or names_the_place(response), response.json


SEVERAL = [file["file"] for file in FILES if file["resource_type"] == "Bundle" and (file["patients"] or 0) > 1]


@pytest.mark.parametrize("name", SEVERAL)
def test_a_bundle_of_several_patients_is_answered_for_each_of_them(assess, name):
    body = body_of(name)
    entries = json.loads(body)["entry"]
    patients = [entry for entry in entries if entry["resource"]["resourceType"] == "Patient"]
    for patient in patients:
        subject = patient.get("fullUrl") or f"Patient/{patient['resource']['id']}"
        response = assess(body, NEVER, subject=subject)
        assert is_answer(response) or names_the_place(response), response.json


def bulk_patients():
    """The resources of each patient of the bulk export, over all its files."""
    patients = defaultdict(list)
    for file in FILES:
        if file["format"] == "ndjson":
            for line in body_of(file["file"]).decode().splitlines():
                resource = json.loads(line)
                reference = (resource.get("subject") or resource.get("patient") or {"reference": f"Patient/{resource['id']}"})["reference"]
                patients[reference].append(resource)
    return patients


def test_every_patient_of_a_bulk_export_is_answered_or_has_nothing_that_is_read(assess):
    patients = bulk_patients()
    refused = {}
    for reference, resources in patients.items():
        response = assess(json.dumps(bundle_of(*resources)), latest(resources), subject=reference)
        if not is_answer(response):
            refused[reference] = {issue["details"]["text"] for issue in response.json["issue"]}
    assert len(patients) > len(refused)
    # without Patient, Condition or another resource that is read, nobody is there
    assert {text for texts in refused.values() for text in texts} <= {"The parameter subject names nobody in the Bundle"}


# Charts that somebody read as a clinician would: (file, what must be present, what must not, whatever words the content adds)
BY_HAND = [
    # migraine since 1992, no headache recorded; a sore throat weeks ago that is over
    ("synthea-smart/Cary_O_Hara", {"headache-known-migraine"}, {"headache", "back-pain", "fever", "smoking"}),
    # migraine on the problem list, blood pressure of the day
    ("synthea-smart/Quintin_Parker", {"headache-known-migraine", "systolic-blood-pressure"}, {"headache", "smoking", "pregnant"}),
    # migraine; seven years after a pregnancy
    ("synthea-smart/Natalia_Ruelas", {"headache-known-migraine", "sex-female"}, {"pregnant", "postpartum", "headache"}),
    # an acute bronchitis that ended the day before; arthritis
    ("synthea-smart/Hershel_Marvin", {"rheumatoid-arthritis"}, {"neck-pain", "sore-throat", "smoking"}),
    # four pregnancies, the last one three years ago
    ("synthea-smart/Suzi_Bechtelar", {"sex-female"}, {"pregnant", "postpartum"}),
    # pre-eclampsia seven years ago, a concussion a year and a half ago
    ("synthea-smart/Fannie_Kutch", {"systolic-blood-pressure"}, {"pregnant", "head-injury-recent", "smoking"}),
    # a miscarriage twenty years ago that nobody closed
    ("synthea-smart/Joie_Morissette", {"sex-female", "platelet-count"}, {"pregnant"}),
    # a concussion with loss of consciousness today
    ("synthea-smart/Desmond_Gutmann", {"head-injury-recent", "head-injury-days-ago"}, {"headache", "fever"}),
    # cancer, heart failure, furosemide; appendicitis of 1972 still open
    ("synthea-smart/Loyd_Connelly", {"cancer-history", "heart-failure", "on-ace-arb-or-diuretic"}, {"fever", "pregnant"}),
    # aspirin 100 mg and telmisartan; no known allergy
    (
        "hl7au/Bundle-aups-gpvisit",
        {"on-antiplatelet", "on-ace-arb-or-diuretic", "diabetes", "hypertension-known"},
        {"drug-allergy-relevant", "on-anticoagulant", "simple-analgesic-days-per-month", "any-acute-drug-days-per-month"},
    ),
    # a heart valve, no pain
    ("ms-fhir-server/SmartPatientA", {"age"}, {"headache", "back-pain", "pregnant"}),
    # stress, hypertension, and thirty-five employments
    ("bulk-ndjson/_assembled_bulk-patient-6a4160eb", {"hypertension-known", "stress"}, {"headache", "pregnant", "sore-throat"}),
]


@pytest.fixture(scope="module")
def intake(ruleset):
    return Intake(ruleset)


@pytest.mark.parametrize(("start", "present", "not_present"), BY_HAND, ids=[case[0] for case in BY_HAND])
def test_a_chart_gives_the_findings_that_a_reader_sees(intake, start, present, not_present):
    (name,) = (file["file"] for file in FILES if file["file"].startswith(f"corpus/{start}"))
    body = body_of(name)
    chart = intake.read_chart(read_request(body, {"asOf": latest(json.loads(body))}, now=span_of(NEVER, UTC).start))
    found = {word for word, state in chart.findings.states(View.SAFETY).items() if state.presence is Presence.PRESENT}
    assert present <= found
    assert not (not_present & found)
