"""Settings: defaults, what the environment may change, and what is refused."""

from pathlib import Path

import pytest

from nuchal.config import Settings
from nuchal.errors import ConfigurationError

READ = [
    pytest.param({}, {}, id="nothing set"),
    pytest.param({"NUCHAL_PORT": "", "NUCHAL_HOST": " "}, {}, id="set to nothing"),
    pytest.param({"NUCHAL_PORT": "9000"}, {"port": 9000}, id="port"),
    pytest.param({"NUCHAL_HOST": "::1"}, {"host": "::1"}, id="loopback of IPv6"),
    pytest.param({"NUCHAL_HOST": "localhost"}, {"host": "localhost"}, id="loopback by name"),
    pytest.param({"NUCHAL_HOST": "127.3.2.1"}, {"host": "127.3.2.1"}, id="another loopback address"),
    pytest.param({"NUCHAL_RULESET": "rules/mine"}, {"ruleset": Path("rules/mine")}, id="a ruleset"),
    pytest.param({"NUCHAL_LOG_LEVEL": "debug"}, {"log_level": "debug"}, id="log level"),
    pytest.param({"NUCHAL_WORKERS": "3", "NUCHAL_MAX_BODY_BYTES": "1024"}, {"workers": 3, "max_body_bytes": 1024}, id="numbers"),
    pytest.param({"NUCHAL_ALLOW_PUBLIC_BIND": "no"}, {"allow_public_bind": False}, id="no"),
    pytest.param(
        {"NUCHAL_ALLOW_PUBLIC_BIND": "yes", "NUCHAL_HOST": "0.0.0.0"},
        {"allow_public_bind": True, "host": "0.0.0.0"},
        id="public, on purpose",
    ),
    pytest.param(
        {"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ACCESS": "access.toml"},
        {"host": "0.0.0.0", "access": Path("access.toml")},
        id="public, to callers who are known",
    ),
    pytest.param(
        {"NUCHAL_CORS_ORIGINS": "https://a.example.org, http://localhost:3000 ,"},
        {"cors_origins": ("https://a.example.org", "http://localhost:3000")},
        id="origins in a list",
    ),
    pytest.param(
        {"NUCHAL_PUBLIC_URL": "http://localhost:8080/nuchal"}, {"public_url": "http://localhost:8080/nuchal"}, id="a path of a proxy"
    ),
    pytest.param({"SOMETHING_ELSE": "x", "NUCHAL_SERVICE_HOST": "10.0.0.1"}, {}, id="variables of others"),
]


@pytest.mark.parametrize(("env", "changed"), READ)
def test_the_environment_changes_what_it_names(env, changed):
    assert Settings.from_env(env) == Settings(**changed)


REFUSED = [
    pytest.param({"NUCHAL_HOST": "0.0.0.0"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="all addresses"),
    pytest.param({"NUCHAL_HOST": "::"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="all addresses of IPv6"),
    pytest.param({"NUCHAL_HOST": "192.0.2.7"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="an address of the network"),
    pytest.param({"NUCHAL_HOST": "ehr.example.com"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="a name"),
    pytest.param({"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ALLOW_PUBLIC_BIND": "no"}, "NUCHAL_ALLOW_PUBLIC_BIND", id="public, refused"),
    pytest.param({"NUCHAL_HOST": "0.0.0.0", "NUCHAL_ALLOW_PUBLIC_BIND": "true"}, "must be yes or no", id="a yes that is none"),
    pytest.param({"NUCHAL_PORT": "http"}, "NUCHAL_PORT must be a whole number", id="port in words"),
    pytest.param({"NUCHAL_PORT": "0"}, "NUCHAL_PORT must be", id="port 0"),
    pytest.param({"NUCHAL_PORT": "65536"}, "NUCHAL_PORT must be", id="port beyond the last"),
    pytest.param({"NUCHAL_PORT": "٣"}, "NUCHAL_PORT must be a whole number", id="digits of another script"),
    pytest.param({"NUCHAL_PORT": "9" * 5000}, "NUCHAL_PORT must be a whole number", id="an endless number"),
    pytest.param({"NUCHAL_WORKERS": "-1"}, "NUCHAL_WORKERS must be a whole number", id="negative workers"),
    pytest.param({"NUCHAL_MAX_BODY_BYTES": "0"}, "NUCHAL_MAX_BODY_BYTES must be above 0", id="no body at all"),
    pytest.param({"NUCHAL_PUBLIC_URL": "https://nuchal.example.org"}, "NUCHAL_ACCESS", id="a public address and nobody is asked"),
    pytest.param({"NUCHAL_PUBLIC_URL": "http://localhost/"}, "NUCHAL_PUBLIC_URL must be like", id="an address with a slash at its end"),
    pytest.param({"NUCHAL_PUBLIC_URL": "localhost:8080"}, "NUCHAL_PUBLIC_URL must be like", id="an address without scheme"),
    pytest.param({"NUCHAL_PUBLIC_URL": "http://me:secret@localhost"}, "NUCHAL_PUBLIC_URL must be like", id="an address with a password"),
    pytest.param({"NUCHAL_CORS_ORIGINS": "https://*.example.org"}, "NUCHAL_CORS_ORIGINS must be like", id="a pattern of origins"),
    pytest.param({"NUCHAL_CORS_ORIGINS": "https://a.example.org/"}, "NUCHAL_CORS_ORIGINS must be like", id="an origin with a path"),
    pytest.param({"NUCHAL_RATE_LIMIT": "10/s"}, "NUCHAL_RATE_LIMIT must be like 600 per minute", id="a rate in another form"),
    pytest.param({"NUCHAL_RATE_LIMIT": "0 per minute"}, "NUCHAL_RATE_LIMIT must be like 600 per minute", id="a rate that lets nobody in"),
    pytest.param({"NUCHAL_TRUSTED_PROXIES": "9"}, "NUCHAL_TRUSTED_PROXIES must be a number from 0 to 8", id="proxies without end"),
    pytest.param({"NUCHAL_LOG_LEVEL": "chatty"}, "NUCHAL_LOG_LEVEL must be one of debug, info, warning, error", id="log level"),
]


@pytest.mark.parametrize(("env", "sentence"), REFUSED)
def test_a_setting_that_cannot_be_used_is_named(env, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        Settings.from_env(env)


OPEN = {"access": Path("access.toml"), "public_url": "https://nuchal.example.org"}
RATES = [
    pytest.param({}, None, id="on this machine"),
    pytest.param({"public_url": "http://127.0.0.1:8080"}, None, id="on this machine, by its address"),
    pytest.param({"rate_limit": "5 per second"}, "5 per second", id="on this machine, on purpose"),
    pytest.param(OPEN, "600 per minute", id="beyond this machine"),
    pytest.param({"host": "0.0.0.0", "allow_public_bind": True}, "600 per minute", id="on all addresses"),
    pytest.param(OPEN | {"rate_limit": "none"}, None, id="none, on purpose"),
]


@pytest.mark.parametrize(("given", "rate"), RATES)
def test_callers_are_limited_where_others_reach_the_service(given, rate):
    assert Settings(**given).rate == rate
