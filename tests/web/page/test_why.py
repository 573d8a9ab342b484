"""See why: criteria with the resource behind each, any rule by its name, what one more answer would change, and pictures."""

import json
import re
from itertools import pairwise

import pytest

from nuchal.fhir.context import Context
from nuchal.web.page.criteria_shown import shown_cause, shown_flag
from nuchal.web.page.path_graph import path_graph
from nuchal.web.page.samples import samples
from nuchal.web.page.why_not import names, why_not

AS_OF = {"asOf": "2026-11-24"}
SAMPLE = {"body": samples()["fever-and-stiff-neck"].text} | AS_OF


def rows(page):
    return [text for _, text in page.pairs("tr")]


def test_each_flag_and_cause_shows_its_criteria_with_state_and_source(visit):
    page = visit("/answer", SAMPLE)
    titles = [text for _, text in page.pairs("details", class_="rule")]
    assert any(title.startswith("Fever with a stiff neck") for title in titles)
    assert any(title.startswith("Bacterial meningitis") for title in titles)
    assert "met fever Body temperature: 39 °C: Observation/temperature" in rows(page)
    assert any(row.startswith("unknown") for row in rows(page))
    assert any(row.startswith("absent") for row in rows(visit("/answer", {"sample": "throbbing-one-sided"})))


def test_a_click_on_a_source_leads_to_the_resource_as_it_came(visit):
    page = visit("/answer", SAMPLE)
    anchors = {link["href"] for link, text in page.pairs("a") if text == "Observation/temperature"}
    assert len(anchors) == 1
    resource = page.text("details", id=anchors.pop().removeprefix("#"))
    assert "Body temperature: 39 °C" in resource
    assert '"code": "8310-5"' in resource


def test_a_resource_that_only_a_uuid_names_is_called_by_its_place(visit):
    page = visit("/answer", {"sample": "numb-saddle"})
    labels = [text for attributes, text in page.pairs("a") if attributes["href"].startswith("#in-")]
    assert labels
    assert [label for label in labels if not re.fullmatch(r"[A-Z]\w+ in entry\[\d+\]", label)] == []


WHY_NOT = [
    ("rf-thunderclap", "Red flag not raised, and not ruled out"),
    ("Migraine without aura", "Cause not listed Speaks against it: fever"),
    ("rf-no-such-rule", "There is no rule with this name"),
    ("Call an ambulance now", "Suggestion proposed"),
    ("Paracetamol", "Suggestion not proposed"),
    ("Bacterial meningitis or meningococcal disease", "Cause listed: meets criteria"),
]


@pytest.mark.parametrize(("rule", "said"), WHY_NOT)
def test_any_rule_can_be_asked_for_by_name(visit, rule, said):
    assert said in visit("/answer", SAMPLE | {"why": rule}).text("div", id="why-not-answer")


def test_every_rule_has_an_explanation_for_a_patient_with_little_and_one_with_much(evaluator):
    """Each of some 400 rules, without HTML: none may fail, and what is not concluded has a reason."""
    for sample in ("only-two-pains", "fever-and-stiff-neck", "stiff-shoulders", "patients/sepsis"):
        found = samples()[sample]
        evaluation = evaluator.evaluate(found.text.encode(), {"asOf": found.as_of}, now=None)
        context = Context(assessment=evaluation.assessment, chart=evaluation.chart, detail_full=False)
        for id_ in names(evaluator.ruleset):
            explained = why_not(context, id_)
            assert explained.outcome
            if explained.outcome in {"not listed", "not proposed", "withheld"}:
                assert explained.reasons, id_
            if explained.outcome == "not raised, and not ruled out":
                assert explained.reasons, id_


def test_a_name_that_is_nearly_one_leads_to_those_that_are(visit):
    page = visit("/answer", SAMPLE | {"why": "migraine"})
    offered = [button["value"] for button in page.all("button", name="rule")]
    assert "Migraine without aura" in offered
    page = visit("/answer", SAMPLE | {"why": "migraine", "rule": "Migraine without aura"})
    assert "Cause not listed" in page.text("div", id="why-not-answer")


def test_a_supposed_answer_shows_what_it_would_change_and_leaves_the_answer_as_it_is(visit):
    pains = {"body": samples()["only-two-pains"].text} | AS_OF
    before, page = visit("/answer", pains), visit("/answer", pains | {"suppose.thunderclap-headache": "present"})
    said = page.text("div", id="changes")
    assert "Supposing Thunderclap headache: present" in said
    assert "becomes emergency (now)" in said
    assert "Red flag raised" in said
    assert page.text("h1") == before.text("h1")
    assert page.text("section", id="assessment") == before.text("section", id="assessment")


def test_a_supposed_absence_of_what_was_stated_shows_what_would_fall_away(visit):
    said = visit("/answer", SAMPLE | {"suppose.neck-stiffness": "absent"}).text("div", id="changes")
    assert "no longer raised: Fever with a stiff neck" in said


def test_what_changes_nothing_is_said_to_change_nothing(visit):
    said = visit("/answer", SAMPLE | {"suppose.neck-stiffness": "present"}).text("div", id="changes")
    assert "Nothing of the answer changes" in said


IMPOSSIBLE = [("no-such-word", "present"), ("headache", "perhaps"), ("body-temperature", "700"), ("body-temperature", "nan")]


@pytest.mark.parametrize(("word", "value"), IMPOSSIBLE)
def test_a_supposition_that_cannot_be_is_left_out(visit, word, value):
    assert visit("/answer", SAMPLE | {f"suppose.{word}": value}).text("div", id="changes") == ""


def test_answers_can_be_added_to_the_input_and_then_count(visit):
    pains = {"body": samples()["only-two-pains"].text} | AS_OF
    fields = pains | {
        "suppose.thunderclap-headache": "present",
        "suppose.body-temperature": "39.5",
        "suppose.seizure": "absent",
        "add": "yes",
    }
    page = visit("/answer", fields)
    assert page.text("h1") == "Disposition: emergency (now)"
    added = [entry["resource"] for entry in json.loads(page.text("textarea", id="body"))["entry"][-3:]]
    said = {
        resource["code"]["coding"][0]["code"]: resource.get("valueBoolean", resource.get("valueQuantity", {}).get("value"))
        for resource in added
    }
    assert said == {"thunderclap-headache": True, "body-temperature": 39.5, "seizure": False}
    assert json.loads(page.text("textarea", id="body"))["entry"][:-3] == json.loads(pains["body"])["entry"]


def test_an_answer_that_contradicts_the_input_is_not_offered_to_be_added(visit):
    page = visit("/answer", SAMPLE | {"suppose.neck-stiffness": "absent", "add": "yes"})
    assert page.all("button", name="add") == []
    assert len(json.loads(page.text("textarea", id="body"))["entry"]) == len(json.loads(SAMPLE["body"])["entry"])


def test_the_figure_says_in_words_where_it_hurts(visit):
    page = visit("/answer", {"sample": "throbbing-one-sided"})
    assert "Pain: head, back, low back" in page.text("figcaption")
    assert page.text("desc", id="figure-text") == "head: present. back: present. low back: present."
    assert len([1 for tag, attributes, _ in page.elements if attributes.get("class") == "spot present"]) == 4


def test_a_pain_that_is_denied_is_drawn_and_told_as_denied(visit, bundle):
    denied = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-11-23",
        "code": {"text": "Neck pain"},
        "valueBoolean": False,
    }
    page = visit("/answer", {"body": bundle("Headache", "Back pain", denied)} | AS_OF)
    assert "No pain: neck" in page.text("figcaption")
    assert "neck: absent." in page.text("desc", id="figure-text")


def test_the_path_leads_from_findings_to_conclusions_in_words_too(visit):
    page = visit("/answer", SAMPLE)
    told = page.text("desc", id="path-text")
    assert "Fever with a stiff neck, or with severe headache and photophobia, because of: fever;" in told
    boxes = [text for _, text in page.pairs("g") if text]
    assert "Body temperature: 39 °C" in boxes
    assert len(page.all("path", class_="edge")) > 5


def test_boxes_of_the_path_do_not_overlap(evaluator):
    for sample in list(samples().values())[:60]:
        if "cds_hooks" in sample.id:
            continue
        evaluation = evaluator.evaluate(sample.text.encode(), {"asOf": sample.as_of} if sample.as_of else {}, now=None)
        context = Context(assessment=evaluation.assessment, chart=evaluation.chart, detail_full=False)
        flags = [shown_flag(context, each) for each in evaluation.assessment.flags]
        graph = path_graph(context, flags, [shown_cause(context, each) for each in evaluation.assessment.causes])
        for column in graph.columns if graph else ():
            assert all(upper.y + upper.height <= lower.y for upper, lower in pairwise(column)), sample.id
            assert all(box.y + box.height <= graph.height for box in column)


def test_full_detail_names_the_flags_that_are_not_ruled_out(visit):
    page = visit("/answer", SAMPLE | {"detail": "full"})
    assert re.search(r"not ruled out; waits for", page.text("section", id="assessment"))
    assert "detail=full" in page.text("pre", id="curl")
