"""What is escaped is shown as it is by a renderer of GitHub Flavored Markdown."""

import pytest

from nuchal.cds_hooks.markdown import blocks, bold, bullets, escaped, section

ESCAPED = [
    ("plain text, with (brackets) and 39 °C", "plain text, with (brackets) and 39 °C"),
    ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
    ("a & b", "a &amp; b"),
    ("*a* _b_ ~c~ `d`", r"\*a\* \_b\_ \~c\~ \`d\`"),
    ("[a](b)", r"\[a\](b)"),
    ("![a](b)", r"!\[a\](b)"),
    ("a|b", r"a\|b"),
    ("a\\b", r"a\\b"),
    ("# heading", r"\# heading"),
    ("- item", r"\- item"),
    ("+ item", r"\+ item"),
    ("1. item", r"1\. item"),
    ("12) item", r"12\) item"),
    ("two\n\n# lines\r\n- x", "two # lines - x"),
    ("http://a.example.org", "http&#58;//a.example.org"),
    ("HTTPS://a.example.org", "HTTPS&#58;//a.example.org"),
    ("www.example.org", "www&#46;example.org"),
    ("a@example.org", "a&#64;example.org"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "result"), ESCAPED)
def test_a_text_is_escaped(text, result):
    assert escaped(text) == result


def test_blocks_without_content_leave_no_trace():
    assert blocks([section("Do", ""), section("Do", bullets([])), bold("x"), ""]) == "**x**"


def test_a_list_stands_below_its_title_and_a_sentence_beside_it():
    assert section("Do", bullets(["a", "b"])) == "**Do**\n\n- a\n- b"
    assert section("Fits:", "a.") == "**Fits:** a."
