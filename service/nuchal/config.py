"""The settings of the service, read once from NUCHAL_* variables; nobody else reads the environment."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Self, get_args, get_type_hints

from nuchal.errors import ConfigurationError

LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; each field says in one line what it means; the README's table repeats it.

    Raises:
        ConfigurationError: a value that cannot be used, or an address that is not
            loopback without `allow_public_bind`.
    """

    host: Annotated[str, "Address to listen on; anything but loopback needs NUCHAL_ALLOW_PUBLIC_BIND"] = "127.0.0.1"
    port: Annotated[int, "Port to listen on"] = 8080
    allow_public_bind: Annotated[bool, "`yes` lets the service listen beyond this machine; it authenticates nobody"] = False
    workers: Annotated[int, "Worker processes; 0 means one for each core that the service may use"] = 0
    max_body_bytes: Annotated[int, "Largest request body in bytes; a larger one is answered with 413"] = 16 * 1024 * 1024
    ruleset: Annotated[Path | None, "Folder of a ruleset; empty means the one that comes with Nuchal"] = None
    site_map: Annotated[Path | None, "File that maps codes of the site to words of the vocabulary: ConceptMap or CSV"] = None
    log_level: Annotated[str, "Least severe log lines to write: debug, info, warning or error"] = "info"

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
        _demand(self.log_level in LOG_LEVELS, f"NUCHAL_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
        refuse_public_address(self.host, allowed=self.allow_public_bind)


def refuse_public_address(host: str, *, allowed: bool) -> None:
    """Keep the service on this machine unless somebody has said otherwise.

    Raises:
        ConfigurationError: `host` is not a loopback address and `allowed` is False.
    """
    _demand(
        allowed or _is_loopback(host),
        f"listening on {host} would open the service, which authenticates nobody, to other machines: "
        "use 127.0.0.1, or set NUCHAL_ALLOW_PUBLIC_BIND=yes when something in front of it keeps strangers out",
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
        case _:
            return text


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as the sentence it is
    if not holds:
        raise ConfigurationError(otherwise)
