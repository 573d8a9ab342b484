"""`nuchal rules check` tells what a ruleset holds and what is wrong with it."""

FLAG = "red_flags/rf-thunderclap.yaml"


def replace(folder, file, old, new):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_bundled_ruleset_is_counted_and_has_no_problems(nuchal):
    code, printed, complaint = nuchal("rules", "check")
    assert (code, complaint) == (0, "")
    assert "No problems" in printed
    for counted in ("causes", "red flags", "activities", "words", "references", "cases", "http://snomed.info/sct"):
        assert counted in printed
    assert "may be silenced by" in printed  # a note, and no problem


def test_what_cannot_be_read_is_told_with_its_place(nuchal, bundled_copy):
    replace(bundled_copy, FLAG, "disposition: emergency", "disposition: emergent")
    code, printed, _ = nuchal("rules", "check", bundled_copy)
    assert code == 1
    assert f"{FLAG}:" in printed
    assert "did you mean emergency" in printed
    assert "1 problem\n" in printed


def test_what_is_poor_is_told_with_its_place(nuchal, bundled_copy):
    replace(bundled_copy, "references.yaml", "references:\n", "references:\n- {id: idle, authors: A, title: B, source: C}\n")
    code, printed, _ = nuchal("rules", "check", bundled_copy)
    assert code == 1
    assert "no rule cites reference idle" in printed


def test_a_case_that_does_not_come_out_is_told_with_its_line(nuchal, bundled_copy):
    text = (bundled_copy / FLAG).read_text(encoding="utf-8")
    (bundled_copy / FLAG).write_text(text + "- name: nothing known\n  given: {}\n  expect: fires\n", encoding="utf-8")
    code, printed, _ = nuchal("rules", "check", bundled_copy)
    assert code == 1
    assert f"{FLAG}:{text.count(chr(10)) + 1}: case 'nothing known' comes out as undetermined, not as fires" in printed


def test_a_case_that_waits_for_something_else_is_told(nuchal, bundled_copy):
    text = (bundled_copy / FLAG).read_text(encoding="utf-8")
    (bundled_copy / FLAG).write_text(
        text + "- name: nothing known\n  given: {}\n  expect: undetermined\n  missing: [age]\n", encoding="utf-8"
    )
    code, printed, _ = nuchal("rules", "check", bundled_copy)
    assert code == 1
    assert "case 'nothing known' does not wait for age" in printed


def test_a_retired_rule_keeps_its_cases_to_itself(nuchal, bundled_copy):
    text = (bundled_copy / FLAG).read_text(encoding="utf-8").replace("status: draft", "status: retired")
    (bundled_copy / FLAG).write_text(text + "- name: nothing known\n  given: {}\n  expect: fires\n", encoding="utf-8")
    _, printed, _ = nuchal("rules", "check", bundled_copy)
    assert "nothing known" not in printed


def test_a_folder_that_is_not_there_is_told(nuchal, tmp_path):
    code, _, complaint = nuchal("rules", "check", tmp_path / "nowhere")
    assert code == 4
    assert complaint == f"nuchal: there is no folder {tmp_path / 'nowhere'} to read a ruleset from\n"


def test_schemas_are_written_where_one_wants_them(nuchal, tmp_path):
    assert nuchal("rules", "schema", tmp_path / "schema")[0] == 0
    assert {path.name for path in (tmp_path / "schema").iterdir()} >= {"red_flag.json", "cause.json", "vocabulary.json"}
