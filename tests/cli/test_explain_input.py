"""`nuchal explain-input`: what became of each resource, for those who connect an EHR."""

import json
import re

import pytest

from nuchal.cli import exit_codes

AS_OF = ("--as-of", "2026-11-24")
LOCAL = "http://hospital.example.org/codes"
WHO = {"subject": {"reference": "Patient/p"}}
AT = {"status": "final", "effectiveDateTime": "2026-11-23T10:00:00Z"}


def observation(text, **elements):
    return {"resourceType": "Observation", "code": {"text": text}} | WHO | AT | elements


RESOURCES = [
    {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-06-01"},
    observation("Headache", id="h", valueBoolean=True),
    observation("Headache", valueBoolean=False),
    {
        "resourceType": "Condition",
        "id": "f",
        "code": {"coding": [{"system": LOCAL, "code": "K7", "display": "Head \u001b[31mtrouble"}]},
        **WHO,
    },
    observation("Fever", subject={"reference": "Patient/q"}),
    {"resourceType": "Claim"},
    observation("Body temperature", valueQuantity={"value": 39.4, "code": "Cel", "system": "http://unitsofmeasure.org"}),
]
WORDS = ("headache", "body-temperature")


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "chart.json"
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in RESOURCES]}
    file.write_text(json.dumps(bundle))
    return file


def rows(said):
    """The first line of each row, by the place that begins it."""
    return {line.split()[0]: line for line in said.splitlines() if line.startswith("entry")}


def test_a_reader_sees_each_resource_with_its_fate_findings_and_remarks(nuchal, file):
    code, said, complaint = nuchal("explain-input", file, *AS_OF)
    assert (code, complaint) == (0, "")
    found = rows(said)
    assert list(found) == [f"entry[{number}]" for number in range(len(RESOURCES))]
    assert re.search(r"Patient/p\s+read\s+Age \(age\): 46 years", found["entry[0]"])
    assert re.search(r"Observation/h\s+read\s+Headache \(headache\): present, by text, as of 2026-11-23T10:00Z", found["entry[1]"])
    assert re.search(r"Condition/f\s+not understood\s+code: Reads as a symptom", found["entry[3]"])
    assert re.search(r"Observation\s+refused\s+subject: Not used: it belongs to another patient", found["entry[4]"])
    assert re.search(r"Claim\s+passed over\s+passed over: Claim", found["entry[5]"])
    assert "(body-temperature): 39.4 °C" in said
    assert f"[{LOCAL}|K7]" in said.replace("\n" + " " * said.splitlines()[1].index("Age"), "")
    assert "Headache is stated to be present and absent" in said
    assert "7 resources as of 2026-11-24T23:59:59Z: 4 read, 1 refused, 1 not understood, 1 passed over; 5 statements on 4 words." in said


def test_a_text_of_the_input_brings_no_colour_and_no_control_character(nuchal, file):
    _, said, _ = nuchal("explain-input", file, *AS_OF)
    assert "\u001b" not in said
    assert "Head [31mtrouble" in re.sub(r"\s+", " ", said)


def test_a_program_gets_all_of_it_as_json(nuchal, file):
    _, said, _ = nuchal("explain-input", file, *AS_OF, "--format", "json")
    explained = json.loads(said)
    resources = explained["resources"]
    assert [resource["fate"] for resource in resources] == ["read", "read", "read", "not understood", "refused", "passed over", "read"]
    (headache,) = resources[1]["findings"]
    assert headache == {
        "word": "headache",
        "title": "Headache",
        "presence": "present",
        "value": None,
        "unit": None,
        "observed": "2026-11-23T10:00:00+00:00",
        "since": None,
        "confirmed": True,
        "recognition": "text",
        "place": "Bundle.entry[1].resource",
    }
    assert (resources[6]["findings"][0]["value"], resources[6]["findings"][0]["unit"]) == (39.4, "Cel")
    (lost,) = resources[3]["remarks"]
    assert lost["code"] == {"system": LOCAL, "code": "K7", "display": "Head \u001b[31mtrouble"}
    assert lost["place"] == "Bundle.entry[3].resource.code"
    assert resources[5]["passedOver"] == ["Claim"]
    assert [remark["word"] for remark in explained["contradictions"]] == ["headache"]
    fates = {"not understood": 1, "passed over": 1, "read": 4, "refused": 1}
    assert explained["summary"] == {"resources": 7, "fates": fates, "statements": 5, "words": 4}


def test_a_site_map_shows_at_once_what_it_does(nuchal, file, tmp_path, monkeypatch):
    site_map = tmp_path / "map.csv"
    site_map.write_text(f"system,code,word\n{LOCAL},K7,head-injury-recent\n")
    by_option = nuchal("explain-input", file, *AS_OF, "--site-map", site_map)
    monkeypatch.setenv("NUCHAL_SITE_MAP", str(site_map))
    assert nuchal("explain-input", file, *AS_OF) == by_option
    assert re.search(r"Condition/f\s+read\s+", rows(by_option[1])["entry[3]"])


def test_evaluate_reads_with_the_site_map_too_and_says_so(nuchal, file, tmp_path):
    site_map = tmp_path / "map.csv"
    site_map.write_text(f"system,code,word\n{LOCAL},K7,head-injury-recent\n")
    _, said, _ = nuchal("evaluate", file, *AS_OF, "--site-map", site_map)
    assert "Codes of the site were read with its own map" in said
    assert "Codes of the site" not in nuchal("evaluate", file, *AS_OF)[1]


@pytest.mark.parametrize("command", ["evaluate", "explain-input"])
def test_a_site_map_that_cannot_be_used_is_said_line_by_line(nuchal, file, tmp_path, command):
    site_map = tmp_path / "map.csv"
    site_map.write_text(f"system,code,word\n{LOCAL},K7,zzz\n{LOCAL},K8\n")
    code, said, complaint = nuchal(command, file, *AS_OF, "--site-map", site_map)
    assert (code, said) == (exit_codes.SET_UP_UNUSABLE, "")
    assert complaint.splitlines() == [
        "nuchal: the site map cannot be used:",
        f"{site_map}:2: zzz is no word of the vocabulary",
        f"{site_map}:3: has 2 columns instead of 3",
    ]


def test_a_confirmed_diagnosis_is_shown_as_a_known_cause(nuchal, tmp_path):
    confirmed = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]}
    arteritis = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M31.6"}]}
    condition = {"resourceType": "Condition", "code": arteritis, "verificationStatus": confirmed, **WHO}
    file = tmp_path / "chart.json"
    entries = [{"resource": RESOURCES[0]}, {"resource": condition}]
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    assert "known cause: Giant cell arteritis (giant-cell-arteritis)" in nuchal("explain-input", file, *AS_OF)[1]
    told = json.loads(nuchal("explain-input", file, *AS_OF, "--format", "json")[1])
    assert [resource["knownCauses"] for resource in told["resources"]] == [[], ["giant-cell-arteritis"]]


def test_an_input_that_cannot_be_used_is_said_with_its_place(nuchal, tmp_path):
    file = tmp_path / "chart.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Observation"}}]}))
    code, said, complaint = nuchal("explain-input", file)
    assert (code, said) == (exit_codes.INPUT_UNUSABLE, "")
    assert "Bundle.entry[0].resource" in complaint
