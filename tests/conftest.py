"""Fixtures that several rooms share: the bundled ruleset and one inference over it; and how hard hypothesis tries."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from nuchal.evaluation import Evaluator
from nuchal.inference import Inference
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

REPOSITORY = Path(__file__).parents[1]

settings.register_profile("thorough", max_examples=5000)  # a long run
settings.register_profile("same", derandomize=True)  # CI: the same examples each time, so that a commit that passed passes again
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return load_ruleset(REPOSITORY / "rulesets" / "back_pain_headache")


@pytest.fixture(scope="session")
def evaluator(ruleset: Ruleset) -> Iterator[Evaluator]:
    evaluator = Evaluator(ruleset)
    yield evaluator
    evaluator.inference.close()


@pytest.fixture(scope="session")
def inference(evaluator: Evaluator) -> Inference:
    return evaluator.inference
