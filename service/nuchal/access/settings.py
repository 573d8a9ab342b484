"""The file that NUCHAL_ACCESS names: which issuers a site trusts. TOML, without secrets: public keys, or where they are."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nuchal.access.bearer import AuthorizationServer
from nuchal.access.client_jwt import CdsClient
from nuchal.access.key_set import KeySet, UnusableKeys, usable_keys
from nuchal.access.key_sources import key_source
from nuchal.config import is_rate
from nuchal.errors import ConfigurationError

_TEXT, _TEXTS = "a text", "a text or a list of texts"
_COMMON = {"issuer": _TEXT, "keys": _TEXT, "rate_limit": _TEXT}
# the parts of the file, their keys with what each holds, and those that must be there
_KEYS = {"fhir": _COMMON | {"audience": _TEXTS, "scopes": _TEXTS}, "cds_hooks": _COMMON | {"tenants": _TEXTS}}
_WANTED = {"fhir": ("issuer", "keys", "audience", "scopes"), "cds_hooks": ("issuer", "keys")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """Who may call. `rates` are the limits of issuers that have one of their own."""

    servers: Sequence[AuthorizationServer]
    clients: Sequence[CdsClient]
    rates: Mapping[str, str]


def read_access_settings(path: Path, public_url: str) -> AccessSettings:
    """The settings in the file at `path`; files of keys are read now, addresses when a token wants them.

    Raises:
        ConfigurationError: the file or a file of keys cannot be used, every place at fault is named; or there are CDS Hooks clients
            and no `public_url`: their tokens are made for a URL, and anybody could write another Host.
    """
    content = _content(path)
    problems = list(_problems(content, path.parent))
    if content.get("cds_hooks") and not public_url:
        problems.append("the token of a CDS Hooks client is made for one URL, so NUCHAL_PUBLIC_URL must be set")
    if problems:
        raise ConfigurationError("\n".join(f"{path}: {problem}" for problem in problems))
    servers, clients = content.get("fhir", []), content.get("cds_hooks", [])
    return AccessSettings(
        servers=[_server(entry, path.parent) for entry in servers],
        clients=[_client(entry, path.parent) for entry in clients],
        rates={entry["issuer"]: entry["rate_limit"] for entry in [*servers, *clients] if "rate_limit" in entry},
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({(error.strerror or 'unknown reason').lower()})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: is no TOML ({error})") from error


def _server(entry: Mapping[str, Any], folder: Path) -> AuthorizationServer:
    return AuthorizationServer(
        issuer=entry["issuer"],
        audiences=_texts(entry["audience"]),
        scopes=_texts(entry["scopes"]),
        keys=KeySet(key_source(_place(entry["keys"], folder))),
    )


def _client(entry: Mapping[str, Any], folder: Path) -> CdsClient:
    place = _place(entry["keys"], folder)
    return CdsClient(
        issuer=entry["issuer"],
        keys=KeySet(key_source(place)),
        jku=place if isinstance(place, str) else None,
        tenants=_texts(entry["tenants"]) if "tenants" in entry else None,
    )


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _place(keys: str, folder: Path) -> str | Path:
    """An address as it is; a file from the folder of the settings."""
    return keys if "://" in keys else folder / keys


def _problems(content: Mapping[str, Any], folder: Path) -> Iterator[str]:
    for name in sorted(content.keys() - _KEYS.keys()):
        yield f"{name}: no such part; the file holds {' and '.join(f'[[{part}]]' for part in _KEYS)}"
    if not content:
        yield "names nobody who may call"
    for part in _KEYS:
        entries = content.get(part, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            yield f"{part}: each issuer is written below a line of its own, [[{part}]]"
            continue
        for number, entry in enumerate(entries, 1):
            for problem in _entry_problems(part, entry, folder):
                yield f"[[{part}]] {number}, {problem}"
        issuers = [str(entry.get("issuer")) for entry in entries]
        yield from (f"[[{part}]]: {issuer} stands there twice" for issuer in sorted(set(issuers)) if issuers.count(issuer) > 1)


def _entry_problems(part: str, entry: Mapping[str, Any], folder: Path) -> Iterator[str]:
    kinds = _KEYS[part]
    for name in sorted(entry.keys() - kinds.keys()):
        yield f"{name}: no such key; known are {', '.join(kinds)}"
    for name in _WANTED[part]:
        if name not in entry:
            yield f"{name}: is missing"
    for name in sorted(kinds.keys() & entry.keys()):
        if not _holds(kinds[name], entry[name]):
            yield f"{name}: {kinds[name]} is wanted, and not an empty one"
        elif name == "keys":
            yield from (f"keys: {problem}" for problem in _key_problems(_place(entry["keys"], folder)))
        elif name == "rate_limit" and not is_rate(entry[name]):
            yield "rate_limit: is written like 600 per minute"


def _holds(kind: str, value: object) -> bool:
    members = value if isinstance(value, list) and kind == _TEXTS else [value]
    return bool(members) and all(isinstance(member, str) and member.strip() for member in members)


def _key_problems(place: str | Path) -> Iterator[str]:
    if isinstance(place, str):
        address = urlsplit(place)
        if address.scheme != "https" or not address.hostname or address.username or address.password:
            yield "an address must begin with https:// and hold no name or password"
        return
    try:
        usable_keys(key_source(place)())
    except UnusableKeys as error:
        yield f"{place} {error}"
