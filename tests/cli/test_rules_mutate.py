"""`nuchal rules mutate` says which spoiled rules no case notices."""

FLAG = "red_flags/rf-thunderclap.yaml"


def test_what_lives_is_named_with_its_file_and_the_share_of_each_kind_is_counted(nuchal):
    code, printed, complaint = nuchal("rules", "mutate", "--rule", "triptan", "--least", "0")
    assert (code, complaint) == (0, "")
    assert "mutants  killed" in printed
    assert "all " in printed


def test_too_many_that_live_are_a_problem(nuchal, bundled_copy):
    text = (bundled_copy / FLAG).read_text(encoding="utf-8")
    head, cases = text.split("cases:\n")
    (bundled_copy / FLAG).write_text(f"{head}cases:\n- name: nobody asked\n  given: {{}}\n  expect: undetermined\n", encoding="utf-8")
    assert "fires" in cases
    code, printed, _ = nuchal("rules", "mutate", bundled_copy, "--rule", "rf-thunderclap")
    assert code == 1
    assert f"{FLAG}: when: " in printed


def test_every_kind_of_expectation_notices_its_own_faults(nuchal, bundled_copy):
    """certainty holds the cardinal findings, support the supporting ones, cautions the cautions."""
    cause, activity = bundled_copy / "causes" / "mechanical-back-pain.yaml", bundled_copy / "activities" / "triptan.yaml"
    for file, case in (
        (cause, "- {name: wrong, given: {}, expect: undetermined, certainty: probable}\n"),
        (cause, "- {name: wrong, given: {}, expect: undetermined, support: 7}\n"),
        (activity, "- {name: wrong, given: {}, expect: undetermined, cautions: 3}\n"),
    ):
        whole = file.read_text(encoding="utf-8")
        file.write_text(whole + case, encoding="utf-8")
        code, printed, _ = nuchal("rules", "check", bundled_copy)
        file.write_text(whole, encoding="utf-8")
        assert code == 1
        assert "case 'wrong' has" in printed
