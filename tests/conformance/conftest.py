"""Every definition that is generated from the bundled ruleset, and the questionnaire among them."""

import pytest

from nuchal.conformance import TYPES, Capabilities, generated, questionnaire


@pytest.fixture(scope="session")
def capabilities():
    return Capabilities(
        types=TYPES, interactions=("read", "search-type"), operations=("assess",), url="", has_cors=False, asks_for_tokens=False
    )


@pytest.fixture(scope="session")
def resources(ruleset, capabilities):
    return list(generated(ruleset, capabilities))


@pytest.fixture(scope="session")
def one(resources):
    """The resource with this type and id."""

    def find(resource_type, identifier):
        return next(found for found in resources if (found["resourceType"], found["id"]) == (resource_type, identifier))

    return find


@pytest.fixture(scope="session")
def form(ruleset):
    return questionnaire(ruleset)


@pytest.fixture(scope="session")
def questions(form):
    """The questions in the order of the form, each by its word."""
    return {item["linkId"]: item for group in form["item"] for item in group["item"]}
