"""What relatives have is family history, and never the patient's own."""

import pytest

SNOMED = "http://snomed.info/sct"
MIGRAINE = {"coding": [{"system": SNOMED, "code": "37796009"}]}
HEADACHE = {"coding": [{"system": SNOMED, "code": "25064002"}]}
HISTORIES = [
    ("a disease of the vocabulary", {"condition": [{"code": MIGRAINE}]}, [("family-history-migraine", "present")]),
    ("the same as a text", {"condition": [{"code": {"text": "Migraine"}}]}, [("family-history-migraine", "present")]),
    ("said in full", {"condition": [{"code": {"text": "Family history of migraine"}}]}, [("family-history-migraine", "present")]),
    ("a complaint of a relative is nothing of the patient", {"condition": [{"code": HEADACHE}]}, []),
    ("a disease of a relative that matters only in the patient", {"condition": [{"code": {"text": "Cancer"}}]}, []),
    ("one relative who is free of it denies nothing", {"condition": [{"code": {"text": "No migraine"}}]}, []),
    ("nobody has it", {"condition": [{"code": {"text": "No family history of migraine"}}]}, [("family-history-migraine", "absent")]),
    ("nothing known", {"status": "health-unknown"}, []),
    ("in error", {"status": "entered-in-error", "condition": [{"code": MIGRAINE}]}, []),
    ("in the future", {"date": "2027-01-01", "condition": [{"code": MIGRAINE}]}, []),
    ("long ago", {"date": "2001", "condition": [{"code": MIGRAINE}]}, [("family-history-migraine", "present")]),
]


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in HISTORIES], ids=[case[0] for case in HISTORIES])
def test_a_relative_gives_family_history_and_nothing_else(chart, make, said, elements, expected):
    assert said(chart(make("FamilyMemberHistory", **elements))) == expected


def test_a_family_history_of_another_patient_is_refused(chart, make, said):
    read = chart(make("FamilyMemberHistory", patient={"reference": "Patient/q"}, condition=[{"code": MIGRAINE}]))
    assert said(read) == []
    assert [str(note.kind) for note in read.notes] == ["refused"]
