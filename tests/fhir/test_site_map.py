"""An answer that a site's own codes had a part in says so, and is another answer than without them."""

import re

from nuchal.fhir import answer_bundle

HASH = "cafe"
WITH, WITHOUT = "mapped_by_the_site", "emergency"


def test_device_provenance_and_outcome_name_the_map(answer_to):
    answer = answer_to(WITH)
    assert {"type": {"text": "site map (sha256)"}, "value": HASH} in answer.one("Device")["version"]
    assert {"system": "https://nuchal.example.org/fhir/sid/site-map-sha256", "value": HASH} in [
        entity["what"].get("identifier") for entity in answer.one("Provenance")["entity"]
    ]
    told = [issue["details"]["text"] for issue in answer.one("OperationOutcome")["issue"]]
    assert f"Codes of the site were read with its own map (sha256 {HASH})." in told


def test_without_a_map_nothing_names_one(answer_to):
    assert not re.search("site.map", answer_to(WITHOUT).text)


def test_the_same_map_gives_the_same_ids_and_another_or_none_others(context_parts):
    def ids(site_map):
        answer = answer_bundle(context_parts["assessment"](), context_parts["chart"](site_map=site_map))
        return {entry["resource"]["id"] for entry in answer["entry"]} | {answer["id"]}

    assert ids("a") == ids("a")
    assert ids("a").isdisjoint(ids("b") | ids(None))
