"""Which pains are active, and which of them a cause explains (DESIGN 4)."""

import pytest

from nuchal.rules.model import Region

HEAD, BACK = Region.HEAD, Region.BACK


@pytest.mark.parametrize(
    ("said", "active", "equivalent"),
    [
        ({"headache": True, "back-pain": True}, {HEAD, BACK}, None),
        ({"headache": True, "back-pain": None}, {HEAD}, None),
        ({"headache": None, "back-pain": True}, {BACK}, None),
        ({"headache": False, "back-pain": False}, set(), None),
        ({"headache": True, "back-pain": None, "neck-pain": True}, {HEAD, BACK}, "neck-pain"),
        ({"headache": True, "back-pain": False, "neck-stiffness": True}, {HEAD, BACK}, "neck-stiffness"),
        ({"headache": True, "back-pain": True, "neck-pain": True}, {HEAD, BACK}, None),
        ({"headache": True, "back-pain": None, "neck-pain": True, "neck-stiffness": True}, {HEAD, BACK}, "neck-pain"),
    ],
)
def test_neck_pain_and_stiffness_count_as_back_pain_where_there_is_none(make, assessment, said, active, equivalent):
    result = assessment(make.ruleset(), said)
    assert (result.active, result.back_by_equivalent) == (active, equivalent)


def test_a_pain_that_is_only_suspected_is_not_active_but_asked_for(make, assessment, say):
    result = assessment(make.ruleset(), {"headache": None}, say("headache", said=True, confirmed=False))
    assert result.active == {BACK}
    assert "headache" in [question.word for question in result.questions]


@pytest.mark.parametrize(
    ("explains", "said", "unexplained"),
    [
        ({HEAD, BACK}, {}, set()),
        ({HEAD}, {}, {BACK}),
        ({BACK}, {}, {HEAD}),
        ({HEAD, Region.NECK}, {}, {BACK}),
        ({HEAD, Region.NECK}, {"back-pain": None, "neck-pain": True}, set()),
        ({HEAD, BACK}, {"typical": None}, {HEAD, BACK}),
    ],
)
def test_an_active_pain_that_no_listed_cause_explains_is_said(make, assessment, explains, said, unexplained):
    rules = make.ruleset(make.cause(explains=explains))
    assert assessment(rules, {"typical": True, **said}).unexplained == unexplained
