"""Answers, definitions and examples pass the strict offline validator with our profiles, where it and node are at hand.

`NUCHAL_CHECK_ALL=1 pytest -m shared tests/fhir/test_fhir_check.py` sends every sample and every example of the repository, brief
and in full; otherwise it is a few of each.
"""

import copy
import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CHECK = Path(os.environ.get("NUCHAL_FHIR_CHECK", REPOSITORY.parent / "shared" / "fhir-check")) / "check.sh"
SAMPLES = REPOSITORY.parent / "shared" / "samples" / "cases"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(shutil.which("node") is None, reason="the FHIR validator needs node, which is not installed"),
    pytest.mark.skipif(not CHECK.is_file(), reason=f"no FHIR validator: set NUCHAL_FHIR_CHECK to the folder that holds {CHECK.name}"),
]

ALL = bool(os.environ.get("NUCHAL_CHECK_ALL"))
INPUTS = [*sorted(SAMPLES.glob("*.json")), *sorted((REPOSITORY / "examples").glob("**/*.json"))]
INPUTS = [path for path in INPUTS if json.loads(path.read_bytes()).keys() & {"bundle", "entry", "parameter"}]  # and no calls of hooks
NOW = datetime(2026, 11, 25, tzinfo=UTC)

# what the validator says, and why it stands
KNOWN = {
    r"compiled/\S+: \S+: warning: dom-6: ": "the compiler writes no narratives; title and description say what a definition is for",
    r"error: not the form of an ICD-10-CM code: U07\.1$": "ICD-10-CM has the chapter U since 2020; the validator does not know it",
}


def complaints(files, allowed):
    """What the validator says of `files` that is not known; references of `allowed` may point outside."""
    allow = [argument for reference in sorted(allowed) for argument in ("--allow", reference)]
    command = ["sh", str(CHECK), *map(str, files), "--profiles", str(REPOSITORY / "fhir_profiles"), *allow]
    *said, verdict = subprocess.run(command, capture_output=True, text=True, timeout=540, check=False).stdout.splitlines()
    assert verdict.startswith(f"{len(files)} files, ")
    return [line for line in said if not any(re.search(known, line) for known in KNOWN)]


def beyond(chart):
    """What an answer to this chart may refer to outside of itself."""
    referred = {entry.reference for entry in chart.entries} | {chart.subject.reference, chart.encounter}
    return {reference for reference in referred if reference and not reference.startswith("#")}


def written(folder, name, resource):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(resource), encoding="utf-8")
    return path


def test_every_kind_of_answer_is_without_error_and_warning(kinds, answer_to, tmp_path):
    answers = {kind: answer_to(kind, detail_full=True) for kind in kinds}
    files = [written(tmp_path, kind, answer.bundle) for kind, answer in answers.items()]
    assert complaints(files, set().union(*(beyond(answer.chart) for answer in answers.values()))) == []


CHOSEN = INPUTS if ALL else INPUTS[::9]


@pytest.mark.parametrize("inputs", [CHOSEN[at : at + 10] for at in range(0, len(CHOSEN), 10)], ids=lambda inputs: inputs[0].stem)
def test_live_answers_are_without_error_and_warning(evaluator, tmp_path, inputs):
    files, allowed = [], set()
    for path in inputs:
        chart = json.loads(path.read_bytes())
        body = json.dumps(chart.get("bundle", chart)).encode()
        for detail in ("brief", "full"):
            moment = {} if "parameter" in chart else {"asOf": "2026-11-20T23:59:59Z" if "bundle" in chart else "2026-11-24"}
            evaluation = evaluator.evaluate(body, {} if "parameter" in chart else moment | {"detail": detail}, now=NOW)
            files.append(written(tmp_path, f"{path.stem}-{detail}", evaluation.answer))
            allowed |= beyond(evaluation.chart)
    assert complaints(files, allowed) == []


def test_the_answers_that_were_reviewed_and_the_definitions_are_without_error_and_warning():
    files = [*sorted((REPOSITORY / "tests" / "golden").glob("*.json")), *sorted((REPOSITORY / "fhir_profiles").glob("*/*.json"))]
    allowed = set()
    for path in files:
        text = path.read_text(encoding="utf-8")
        ours = set(re.findall(r'"fullUrl": "([^"]+)"', text))
        allowed |= set(re.findall(r'"reference": "([^"]+)"', text)) - ours
    assert complaints(files, allowed) == []


def without(element):
    """Drops an element of the first resource of a type, named by its path."""
    resource_type, *steps, last = element.split(".")

    def mutating(bundle):
        node = first(bundle, resource_type)
        for step in steps:
            node = node[int(step) if step.isdecimal() else step]
        del node[int(last) if last.isdecimal() else last]

    return mutating


def first(bundle, resource_type):
    resources = (entry["resource"] for entry in bundle["entry"])
    return bundle if resource_type == "Bundle" else next(one for one in resources if one["resourceType"] == resource_type)


def without_resource(resource_type):
    def mutating(bundle):
        bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != resource_type]

    return mutating


def with_value(resource_type, **elements):
    return lambda bundle: first(bundle, resource_type).update(elements)


def turned_round(bundle):
    first(bundle, "ClinicalImpression")["finding"].reverse()


def permitted(bundle):
    prohibition = next(a["detail"] for a in first(bundle, "CarePlan")["activity"] if a.get("detail", {}).get("doNotPerform"))
    prohibition["description"] = prohibition["description"].removeprefix("Do not")


DROPPED = [
    *("Bundle.timestamp", "Bundle.identifier", "Bundle.entry.0.fullUrl"),
    *(f"ClinicalImpression.{name}" for name in ("text", "language", "summary", "protocol", "note", "identifier", "date", "meta.source")),
    *(f"ClinicalImpression.finding.0.{name}" for name in ("basis", "itemCodeableConcept", "itemCodeableConcept.text", "extension.0")),
    "ClinicalImpression.finding.2.extension.1",  # the certainty of the first cause
    *(
        f"CarePlan.{name}"
        for name in ("text", "category.0", "category.1", "category.1.text", "description", "author", "created", "activity")
    ),
    *(f"ServiceRequest.{name}" for name in ("priority", "code.text", "requester", "patientInstruction", "instantiatesCanonical")),
    *(f"Condition.{name}" for name in ("clinicalStatus", "verificationStatus", "category", "code.text", "recordedDate")),
]
MUTANTS = {f"without {element}": without(element) for element in DROPPED} | {
    "no Provenance": without_resource("Provenance"),
    "no OperationOutcome": without_resource("OperationOutcome"),
    "no Device": without_resource("Device"),
    "a result without a plan": without_resource("CarePlan"),
    "causes before red flags": turned_round,
    "a prohibition that can be overlooked": permitted,
    "a request without a reason": lambda bundle: [first(bundle, "ServiceRequest").pop(name) for name in ("reasonCode", "reasonReference")],
    "a request that prohibits": with_value("ServiceRequest", doNotPerform=True),
    "an order": with_value("ServiceRequest", intent="order"),
    "an active plan": with_value("CarePlan", status="active"),
    "a status of nobody's": with_value("CarePlan", status="banana"),
    "a confirmed cause": with_value(
        "Condition",
        verificationStatus={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]},
    ),
    "a modifier": with_value("Condition", modifierExtension=[{"url": "http://example.org/x", "valueBoolean": True}]),
}


def test_every_mutated_answer_is_refused(answer_to, tmp_path):
    answer = answer_to("emergency")
    files = []
    for number, mutating in enumerate(MUTANTS.values()):
        mutant = copy.deepcopy(answer.bundle)
        mutating(mutant)
        files.append(written(tmp_path, f"mutant-{number:02}", mutant))
    said = complaints(files, beyond(answer.chart))
    refused = {Path(line.partition(": ")[0]).stem for line in said if ": error: " in line}
    assert [name for number, name in enumerate(MUTANTS) if f"mutant-{number:02}" not in refused] == []


SPOILED = [
    ("no subject", lambda symptom: symptom.pop("subject")),
    ("no time", lambda symptom: symptom.pop("effectiveDateTime")),
    ("neither a value nor a reason", lambda symptom: symptom.pop("valueBoolean")),
    ("text as value", lambda symptom: symptom.update({"valueString": symptom.pop("valueBoolean") and "yes"})),
    ("entered in error", lambda symptom: symptom.update(status="entered-in-error")),
    ("a modifier", lambda symptom: symptom.update(modifierExtension=[{"url": "http://example.org/x", "valueBoolean": True}])),
]


def test_a_symptom_that_would_be_misread_is_refused(tmp_path):
    symptom = json.loads((REPOSITORY / "fhir_profiles" / "compiled" / "Observation-example-headache.json").read_bytes())
    files = []
    for name, spoiling in SPOILED:
        spoiled = copy.deepcopy(symptom)
        spoiling(spoiled)
        files.append(written(tmp_path, name.replace(" ", "-"), spoiled))
    refused = {Path(line.partition(": ")[0]).stem for line in complaints(files, set()) if ": error: " in line}
    assert [name for name, _ in SPOILED if name.replace(" ", "-") not in refused] == []
