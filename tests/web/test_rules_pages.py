"""The rule browser: every rule has a page at a stable address, whole, escaped, and with links that lead somewhere."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from nuchal.config import Settings
from nuchal.rules.check import rules_of
from nuchal.rules.conditions import Absent, AnyOf, NotPresent, Word
from nuchal.rules.model import ActivityKind, Expect, Status
from nuchal.rules.usage import words_read
from nuchal.rules.vocabulary import DataClass
from nuchal.web import create_app
from nuchal.web.addresses import PUBLIC_URL
from nuchal.web.page import layout
from nuchal.web.rules_pages import blueprint

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OTHERS = ["/rules", "/rules?q=fever", "/rules?kind=derived", "/rules/vocabulary", "/rules/not-covered"]


class Page(HTMLParser):
    """A page, read strictly: each element closed where it was opened, no id twice, each attribute once, no code in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []
        assert {id_: number for id_, number in self.ids.items() if number > 1} == {}

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        assert not [name for name in names if name.startswith("on") or name == "style"], (tag, attrs)
        assert tag != "script" or dict(attrs).get("src"), "code within the page"
        self.ids.update(value for name, value in attrs if name == "id")
        self.links |= {value for name, value in attrs if name in {"href", "src", "action"}}
        if tag not in VOID and tag not in {"circle", "path"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in {"circle", "path"}:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def page(client):
    def read(address: str, status: int = 200) -> Page:
        response = client.get(address, headers=BROWSER)
        assert response.status_code == status, address
        assert response.content_type == "text/html; charset=utf-8"
        return Page(response.get_data(as_text=True))

    return read


def client_of(ruleset):
    """The pages of a ruleset that differs from the bundled one; an evaluator of it would take seconds to make."""
    app = Flask("nuchal", static_folder=None)
    app.config[PUBLIC_URL] = ""
    app.register_blueprint(layout.blueprint(ruleset, has_page=False))
    app.register_blueprint(blueprint(ruleset))
    return app.test_client()


@pytest.fixture(scope="module")
def pages(page, ruleset):
    """Every page, by its address."""
    rules = [f"/rules/{rule.id}" for rule in rules_of(ruleset)]
    words = [f"/rules/vocabulary/{word}" for word in ruleset.vocabulary]
    return {address: page(address) for address in (*rules, *words, *OTHERS)}


def test_every_rule_and_every_word_has_a_page_that_can_be_read(pages, ruleset):
    for rule in rules_of(ruleset):
        found = pages[f"/rules/{rule.id}"]
        assert rule.title in found.text
        assert "Not reviewed by a clinician." in found.text
        assert all(case.name in found.text for case in rule.cases)
        assert all(" ".join(source.supports.split()) in found.text for source in rule.sources)
        assert {"missing", "cases", "literature", "history", "source-attributes"} <= found.ids.keys()
    for word in ruleset.vocabulary.values():
        found = pages[f"/rules/vocabulary/{word.id}"]
        assert all(mapping.coding.code in found.text for mapping in word.codes)
        assert all(" ".join(synonym.split()) in found.text for synonym in word.synonyms)


def test_every_link_leads_somewhere(pages, client):
    links = {(address, link) for address, found in pages.items() for link in found.links}
    outside = {link for _, link in links if link.startswith("http")}
    assert {urlsplit(link).netloc for link in outside} <= {"doi.org", "pubmed.ncbi.nlm.nih.gov"}
    for address, link in links:
        if link.startswith("#"):
            assert link[1:] in pages[address].ids, (address, link)
    inside = {link.partition("#")[0] for _, link in links if link.startswith("/")}
    elsewhere = {"/", "/ask"}  # the page of others
    for link in inside - elsewhere - pages.keys():
        with client.get(link, headers=BROWSER) as response:
            assert response.status_code == 200, link


def test_a_clinician_reads_on_the_page_of_a_red_flag_what_its_file_says(page, ruleset):
    flag = ruleset.red_flags["rf-thunderclap"]
    found = page("/rules/rf-thunderclap")
    for text in (flag.rationale, *flag.false_positives, flag.disposition, "neither raised nor ruled out", "Draft since"):
        assert text in found.text
    named = {*flag.may_mean, *flag.immediate_action}
    assert {f"/rules/{id_}" for id_ in named} <= found.links
    assert "/rules/nsaid-oral" in found.links  # a contraindication of it asks for the flag


def test_a_page_says_who_names_a_cause_and_what_it_suggests(page, ruleset):
    cause = ruleset.causes["giant-cell-arteritis"]
    found = page(f"/rules/{cause.id}")
    named_by = [flag.id for flag in ruleset.red_flags.values() if cause.id in flag.may_mean]
    assert {f"/rules/{id_}" for id_ in (*named_by, *cause.activities)} <= found.links
    for text in (cause.confirm, cause.pitfalls, *(coding.code for coding in cause.codings)):
        assert text in found.text


def test_a_drug_says_when_it_waits_for_an_answer(page):
    found = page("/rules/nsaid-oral").text
    assert "withheld while it is unknown whether there is anticoagulant treatment or current pregnancy" in found
    assert "Withheld under overuse of acute headache drugs." in found
    assert "it is unknown whether" not in page("/rules/sleep-hygiene").text


def test_only_drugs_and_procedures_wait(ruleset):
    drug = ruleset.activities["nsaid-oral"]
    for kind, waits in ((ActivityKind.PROCEDURE, True), (ActivityKind.REFERRAL, False)):
        changed = replace(ruleset, activities={**ruleset.activities, drug.id: replace(drug, kind=kind)})
        assert ("it is unknown whether" in client_of(changed).get(f"/rules/{drug.id}").text) is waits


def test_a_derived_finding_says_which_rules_read_it(page, ruleset):
    found = page("/rules/fever")
    reading = {f"/rules/{rule.id}" for rule in rules_of(ruleset) if "fever" in words_read(rule)}
    assert reading <= found.links
    assert "Read by" in found.text


def test_where_silence_counts_as_no_the_page_says_so(ruleset):
    flag = ruleset.red_flags["rf-thunderclap"]
    condition = AnyOf((Word("fever"), Absent(Word("rash")), NotPresent(Word("seizure"))))
    changed = replace(ruleset, red_flags={**ruleset.red_flags, flag.id: replace(flag, when=condition)})
    text = Page(client_of(changed).get(f"/rules/{flag.id}").text).text
    silence = text.partition("does not wait for:")[2].partition("It reads these findings")[0]
    assert silence.split() == ["seizure"]


def test_a_case_that_no_longer_comes_out_as_it_says_is_told(ruleset):
    flag = ruleset.red_flags["rf-thunderclap"]
    first, *others = flag.cases
    spoiled = replace(flag, cases=(replace(first, expect=Expect.SILENT, missing=()), *others))
    changed = replace(ruleset, red_flags={**ruleset.red_flags, flag.id: spoiled})
    text = Page(client_of(changed).get(f"/rules/{flag.id}").text).text
    assert "1 of them does not come out as expected." in text
    assert "comes out as fires, not as silent" in text


def test_a_reviewed_and_a_retired_rule_say_so(ruleset):
    flag = ruleset.red_flags["rf-thunderclap"]
    changed = replace(flag, reviewed="neurologist, 2027-01-02", status=Status.RETIRED)
    client = client_of(replace(ruleset, red_flags={**ruleset.red_flags, flag.id: changed}))
    text = Page(client.get(f"/rules/{flag.id}").text).text
    assert "Reviewed: neurologist, 2027-01-02." in text
    assert "Not reviewed by a clinician. " not in text
    assert "Retired: this rule takes no part in evaluations." in text
    assert "None are run: the rule is retired." in text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; {{ 7 * 7 }}"


def test_no_text_of_a_ruleset_becomes_markup(ruleset):
    flag, word = ruleset.red_flags["rf-thunderclap"], ruleset.vocabulary["thunderclap-headache"]
    reference = ruleset.references[flag.sources[0].ref]
    changed = replace(
        ruleset,
        title=HOSTILE,
        population=HOSTILE,
        funding=HOSTILE,
        red_flags={
            **ruleset.red_flags,
            flag.id: replace(
                flag,
                title=HOSTILE,
                rationale=HOSTILE,
                reviewed=HOSTILE,
                false_positives=(HOSTILE,),
                sources=(replace(flag.sources[0], supports=HOSTILE),),
                cases=(replace(flag.cases[0], name=HOSTILE),),
            ),
        },
        vocabulary={**ruleset.vocabulary, word.id: replace(word, title=HOSTILE, question=HOSTILE, synonyms=(HOSTILE,))},
        references={**ruleset.references, reference.id: replace(reference, title=HOSTILE, doi=f"10.1/{HOSTILE}")},
        not_covered=tuple(replace(gap, title=HOSTILE, group=HOSTILE, reason=HOSTILE) for gap in ruleset.not_covered[:2]),
    )
    client = client_of(changed)
    for address in ("/rules", f"/rules/{flag.id}", f"/rules/vocabulary/{word.id}", "/rules/vocabulary", "/rules/not-covered"):
        text = client.get(address).text
        Page(text)
        assert "<script>alert" not in text, address
        assert "<img" not in text, address
        assert " 49" not in text, address


@pytest.mark.parametrize("typed", [HOSTILE, "%", "\N{SNOWMAN}", "(", "' or 1=1", "a" * 3000, "\0"])
def test_what_is_typed_is_only_looked_for(page, typed):
    page(f"/rules?{urlencode({'q': typed})}")


def found_by(client, query):
    text = client.get(f"/rules?{query}", headers=BROWSER).text
    return re.findall(r'<tr><td><a href="/rules/([a-z0-9-]+)"', text)


@pytest.mark.parametrize(
    ("query", "among", "not_among"),
    [
        ("q=thunderclap", "rf-thunderclap", "sleep-hygiene"),
        ("q=arteritis+giant", "giant-cell-arteritis", "rf-thunderclap"),
        ("q=Haemorrhage", "subarachnoid-haemorrhage", "sleep-hygiene"),
        ("q=hemorrhage", "subarachnoid-haemorrhage", "sleep-hygiene"),  # spelling
        ("q=rf-thunderclap", "rf-thunderclap", "sleep-hygiene"),
        ("q=M31.6", "giant-cell-arteritis", "rf-thunderclap"),  # a code
        ("q=cant+move+legs&kind=cause", None, "rf-thunderclap"),
        ("kind=cause", "giant-cell-arteritis", "rf-thunderclap"),
        ("kind=derived", "fever", "giant-cell-arteritis"),
        ("category=vascular", "giant-cell-arteritis", "acute-sinusitis"),
        ("category=vascular&kind=red-flag", "rf-thunderclap", "giant-cell-arteritis"),
        ("speed=emergency", "rf-thunderclap", "sleep-hygiene"),
        ("speed=urgent&kind=cause", "giant-cell-arteritis", "bacterial-meningitis"),
        ("category=medication&kind=suggestion", "nsaid-oral", "sleep-hygiene"),
        ("q=+&kind=", "sleep-hygiene", None),
        ("utm=1", "sleep-hygiene", None),
    ],
)
def test_rules_are_searched_and_filtered(client, query, among, not_among):
    found = found_by(client, query)
    assert among is None or among in found
    assert not_among is None or not_among not in found


def test_a_source_finds_exactly_the_rules_that_cite_it(client, ruleset):
    reference = ruleset.red_flags["rf-thunderclap"].sources[0].ref
    citing = {rule.id for rule in rules_of(ruleset) if any(source.ref == reference for source in rule.sources)}
    assert set(found_by(client, f"source={reference}")) == citing


def test_a_title_that_holds_what_was_typed_comes_before_texts_that_do(client):
    assert found_by(client, "q=meningitis&kind=cause")[:2] == ["bacterial-meningitis", "viral-meningitis"]


def test_the_counts_are_those_of_the_ruleset(page, ruleset):
    text = page("/rules").text
    rules = list(rules_of(ruleset))
    assert f"{len(rules)} rules" in text
    assert f"Red flags ({len(ruleset.red_flags)})" in text
    assert f"Causes ({len(ruleset.causes)})" in text
    assert f"{sum(bool(rule.reviewed) for rule in rules)} of {len(rules)} rules are signed by one." in text


def test_nothing_found_is_said_with_where_to_look_next(page):
    assert "Nothing in the rules fits all of this" in page("/rules?q=xylophone").text


@pytest.mark.parametrize("query", ["kind=flag", "category=vasculr", "speed=now", "source=nobody-1999"])
def test_a_filter_that_cannot_be_chosen_is_an_error_and_not_an_empty_list(page, query):
    name, _, value = query.partition("=")
    text = page(f"/rules?{query}", status=422).text
    assert f"{name} holds nothing that can be chosen" in text
    assert value not in text.replace("red-flag", "")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("/rules/rf-thundercap", "/rules/rf-thunderclap"),
        ("/rules/giant-cell-artritis", "/rules/giant-cell-arteritis"),
        ("/rules/vocabulary/fevr", "/rules/vocabulary/fever"),
        ("/rules/neck-stifness", "/rules/vocabulary/neck-stiffness"),
    ],
)
def test_an_id_that_nothing_has_is_answered_with_those_that_look_like_it(page, address, near):
    found = page(address, status=404)
    assert near in found.links
    assert address.rpartition("/")[2] not in found.text


@pytest.mark.parametrize(
    "address", ["/rules/zzz", "/rules/rf-thunderclap/x", "/rules/a/b/c", "/rules/zzz/source-attributes", "/rules/static/x.js"]
)
def test_an_address_of_nothing_is_a_page_for_people(page, address):
    page(address, status=404)


def test_each_of_the_thirteen_source_attributes_stands_in_the_json(client, ruleset):
    response = client.get("/rules/giant-cell-arteritis/source-attributes")
    assert response.content_type == "application/json"
    document = response.json
    attributes = document["attributes"]
    assert [member["paragraph"] for member in attributes.values()] == [f"45 CFR 170.315(b)(11)(iv)(A)({number})" for number in range(1, 14)]
    assert attributes["developer"]["value"] == ruleset.developer
    assert attributes["funding"]["value"] == ruleset.funding
    assert attributes["dates"]["value"]["release"] == ruleset.released.isoformat()
    assert attributes["dateOfBirth"] == {
        "paragraph": "45 CFR 170.315(b)(11)(iv)(A)(11)",
        "used": True,
        "words": [{"id": "age", "title": "Age"}],
    }
    assert attributes["race"] == {"paragraph": "45 CFR 170.315(b)(11)(iv)(A)(5)", "used": False, "words": []}
    assert document["rule"]["url"] == "http://localhost/rules/giant-cell-arteritis"
    assert document["ruleset"]["sha256"] == ruleset.hash


def test_what_a_ruleset_does_not_state_is_said_to_be_unstated(ruleset):
    client = client_of(replace(ruleset, developer=None, funding=None, released=None, releases=()))
    values = {name: member.get("value") for name, member in client.get("/rules/fever/source-attributes").json["attributes"].items()}
    assert (values["developer"], values["funding"]) == ("not stated", "not stated")
    assert values["dates"] == {"release": "not stated", "effective": "2026-12-01", "revisions": []}
    assert "Released (not stated)" in client.get("/rules/fever").text


def test_the_index_of_source_attributes_names_every_rule_and_what_it_uses(client, ruleset):
    listed = {line["id"]: line for line in client.get("/rules/source-attributes").json["rules"]}
    assert listed.keys() == {rule.id for rule in rules_of(ruleset)}
    assert listed["giant-cell-arteritis"]["uses"] == [DataClass.DATE_OF_BIRTH]
    assert listed["giant-cell-arteritis"]["url"] == "http://localhost/rules/giant-cell-arteritis"


@pytest.mark.parametrize("id_", ["giant-cell-arteritis", "preeclampsia", "rf-thunderclap"])
def test_the_page_of_a_rule_tells_the_same_uses_as_the_json(page, client, id_):
    said = page(f"/rules/{id_}").text.partition("Release and revision dates")[2].partition(" Decision support for")[0]
    members = list(client.get(f"/rules/{id_}/source-attributes").json["attributes"].values())[4:]
    expected = [f"Used: {', '.join(word['title'] for word in member['words'])}" if member["used"] else "Not used" for member in members]
    rows = re.split(r" Use of [a-z ]+? (?=Used:|Not used)", said)[1:]
    assert [row.replace(" , ", ", ").strip() for row in rows] == expected


@pytest.mark.parametrize(
    "address", ["/rules", "/rules/rf-thunderclap", "/rules/vocabulary/fever", "/rules/source-attributes", "/rules/static/rules.css"]
)
def test_who_has_a_page_asks_only_whether_it_changed(client, address):
    with client.get(address, headers=BROWSER) as first:
        assert "no-store" not in first.headers["Cache-Control"]
    with client.get(address, headers=BROWSER | {"If-None-Match": first.headers["ETag"]}) as again:
        assert (again.status_code, again.data) == (304, b"")
    with client.get(address, headers=BROWSER | {"If-None-Match": '"other"'}) as changed:
        assert changed.status_code == 200


def test_the_same_page_is_the_same_bytes_and_another_ruleset_another_page(client, ruleset):
    first = client.get("/rules/rf-thunderclap", headers=BROWSER)
    assert client.get("/rules/rf-thunderclap", headers=BROWSER).data == first.data
    other = client_of(replace(ruleset, version="9.9.9")).get("/rules/rf-thunderclap", headers=BROWSER)
    assert other.headers["ETag"] != first.headers["ETag"]


def test_an_error_is_kept_by_nobody(client):
    response = client.get("/rules/zzz", headers=BROWSER)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_pages_forbid_code_of_others_and_code_within(client):
    policy = client.get("/rules/rf-thunderclap", headers=BROWSER).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/rules", "/rules/nsaid-oral", "/rules/vocabulary"])
def test_a_first_view_is_small(client, address, pages):
    size = 0
    for each in {address, *(link for link in pages[address].links if link.endswith((".css", ".js", ".svg")))}:
        with client.get(each, headers=BROWSER) as response:
            size += len(response.data)
    assert size < 100_000  # bytes


def test_rules_are_there_where_the_page_is_switched_off(evaluator):
    client = create_app(Settings(page=False), evaluator).test_client()
    assert client.get("/rules/rf-thunderclap", headers=BROWSER).status_code == 200


def test_no_address_of_the_browser_hides_a_rule(ruleset):
    app = Flask("x")
    app.register_blueprint(blueprint(ruleset))
    adapter = app.url_map.bind("localhost")
    for rule in rules_of(ruleset):
        assert adapter.match(f"/rules/{rule.id}")[0] == "rules.rule"
