"""Where the keys of an issuer are read: a file, or an https address that a site has configured and no token can change."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from nuchal.access.key_set import UnusableKeys

_SECONDS = 5  # to connect, and between two pieces
_WHOLE_SECONDS = 10
_LARGEST = 1024 * 1024  # bytes


def key_source(place: str | Path) -> Callable[[], bytes]:
    """What reads the JWK set at `place`: the path of a file or an https URL."""
    return partial(_from_file, place) if isinstance(place, Path) else partial(_from_url, place)


def _from_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableKeys(f"cannot be read ({(error.strerror or 'unknown reason').lower()})") from error


def _from_url(url: str) -> bytes:
    """The JWK set at `url`; a redirect is no answer, because it could lead anywhere."""
    read = bytearray()
    deadline = time.monotonic() + _WHOLE_SECONDS
    try:
        with httpx.stream("GET", url, headers={"Accept": "application/json"}, timeout=_SECONDS, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise UnusableKeys(f"answers with {response.status_code}")
            for piece in response.iter_bytes():
                read += piece
                if len(read) > _LARGEST or time.monotonic() > deadline:
                    raise UnusableKeys("is too large or too slow")
    except httpx.HTTPError as error:
        raise UnusableKeys("does not answer") from error
    return bytes(read)
