"""What `nuchal doctor` looks at: each check gives findings, in the order in which one would mend them."""

import difflib
import http.client
import json
import os
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from nuchal import __version__
from nuchal.access.settings import read_access_settings
from nuchal.cli.certificate import certificate_findings
from nuchal.cli.finding import Finding, ok, warning, wrong
from nuchal.cli.store_findings import store_findings
from nuchal.config import Settings, variable
from nuchal.content import examples, ruleset_folder
from nuchal.errors import ConfigurationError, NuchalError
from nuchal.evaluation import Evaluator
from nuchal.intake import load_site_map
from nuchal.rules.model import Ruleset
from nuchal.rules.reader import load_ruleset

PYTHONS = ((3, 11), (3, 12))
EXAMPLE, EXAMPLE_DAY = "numb-saddle.json", "2026-11-24"
CONNECTIONS = 1000  # a worker takes in so many clients (gunicorn's worker_connections)
OWN_FILES = 50  # what a worker has open besides

_PREFIX = "NUCHAL_"
_MENDED_FIRST = "mend the settings, then run this again"


def examine(env: Mapping[str, str], certificate: Path | None = None) -> Iterator[Finding]:
    """Everything that can be told of a service with the settings in `env`, and of the certificate that a proxy shows for it."""
    yield python(sys.version_info[:3])
    yield clock(datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC), datetime.now(UTC))
    yield from _unknown_variables(env)
    try:
        settings = Settings.from_env(env)
    except ConfigurationError as error:
        yield wrong("settings", error.message, _MENDED_FIRST)
        return
    yield ok("settings", _said_of(settings))
    yield from _content(settings)
    yield from store_findings(settings.store_url)
    yield from _access(settings)
    yield _port(settings)
    yield _folders()
    yield _workers(settings)
    yield _open_files()
    if certificate:
        yield from certificate_findings(certificate, settings.public_url, datetime.now(UTC))


def python(version: tuple[int, ...]) -> Finding:
    """Whether the engine loads in this version."""
    said = ".".join(map(str, version))
    if version[:2] in PYTHONS:
        return ok("Python", f"{said}, Nuchal {__version__}")
    return wrong("Python", f"{said} is not supported", "use Python 3.11 or 3.12: the rule engine does not load in others")


def _unknown_variables(env: Mapping[str, str]) -> Iterator[Finding]:
    known = {field.name.upper() for field in fields(Settings)}
    for name in sorted(name.removeprefix(_PREFIX) for name in env if name.startswith(_PREFIX)):
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            remedy = f"write {_PREFIX}{close[0]}" if close else "remove it; the README lists all settings"
            yield warning("settings", f"{_PREFIX}{name} is set and means nothing", remedy)


def _said_of(settings: Settings) -> str:
    given = [variable(field.name) for field in fields(Settings) if getattr(settings, field.name) != field.default]
    return f"{', '.join(given)} set; the others as usual" if given else "all as usual"


def _content(settings: Settings) -> Iterator[Finding]:
    """Ruleset, site map, units and engine: each is needed for the next."""
    try:
        ruleset = load_ruleset(ruleset_folder(settings.ruleset))
    except NuchalError as error:
        yield wrong(
            "ruleset", error.message, "`nuchal rules check FOLDER` shows every fault; an empty NUCHAL_RULESET takes the one of Nuchal"
        )
        return
    yield _ruleset(ruleset)
    try:
        site_map = load_site_map(settings.site_map, ruleset) if settings.site_map else None
    except NuchalError as error:
        yield wrong("site map", error.message, "mend the lines that are named, or leave NUCHAL_SITE_MAP empty")
        return
    if site_map:
        yield ok("site map", f"{len(site_map.codes)} codes of {settings.site_map}")
    yield _example(Evaluator(ruleset, site_map))


def _ruleset(ruleset: Ruleset) -> Finding:
    about = f"{ruleset.label}: {len(ruleset.red_flags)} red flags, {len(ruleset.causes)} causes"
    if ruleset.is_reviewed:
        return ok("ruleset", about)
    return warning(
        "ruleset", f"{about}; no clinician has reviewed all of it", "do not use its answers for patients before that; every answer says so"
    )


def clock(installed: datetime, now: datetime) -> Finding:
    """Whether `now` can be true on a machine where Nuchal was installed at `installed`.

    An answer holds as of now when nobody says otherwise, so a clock that is late makes old statements new.
    """
    if now < installed:
        return wrong(
            "clock", f"it is {now:%Y-%m-%d} here, and Nuchal was installed on {installed:%Y-%m-%d}", "set the clock, and let NTP keep it"
        )
    return ok("clock", f"{now:%Y-%m-%dT%H:%M}Z")


def _example(evaluator: Evaluator) -> Finding:
    body = (examples() / EXAMPLE).read_bytes()
    try:
        evaluator.warm()
        started = time.perf_counter()
        evaluator.evaluate(body, {"asOf": EXAMPLE_DAY}, now=datetime.now(UTC))
    except NuchalError as error:
        return wrong("evaluation", f"a made-up patient is not answered: {error.message}", "install Nuchal anew from its lock file")
    return ok("evaluation", f"units load, and a made-up patient is answered in {(time.perf_counter() - started) * 1000:.0f} ms")


def _access(settings: Settings) -> Iterator[Finding]:
    if settings.access:
        try:
            known = read_access_settings(settings.access, settings.public_url)
        except ConfigurationError as error:
            yield wrong("access", error.message, "mend what is named in the file of NUCHAL_ACCESS")
            return
        yield ok("access", f"{len(known.servers)} issuers for /fhir and {len(known.clients)} CDS Hooks clients may call")
        if known.clients and not settings.public_url:
            yield wrong(
                "access",
                "CDS Hooks clients sign for one URL, and NUCHAL_PUBLIC_URL is empty",
                "set NUCHAL_PUBLIC_URL to the URL that they call",
            )
    elif settings.is_local:
        yield ok("access", "only this machine reaches the service, and nobody is asked for a token")
    else:
        yield warning(
            "access",
            "whoever reaches the service may call it",
            "say in NUCHAL_ACCESS who may, or be sure that something in front keeps strangers out",
        )
    if not settings.is_local and not settings.public_url:
        yield warning(
            "address", "NUCHAL_PUBLIC_URL is empty: links in answers follow the Host of each request", "set it to the URL that clients use"
        )


def _port(settings: Settings) -> Finding:
    place = f"{settings.host} port {settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            version = _nuchal_at(settings)
            if version:
                return ok("port", f"Nuchal {version} answers on {place}")
            reason = (error.strerror or "unknown reason").lower()
            return wrong(
                "port",
                f"cannot listen on {place} ({reason})",
                "stop what listens there, or choose another with NUCHAL_HOST and NUCHAL_PORT",
            )
    return ok("port", f"{place} is free")


def _nuchal_at(settings: Settings) -> str | None:
    """The version of the Nuchal that already listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  compared, not bound
    with closing(http.client.HTTPConnection(host, settings.port, timeout=5)) as connection:
        try:
            connection.request("GET", "/health/ready")
            about = json.load(connection.getresponse())
            return f"{about['version']} ({about['status']}, {about['ruleset']['id']} {about['ruleset']['version']})"
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return None


def _folders() -> Finding:
    try:
        with tempfile.TemporaryFile():
            return ok("folders", f"temporary files go to {tempfile.gettempdir()}")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return wrong("folders", f"no temporary file can be written ({reason})", "let TMPDIR name a folder that this user may write to")


def _workers(settings: Settings) -> Finding:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = settings.workers or cores
    if workers > cores:
        return warning(
            "workers",
            f"{workers} workers on {cores} cores",
            "more workers than cores cost throughput: NUCHAL_WORKERS=0 takes one for each core",
        )
    return ok("workers", f"{workers} on {cores} cores")


def _open_files() -> Finding:
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    wanted = CONNECTIONS + OWN_FILES
    if 0 <= allowed < wanted:
        return warning(
            "open files",
            f"a process may have {allowed} open",
            f"raise the limit to {wanted} or more (ulimit -n, LimitNOFILE), or clients have to wait",
        )
    return ok("open files", f"a process may have {allowed if allowed >= 0 else 'any number'} open")
