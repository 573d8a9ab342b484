"""What was recorded and weighs in nothing that is listed is said, not hidden behind a residual diagnosis."""

import pytest

from nuchal.rules.conditions import All, AnyOf, Word


@pytest.mark.parametrize(
    ("said", "unweighed"),
    [
        pytest.param({"back-pain": True, "jaw-claudication": True}, ("jaw-claudication",), id="only a flag that is not raised reads it"),
        pytest.param({"back-pain": True, "typical": True, "jaw-claudication": False}, (), id="denied"),
        pytest.param({"back-pain": True, "typical": True}, (), id="a listed cause reads it"),
        pytest.param({"back-pain": True, "bad-sign": True}, (), id="a raised flag reads it"),
        pytest.param({"back-pain": True, "source": True, "bad-sign": None}, (), id="a raised flag reads what is derived from it"),
    ],
)
def test_a_present_finding_that_nothing_listed_reads_is_named(make, assessment, said, unweighed):
    rules = make.ruleset(
        make.flag(when="bad-sign"),
        make.flag("rf-silent", when=All((Word("jaw-claudication"), Word("chills"), Word("more")))),
        make.cause(required="typical", cardinal=["typical"]),
        make.derived("bad-sign", present_when=AnyOf((Word("source"),))),
    )
    assert assessment(rules, said).unweighed == unweighed
