"""A body that comes as gzip is answered as the same body without it."""

import gzip

import pytest

URL = "/fhir/$assess?asOf=2026-11-24"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_inflated(client, example, coding, members):
    body = example("numb-saddle")
    size = -(-len(body) // members)
    compressed = b"".join(gzip.compress(body[at : at + size]) for at in range(0, len(body), size))
    plain = client.post(URL, data=body, headers={"Content-Type": "application/fhir+json"})
    response = client.post(URL, data=compressed, headers={"Content-Type": "application/fhir+json", "Content-Encoding": coding})
    assert response.status_code == 200
    assert response.data == plain.data


def test_identity_means_as_it_is(client, example):
    headers = {"Content-Type": "application/fhir+json", "Content-Encoding": "identity"}
    assert client.post(URL, data=example("numb-saddle"), headers=headers).status_code == 200
