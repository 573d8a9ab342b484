"""Keys are kept for a while, changed when their issuer changes them, and never asked for more than once a minute."""

import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from nuchal.access.key_set import FRESH_SECONDS, LAST_SECONDS, PAUSE_SECONDS, KeySet, UnusableKeys, usable_keys
from nuchal.errors import KeysUnavailable


class Place:
    """Where keys are read; counts how often, and fails when told to."""

    def __init__(self, *jwks):
        self.jwks = list(jwks)
        self.reads = 0
        self.fails = False

    def __call__(self):
        self.reads += 1
        if self.fails:
            raise UnusableKeys("does not answer")
        return json.dumps({"keys": self.jwks}).encode()


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(server):
    return Place(server().jwk)


def test_keys_are_read_when_a_token_wants_one_and_then_kept(place, clock):
    keys = KeySet(place, clock)
    assert place.reads == 0
    assert [keys.key("2026-1", "RS256") is not None for _ in range(50)] == [True] * 50
    assert place.reads == 1


def test_an_unknown_key_is_asked_for_at_most_once_a_minute(place, clock, server):
    keys = KeySet(place, clock)
    for _ in range(50):
        assert keys.key("2026-2", "RS256") is None
    assert place.reads == 1
    place.jwks.append(server(kid="2026-2").jwk)
    assert keys.key("2026-2", "RS256") is None
    clock.now += PAUSE_SECONDS
    assert keys.key("2026-2", "RS256") is not None
    assert place.reads == 2


def test_a_key_that_was_withdrawn_is_gone_after_a_while(place, clock, server):
    keys = KeySet(place, clock)
    assert keys.key("2026-1", "RS256")
    place.jwks[:] = [server(kid="2026-2").jwk]
    clock.now += FRESH_SECONDS + 1
    assert keys.key("2026-1", "RS256") is None


def test_while_the_place_does_not_answer_old_keys_serve_but_not_for_ever(place, clock):
    keys = KeySet(place, clock)
    assert keys.key("2026-1", "RS256")
    place.fails = True
    clock.now += LAST_SECONDS
    assert keys.key("2026-1", "RS256")
    clock.now += 1
    with pytest.raises(KeysUnavailable):
        keys.key("2026-1", "RS256")


def test_where_there_never_were_keys_that_is_said_and_asked_once_a_minute(place, clock):
    place.fails = True
    keys = KeySet(place, clock)
    for _ in range(10):
        with pytest.raises(KeysUnavailable):
            keys.key("2026-1", "RS256")
    assert place.reads == 1
    place.fails = False
    clock.now += PAUSE_SECONDS
    assert keys.key("2026-1", "RS256")


def test_a_place_that_hangs_holds_up_one_caller_and_not_those_who_have_a_key(place, clock):
    hanging, go_on = threading.Event(), threading.Event()

    def read():
        if place.reads:
            hanging.set()
            assert go_on.wait(10)
        return place()

    keys = KeySet(read, clock)
    assert keys.key("2026-1", "RS256")
    clock.now += FRESH_SECONDS + 1
    caller = threading.Thread(target=keys.key, args=("2026-1", "RS256"))
    caller.start()
    assert hanging.wait(10)
    assert keys.key("2026-1", "RS256")  # would wait for ever
    go_on.set()
    caller.join(10)


def small_rsa():
    return RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True) | {"kid": "small"}


PASSED_OVER = [
    pytest.param(lambda jwk: jwk | {"use": "enc"}, id="for encryption"),
    pytest.param(lambda jwk: jwk | {"key_ops": ["encrypt"]}, id="for other operations"),
    pytest.param(lambda jwk: {name: value for name, value in jwk.items() if name != "kid"}, id="without a name"),
    pytest.param(lambda jwk: jwk | {"kid": 7}, id="with a number for a name"),
    pytest.param(lambda jwk: jwk | {"alg": "RS512"}, id="for another algorithm"),
    pytest.param(lambda jwk: jwk | {"kty": "OKP"}, id="of another type"),
    pytest.param(lambda jwk: jwk | {"kty": "EC", "crv": ["P-256"]}, id="on no curve"),
    pytest.param(lambda jwk: jwk | {"n": "AQAB"}, id="of a few bits"),
    pytest.param(lambda jwk: jwk | {"n": 7}, id="with a number for its number"),
    pytest.param(lambda _: small_rsa(), id="RSA of 1024 bits"),
]


@pytest.mark.parametrize("spoil", PASSED_OVER)
def test_a_key_that_is_not_for_us_is_passed_over(server, spoil):
    good, other = server().jwk, spoil(server(kid="other").jwk)
    assert {kid for kid, _ in usable_keys(json.dumps({"keys": [other, good]}).encode())} == {"2026-1"}


def test_a_key_that_names_no_algorithm_serves_those_of_its_type(server):
    jwks = [
        {name: value for name, value in server(algorithm, kid=algorithm).jwk.items() if name != "alg"}
        for algorithm in ("RS256", "ES256", "ES384")
    ]
    assert set(usable_keys(json.dumps({"keys": jwks}).encode())) == {
        ("RS256", "RS256"),
        ("RS256", "RS384"),
        ("ES256", "ES256"),
        ("ES384", "ES384"),
    }


UNUSABLE = [
    pytest.param(b"", "no JSON", id="nothing"),
    pytest.param(b"<html>", "no JSON", id="a page"),
    pytest.param(b"[" * 100_000, "no JSON", id="nested without end"),
    pytest.param(b"[]", "no JWK set", id="a list"),
    pytest.param(b'{"keys": {}}', "no JWK set", id="keys of a wrong kind"),
    pytest.param(b'{"keys": ["x"]}', "no JWK set", id="a text for a key"),
    pytest.param(b'{"keys": []}', "no usable key", id="an empty set"),
    pytest.param(b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}', "private or symmetric", id="a symmetric key"),
    pytest.param(
        b'{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB", "kid": "a"}]}', "private or symmetric", id="a private key"
    ),
]


@pytest.mark.parametrize(("text", "reason"), UNUSABLE)
def test_what_is_no_set_of_public_keys_is_refused(text, reason):
    with pytest.raises(UnusableKeys, match=reason):
        usable_keys(text)
