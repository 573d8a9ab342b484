"""`nuchal rules pages` writes what readers read, and says when it is stale."""


def test_the_figures_of_the_last_mutation_stand_in_the_index(nuchal, bundled_copy):
    assert nuchal("rules", "mutate", bundled_copy, "--rule", "rf-thunderclap", "--save")[0] == 0
    assert nuchal("rules", "pages", bundled_copy)[0] == 0
    index = (bundled_copy / "RULES.md").read_text(encoding="utf-8")
    assert "| red flags | " in index
    assert " 100.0 % |" in index


def test_what_was_written_is_up_to_date_until_a_rule_changes(nuchal, bundled_copy):
    code, printed, _ = nuchal("rules", "pages", bundled_copy)
    assert (code, "pages" in printed) == (0, True)
    assert nuchal("rules", "pages", bundled_copy, "--check")[:2] == (0, "")
    flag = bundled_copy / "red_flags" / "rf-thunderclap.yaml"
    flag.write_text(flag.read_text(encoding="utf-8").replace("title: ", "title: Truly ", 1), encoding="utf-8")
    code, printed, _ = nuchal("rules", "pages", bundled_copy, "--check")
    assert code == 1
    assert "pages/red_flags/rf-thunderclap.md is not what" in printed
    assert "RULES.md is not what" in printed


def test_a_page_of_a_rule_that_is_gone_goes(nuchal, bundled_copy):
    orphan = bundled_copy / "pages" / "causes" / "gone.md"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_text("gone", encoding="utf-8")
    assert nuchal("rules", "pages", bundled_copy)[0] == 0
    assert not orphan.exists()
