"""The page is safe: a strict policy, nothing of a patient in addresses, hostile texts shown as texts, and it can be switched off."""

import json
import re
from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.errors import ConfigurationError
from nuchal.store import Store
from nuchal.web import create_app
from nuchal.web.keeping import Keeping
from nuchal.web.page import layout, page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}{% raw %}",
    "]]><svg/onload=alert(1)>",
    "\u202e\u2066 javascript:alert(1)",
]
STATIC = sorted((Path(layout.__file__).parent / "static").iterdir())


PAGES = [("/", None), ("/ask", None), ("/answer", {"sample": "only-two-pains"}), ("/answer", {"body": "{"}), ("/nothing", None)]


@pytest.mark.parametrize(("address", "fields"), PAGES)
def test_every_page_has_a_strict_policy_and_is_kept_out_of_caches(page_client, address, fields):
    accept = {"Accept": "text/html"}
    response = page_client.get(address, headers=accept) if fields is None else page_client.post(address, data=fields, headers=accept)
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")} == {"'self'"}
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_it_is_and_does_nothing(visit, bundle, text):
    concept = {
        "coding": [{"system": f"http://example.org/{text}", "code": "1", "display": f"Headache {text}"}],
        "text": f"Back pain {text}",
    }
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": concept,
        "valueString": text,
    }
    page = visit("/answer", {"body": bundle("Headache", "Back pain", observation), "why": text, "subject": "", "asOf": "2026-11-24"})
    assert text in "".join(page.elements[0][2])
    assert page.all("img") == []
    assert [script for script in page.all("script") if not script["src"].startswith("/static/")] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_in_an_error_is_shown_as_it_is_and_does_nothing(visit, text):
    body = json.dumps({"resourceType": "Bundle", "type": text, "entry": [{"resource": {"resourceType": text}}]}, indent=1)
    page = visit("/answer", {"body": body}, status=422)
    assert json.dumps(text)[1:-1] in page.text("pre", class_="excerpt")
    assert json.dumps(text)[1:-1] in page.text("textarea", id="body")
    assert page.all("img") == []
    assert [script["src"] for script in page.all("script")] == ["/static/page.js"]
    assert text in visit("/answer", {"body": body, "asOf": text}, status=422).all("input", id="as-of")[0]["value"]


def test_nothing_that_was_sent_stands_in_an_address(visit, bundle):
    page = visit("/answer", {"body": bundle("Qzmarker7731"), "subject": "Patient/p", "asOf": "2026-11-24"})
    addresses = [
        attributes[name] for _, attributes, _ in page.elements for name in ("href", "src", "action", "formaction") if name in attributes
    ]
    assert addresses
    assert [address for address in addresses if "marker" in address.lower() or "Patient/p" in address] == []
    assert {form["method"] for form in page.all("form")} == {"post"}


def test_an_answer_has_no_address_of_its_own(page_client):
    response = page_client.get("/answer")
    assert (response.status_code, response.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("file", STATIC, ids=lambda file: file.name)
def test_what_is_served_beside_the_pages_asks_nobody_else_and_stores_nothing(page_client, file):
    with page_client.get(f"/static/{file.name}") as response:
        assert response.status_code == 200
    text = file.read_text()
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert (
        re.findall(r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|insertAdjacentHTML|eval\(|new Function|@import", text)
        == []
    )


def test_the_first_view_is_small(page_client):
    files = ["/", "/static/style.css", "/static/page.css", "/static/icon.svg"]
    files += [f"/static/{file.name}" for file in STATIC if file.suffix == ".js"]
    size = 0
    for file in files:
        with page_client.get(file) as response:
            size += len(response.data)
    assert size < 100_000


SWITCH = [
    ({}, True),
    ({"NUCHAL_PAGE": "no"}, False),
    ({"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ALLOW_PUBLIC_BIND": "yes"}, False),
    ({"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ALLOW_PUBLIC_BIND": "yes", "NUCHAL_PAGE": "yes"}, True),
    ({"NUCHAL_PUBLIC_URL": "https://nuchal.example.org", "NUCHAL_ALLOW_PUBLIC_BIND": "yes"}, False),
    ({"NUCHAL_ACCESS": "access.toml"}, False),
    ({"NUCHAL_ACCESS": "access.toml", "NUCHAL_PAGE": "yes"}, True),
]


@pytest.mark.parametrize(("environment", "on"), SWITCH)
def test_the_page_is_there_by_default_only_where_nobody_else_comes_and_no_token_is_asked_for(environment, on):
    assert Settings.from_env(environment).has_page is on


def test_a_switch_that_is_neither_yes_nor_no_stops_the_start():
    with pytest.raises(ConfigurationError, match="NUCHAL_PAGE must be yes or no"):
        Settings.from_env({"NUCHAL_PAGE": "perhaps"})


def test_where_the_page_is_switched_off_there_is_no_trace_of_it_but_the_rules_keep_their_look(evaluator):
    client = create_app(Settings(page=False), evaluator).test_client()
    for address in ("/", "/ask", "/answer", "/download"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    rules = client.get("/rules", headers={"Accept": "text/html"})
    assert rules.status_code == 200
    assert 'href="/ask"' not in rules.text


AUDITED = [("/answer", {"sample": "only-two-pains"}), ("/ask", {"ask": "yes", "answer.headache": "present"})]


@pytest.mark.parametrize(("address", "fields"), AUDITED)
def test_what_the_page_answers_is_audited_and_without_an_audit_that_is_required_there_is_no_answer(evaluator, tmp_path, address, fields):
    (tmp_path / "file").touch()
    for place, required, status in (("kept.db", False, 200), ("file/no.db", False, 200), ("file/no.db", True, 503)):
        keeping = Keeping(Store.open(f"sqlite:///{tmp_path}/{place}"), required=required)
        app = create_app(Settings(page=False, database_url=f"sqlite:///{tmp_path}/other.db"), evaluator)
        app.register_blueprint(page.blueprint(evaluator, keeping))
        assert app.test_client().post(address, data=fields).status_code == status
    assert [row.route for row in Store.open(f"sqlite:///{tmp_path}/kept.db").audit.all()] == [address]
