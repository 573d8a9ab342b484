"""Try it: a patient in, everything that was concluded out, without a script."""

import json
from io import BytesIO

import pytest

from nuchal.config import Settings
from nuchal.web import create_app
from nuchal.web.page.samples import samples

AS_OF = {"asOf": "2026-11-24"}


def test_the_start_page_offers_the_made_up_patients_and_a_field_for_ones_own(visit):
    page = visit("/")
    offered = {button["value"] for button in page.all("button", name="sample")} | {option["value"] for option in page.all("option")}
    assert offered == {*samples(), ""}
    assert page.all("textarea", name="body")
    assert page.all("input", type="file", name="file")


def test_one_click_leads_from_the_start_to_an_answer(visit):
    page = visit("/answer", {"sample": "fever-and-stiff-neck"})
    assert page.text("h1") == "Disposition: emergency (now)"
    assert "Fever with a stiff neck" in page.text("section", id="assessment")
    assert "Bacterial meningitis" in page.text("section", id="assessment")
    assert "Call an ambulance now" in page.text("section", id="assessment")


@pytest.mark.parametrize("sample", [*list(samples())[:20], *list(samples())[-2:]])
def test_every_kind_of_made_up_patient_has_an_answer(visit, sample):
    visit("/answer", {"sample": sample})


@pytest.mark.parametrize("form", ["pasted", "as a file", "as a file with a mark at its beginning"])
def test_a_bundle_is_evaluated_however_it_comes(visit, bundle, form):
    text = bundle("Headache", "Back pain", "Thunderclap headache")
    encoded = (b"\xef\xbb\xbf" if "mark" in form else b"") + text.encode()
    fields = {"body": text} if form == "pasted" else {"body": "", "file": (BytesIO(encoded), "p.json")}
    page = visit("/answer", fields | AS_OF)
    assert page.text("h1") == "Disposition: emergency (now)"
    assert json.loads(page.text("textarea", id="body")) == json.loads(text)


def test_the_cards_are_those_that_an_ehr_would_get(visit, page_client):
    page = visit("/answer", {"sample": "cds_hooks/patient-view"})
    call = samples()["cds_hooks/patient-view"].text
    cards = page_client.post("/cds-services/back-pain-headache?asOf=2026-11-24", data=call, content_type="application/json").json["cards"]
    shown = page.text("section", id="cards")
    assert cards
    assert all(card["summary"] in shown for card in cards)
    assert all(suggestion["label"] in shown for card in cards for suggestion in card.get("suggestions", []))


def test_a_cds_hooks_request_is_shown_as_the_request_that_it_is(visit):
    page = visit("/answer", {"sample": "cds_hooks/patient-view"})
    assert "/cds-services/back-pain-headache?asOf=2026-11-24" in page.text("pre", id="curl")
    assert "Content-Type: application/json" in page.text("pre", id="curl")


def test_where_an_ehr_would_show_no_card_the_page_says_so(visit):
    assert "None: an EHR would show nothing" in visit("/answer", {"sample": "only-two-pains"}).text("section", id="cards")


def test_the_request_is_shown_for_curl_and_python_and_both_are_quoted(visit):
    page = visit("/answer", {"sample": "fever-and-stiff-neck"})
    assert "'http://localhost/fhir/$assess?asOf=2026-11-24'" in page.text("pre", id="curl")
    assert '"http://localhost/fhir/$assess?asOf=2026-11-24"' in page.text("pre", id="python")


def test_the_answer_is_downloaded_as_the_api_gives_it(page_client):
    sample = samples()["fever-and-stiff-neck"]
    fields = {"body": sample.text, "asOf": sample.as_of}
    file = page_client.post("/download", data=fields | {"what": "answer"})
    api = page_client.post("/fhir/$assess?asOf=2026-11-24", data=sample.text, content_type="application/fhir+json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="answer.json"'
    assert json.loads(file.data) == api.json
    assert page_client.post("/download", data=fields | {"what": "input"}).text == sample.text


def test_every_value_of_the_answer_stands_in_the_folded_tree(visit, page_client):
    page = visit("/answer", {"sample": "only-two-pains"})
    answer = page_client.post("/download", data={"sample": "only-two-pains", "what": "answer"})
    shown = page.text("div", id="answer-tree")
    texts = [" ".join(text.split()) for text in _texts(json.loads(answer.data)["entry"]) if not text.startswith("urn:uuid:")]
    assert texts
    assert [text for text in texts if text not in shown] == []


def _texts(value):
    if isinstance(value, dict):
        return [text for below in value.values() for text in _texts(below)]
    if isinstance(value, list):
        return [text for below in value for text in _texts(below)]
    return [value] if isinstance(value, str) else []


WRONG = [
    pytest.param(['{"resourceType": "Bundle",', '"type": }'], 400, "The body is not JSON", 2, id="not JSON"),
    pytest.param(
        [
            '{"resourceType": "Bundle", "type": "collection",',
            '"entry": [',
            '{"resource": {"resourceType": "Patient",',
            '"birthDate": 5}}]}',
        ],
        422,
        "allows",
        4,
        id="a value of the wrong kind",
    ),
    pytest.param(['{"resourceType": "Bundle",', '"type": "nonsense"}'], 422, "bundle-type", 2, id="a code that is none"),
    pytest.param(['{"resourceType": "Bundle", "type": "collection",', '"entry": 7}'], 422, "list", 2, id="no list"),
    pytest.param(
        [
            '{"resourceType": "Parameters", "parameter": [{"name": "bundle",',
            '"resource": {"resourceType": "Bundle",',
            '"type": "nonsense"}}]}',
        ],
        422,
        "bundle-type",
        3,
        id="inside Parameters",
    ),
    pytest.param(
        [
            '{"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",',
            '"context": {"patientId": "p",',
            '"userId": 7}}',
        ],
        400,
        "Practitioner",
        3,
        id="a CDS Hooks request",
    ),
    pytest.param(['{"a": 1,', '"hook": "order-sign"}'], 422, "No service answers this hook", 2, id="a hook that nobody answers"),
]


@pytest.mark.parametrize(("lines", "status", "said", "line"), WRONG)
def test_a_problem_is_shown_at_its_line_and_what_was_sent_stays(visit, lines, status, said, line):
    body = "\n".join(lines)
    page = visit("/answer", {"body": body}, status=status)
    assert said in page.text("main")
    assert [link["data-line"] for link in page.all("a") if "data-line" in link] == [str(line)]
    assert page.text("span", class_="line at-fault").startswith(str(line))
    assert "".join(page.text("textarea", id="body").split()) == "".join(body.split())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "not JSON"),
        ({"asOf": "yesterday"}, "asOf is not a FHIR dateTime"),
        ({"subject": "Patient/nobody"}, "Patient/nobody"),
    ],
)
def test_what_has_no_line_is_said_all_the_same(visit, fields, said):
    page = visit("/answer", {"body": samples()["only-two-pains"].text} | fields, status=400 if "body" in fields else 422)
    assert said in page.text("main") or "patient" in page.text("main").lower()


def test_a_hook_request_without_what_it_needs_is_refused_and_says_what(visit):
    call = json.loads(samples()["cds_hooks/patient-view"].text)
    del call["prefetch"]["observations"]
    page = visit("/answer", {"body": json.dumps(call, indent=1)}, status=412)
    assert "observations is not available" in page.text("main")


def test_an_unknown_sample_is_refused_with_a_page(visit):
    visit("/answer", {"sample": "../../etc/passwd"}, status=400)


def test_a_body_beyond_the_limit_is_refused_with_a_page(evaluator):
    client = create_app(Settings(max_body_bytes=10_000), evaluator).test_client()
    response = client.post("/answer", data={"body": "x" * 20_000}, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (413, "text/html")


def test_a_body_larger_than_forms_usually_are_is_read(visit):
    document = json.loads(samples()["only-two-pains"].text)
    document["entry"] += [{"resource": {"resourceType": "Basic", "code": {"text": "x" * 1000}}}] * 700
    visit("/answer", {"body": json.dumps(document)} | AS_OF)
