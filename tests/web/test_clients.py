"""Clients that others wrote read the real service: its CapabilityStatement, its definitions, its answers as typed objects."""

import json
import shutil
import subprocess

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.bundle import Bundle
from fhirclient.models.careplan import CarePlan
from fhirclient.models.clinicalimpression import ClinicalImpression
from fhirclient.models.questionnaire import Questionnaire
from fhirpy import SyncFHIRClient

FHIR_KIT_CLIENT = "fhir-kit-client@2.0.3"  # needs node 20
OLDEST_NODE = 20
FORM = "back-pain-headache-intake"
FORM_URL = f"https://nuchal.example.org/fhir/Questionnaire/{FORM}"


@pytest.fixture(scope="module")
def base(tmp_path_factory, run_service):
    with run_service(tmp_path_factory.mktemp("service")) as service:
        yield f"http://127.0.0.1:{service.port}/fhir"


@pytest.fixture(scope="module")
def parameters(example):
    """A patient with fever and a stiff neck, and the moment of the assessment."""
    bundle = json.loads(example("fever-and-stiff-neck"))
    moment = {"name": "asOf", "valueDateTime": "2026-11-24"}
    return {"resourceType": "Parameters", "parameter": [{"name": "bundle", "resource": bundle}, moment]}


def test_fhirclient_walks_impression_and_plan_as_typed_objects(base, parameters):
    smart = FHIRClient(settings={"app_id": "nuchal", "api_base": base})
    assert smart.prepare()
    assert smart.server.capabilityStatement.rest[0].operation[0].name == "assess"
    answer = Bundle(smart.server.post_json("$assess", parameters).json())
    by_type = {entry.resource.resource_type: entry.resource for entry in answer.entry}
    impression, plan = by_type["ClinicalImpression"], by_type["CarePlan"]
    assert isinstance(impression, ClinicalImpression)
    assert impression.finding[0].itemCodeableConcept.text.startswith("Fever with a stiff neck")
    assert isinstance(plan, CarePlan)
    assert plan.category[1].coding[0].code == "emergency"
    assert [activity.detail or activity.reference for activity in plan.activity]


def test_fhirclient_reads_the_questionnaire(base):
    smart = FHIRClient(settings={"app_id": "nuchal", "api_base": base})
    form = Questionnaire.read(FORM, smart.server)
    assert form.item[1].item[0].text == "Does the head hurt?"
    (found,) = Questionnaire.where({"url": FORM_URL}).perform_resources_iter(smart.server)
    assert found.version == form.version


def test_fhirpy_searches_definitions_and_calls_the_operation(base, parameters):
    client = SyncFHIRClient(base)
    form = client.resources("Questionnaire").search(url=FORM_URL).first()
    assert form.id == FORM
    assert client.reference("Questionnaire", FORM).to_resource()["url"] == FORM_URL
    assert len(client.resources("ActivityDefinition").limit(50).fetch_all()) > 100
    answer = client.execute("$assess", data=parameters)
    (plan,) = [entry["resource"] for entry in answer["entry"] if entry["resource"]["resourceType"] == "CarePlan"]
    assert client.resource("CarePlan", **plan).get_by_path(["category", 1, "coding", 0, "code"]) == "emergency"


SCRIPT = """
import fs from "node:fs";
import * as kit from "fhir-kit-client";

const client = new kit.Client({ baseUrl: process.argv[2] });
const statement = await client.capabilityStatement();
const form = await client.read({ resourceType: "Questionnaire", id: process.argv[4] });
const found = await client.search({ resourceType: "Questionnaire", searchParams: { url: form.url } });
const answer = await client.operation({ name: "assess", input: JSON.parse(fs.readFileSync(process.argv[3])) });
console.log(JSON.stringify({
  version: statement.fhirVersion,
  operations: statement.rest[0].operation.map((operation) => operation.name),
  found: found.total,
  types: answer.entry.map((entry) => entry.resource.resourceType),
}));
"""


@pytest.fixture(scope="module")
def fhir_kit_client(tmp_path_factory):
    """A folder in which npm has installed fhir-kit-client."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("fhir-kit-client needs node and npm, which are not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"fhir-kit-client needs node {OLDEST_NODE}, and here is {version}")
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true}')
    command = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--fetch-retries=0",
        "--fetch-timeout=20000",
        FHIR_KIT_CLIENT,
    ]
    try:
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install fhir-kit-client within a minute")
    if installed.returncode:
        pytest.skip("npm cannot install fhir-kit-client here")
    return folder


def test_fhir_kit_client_reads_the_capability_statement_and_calls_the_operation(base, parameters, fhir_kit_client):
    (fhir_kit_client / "walk.mjs").write_text(SCRIPT)
    (fhir_kit_client / "parameters.json").write_text(json.dumps(parameters))
    command = ["node", "walk.mjs", base, "parameters.json", FORM]
    done = subprocess.run(command, cwd=fhir_kit_client, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["version"], said["operations"], said["found"]) == ("4.0.1", ["assess"], 1)
    assert {"GuidanceResponse", "ClinicalImpression", "CarePlan"} <= set(said["types"])
