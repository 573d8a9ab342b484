"""A condition as a tree of lines, each end of it one finding or one red flag."""

import pytest

from nuchal.rules.conditions import Absent, All, AnyOf, AtLeast, Comparison, FlagRaised, NotPresent, Operator, Word
from nuchal.rules.outline import outline

HEADACHE, SEIZURE = Word("headache"), Word("seizure")


def lines(line, depth=0):
    yield f"{'  ' * depth}{line.text} [{line.word or line.flag or ''}]"
    for member in line.below:
        yield from lines(member, depth + 1)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (HEADACHE, ["headache [headache]"]),
        (Absent(SEIZURE), ["no seizure [seizure]"]),
        (All((HEADACHE, Absent(SEIZURE))), ["all of these: []", "  headache [headache]", "  no seizure [seizure]"]),
        (AnyOf((HEADACHE,)), ["headache [headache]"]),
        (AtLeast(1, (HEADACHE, SEIZURE)), ["at least 1 of these: []", "  headache [headache]", "  seizure [seizure]"]),
        (
            Absent(AnyOf((HEADACHE, SEIZURE))),
            ["recorded as untrue: []", "  any of these: []", "    headache [headache]", "    seizure [seizure]"],
        ),
        (
            NotPresent(All((HEADACHE, SEIZURE))),
            ["not known to be true: []", "  all of these: []", "    headache [headache]", "    seizure [seizure]"],
        ),
        (Comparison("age", Operator.AT_LEAST, 50), ["age at least 50 years [age]"]),
        (FlagRaised("rf-thunderclap"), ["red flag rf-thunderclap is raised [rf-thunderclap]"]),
    ],
)
def test_a_condition_is_a_tree(condition, expected, ruleset):
    assert list(lines(outline(condition, ruleset.wordings))) == expected
