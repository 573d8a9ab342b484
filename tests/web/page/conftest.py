"""A client of the page, and a reader of its HTML that is stricter than a browser."""

import json
from collections import Counter
from html.parser import HTMLParser

import pytest

from nuchal.config import Settings
from nuchal.web import create_app

EMPTY_ELEMENTS = {"meta", "link", "input", "br", "img", "hr", "circle", "path", "ellipse", "rect"}
BLOCKS = {"td", "th", "li", "p", "h1", "h2", "h3", "dt", "dd", "summary", "button", "option", "legend", "label", "text"}
NEEDS_A_LABEL = {"input", "select", "textarea"}


class Html(HTMLParser):
    """One page: its elements with their attributes and texts; fails on elements that are not closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements = []  # (tag, attributes, texts inside)
        self.inside = []
        self.feed(text)
        self.close()
        assert [tag for tag, *_ in self.inside] == [], "elements that are never closed"

    def handle_starttag(self, tag, attributes):
        element = (tag, dict(attributes), [])
        assert len(dict(attributes)) == len(attributes), f"an attribute twice in {tag}"
        self.elements.append(element)
        if tag not in EMPTY_ELEMENTS:
            self.inside.append(element)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        assert self.inside, f"</{tag}> closes nothing"
        opened, *_ = self.inside.pop()
        assert opened == tag, f"</{tag}> closes {opened}"
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_data(self, text):
        for _, _, texts in self.inside:
            texts.append(text)

    def all(self, tag, **wanted):
        return [attributes for attributes, _ in self.pairs(tag, **wanted)]

    def pairs(self, tag, **wanted):
        return [
            (attributes, " ".join("".join(texts).split()))
            for name, attributes, texts in self.elements
            if name == tag and all(attributes.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    def text(self, tag, **wanted):
        """The text of the first such element."""
        found = self.pairs(tag, **wanted)
        assert found, f"no {tag} with {wanted}"
        return found[0][1]


def check_page(text):
    """The page, held to what holds for every page."""
    assert text.startswith("<!doctype html>")
    page = Html(text)
    ids = Counter(attributes["id"] for _, attributes, _ in page.elements if "id" in attributes)
    assert [name for name, number in ids.items() if number > 1] == []
    assert [len(page.pairs(tag)) for tag in ("h1", "main")] == [1, 1]
    for tag, attributes, _ in page.elements:
        assert [name for name in attributes if name == "style" or name.startswith("on")] == [], "the policy refuses inline code and style"
        assert tag != "style"
        assert tag != "script" or attributes["src"].startswith("/")
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name, "/")
            assert address.startswith(("/", "#", "http://localhost/")), f"{address} is not of this service"
            assert not address.startswith("//")
        for name in ("for", "list", "form", "aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= ids.keys(), f"{name} names nothing"
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids, f"{attributes['href']} leads nowhere"
    labelled = {label.get("for") for label in page.all("label")}
    for tag, attributes, _ in page.elements:
        if tag in NEEDS_A_LABEL and attributes.get("type") not in {"hidden", "radio"}:
            assert attributes.get("id") in labelled or "aria-label" in attributes, f"{attributes} has no label"
    return page


@pytest.fixture(scope="session")
def page_client(evaluator):
    return create_app(Settings(), evaluator).test_client()


@pytest.fixture
def visit(page_client):
    """Ask for a page as a browser does; a form when fields are given. Says (status, page)."""

    def go(address, fields=None, status=200):
        accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        as_the_forms_do = {"data": fields, "content_type": "multipart/form-data"}
        response = (
            page_client.get(address, headers=accept) if fields is None else page_client.post(address, headers=accept, **as_the_forms_do)
        )
        response.request.environ["wsgi.input"].close()  # a large form lies in a file, which its client leaves open
        assert response.status_code == status, response.text[:2000]
        assert response.content_type == "text/html; charset=utf-8"
        return check_page(response.text)

    return go


@pytest.fixture
def bundle():
    """A Bundle of a patient with these resources, each told as code text or whole."""

    def make(*resources):
        patient = {"resourceType": "Patient", "id": "p", "birthDate": "1990-01-01", "gender": "female"}
        entries = [{"resource": each if isinstance(each, dict) else complaint(each)} for each in (patient, *resources)]
        return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})

    return make


def complaint(text):
    return {
        "resourceType": "Condition",
        "id": text.lower().replace(" ", "-")[:60],
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "recordedDate": "2026-11-23",
        "code": {"text": text},
    }
