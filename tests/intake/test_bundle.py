"""What a Bundle holds, nested ones included, and what it says that it does not hold."""

import pytest

from nuchal.errors import InvalidInput
from nuchal.intake.bundle import contents

OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
CLAIM = {"resourceType": "Claim"}


def bundle(*entries, **elements):
    return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries)} | elements


def outcome(severity, code="processing", **elements):
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, "diagnostics": "Wilhelmina"}]} | elements


ENVELOPES = [
    ({"type": "pile"}, ["Bundle.type"]),
    ({"type": None}, ["Bundle.type"]),
    ({"banana": 1}, ["Bundle.banana"]),
    ({"total": "many"}, ["Bundle.total"]),
    ({"entry": {}}, ["Bundle.entry"]),
    ({"entry": ["x"]}, ["Bundle.entry[0]"]),
    ({"entry": [{"resource": "x"}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"resource": {}}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"resource": {"resourceType": "Banana"}}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"resource": {"resourceType": "observation"}}]}, ["Bundle.entry[0].resource"]),
    ({"entry": [{"resource": {"resourceType": "MedicationOrder"}}]}, ["Bundle.entry[0].resource"] * 2),  # its version, then its type
    ({"entry": [{"fullUrl": 5, "resource": OBSERVATION}]}, ["Bundle.entry[0].fullUrl"]),
    ({"entry": [{"request": "DELETE"}]}, ["Bundle.entry[0].request"]),
    ({"entry": [{"response": "404"}]}, ["Bundle.entry[0].response"]),
    ({"entry": [{"search": []}]}, ["Bundle.entry[0].search"]),
    (
        {"entry": [{"resource": bundle({"resource": OBSERVATION | {"status": "banana"}})}]},
        ["Bundle.entry[0].resource.entry[0].resource.status"],
    ),
    ({"entry": [{"resource": bundle(type="pile")}]}, ["Bundle.entry[0].resource.type"]),
]


@pytest.mark.parametrize(("elements", "places"), ENVELOPES)
def test_a_broken_bundle_is_refused(elements, places):
    with pytest.raises(InvalidInput) as refused:
        contents(bundle(type="collection") | elements)
    assert [problem.expression for problem in refused.value.problems] == places


@pytest.mark.parametrize("resource_type", ["SubstancePolymer", "CatalogEntry", "MedicinalProduct", "Basic"])
def test_types_of_r4_that_later_versions_dropped_are_known(resource_type):
    assert [entry.resource_type for entry in contents(bundle({"resource": {"resourceType": resource_type}})).entries] == [resource_type]


def test_entries_that_are_deleted_are_skipped():
    gone = {"request": {"method": "DELETE", "url": "Observation/1"}, "resource": OBSERVATION}
    inside = contents(bundle(gone, type="transaction"))
    assert (inside.entries, inside.notes) == ((), ())


def test_resources_of_bundles_in_a_bundle_are_entries_like_the_others():
    inner = bundle({"fullUrl": "urn:uuid:1", "resource": OBSERVATION})
    outer = bundle({"resource": CLAIM}, {"resource": inner, "response": {"status": "200 OK"}}, type="batch-response")
    found = contents(outer)
    assert [(entry.expression, entry.full_url) for entry in found.entries] == [
        ("Bundle.entry[0].resource", None),
        ("Bundle.entry[1].resource.entry[0].resource", "urn:uuid:1"),
    ]
    assert found.notes == ()


def test_bundles_may_be_nested_as_deep_as_a_body_may_be():
    inner = bundle({"resource": OBSERVATION})
    for _ in range(20):
        inner = bundle({"resource": inner})
    assert len(contents(inner).entries) == 1


MISSING = [
    ("an error as answer", [{"response": {"status": "403 Forbidden"}}], {}, ["Bundle.entry[0].response.status"]),
    ("an error of the server", [{"response": {"status": "503"}}], {}, ["Bundle.entry[0].response.status"]),
    (
        "an error with its outcome is one remark",
        [{"response": {"status": "404", "outcome": outcome("error")}}],
        {},
        ["Bundle.entry[0].response.status"],
    ),
    ("an outcome of an answer", [{"response": {"status": "200", "outcome": outcome("error")}}], {}, ["Bundle.entry[0].response.outcome"]),
    ("an outcome of a search", [{"resource": outcome("fatal"), "search": {"mode": "outcome"}}], {}, ["Bundle.entry[0].resource"]),
    ("data withheld, as a warning", [{"resource": outcome("warning", "suppressed")}], {}, ["Bundle.entry[0].resource"]),
    ("data forbidden, as information", [{"resource": outcome("information", "forbidden")}], {}, ["Bundle.entry[0].resource"]),
    ("a next page", [{"resource": CLAIM}], {"link": [{"relation": "next", "url": "u"}]}, ["Bundle.link"]),
    ("a next page and a total are one remark", [], {"link": [{"relation": "next", "url": "u"}], "total": 9}, ["Bundle.link"]),
    (
        "a total of more than the matches",
        [{"resource": CLAIM}, {"resource": CLAIM, "search": {"mode": "include"}}],
        {"total": 2},
        ["Bundle.total"],
    ),
    (
        "a next page inside",
        [{"resource": bundle(link=[{"relation": "next", "url": "u"}])}],
        {"type": "batch-response"},
        ["Bundle.entry[0].resource.link"],
    ),
]


@pytest.mark.parametrize(("entries", "elements", "places"), [case[1:] for case in MISSING], ids=[case[0] for case in MISSING])
def test_what_the_sender_says_is_missing_is_said(entries, elements, places):
    notes = contents(bundle(*entries, **elements)).notes
    assert [(str(note.kind), note.expression) for note in notes] == [("missing", place) for place in places]
    assert all(note.message.startswith("Data are missing: ") and "Wilhelmina" not in note.message for note in notes)


COMPLETE = [
    ("information on a search", [{"resource": outcome("information"), "search": {"mode": "outcome"}}], {}),
    ("a warning on a search", [{"resource": outcome("warning")}], {}),
    ("what Nuchal answered", [{"resource": outcome("error", meta={"source": "https://nuchal.example.org/fhir/Device/nuchal"})}], {}),
    ("an outcome without issues", [{"resource": {"resourceType": "OperationOutcome", "issue": "x", "identifier": "x", "meta": 5}}], {}),
    ("links to itself and back", [{"resource": CLAIM}], {"link": [{"relation": "self", "url": "u"}, {"relation": "previous", "url": "u"}]}),
    ("a mode of a search that is none", [{"resource": CLAIM, "search": {"mode": {}}}], {}),
    ("as many as there are", [{"resource": CLAIM, "search": {"mode": "match"}}], {"total": 1}),
]


@pytest.mark.parametrize(("entries", "elements"), [case[1:] for case in COMPLETE], ids=[case[0] for case in COMPLETE])
def test_nothing_is_missing_where_nobody_says_so(entries, elements):
    assert contents(bundle(*entries, **elements)).notes == ()


def test_an_entry_without_resource_is_said():
    notes = contents(bundle({"fullUrl": "urn:uuid:1"}, {"response": {"status": "201"}})).notes
    assert [(str(note.kind), note.expression) for note in notes] == [("ignored", "Bundle.entry[0]"), ("ignored", "Bundle.entry[1]")]
