"""What is fetched from the client's FHIR server, and where no call goes."""

import json
import time

import pytest

from nuchal.cds_hooks.fhir_server import Address, FhirServers
from nuchal.cds_hooks.scopes import grants
from nuchal.errors import ConfigurationError, DataNotAvailable


@pytest.fixture
def bare(h, fhir):
    """A call without prefetch, for a chart that lies on the server."""
    fhir.resources = [h.patient(), *h.MENINGITIS]
    return {name: value for name, value in h.call_of().items() if name != "prefetch"} | h.access_to(fhir)


def test_all_of_a_chart_is_fetched_by_reads_and_searches_within_the_patient(h, fhir, reaching, bare):
    body = reaching(fhir).answer(bare)
    assert body["cards"][0]["indicator"] == "critical"
    assert sorted(fhir.paths) == sorted(f"/fhir/{template.path({'patientId': 'p'})}" for template in h.SERVICE.templates)
    assert {told["state"] for told in h.told(body)["lookedAt"]} == {"fetched"}


def test_nothing_is_fetched_where_everything_was_sent(h, fhir, reaching):
    assert reaching(fhir).answer(h.call_of(*h.MENINGITIS) | h.access_to(fhir))["cards"]
    assert fhir.paths == []


def test_after_an_error_that_was_sent_there_is_no_second_query(h, fhir, reaching):
    call = h.call_of(*h.MENINGITIS) | h.access_to(fhir)
    call["prefetch"]["flags"] = {"resourceType": "OperationOutcome", "issue": []}
    reaching(fhir).answer(call)
    assert fhir.paths == []


def test_pages_are_followed_to_the_last(h, fhir, reaching, bare):
    pages = [
        h.searchset(one, link=[{"relation": "next", "url": f"{fhir.base}/Observation?page={n}"}]) for n, one in enumerate(h.MENINGITIS)
    ]
    del pages[-1]["link"]
    fhir.odd["Observation"] = lambda handler: fhir.reply(handler, pages.pop(0))
    body = reaching(fhir).answer(bare)
    assert body["cards"][0]["indicator"] == "critical"
    assert {"key": "observations", "state": "fetched", "resources": len(h.MENINGITIS)} in h.told(body)["lookedAt"]


NEXT = [
    "http://127.0.0.1:1/fhir/Observation?page=2",
    "http://evil.example.org/fhir/Observation",
    "{base}/Observation?patient=q",
    "{base}/Observation?subject=Patient/q",
    "{base}/../admin",
    "{base}/%2e%2e/admin",
    "{base}x/Observation",
    "http://user:pw@{authority}/fhir/Observation",
    "file:///etc/passwd",
    "Observation?page=2",
    "http://[::1",
]


@pytest.mark.parametrize("link", NEXT)
def test_a_page_elsewhere_or_of_another_patient_is_not_fetched(h, fhir, reaching, link):
    url = link.format(base=fhir.base, authority=fhir.base.split("/")[2])
    call = h.call_of(*h.MENINGITIS) | h.access_to(fhir)
    call["prefetch"]["observations"]["link"] = [{"relation": "next", "url": url}]
    (card,) = reaching(fhir).answer(call)["cards"]
    assert fhir.paths == []
    assert "observations (its next page lies on another server or with another patient)" in card["detail"]


def test_pages_without_end_are_given_up(h, fhir, reaching, bare):
    page = h.searchset(*h.MENINGITIS, link=[{"relation": "next", "url": f"{fhir.base}/Flag?page=1"}])
    fhir.odd["Flag"] = lambda handler: fhir.reply(handler, page)
    (card,) = reaching(fhir).answer(bare)["cards"]
    assert "flags (it has more than 20 pages)" in card["detail"]


ODD = {
    "HTTP 500": (lambda fhir: lambda handler: fhir.reply(handler, {}, 500), "the FHIR server answered with HTTP 500"),
    "HTTP 401": (lambda fhir: lambda handler: fhir.reply(handler, {}, 401), "the FHIR server answered with HTTP 401"),
    "a redirect": (
        lambda fhir: lambda handler: fhir.reply(handler, {}, 302, Location=f"{fhir.base}/Secret"),
        "the FHIR server answered with HTTP 302",
    ),
    "no JSON": (lambda fhir: lambda handler: fhir.reply(handler, b"<html>"), "the FHIR server answered with something that is not JSON"),
    "no resource": (lambda fhir: lambda handler: fhir.reply(handler, {}), "the FHIR server answered with something that is no resource"),
    "too much": (lambda fhir: lambda handler: fhir.reply(handler, b" " * 200_000), "the FHIR server sent more than this service takes"),
    "an outcome": (
        lambda fhir: lambda handler: fhir.reply(handler, {"resourceType": "OperationOutcome", "issue": []}),
        "an error came in its place",
    ),
    "another type": (
        lambda fhir: lambda handler: fhir.reply(handler, {"resourceType": "Patient", "id": "p"}),
        "another resource than Observation came in its place",
    ),
    "a closed door": (lambda _: lambda handler: handler.connection.close(), "the FHIR server cannot be reached"),
}


def test_what_is_too_much_of_one_key_takes_nothing_from_those_that_come_later(fhir, reaching, bare):
    def late(handler):
        time.sleep(0.3)
        fhir.reply(handler, {"resourceType": "Bundle", "type": "searchset", "total": 0})

    fhir.odd["Observation"] = lambda handler: fhir.reply(handler, b" " * 200_000)
    fhir.odd["Condition"] = late
    with pytest.raises(DataNotAvailable) as error:
        reaching(fhir, most_bytes=100_000).answer(bare)
    assert [problem.expression for problem in error.value.problems] == ["prefetch.observations"]


@pytest.mark.parametrize(("make", "why"), ODD.values(), ids=ODD.keys())
def test_a_server_that_answers_oddly_leaves_the_key_unavailable(fhir, reaching, bare, make, why):
    fhir.odd["Observation"] = make(fhir)
    with pytest.raises(DataNotAvailable) as error:
        reaching(fhir, most_bytes=100_000).answer(bare)
    assert [(problem.message, problem.expression) for problem in error.value.problems] == [
        (f"observations is not available: {why}", "prefetch.observations")
    ]
    assert not [path for path in fhir.paths if "Secret" in path]


def test_a_server_that_drips_is_given_up_in_time(fhir, reaching, bare):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    fhir.odd["Observation"] = drip
    began = time.monotonic()
    with pytest.raises(DataNotAvailable, match="did not answer in time"):
        reaching(fhir, seconds=0.5).answer(bare)
    assert time.monotonic() - began < 2


def test_a_patient_who_is_another_one_is_not_taken(h, fhir, reaching, bare):
    fhir.odd["Patient"] = lambda handler: fhir.reply(handler, h.patient("q"))
    with pytest.raises(DataNotAvailable, match="patient is not available: another patient was sent"):
        reaching(fhir).answer(bare)


def test_without_an_authorization_nothing_is_fetched(fhir, reaching, bare):
    del bare["fhirAuthorization"]
    with pytest.raises(DataNotAvailable, match="no fhirAuthorization"):
        reaching(fhir).answer(bare)
    assert fhir.paths == []


ALLOWED = "https://ehr.example.org/fhir"


@pytest.mark.parametrize(
    ("url", "same"),
    [
        (ALLOWED, True),
        ("https://ehr.example.org/fhir/", True),
        ("https://EHR.example.org:443/fhir", True),
        ("http://ehr.example.org/fhir", False),
        ("https://ehr.example.org:8443/fhir", False),
        ("https://ehr.example.org/fhir/r4", False),
        ("https://ehr.example.org/fhirx", False),
        ("https://ehr.example.org", False),
        ("https://ehr.example.org.evil.example.net/fhir", False),
        ("https://evil.example.net\\@ehr.example.org/fhir", False),
        ("https://x@ehr.example.org/fhir", False),
        ("https://ehr.example.org/fhir/../admin", False),
        ("https://169.254.169.254/fhir", False),
        ("gopher://ehr.example.org/fhir", False),
        ("//ehr.example.org/fhir", False),
        ("https://[::1/fhir", False),
        ("", False),
    ],
)
def test_a_server_is_the_allowed_one_or_is_not_called(url, same):
    assert (Address.of(url) == Address.of(ALLOWED)) is same


@pytest.mark.parametrize(
    "url", ["ehr.example.org", "ftp://ehr.example.org", "http://ehr.example.org/fhir", "https://a.example.org/fhir?x=1"]
)
def test_a_server_that_cannot_be_allowed_stops_the_service(url):
    with pytest.raises(ConfigurationError, match="NUCHAL_FHIR_SERVERS"):
        FhirServers([url], seconds=1, most_bytes=1)


@pytest.mark.parametrize("url", [ALLOWED, "http://127.0.0.1:8080/fhir", "http://localhost/fhir"])
def test_https_and_this_machine_may_be_allowed(url):
    assert FhirServers([url], seconds=1, most_bytes=1)


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        ("patient/Observation.read", True),
        ("user/*.read", True),
        ("system/*.*", True),
        ("patient/Observation.rs", True),
        ("patient/Observation.cruds", True),
        ("patient/*.rs?category=laboratory", True),
        ("openid patient/Observation.read", True),
        ("patient/Observation.r", False),
        ("patient/Observation.write", False),
        ("patient/Observation", False),
        ("patient/Condition.read", False),
        ("Observation.read", False),
        ("patient/Observation.", False),
        ("", False),
    ],
)
def test_a_scope_grants_what_it_says(scope, granted):
    assert grants(scope, "Observation") is granted


def test_the_token_is_in_no_text_of_a_call(h, fhir):
    from nuchal.cds_hooks.call import read_call  # noqa: PLC0415  only here

    assert h.TOKEN not in repr(read_call(h.call_of() | h.access_to(fhir), h.SERVICE))
    assert h.TOKEN in json.dumps(h.access_to(fhir))


def test_pages_that_came_leave_no_remark_that_data_are_missing(h, fhir, reaching):
    fhir.odd["Observation"] = lambda handler: fhir.reply(handler, h.searchset(*h.MENINGITIS[2:]))
    call = h.call_of() | h.access_to(fhir)
    link = [{"relation": "next", "url": f"{fhir.base}/Observation?page=2"}]
    call["prefetch"]["observations"] = h.searchset(*h.PAINS, link=link, total=len(h.MENINGITIS))
    body = reaching(fhir).answer(call)
    assert not [remark for remark in h.told(body).get("remarks", []) if "incomplete" in remark]
    assert "could not be used" not in body["cards"][0]["detail"]


def test_the_latest_thousand_observations_are_all_that_is_asked_for(h, fhir, reaching):
    many = [h.observed("nausea", present=False, identity=f"n{number}") for number in range(998)]
    call = h.call_of() | h.access_to(fhir)
    call["prefetch"]["observations"] = h.searchset(*h.PAINS, *many, link=[{"relation": "next", "url": f"{fhir.base}/Observation?page=2"}])
    body = reaching(fhir).answer(call)
    assert (body["cards"], fhir.paths) == ([], [])


def test_what_an_error_made_partial_is_not_asked_for_again(h, fhir, reaching):
    call = h.call_of() | h.access_to(fhir)
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    call["prefetch"]["observations"] = h.searchset(*h.MENINGITIS, outcome)
    assert reaching(fhir).answer(call)["cards"]
    assert fhir.paths == []
