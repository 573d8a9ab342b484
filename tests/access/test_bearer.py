"""Access tokens: which are accepted, and that whatever else comes is refused without a reason."""

import base64
import contextlib
import json
import time

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuchal.access.bearer import AuthorizationServer, BearerTokens
from nuchal.access.caller import Caller
from nuchal.access.key_set import KeySet
from nuchal.errors import AccessDenied, NotAuthenticated

ISSUER = "https://login.hospital.example.org"
AUDIENCE = "https://nuchal.hospital.example.org/fhir"
NOW = int(time.time())


def checking(issuer):
    known = AuthorizationServer(
        issuer=ISSUER, audiences=[AUDIENCE, "nuchal"], scopes=["system/*.read", "nuchal"], keys=KeySet(lambda: issuer.jwks)
    )
    return BearerTokens([known])


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "ES256", "ES384"])
def test_a_token_of_a_known_issuer_says_who_calls(server, algorithm):
    issuer = server(algorithm)
    assert checking(issuer).caller(issuer.token()) == Caller(ISSUER, "ehr-backend")


ACCEPTED = [
    pytest.param({}, {"aud": ["https://elsewhere.example.org", AUDIENCE]}, id="one of several audiences is ours"),
    pytest.param({}, {"aud": "nuchal"}, id="our other audience"),
    pytest.param({}, {"scope": "nuchal"}, id="another scope"),
    pytest.param({}, {"scp": ["openid", "nuchal"], "scope": None}, id="scopes in a list, null beside it"),
    pytest.param({"typ": "at+jwt"}, {}, id="typ of RFC 9068"),
    pytest.param({"typ": "application/at+JWT"}, {}, id="typ in full"),
    pytest.param({}, {"exp": NOW - 30}, id="just over, within the leeway"),
    pytest.param({}, {"nbf": NOW + 30, "iat": NOW + 30}, id="just not yet, within the leeway"),
    pytest.param({}, {"more": {"nested": [1, 2]}}, id="claims that nobody knows"),
]


@pytest.mark.parametrize(("headers", "claims"), ACCEPTED)
def test_what_may_differ(server, headers, claims):
    issuer = server()
    assert checking(issuer).caller(issuer.token(headers, **claims)).issuer == ISSUER


@pytest.mark.parametrize(
    ("claims", "subject"), [({"sub": None, "client_id": "c"}, "c"), ({"sub": None, "azp": "a"}, "a"), ({"sub": None}, "")]
)
def test_a_client_without_subject_is_known_by_its_id(server, claims, subject):
    issuer = server()
    claims = {name: value for name, value in claims.items() if value is not None}
    assert checking(issuer).caller(issuer.token(without="sub", **claims)).subject == subject


REFUSED = [
    pytest.param({}, {"iss": "https://evil.example.org"}, id="an unknown issuer"),
    pytest.param({}, {"iss": ISSUER + "/"}, id="an issuer with a slash more"),
    pytest.param({}, {"iss": [ISSUER]}, id="issuers in a list"),
    pytest.param({}, {"aud": "https://elsewhere.example.org"}, id="made for somebody else"),
    pytest.param({}, {"aud": AUDIENCE + "/$assess"}, id="made for a part of us"),
    pytest.param({}, {"aud": {"url": AUDIENCE}}, id="an audience of a wrong kind"),
    pytest.param({}, {"exp": NOW - 120}, id="expired"),
    pytest.param({}, {"exp": "soon"}, id="an end in words"),
    pytest.param({}, {"exp": float("inf")}, id="without end"),
    pytest.param({}, {"nbf": NOW + 600}, id="not yet valid"),
    pytest.param({}, {"iat": NOW + 600}, id="issued in the future"),
    pytest.param({"kid": "other"}, {}, id="an unknown key"),
    pytest.param({"kid": 7}, {}, id="a key named by a number"),
    pytest.param({"typ": "logout+jwt"}, {}, id="a token for something else"),
    pytest.param({"crit": ["b64"], "b64": False}, {}, id="an unencoded payload"),
    pytest.param({"crit": ["x"], "x": 1}, {}, id="an extension that must be understood"),
]


@pytest.mark.parametrize(("headers", "claims"), REFUSED)
def test_what_does_not_hold_is_refused_without_a_reason(server, headers, claims):
    issuer = server()
    token = by_hand(issuer, {"alg": "RS256", "kid": issuer.kid} | headers, issuer.claims | {"exp": NOW + 300} | claims)
    with pytest.raises(NotAuthenticated) as refused:
        checking(issuer).caller(token)
    assert refused.value.message == "The service does not know who calls: a valid token is wanted."
    assert refused.value.challenge == 'Bearer error="invalid_token"'


def by_hand(issuer, headers, claims):
    """A token as an issuer would sign it, of a content that PyJWT would not."""
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (headers, claims))
    return f"{signed}.{encoded(jwt.get_algorithm_by_name('RS256').sign(signed.encode(), issuer.private))}"


def encoded(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@pytest.mark.parametrize("claim", ["iss", "aud", "exp"])
def test_a_claim_that_is_missing_is_not_replaced_by_trust(server, claim):
    issuer = server()
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(issuer.token(without=claim))


def test_a_signature_by_another_key_is_refused(server, private_keys):
    issuer = server("ES384")
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(issuer.token(key=private_keys["RS256"], algorithm="RS256"))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_signature_or_signed_with_the_public_key_is_refused(server, algorithm):
    issuer = server()
    header = {"alg": algorithm, "kid": issuer.kid, "typ": "JWT"}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, issuer.claims | {"exp": NOW + 300}))
    signature = b"" if algorithm == "none" else jwt.get_algorithm_by_name("HS256").sign(signed.encode(), issuer.jwks)
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(f"{signed}.{encoded(signature)}")


def test_a_key_serves_its_own_algorithm_only(server):
    issuer = server("RS256")
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(issuer.token(algorithm="RS384"))


@pytest.mark.parametrize("scope", ["", "system/*.read2", "patient/*.read", "SYSTEM/*.READ", ["nuchal", 7][1:], None])
def test_somebody_known_without_a_scope_that_is_wanted_is_told_which(server, scope):
    issuer = server()
    with pytest.raises(AccessDenied) as refused:
        checking(issuer).caller(issuer.token(scope=scope))
    assert not isinstance(refused.value, NotAuthenticated)
    assert refused.value.challenge == 'Bearer error="insufficient_scope", scope="system/*.read nuchal"'


def test_with_no_issuer_nobody_is_let_in(server):
    with pytest.raises(NotAuthenticated):
        BearerTokens([]).caller(server().token())


JSON_PARTS = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "b64", "iss", "aud", "exp", "nbf", "iat", "jti", "scope", "sub"]),
    st.sampled_from(["RS256", "none", ISSUER, AUDIENCE, "2026-1", "nuchal"])
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
)
TOKENS = st.text(max_size=60) | st.tuples(JSON_PARTS, JSON_PARTS, st.binary(max_size=8)).map(
    lambda parts: f"{encoded(json.dumps(parts[0]).encode())}.{encoded(json.dumps(parts[1]).encode())}.{encoded(parts[2])}"
)


@settings(max_examples=300, deadline=None)
@given(token=TOKENS)
def test_whatever_is_no_token_is_refused_and_never_a_fault(server, token):
    with pytest.raises(NotAuthenticated):
        checking(server()).caller(token)


@settings(max_examples=100, deadline=None)
@given(headers=JSON_PARTS, claims=JSON_PARTS)
def test_a_signed_token_of_any_content_is_accepted_or_refused_and_never_a_fault(server, headers, claims):
    issuer = server()
    token = by_hand(issuer, {"alg": "RS256", "kid": issuer.kid} | headers, issuer.claims | {"exp": NOW + 300} | claims)
    with contextlib.suppress(AccessDenied):
        assert checking(issuer).caller(token).issuer == ISSUER
