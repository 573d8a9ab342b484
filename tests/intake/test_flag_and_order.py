"""Flags, and the reasons of orders."""

import pytest

PREGNANT = {"text": "Pregnant"}
FLAGS = [
    ("raised", {"code": PREGNANT}, [("pregnant", "present")]),
    ("raised long ago", {"code": PREGNANT, "period": {"start": "2020-01-01"}}, [("pregnant", "present")]),
    ("lowered", {"code": PREGNANT, "status": "inactive"}, [("pregnant", "unknown")]),
    ("its period is over", {"code": PREGNANT, "period": {"end": "2026-11-19"}}, [("pregnant", "unknown")]),
    ("a history, lowered", {"code": {"text": "Cancer"}, "status": "inactive"}, [("cancer-history", "present")]),
    ("not yet", {"code": PREGNANT, "period": {"start": "2027-01-01"}}, []),
    ("in error", {"code": PREGNANT, "status": "entered-in-error"}, []),
    ("that it is not so", {"code": {"text": "Not pregnant"}}, [("pregnant", "absent")]),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in FLAGS], ids=[case[0] for case in FLAGS])
def test_a_flag_tells_of_now_while_it_is_raised(chart, make, said, elements, expected):
    assert said(chart(make("Flag", **elements))) == expected


REASON = [{"text": "Headache and back pain"}]
BOTH = [("back-pain", "present"), ("headache", "present")]
ORDERS = [
    ("active", {}, BOTH),
    ("completed", {"status": "completed"}, BOTH),
    ("a draft", {"status": "draft"}, [(*one, "unconfirmed") for one in BOTH]),
    ("revoked", {"status": "revoked"}, []),
    ("in error", {"status": "entered-in-error"}, []),
    ("forbidden", {"doNotPerform": True}, []),
    ("written long ago", {"authoredOn": "2026-01-01"}, [("back-pain", "unknown"), ("headache", "unknown")]),
    ("written tomorrow", {"authoredOn": "2026-11-22"}, []),
    ("not dated", {"authoredOn": None}, BOTH),
    ("without a reason", {"reasonCode": None}, []),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS])
def test_the_reasons_of_an_order_count_when_it_was_written_and_the_order_does_not(chart, make, said, elements, expected):
    order = make("ServiceRequest", **({"code": {"text": "Lumbar puncture"}, "reasonCode": REASON} | elements))
    assert said(chart(order)) == expected
