"""What $assess takes, and how it refuses the rest."""

from datetime import UTC, datetime

import orjson
import pytest

from nuchal.errors import InvalidInput, NuchalError, UnreadableBody, UnsupportedInput
from nuchal.intake import read_request

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUNDLE = {"resourceType": "Bundle", "type": "collection"}


def read(body, **parameters):
    return read_request(body if isinstance(body, bytes) else orjson.dumps(body), parameters, now=NOW)


def parameters(*given):
    return {"resourceType": "Parameters", "parameter": list(given)}


BUNDLE_PARAMETER = {"name": "bundle", "resource": BUNDLE}


@pytest.mark.parametrize("body", [BUNDLE, parameters(BUNDLE_PARAMETER)])
def test_a_bare_bundle_and_parameters_with_one_are_the_same_request(body):
    request = read(body)
    assert (request.bundle, request.as_of, request.subject, request.detail_full) == (BUNDLE, NOW, None, False)


@pytest.mark.parametrize(
    "given",
    [
        parameters(
            BUNDLE_PARAMETER,
            {"name": "asOf", "valueDateTime": "2026-01-02"},
            {"name": "subject", "valueReference": {"reference": "Patient/p"}},
            {"name": "detail", "valueCode": "full"},
        ),
        BUNDLE,
    ],
)
def test_plain_parameters_stand_in_the_body_or_in_the_query(given):
    query = {} if given is not BUNDLE else {"asOf": "2026-01-02", "subject": "Patient/p", "detail": "full", "_format": "json"}
    request = read(given, **query)
    assert request.as_of == datetime(2026, 1, 2, 23, 59, 59, tzinfo=UTC)
    assert request.subject == "Patient/p"
    assert request.detail_full


MOMENTS = [
    ("2026-11-20", "2026-11-20T23:59:59+00:00"),
    ("2026-11-20+01:00", "2026-11-20T23:59:59+01:00"),
    ("2026-02", "2026-02-28T23:59:59+00:00"),
    ("2026", "2026-12-31T23:59:59+00:00"),
    ("2026-11-20T08:00:00-05:00", "2026-11-20T08:00:00-05:00"),
    ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00+00:00"),
    ("2026-11-20T23:59:60Z", "2026-11-20T23:59:59+00:00"),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_as_of_is_one_instant_and_a_date_its_last_second(text, moment):
    assert read(BUNDLE, asOf=text).as_of.isoformat() == moment


UNREADABLE = [
    b"",
    b"<Bundle/>",
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b"{}",
    b'{"resourceType": 5}',
    b'{"resourceType":"Bundle","x":NaN}',
    b'{"resourceType":"Bundle","x":1e400}',
    b'{"resourceType":"Bundle","x":"\xff"}',
    b'{"resourceType":"Bundle","x":"\\ud800"}',
    b'{"resourceType":"Bundle","x":' + b"[" * 64 + b"]" * 64 + b"}",
    b"[" * 5000 + b"]" * 5000,
    b'{"resourceType":"Bundle","type":"batch","type":"collection"}',
    b'{"resourceType":"Bundle","entry":[{"resource":{"status":"final","status":"entered-in-error"}}]}',
    b'{"resourceType":"Bundle","a":{"\\u0061":1,"a":1}}',
    b'{"resourceType":"Bundle","status" :1,"status":2}',
    b'{"resourceType":"Bundle","status" :1,"status" :2,"x":"\\":"}',
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_body_that_is_no_resource_is_unreadable(body):
    with pytest.raises(UnreadableBody):
        read(body)


ONCE = [
    b'{"resourceType":"Bundle","a":{"type":"\\"x\\":\\"y\\":"},"b":[{"type":":"},{"type":"\\\\"}]}',
    '{"resourceType":"Bundle","ä \\n\\t":{"type":"\u00e9\u2028:"}}'.encode(),
    b'{"resourceType" \n:\t"Bundle", "":"", "x":["type","type"]}',
]


def test_a_byte_order_mark_is_passed_over():
    assert read(b'\xef\xbb\xbf{"resourceType":"Bundle"}').bundle == {"resourceType": "Bundle"}


@pytest.mark.parametrize("body", ONCE)
def test_a_name_in_several_objects_or_within_a_text_stands_once(body):
    assert read(body).bundle["resourceType"] == "Bundle"


REASONS = [
    (b'{"a": 1,\n "b": Wilhelmina}', "The body is not JSON: line 2, column 7"),
    (b"", "The body is not JSON: line 1, column 1"),
    (b'{"resourceType":"Bundle","x":"\xff"}', "The body is not UTF-8: byte 31"),
    (b'{"resourceType":"Bundle","x":{"status":1, "status" : 2}}', "The body is ambiguous: status stands twice in one object"),
    (b'{"resourceType":"Bundle","x":{"Wilhelmina":1, "Wilhelmina":1}}', "The body is ambiguous: a name stands twice in one object"),
]


@pytest.mark.parametrize(("body", "message"), REASONS)
def test_an_unreadable_body_is_told_where_it_breaks_and_nothing_of_it(body, message):
    with pytest.raises(UnreadableBody) as refused:
        read(body)
    assert refused.value.message == message


@pytest.mark.parametrize("text", ["2026-11-20T08:00:00 01:00", "2026-11-20 01:00"])
def test_a_plus_that_became_a_space_is_told_how_to_be_sent(text):
    with pytest.raises(InvalidInput) as refused:
        read(BUNDLE, asOf=text)
    assert "%2B" in refused.value.message


@pytest.mark.parametrize("body", [{"resourceType": "Patient"}, parameters({"name": "bundle", "resource": {"resourceType": "Patient"}})])
def test_another_resource_is_not_supported(body):
    with pytest.raises(UnsupportedInput):
        read(body)


INVALID = [
    (parameters(), {}),
    ({"resourceType": "Parameters"}, {}),
    (parameters(BUNDLE_PARAMETER, BUNDLE_PARAMETER), {}),
    (parameters(BUNDLE_PARAMETER, {"name": "asof", "valueDate": "2026-01-01"}), {}),
    (parameters(BUNDLE_PARAMETER, {"name": "asOf"}), {}),
    (parameters(BUNDLE_PARAMETER, {"name": "asOf", "valueDate": "2026-01-01"}), {"asOf": "2026-01-02"}),
    (parameters("bundle"), {}),
    (BUNDLE, {"asOf": "yesterday"}),
    (BUNDLE, {"asOf": "2026-02-30"}),
    (BUNDLE, {"asOf": "0001-01-01"}),
    (BUNDLE, {"asOf": ""}),
    (BUNDLE, {"detail": "everything"}),
]


@pytest.mark.parametrize(("body", "query"), INVALID)
def test_a_parameter_that_cannot_be_used_is_invalid(body, query):
    with pytest.raises(InvalidInput) as refused:
        read(body, **query)
    assert all("yesterday" not in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize(("error", "status"), [(UnreadableBody, 400), (UnsupportedInput, 422), (InvalidInput, 422)])
def test_each_refusal_has_its_status(error, status):
    assert issubclass(error, NuchalError)
    assert error.status == status
