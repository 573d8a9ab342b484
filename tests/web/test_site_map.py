"""The service reads with the codes of its site, or does not start."""

import json

import pytest

from nuchal.config import Settings
from nuchal.errors import ConfigurationError
from nuchal.web import create_app

CODE = {"coding": [{"system": "http://hospital.example.org/codes", "code": "K7"}]}
BODY = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p"}},
            {"resource": {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": CODE}},
        ],
    }
)


EQUIVALENT, IMPLIES = (f"http://hospital.example.org/codes,K7,headache,{match}" for match in ("equivalent", "implies"))


@pytest.fixture
def client_with(tmp_path):
    def make(line):
        site_map = tmp_path / "map.csv"
        site_map.write_text(f"system,code,word,match\n{line}\n")
        return create_app(Settings(site_map=site_map)).test_client()

    return make


def answer(client):
    response = client.post("/fhir/$assess?asOf=2026-11-24", data=BODY, content_type="application/fhir+json")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_another_map_or_none_gives_another_answer_and_the_same_map_the_same(client_with, client):
    mapped = client_with(EQUIVALENT)
    first, again, other, none = answer(mapped), answer(mapped), answer(client_with(IMPLIES)), answer(client)
    assert first == again
    assert len({json.loads(text)["id"] for text in (first, other, none)}) == 3
    # the code of the site is understood, and never sent
    assert ["Condition/c" in text for text in (first, other, none)] == [True, True, False]
    assert "K7" not in first


def test_a_service_with_a_map_that_cannot_be_used_does_not_start(client_with):
    with pytest.raises(ConfigurationError, match="2: headaches is no word of the vocabulary"):
        client_with("http://hospital.example.org/codes,K7,headaches,equivalent")
