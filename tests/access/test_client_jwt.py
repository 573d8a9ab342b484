"""JWTs of CDS Hooks clients (CDS Hooks 2.0.1, Trusting CDS Clients): which are accepted, once, and that the others learn no reason."""

import time
from datetime import UTC, datetime

import pytest

from nuchal.access.caller import Caller
from nuchal.access.client_jwt import CdsClient, ClientTokens
from nuchal.access.key_set import KeySet
from nuchal.errors import NotAuthenticated

ISSUER = "https://ehr.example.org"
URL = "https://nuchal.hospital.example.org/cds-services/back-pain-headache"
JKU = "https://ehr.example.org/jwks.json"
NOW = int(time.time())


class Seen:
    """Ids of tokens, as the store remembers them."""

    def __init__(self):
        self.ids = {}

    def __call__(self, issuer, jti, expires):
        assert expires > datetime.now(UTC)
        return self.ids.setdefault((issuer, jti), expires) is expires


def checking(issuer, *, jku=None, tenants=None, seen=None):
    client = CdsClient(issuer=ISSUER, keys=KeySet(lambda: issuer.jwks), jku=jku, tenants=tenants)
    return ClientTokens([client], seen or Seen())


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_token_of_a_known_client_says_who_calls(ehr, algorithm):
    issuer = ehr(algorithm)
    assert checking(issuer).caller(issuer.token(), URL) == Caller(ISSUER, "")


ACCEPTED = [
    pytest.param({}, {}, {"aud": ["https://elsewhere.example.org", URL]}, id="the URL among others"),
    pytest.param({"jku": JKU}, {"jku": JKU}, {}, id="the jku that is known"),
    pytest.param({"jku": JKU}, {}, {}, id="a known jku, not said in the token"),
    pytest.param({}, {"jku": "https://evil.example.org/keys"}, {}, id="keys by hand: a jku is not followed"),
    pytest.param({"tenants": ["north"]}, {}, {"tenant": "north"}, id="a tenant of the list"),
    pytest.param({}, {}, {"tenant": "any"}, id="any tenant where there is no list"),
]


@pytest.mark.parametrize(("known", "headers", "claims"), ACCEPTED)
def test_what_may_differ(ehr, known, headers, claims):
    issuer = ehr()
    assert checking(issuer, **known).caller(issuer.token(headers, **claims), URL).subject == claims.get("tenant", "")


REFUSED = [
    pytest.param({}, {}, {"iss": "https://evil.example.org"}, id="an unknown issuer"),
    pytest.param({}, {}, {"aud": URL + "/"}, id="a URL with a slash more"),
    pytest.param({}, {}, {"aud": URL + "/feedback"}, id="made for the feedback"),
    pytest.param({}, {}, {"aud": URL.rpartition("/")[0]}, id="made for the discovery"),
    pytest.param({}, {}, {"aud": URL.replace("https:", "http:")}, id="without TLS"),
    pytest.param({}, {}, {"exp": NOW - 120}, id="expired"),
    pytest.param({}, {}, {"exp": NOW + 7200}, id="valid for hours"),
    pytest.param({}, {}, {"exp": str(NOW + 7200)}, id="valid for hours, as a text"),
    pytest.param({}, {}, {"iat": NOW + 600}, id="issued in the future"),
    pytest.param({}, {}, {"jti": ""}, id="an empty id"),
    pytest.param({}, {}, {"jti": "x" * 300}, id="an endless id"),
    pytest.param({}, {}, {"jti": 7}, id="an id of a wrong kind"),
    pytest.param({}, {"typ": "at+jwt"}, {}, id="an access token"),
    pytest.param({}, {"kid": "other"}, {}, id="an unknown key"),
    pytest.param({"jku": JKU}, {"jku": "https://evil.example.org/keys"}, {}, id="an unknown jku"),
    pytest.param({"jku": JKU}, {"jku": JKU + "?x"}, {}, id="a jku with something more"),
    pytest.param({"tenants": ["north"]}, {}, {}, id="no tenant where there is a list"),
    pytest.param({"tenants": ["north"]}, {}, {"tenant": "south"}, id="another tenant"),
    pytest.param({"tenants": ["north"]}, {}, {"tenant": ["north"]}, id="tenants in a list"),
]


@pytest.mark.parametrize(("known", "headers", "claims"), REFUSED)
def test_what_does_not_hold_is_refused_without_a_reason(ehr, known, headers, claims):
    issuer = ehr()
    seen = Seen()
    with pytest.raises(NotAuthenticated) as refused:
        checking(issuer, seen=seen, **known).caller(issuer.token(headers, **claims), URL)
    assert refused.value.message == "The service does not know who calls: a valid token is wanted."
    assert refused.value.challenge == "Bearer"
    assert not seen.ids  # what is refused does not fill the store


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
def test_every_claim_of_the_specification_must_be_there(ehr, claim):
    issuer = ehr()
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(issuer.token(without=claim), URL)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_algorithms_that_the_specification_does_not_recommend_are_refused(ehr, algorithm):
    issuer = ehr(algorithm)
    with pytest.raises(NotAuthenticated):
        checking(issuer).caller(issuer.token(), URL)


def test_a_token_serves_once(ehr):
    issuer = ehr()
    tokens, token = checking(issuer), issuer.token()
    tokens.caller(token, URL)
    with pytest.raises(NotAuthenticated):
        tokens.caller(token, URL)
    assert tokens.caller(issuer.token(), URL).issuer == ISSUER


def test_an_id_is_remembered_until_its_token_can_no_longer_be_accepted(ehr):
    issuer, seen = ehr(), Seen()
    checking(issuer, seen=seen).caller(issuer.token(exp=NOW + 300), URL)
    (expires,) = seen.ids.values()
    assert expires.timestamp() == NOW + 300 + 60
