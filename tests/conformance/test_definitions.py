"""What is generated is R4, hangs together, and says what the ruleset says."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from fhir.resources.R4B import get_fhir_model_class

from nuchal.conformance import TYPES, definitions, generated
from nuchal.fhir.canonicals import SOURCE
from nuchal.rules.model import Status
from nuchal.rules.vocabulary import Match
from nuchal.terminology import CANONICAL_BASE, ICD_10_CM, LOINC, SNOMED_CT, UCUM, VOCABULARY

OF_SOFTWARE = {"CapabilityStatement", "OperationDefinition"}


def nodes(node):
    """Every object in a resource."""
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(below)


def texts(node):
    """Every text in a resource."""
    if isinstance(node, str):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(below)


def test_every_resource_is_accepted_as_r4(resources):
    for resource in resources:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_each_has_a_type_that_is_served_and_an_id_and_an_address_of_its_own(ruleset, capabilities):
    everything = list(definitions(ruleset, capabilities))
    assert {resource["resourceType"] for resource in everything} <= set(TYPES)
    for name in ("url", "id"):
        named = [(resource["resourceType"], resource[name]) for resource in everything]
        assert len(set(named)) == len(named)


def test_each_stands_at_its_address_in_the_version_of_the_ruleset_or_the_software(ruleset, resources):
    for resource in resources:
        assert resource["url"] == f"{CANONICAL_BASE}/{resource['resourceType']}/{resource['id']}"
        if resource["resourceType"] not in OF_SOFTWARE:
            assert resource["version"] == ruleset.version
        assert resource["text"]["status"] == "generated"


def test_what_one_definition_names_of_ours_is_another(ruleset, capabilities):
    everything = list(definitions(ruleset, capabilities))
    known = {f"{one['url']}|{one['version']}" for one in everything} | {one["url"] for one in everything}
    named = {text for one in everything for text in texts(one) if text.startswith(f"{CANONICAL_BASE}/") and "/sid/" not in text}
    assert {address for address in named if address.split("#")[0] not in known} == {SOURCE}  # the mark of our resources: no definition


@pytest.mark.parametrize(("reviewed", "status"), [(None, "draft"), ("a clinician on 2026-12-01", "active")])
def test_it_is_a_draft_until_a_clinician_has_signed_every_rule(ruleset, capabilities, reviewed, status):
    kinds = ("derived", "red_flags", "causes", "activities")
    signed = {kind: {id_: replace(rule, reviewed=reviewed) for id_, rule in getattr(ruleset, kind).items()} for kind in kinds}
    resources = [one for one in generated(replace(ruleset, **signed), capabilities) if one["resourceType"] not in OF_SOFTWARE]
    assert {one["status"] for one in resources} == {status}
    assert {"No clinician has reviewed it yet." in one["description"] for one in resources} == {status == "draft"}


def actions(plan):
    return {action["id"]: action for chapter in plan["action"] for action in chapter["action"]}


def test_each_rule_in_force_is_one_action_with_its_literature(ruleset, one):
    rules = ruleset.derived | ruleset.red_flags | ruleset.causes | ruleset.activities
    found = actions(one("PlanDefinition", ruleset.id))
    assert found.keys() == {rule.id for rule in rules.values() if rule.fires}
    for id_, action in found.items():
        assert action["title"] == rules[id_].title
        assert [artifact["display"] for artifact in action["documentation"]] == [source.supports for source in rules[id_].sources]


def test_the_condition_of_a_red_flag_is_its_own_in_words(ruleset, one):
    action = actions(one("PlanDefinition", ruleset.id))["rf-fever-meningism"]
    (condition,) = action["condition"]
    assert condition["expression"]["expression"] == ruleset.wordings.of(ruleset.red_flags["rf-fever-meningism"].when)
    assert action["priority"] == "stat"
    assert [below["definitionCanonical"].split("/")[-1].split("|")[0] for below in action["action"]] == list(
        ruleset.red_flags["rf-fever-meningism"].immediate_action
    )


def test_a_cause_needs_a_cardinal_every_part_and_no_exclusion(ruleset, one):
    found = actions(one("PlanDefinition", ruleset.id))
    for cause in ruleset.causes.values():
        assert len(found[cause.id]["condition"]) == 1 + len(cause.parts) + bool(cause.excluding)


def test_a_retired_rule_is_no_action_and_no_activity(ruleset, capabilities):
    retired = replace(ruleset.activities["neuro-exam"], status=Status.RETIRED)
    without = replace(ruleset, activities=MappingProxyType({**ruleset.activities, "neuro-exam": retired}))
    assert "neuro-exam" not in {one["id"] for one in generated(without, capabilities)}
    assert not any("ActivityDefinition/neuro-exam" in text for one in generated(without, capabilities) for text in texts(one))


def test_a_prohibition_says_so_twice(ruleset, resources):
    prohibited = {activity.id for activity in ruleset.activities.values() if activity.prohibits}
    found = {one["id"]: one for one in resources if one["resourceType"] == "ActivityDefinition" and one.get("doNotPerform")}
    assert found.keys() == prohibited
    assert all(one["description"].startswith("Do not") for one in found.values())


def test_a_drug_is_a_product(resources, ruleset):
    drugs = {one["id"] for one in resources if "productCodeableConcept" in one}
    assert drugs == {activity.id for activity in ruleset.activities.values() if activity.kind == "medication" and not activity.prohibits}


def test_the_code_system_holds_every_word_once(ruleset, one):
    concepts = one("CodeSystem", "vocabulary")["concept"]
    assert [concept["code"] for concept in concepts] == list(ruleset.vocabulary)
    body_temperature = next(concept for concept in concepts if concept["code"] == "body-temperature")
    properties = {found["code"]: found for found in body_temperature["property"]}
    assert properties["unit"]["valueString"] == "Cel"
    assert properties["kind"]["valueCode"] == "number"


def test_the_concept_map_says_what_the_vocabulary_says_of_verified_codes(ruleset, one):
    meant = {Match.EQUIVALENT: "equivalent", Match.IMPLIES: "specializes", Match.BROADER: "subsumes"}
    said = [
        (element["code"], group["target"], target["code"], target["equivalence"])
        for group in one("ConceptMap", "vocabulary")["group"]
        for element in group["element"]
        for target in element["target"]
    ]
    wanted = [
        (word.id, mapping.coding.system, mapping.coding.code, meant[mapping.match])
        for word in ruleset.vocabulary.values()
        for mapping in word.codes
        if mapping.coding.verified
    ]
    assert sorted(said) == sorted(wanted)
    assert {SNOMED_CT, LOINC, ICD_10_CM} <= {system for _, system, _, _ in said}


def test_the_concept_map_turned_round_is_a_map_of_a_site(ruleset, one):
    """Target and source change places, and so do specializes and subsumes: `nuchal.intake.site_map` reads the same meaning."""
    from nuchal.intake.site_map import _EQUIVALENCES  # noqa: PLC0415  the one other place that knows R4's equivalences

    turned = {"equivalent": "equivalent", "specializes": "subsumes", "subsumes": "specializes"}
    for word in ("headache", "fever", "pregnant"):
        for group in one("ConceptMap", "vocabulary")["group"]:
            for element in (element for element in group["element"] if element["code"] == word):
                codes = {
                    mapping.coding.code: mapping.match
                    for mapping in ruleset.vocabulary[word].codes
                    if mapping.coding.system == group["target"] and mapping.coding.verified
                }
                assert {target["code"]: _EQUIVALENCES[turned[target["equivalence"]]] for target in element["target"]} == codes


def test_no_code_goes_out_that_nobody_verified(ruleset, resources):
    codings = [mapping.coding for word in ruleset.vocabulary.values() for mapping in word.codes]
    codings += [coding for rules in (ruleset.causes, ruleset.activities) for rule in rules.values() for coding in rule.codings]
    verified = {(coding.system, coding.code) for coding in codings if coding.verified}
    recalled = {(coding.system, coding.code) for coding in codings} - verified
    sent = {(node["system"], node["code"]) for one in resources for node in nodes(one) if "system" in node and "code" in node}
    sent |= {
        (include["system"], concept["code"])
        for one in resources
        if one["resourceType"] == "ValueSet"
        for include in one["compose"]["include"]
        for concept in include.get("concept", ())
    }
    assert sent & verified
    assert sent & recalled == set()


def test_the_library_names_the_rule_files_by_their_hash_and_all_literature(ruleset, one):
    library = one("Library", ruleset.id)
    assert library["identifier"][0]["value"] == ruleset.hash
    cited = [artifact["citation"] for artifact in library["relatedArtifact"] if artifact["type"] == "citation"]
    assert cited == [reference.citation for reference in ruleset.references.values()]


def test_the_questionnaire_asks_for_each_word_once_the_pains_and_danger_signs_first(ruleset, form, questions):
    assert questions.keys() == ruleset.vocabulary.keys()
    assert sum(len(group["item"]) for group in form["item"]) == len(ruleset.vocabulary)
    assert [group["linkId"] for group in form["item"]][:3] == ["patient", "pains", "danger-signs"]
    danger = next(group for group in form["item"] if group["linkId"] == "danger-signs")
    assert {ruleset.vocabulary[item["linkId"]].screen for item in danger["item"]} == {topic.id for topic in ruleset.screen}
    assert all(item["text"] == ruleset.vocabulary[word].question for word, item in questions.items())


def test_a_question_is_moot_only_after_an_earlier_one_was_denied(questions):
    order = list(questions)
    dependent = {word: item["enableWhen"] for word, item in questions.items() if "enableWhen" in item}
    assert {"headache-pulsating": "headache", "back-pain-lower": "back-pain", "pregnant": "sex-female"}.items() <= {
        word: conditions[0]["question"] for word, conditions in dependent.items()
    }.items()
    for word, conditions in dependent.items():
        for condition in conditions:
            assert order.index(condition["question"]) < order.index(word)
            assert condition["answerCoding"] in [option["valueCoding"] for option in questions[condition["question"]]["answerOption"]]


def test_a_number_is_asked_for_in_its_unit_and_within_what_is_believed(ruleset, questions):
    for word, item in questions.items():
        quantity = ruleset.vocabulary[word].quantity
        assert (item["type"] == "decimal") == bool(quantity)
        if quantity:
            unit, low, high = (next(value for name, value in extension.items() if name != "url") for extension in item["extension"])
            assert (unit["system"], unit["code"], low, high) == (UCUM, quantity.unit, quantity.low, quantity.high)


def test_the_codes_of_a_question_mean_its_word_and_no_other(ruleset, questions):
    for word, item in questions.items():
        own, *others = item["code"]
        assert (own["system"], own["code"]) == (VOCABULARY, word)
        for code in others:
            users = {
                (used.id, mapping.match)
                for used in ruleset.vocabulary.values()
                for mapping in used.codes
                if (mapping.coding.system, mapping.coding.code) == (code["system"], code["code"])
            }
            assert users == {(word, Match.EQUIVALENT)}


def test_the_same_ruleset_gives_the_same_definitions(ruleset, capabilities, resources):
    assert list(generated(ruleset, capabilities)) == resources
