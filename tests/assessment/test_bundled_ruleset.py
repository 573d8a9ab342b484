"""A few patients, given as words, by the bundled ruleset."""

from datetime import UTC, datetime

import pytest

from nuchal.assessment import assess
from nuchal.assessment.model import Asking, Withholding
from nuchal.findings import Finding, Findings, Presence
from nuchal.inference.outcome import Certainty
from nuchal.rules.model import Disposition, Region
from nuchal.rules.vocabulary import WordKind

BOTH_PAINS = {"headache": Presence.PRESENT, "back-pain": Presence.PRESENT}
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def assess_words(ruleset, inference):
    def run(presences):
        statements = [Finding(word=word, presence=presence, observed=MOMENT) for word, presence in presences.items()]
        return assess(ruleset, inference, inference.conclude(Findings(statements)), known_causes=frozenset(), detail_full=True)

    return run


@pytest.fixture
def everything_denied(ruleset):
    """Both pains, and every other symptom and sign absent."""
    asked = [word for word in ruleset.vocabulary.values() if word.kind in (WordKind.SYMPTOM, WordKind.SIGN) and word.quantity is None]
    return {**{word.id: Presence.ABSENT for word in asked}, **BOTH_PAINS}


def planned(result):
    return [each.activity.id for each in result.plan.activities]


def test_cauda_equina_is_an_emergency_with_imaging_and_without_manipulation(assess_words):
    result = assess_words({**BOTH_PAINS, "saddle-anaesthesia": Presence.PRESENT, "urinary-retention": Presence.PRESENT})
    assert result.disposition is Disposition.EMERGENCY
    assert [raised.flag.id for raised in result.flags] == ["rf-cauda-equina"]
    assert (result.causes[0].cause.id, result.causes[0].certainty) == ("cauda-equina-syndrome", Certainty.MEETS_CRITERIA)
    assert planned(result)[:2] == ["emergency-department-now", "spinal-emergency-assessment"]
    assert "no-manipulation" in planned(result)
    assert planned(result)[-1] == "safety-net-advice"
    met = {finding.word for criterion in result.flags[0].criteria for finding in criterion.evidence}
    assert {"saddle-anaesthesia", "urinary-retention"} <= met


def test_two_pains_and_nothing_else_are_routine_with_the_screen_to_ask(assess_words, ruleset):
    result = assess_words(BOTH_PAINS)
    assert result.disposition is Disposition.ROUTINE
    assert result.flags == ()
    assert {listed.certainty for listed in result.causes} == {Certainty.POSSIBLE}
    assert result.screen_open == tuple(topic.id for topic in ruleset.screen)
    assert [question.why for question in result.questions][: len(ruleset.screen)] == [Asking.SCREEN] * len(ruleset.screen)
    assert "gp-appointment-routine" in planned(result)
    assert len(result.undetermined) > 10


def test_everything_denied_is_self_care_and_says_that_the_headache_is_not_explained(assess_words, everything_denied):
    result = assess_words(everything_denied)
    assert result.disposition is Disposition.SELF_CARE
    assert (result.flags, result.screen_open) == ((), ())
    assert [listed.cause.id for listed in result.causes] == ["mechanical-back-pain"]
    assert result.unexplained == {Region.HEAD}


@pytest.mark.parametrize("word", ["fever", "leg-weakness", "thunderclap-headache"])
def test_one_positive_answer_to_the_screen_ends_self_care(assess_words, everything_denied, word):
    result = assess_words({**everything_denied, word: Presence.PRESENT})
    assert result.disposition is not Disposition.SELF_CARE


def test_a_man_is_not_asked_about_pregnancy_in_any_way(assess_words):
    result = assess_words({**BOTH_PAINS, "sex-female": Presence.ABSENT})
    about_pregnancy = {"pregnant", "postpartum", "postpartum-days", "gestational-age-weeks", "breastfeeding"}
    asked = {question.word for question in result.questions}
    waited_for = {word for each in result.undetermined for word in each.missing}
    before_doing = {word for each in result.plan.activities for word in each.unknown_contraindications}
    assert about_pregnancy.isdisjoint(asked | waited_for | before_doing)
    assert all(each.why is not Withholding.PREGNANCY_UNKNOWN for each in result.plan.withheld)
