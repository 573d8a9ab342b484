"""Whatever stands in a body, the answer is an answer or an OperationOutcome, never a fault of ours."""

import copy
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = [json.loads(path.read_text()) for path in sorted((Path(__file__).parents[2] / "examples").glob("*.json"))]
URL = "/fhir/$assess"

TEXTS = ["", " ", "\u0000", "\ufffe", "<script>alert(1)</script>", "]]>&amp;", "x" * 3000, "../" * 50, "${jndi:x}", "NaN"]
REFERENCES = ["Patient/anna", "#", "urn:uuid:", {"reference": {"reference": "x"}}]
TIMES = ["2026", "2026-13-45", "0000-01-01", "9999-12-31T23:59:59Z", "-1"]
NUMBERS = [0, -1, 1e308, 10**30, {"value": "1"}, {"value": 1e400}]
SHAPES = [None, True, [], {}, [[]], [None], {"": ""}, {"resourceType": "Bundle"}, [{"coding": [{"code": 1}]}], {"coding": [None]}]
JUNK = st.sampled_from([*TEXTS, *REFERENCES, *TIMES, *NUMBERS, *SHAPES]) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    """The path of everything in a resource."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


@st.composite
def spoiled(draw):
    """An example with junk in up to three places."""
    resource = copy.deepcopy(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([path for path in places(resource) if path]))
        holder = resource
        for key in way:
            holder = holder[key]
        holder[last] = copy.deepcopy(draw(JUNK))
    return resource


def is_answered(response):
    return response.status_code in {200, 400, 422} and response.json["resourceType"] in {"Bundle", "OperationOutcome"}


def post(client, body):
    return client.post(URL, data=body, headers={"Content-Type": "application/fhir+json"})


@settings(max_examples=300, deadline=None)
@given(resource=spoiled())
def test_an_example_with_junk_in_it_is_answered_or_refused(client, resource):
    assert is_answered(post(client, json.dumps(resource)))


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=300))
def test_bytes_are_answered_or_refused(client, body):
    assert is_answered(post(client, body))


@settings(max_examples=100, deadline=None)
@given(value=JUNK)
def test_json_of_any_shape_is_answered_or_refused(client, value):
    assert is_answered(post(client, json.dumps({"resourceType": "Bundle", "type": "collection", "entry": value})))
