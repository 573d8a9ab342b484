"""The file that says who may call: what it may hold, and that every mistake is told at start-up."""

import subprocess
import sys

import pytest

from nuchal.access.settings import read_access_settings
from nuchal.errors import ConfigurationError

WHOLE = """
[[fhir]]
issuer = "https://login.example.org"
audience = "https://nuchal.example.org/fhir"
scopes = ["system/*.read", "nuchal"]
keys = "https://login.example.org/keys"

[[cds_hooks]]
issuer = "https://ehr.example.org"
keys = "keys.json"
tenants = ["north"]
rate_limit = "6000 per minute"

[[cds_hooks]]
issuer = "https://other.example.org"
keys = "https://other.example.org/jwks"
"""


@pytest.fixture
def read(tmp_path, ehr):
    def reading(text):
        (tmp_path / "keys.json").write_bytes(ehr().jwks)
        (tmp_path / "nuchal-access.toml").write_text(text)
        return read_access_settings(tmp_path / "nuchal-access.toml", "https://nuchal.example.org")

    return reading


def test_the_whole_file(read):
    settings = read(WHOLE)
    (server,) = settings.servers
    assert (server.issuer, server.audiences, server.scopes) == (
        "https://login.example.org",
        ("https://nuchal.example.org/fhir",),
        ("system/*.read", "nuchal"),
    )
    by_file, by_address = settings.clients
    assert (by_file.issuer, by_file.tenants, by_file.jku) == ("https://ehr.example.org", ("north",), None)
    assert (by_address.issuer, by_address.tenants, by_address.jku) == ("https://other.example.org", None, "https://other.example.org/jwks")
    assert settings.rates == {"https://ehr.example.org": "6000 per minute"}


def test_a_file_of_keys_is_found_beside_the_settings(read):
    assert read(WHOLE).clients[0].keys.key("2026-1", "ES384")


FHIR = """[[fhir]]
issuer = "https://login.example.org"
audience = "nuchal"
scopes = "nuchal"
keys = "https://login.example.org/keys"
"""
WRONG = [
    pytest.param("", "names nobody who may call", id="nothing"),
    pytest.param("[[fhir]", "is no TOML", id="no TOML"),
    pytest.param("[fhir]\nissuer = 'x'", r"\[\[fhir\]\]", id="single brackets"),
    pytest.param("[[smart]]\nissuer = 'x'", r"smart: no such part; the file holds \[\[fhir\]\] and \[\[cds_hooks\]\]", id="another part"),
    pytest.param(FHIR + "secret = 'x'", r"\[\[fhir\]\] 1, secret: no such key; known are issuer, keys,", id="another key"),
    pytest.param(FHIR.replace("scopes", "#"), r"\[\[fhir\]\] 1, scopes: is missing", id="no scopes"),
    pytest.param(FHIR.replace('"nuchal"', "[]", 1), "audience: a text or a list of texts is wanted", id="an empty list"),
    pytest.param(FHIR.replace('"nuchal"', "[7]", 1), "audience: a text or a list of texts is wanted", id="a number"),
    pytest.param(FHIR.replace('"https://login.example.org"', '" "'), "issuer: a text is wanted", id="a blank"),
    pytest.param(FHIR.replace('"https://login.example.org"', '["a"]'), "issuer: a text is wanted", id="issuers in a list"),
    pytest.param(FHIR.replace("https://login.example.org/keys", "http://login.example.org/keys"), "must begin with https://", id="http"),
    pytest.param(
        FHIR.replace("https://login.example.org/keys", "https://me:secret@login.example.org/keys"), "no name or password", id="a password"
    ),
    pytest.param(FHIR.replace("https://login.example.org/keys", "file:///etc/passwd"), "must begin with https://", id="another scheme"),
    pytest.param(
        FHIR.replace("https://login.example.org/keys", "nowhere.json"), "nowhere.json cannot be read", id="a file that is not there"
    ),
    pytest.param(
        FHIR.replace("https://login.example.org/keys", "nuchal-access.toml"),
        "nuchal-access.toml is no JSON",
        id="a file that holds no keys",
    ),
    pytest.param(FHIR + FHIR, "https://login.example.org stands there twice", id="an issuer twice"),
    pytest.param(FHIR + "rate_limit = '10/s'", "rate_limit: is written like 600 per minute", id="a rate that is none"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_mistake_is_told_with_its_place(read, text, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        read(text)


def test_all_mistakes_are_told_at_once(read):
    with pytest.raises(ConfigurationError) as refused:
        read("[[fhir]]\nissuer = 7\n[[cds_hooks]]\nkeys = 'http://x'\n")
    assert len(refused.value.message.splitlines()) == 6


def test_a_password_in_an_address_is_not_repeated(read):
    with pytest.raises(ConfigurationError) as refused:
        read(FHIR.replace("https://login.example.org/keys", "https://me:secret@login.example.org/keys"))
    assert "secret" not in refused.value.message


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: cannot be read \(no such file"):
        read_access_settings(tmp_path / "nowhere.toml", "")


def test_a_service_that_asks_nobody_does_not_load_what_checks_tokens():
    loaded = "import sys, nuchal.web; print(*sorted({'jwt', 'cryptography', 'limits'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True).strip() == ""
