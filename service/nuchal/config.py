"""The settings of the service, read once from NUCHAL_* variables; nobody else reads the environment."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Self, get_args, get_type_hints
from urllib.parse import urlsplit

from nuchal.errors import ConfigurationError

LOG_LEVELS = ("debug", "info", "warning", "error")
USUAL_RATE = "600 per minute"
NO_RATE = "none"

_RATE = re.compile(r"[1-9][0-9]{0,8} per (second|minute|hour|day)")
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.\-]+|\[::1\])(:[0-9]{1,5})?")
_BASE = re.compile(rf"{_ORIGIN.pattern}(/[A-Za-z0-9._~\-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; each field says in one line what it means; the README's table repeats it.

    Raises:
        ConfigurationError: a value that cannot be used, or an address that is not
            loopback without `allow_public_bind`.
    """

    host: Annotated[str, "Address to listen on; anything but loopback needs NUCHAL_ACCESS or NUCHAL_ALLOW_PUBLIC_BIND"] = "127.0.0.1"
    port: Annotated[int, "Port to listen on"] = 8080
    public_url: Annotated[str, "URL that others call this service by, with the path of the proxy; empty means the URL of each request"] = ""
    access: Annotated[Path | None, "File that says who may call (see Who may call); empty means anybody who reaches the service"] = None
    allow_public_bind: Annotated[bool, "`yes` opens the service beyond this machine without NUCHAL_ACCESS: it authenticates nobody"] = False
    cors_origins: Annotated[tuple[str, ...], "Origins whose pages may call, with commas between; `*` means all; never with cookies"] = ()
    rate_limit: Annotated[
        str, "Requests of one caller and worker, like `600 per minute`; `none`; empty: 600 per minute beyond this machine"
    ] = ""
    trusted_proxies: Annotated[int, "Proxies in front whose X-Forwarded-For is believed, for the limit on callers without a token"] = 0
    workers: Annotated[int, "Worker processes; 0 means one for each core that the service may use"] = 0
    max_body_bytes: Annotated[int, "Largest request body in bytes; a larger one is answered with 413"] = 16 * 1024 * 1024
    ruleset: Annotated[Path | None, "Folder of a ruleset; empty means the one that comes with Nuchal"] = None
    site_map: Annotated[Path | None, "File that maps codes of the site to words of the vocabulary: ConceptMap or CSV"] = None
    fhir_servers: Annotated[
        tuple[str, ...], "Base URLs of FHIR servers from which cards may fetch what was not sent, with commas between"
    ] = ()
    fhir_time_limit_ms: Annotated[int, "Milliseconds that all fetching for one card may take"] = 3000
    page: Annotated[
        bool | None, "`yes` or `no`: a page for people at `/`, open to all; empty: where only this machine calls, without access"
    ] = None
    database_url: Annotated[
        str, "Store for audit and feedback: sqlite:////folder/nuchal.db or postgresql://...; empty: a file in your state folder"
    ] = ""
    audit_required: Annotated[
        bool, "`yes`: no answer without its audit record, 503 while the store is down; `no`: answers go on, and readiness tells"
    ] = False
    log_level: Annotated[str, "Least severe log lines to write: debug, info, warning or error"] = "info"

    @property
    def has_page(self) -> bool:
        """Whether the page is served; a browser brings no token, so by default only where nobody else can come and none is asked for."""
        return self.is_local and self.access is None if self.page is None else self.page

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Settings from `env`; a variable that is missing or empty leaves the default."""
        kinds = get_type_hints(cls)
        given = {field.name: env.get(variable(field.name), "").strip() for field in fields(cls)}
        return cls(**{name: _read(variable(name), text, kinds[name]) for name, text in given.items() if text})

    def __post_init__(self) -> None:
        _demand(0 < self.port < 65536, "NUCHAL_PORT must be a number from 1 to 65535")
        _demand(0 <= self.workers <= 256, "NUCHAL_WORKERS must be a number from 0 to 256")
        _demand(self.max_body_bytes > 0, "NUCHAL_MAX_BODY_BYTES must be above 0")
        _demand(0 < self.fhir_time_limit_ms <= 60_000, "NUCHAL_FHIR_TIME_LIMIT_MS must be a number from 1 to 60000")
        _demand(0 <= self.trusted_proxies <= 8, "NUCHAL_TRUSTED_PROXIES must be a number from 0 to 8")
        _demand(
            not self.public_url or _is_base(self.public_url),
            "NUCHAL_PUBLIC_URL must be like https://nuchal.example.org, no slash at its end",
        )
        _demand(
            all(map(_is_origin, self.cors_origins)),
            "NUCHAL_CORS_ORIGINS must be like https://app.example.org,https://other.example.org or *",
        )
        _demand(self.rate_limit in {"", NO_RATE} or is_rate(self.rate_limit), "NUCHAL_RATE_LIMIT must be like 600 per minute, or none")
        _demand(self.log_level in LOG_LEVELS, f"NUCHAL_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
        self.refuse_public_address(self.host)
        if self.public_url:
            self.refuse_public_address(urlsplit(self.public_url).hostname or "")

    @property
    def store_url(self) -> str:
        """The URL of the store: the one that is set, or that of a file in the user's folder for state (XDG_STATE_HOME)."""
        state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return self.database_url or f"sqlite:///{Path(state) / 'nuchal' / 'nuchal.db'}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches the service, as far as its settings tell."""
        return _is_loopback(self.host) and (not self.public_url or _is_loopback(urlsplit(self.public_url).hostname or ""))

    @property
    def rate(self) -> str | None:
        """The limit on each caller, None where there is none."""
        chosen = self.rate_limit or (NO_RATE if self.is_local else USUAL_RATE)
        return None if chosen == NO_RATE else chosen

    def refuse_public_address(self, host: str) -> None:
        """Keep the service on this machine unless it knows who may call, or somebody has said otherwise.

        Raises:
            ConfigurationError: `host` is not a loopback address, and neither `access` nor `allow_public_bind` is set.
        """
        _demand(
            self.allow_public_bind or self.access is not None or _is_loopback(host),
            f"{host} would open the service, which authenticates nobody, to other machines: use 127.0.0.1, "
            "say in NUCHAL_ACCESS who may call, or set NUCHAL_ALLOW_PUBLIC_BIND=yes when something in front of it keeps strangers out",
        )


def variable(field_name: str) -> str:
    """The environment variable of a setting."""
    return f"NUCHAL_{field_name.upper()}"


def _read(name: str, text: str, kind: Any) -> Any:  # noqa: ANN401  the kind of a field, and a value of that kind
    match kind:
        case UnionType():
            return _read(name, text, next(member for member in get_args(kind) if member is not NoneType))
        case _ if kind is bool:
            _demand(text.lower() in {"yes", "no"}, f"{name} must be yes or no")
            return text.lower() == "yes"
        case _ if kind is int:
            _demand(text.isascii() and text.isdigit() and len(text) < 19, f"{name} must be a whole number")
            return int(text)
        case _ if kind is Path:
            return Path(text)
        case _ if kind == tuple[str, ...]:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case _:
            return text


def is_rate(text: str) -> bool:
    """Whether `text` is a limit like 600 per minute."""
    return _RATE.fullmatch(text) is not None


def _is_base(url: str) -> bool:
    return _BASE.fullmatch(url) is not None


def _is_origin(text: str) -> bool:
    return text == "*" or _ORIGIN.fullmatch(text) is not None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as the sentence it is
    if not holds:
        raise ConfigurationError(otherwise)
