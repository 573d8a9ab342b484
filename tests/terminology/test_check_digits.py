"""A mistyped code gives itself away."""

import pytest

from nuchal.terminology import ATC, ICD_10, ICD_10_CM, ICPC_2, LOINC, RXNORM, SNOMED_CT
from nuchal.terminology.check_digits import is_loinc, is_snomed_concept, why_not

CONCEPTS = ["25064002", "161891005", "386661006", "24484000", "52101004", "2667000", "410516002", "95883001", "900000000000207008"]


@pytest.mark.parametrize("code", CONCEPTS)
def test_a_snomed_ct_concept_has_its_verhoeff_digit(code):
    assert is_snomed_concept(code)


@pytest.mark.parametrize("code", CONCEPTS)
def test_a_wrong_digit_anywhere_in_a_snomed_ct_code_is_seen(code):
    for place, digit in enumerate(code):
        for other in set("0123456789") - {digit}:
            assert not is_snomed_concept(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("code", CONCEPTS)
def test_two_neighbouring_digits_in_the_wrong_order_are_seen(code):
    for place in range(len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not is_snomed_concept(swapped)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("37436014", "a description"),
        ("100022", "a relationship"),
        ("25064", "too short"),
        ("025064002", "begins with 0"),
        ("2506400x", "no number"),
        ("", "nothing"),
        ("2506400212345678901", "too long"),
    ],
)
def test_what_is_no_concept_id_is_no_snomed_ct_concept(code, why):
    assert not is_snomed_concept(code), why


@pytest.mark.parametrize(
    "code",
    ["8310-5", "8331-1", "30525-0", "85354-9", "55284-4", "75325-1", "10154-3", "LA33-6", "LA32-8", "LA9633-4", "LA6752-5", "LA15173-0"],
)
def test_a_loinc_code_has_its_mod_10_digit(code):
    assert is_loinc(code)
    for other in set("0123456789") - {code[-1]}:
        assert not is_loinc(code[:-1] + other)


@pytest.mark.parametrize("code", ["8310", "8310-", "-5", "8310-55", "XX8310-5", "83I0-5", ""])
def test_what_is_no_loinc_code_is_none(code):
    assert not is_loinc(code)


@pytest.mark.parametrize(
    ("system", "right", "wrong"),
    [
        (SNOMED_CT, "25064002", "25064003"),
        (LOINC, "8310-5", "8310-6"),
        (ICD_10_CM, "G43.109", "G43109"),
        (ICD_10_CM, "S06.0X0A", "S06.0X0AB"),
        (ICD_10_CM, "C7A.1", "CAA.1"),
        (ICD_10, "G43.0", "G43.0X"),
        (ICPC_2, "N01", "N1"),
        (RXNORM, "11289", "11289a"),
        (ATC, "B01AA03", "B01A03"),
        (ATC, "N02", "NO2"),
    ],
)
def test_the_form_of_a_code_is_known_for_each_system(system, right, wrong):
    assert why_not(system, right) is None
    assert why_not(system, wrong)


def test_a_system_whose_form_is_not_known_refuses_nothing():
    assert why_not("http://terminology.hl7.org/CodeSystem/v2-0136", "Y") is None
