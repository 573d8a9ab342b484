"""What a person reads of an answer: in which order, how much, and that it is what the data say."""

import re
from datetime import UTC, datetime
from html import unescape
from xml.etree import ElementTree as ET

import pytest

NOW = datetime(2026, 11, 25, tzinfo=UTC)
XHTML = "{http://www.w3.org/1999/xhtml}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(resource):
    """The narrative as lines of text, headings among them."""
    blocks = re.sub(r"<(p|li|h3)>", "\n", resource["text"]["div"])
    return [line for line in unescape(re.sub(r"<[^>]+>", "", blocks)).split("\n") if line]


def strings(node):
    if isinstance(node, str):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from strings(below)


@pytest.fixture
def answered(evaluator, examples):
    """The resources of the answer to an example by their types, the first of each, and all of them."""

    def answering(name, **parameters):
        body = (examples / f"{name}.json").read_bytes()
        entries = evaluator.evaluate(body, {} if b'"Parameters"' in body else parameters | {"asOf": "2026-11-24"}, now=NOW).answer["entry"]
        resources = [entry["resource"] for entry in entries]
        return {resource["resourceType"]: resource for resource in resources[::-1]} | {"all": resources}

    return answering


def test_every_narrative_is_english_and_says_so_for_the_ear_and_the_eye(answer):
    for resource in answer.resources:
        div = ET.fromstring(resource["text"]["div"])
        assert (div.tag, div.get("lang"), div.get(LANGUAGE), resource["language"]) == (f"{XHTML}div", "en", "en", "en")


def test_an_emergency_is_told_before_anything_else(answered):
    resources = answered("fever-and-stiff-neck")
    for resource_type in ("ClinicalImpression", "CarePlan"):
        first, second = read(resources[resource_type])[:2]
        assert first == "Emergency (now)"
        assert second.startswith("Red flags: Fever with a stiff neck")
    assert "Do first: Call an ambulance now; Emergency department now;" in resources["ClinicalImpression"]["summary"]


def test_what_the_listed_causes_call_for_stands_in_an_emergency_plan_in_the_words_of_their_rules(answered, ruleset):
    plan = answered("fever-and-stiff-neck")["CarePlan"]
    said = f"Bacterial meningitis or meningococcal disease: {ruleset.causes['bacterial-meningitis'].confirm.strip()}"
    assert said in read(plan)
    assert f"How it is confirmed. {said}" in [note["text"] for note in plan["note"]]


def test_of_causes_less_urgent_than_the_patient_and_of_a_patient_who_can_wait_it_is_not_told(answered):
    assert not any("Pyelonephritis:" in line for line in read(answered("fever-and-stiff-neck")["CarePlan"]))
    assert "How these causes are confirmed" not in read(answered("stiff-shoulders")["CarePlan"])


def test_what_was_not_understood_stands_above_findings_and_plan(answer_to):
    answer = answer_to("hostile")
    lines = read(answer.one("ClinicalImpression"))
    assert lines[2] == "Not understood and not weighed"
    assert lines[3].startswith("<script>")
    assert "Not understood and not weighed: “<script>" in read(answer.one("CarePlan"))[1]
    assert "Not understood and not weighed: “&lt;script>" in answer.one("CarePlan")["description"]


@pytest.mark.parametrize("name", ["fever-and-stiff-neck", "only-two-pains", "stiff-shoulders"])
def test_how_many_red_flags_stay_open_is_the_last_remark_and_no_part_of_the_summary(answered, name):
    impression = answered(name)["ClinicalImpression"]
    remarks = [note["text"] for note in impression["note"]]
    assert [bool(re.match(r"Of \d+ red flags \d+ can neither", text)) for text in remarks] == [False] * (len(remarks) - 3) + [
        True,
        False,
        False,
    ]
    assert not re.search(r"\d+ (could|can) ", impression["summary"])


def test_each_finding_is_told_in_the_words_of_its_data_and_no_more(answered):
    impression = answered("fever-and-stiff-neck")["ClinicalImpression"]
    lines = read(impression)
    for finding in impression["finding"]:
        assert finding["basis"] in lines
    assert not [line for line in lines if line.startswith(("Met: ", "Unknown: "))]


def test_nothing_is_told_twice(answer_to):
    lines = read(answer_to("neither").one("ClinicalImpression"))
    assert " ".join(lines).count("Back pain is recorded as absent.") == 1


def test_on_request_every_criterion_is_told(answered):
    lines = read(answered("fever-and-stiff-neck", detail="full")["ClinicalImpression"])
    assert [line for line in lines if line.startswith("Met: ")]
    assert [line for line in lines if line.startswith("Unknown: ")]


@pytest.mark.parametrize("name", ["fever-and-stiff-neck", "stiff-shoulders", "throbbing-one-sided"])
def test_the_narrative_of_the_plan_says_nothing_that_no_data_say(answered, ruleset, name):
    resources = answered(name)
    said = unescape("\n".join(text for resource in resources["all"] for text in strings(resource | {"text": None}))).lower()
    known = {activity.title for activity in ruleset.activities.values()}  # that of a prohibition is told beside its "Do not ..."
    known |= {"Proposed", "Do not", "Withheld", "How these causes are confirmed", "For the patient", "Limits"}
    for line in read(resources["CarePlan"]):
        titles = [title for title in known if line == title or line.startswith(f"{title}: ")]
        rest = line.removeprefix(max(titles, key=len, default="")).removeprefix(": ")
        assert rest.lower() in said, line


def test_a_clinician_finds_the_words_for_the_patient_in_one_place(answered):
    lines = read(answered("stiff-shoulders")["CarePlan"])
    start, end = lines.index("For the patient"), lines.index("Limits")
    assert not [line for line in lines[:start] if "For the patient:" in line]
    assert len(lines[start + 1 : end]) == len(answered("stiff-shoulders")["CarePlan"]["activity"])


def test_a_request_says_that_nobody_ordered_it_and_what_it_is_for(answered):
    lines = read(answered("fever-and-stiff-neck")["ServiceRequest"])
    assert lines[0] == "Proposed, not ordered (stat): Emergency department now"
    assert any(line.startswith("For: Fever with a stiff neck, or with severe headache and photophobia; ") for line in lines)


def test_remarks_that_need_a_look_come_before_those_for_information(answer_to):
    lines = read(answer_to("hostile").one("OperationOutcome"))
    assert lines[0] == "Needs a look"
    assert lines.index("Said of the input: unusable.") < lines.index("For information") < lines.index("Said of the input: by-text.")


def test_remarks_of_one_kind_have_no_heading(answer_to):
    assert "For information" not in read(answer_to("neither").one("OperationOutcome"))
