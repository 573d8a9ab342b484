"""The body of a request: whole, inflated, and never larger than the limit."""

import zlib

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import RequestEntityTooLarge

from nuchal.errors import UnreadableBody

CODINGS = frozenset({"", "identity", "gzip", "x-gzip"})  # RFC 9110 8.4.1: x-gzip is gzip
_GZIP = 16 + zlib.MAX_WBITS


def read_body(request: Request, limit: int) -> bytes:
    """The body of `request`, inflated where it came as gzip.

    Raises:
        RequestEntityTooLarge: more than `limit` bytes, as they came or inflated.
        UnreadableBody: broken chunks, or a body that is not the gzip it is said to be.
    """
    body = _received(request)
    coding = content_coding(request)
    return body if coding in {"", "identity"} else _inflated(body, limit)


def content_coding(request: Request) -> str:
    """How the body is coded, in lower case; empty when the client does not say."""
    return str(request.headers.get("Content-Encoding", "")).strip().lower()


def _received(request: Request) -> bytes:
    try:
        body = request.get_data(cache=False)
        if request.content_length is None:
            request.stream.read(1)  # at the limit of a chunked body get_data stops without a word; this raises
    except ParseException as error:  # werkzeug answers all other faults of the connection
        raise UnreadableBody("the chunks of the body cannot be read") from error
    return body


def _inflated(body: bytes, limit: int) -> bytes:
    """All members of a gzip file; a bomb is given up at the limit and never unfolds."""
    inflated = bytearray()
    rest = body
    while rest:
        inflater = zlib.decompressobj(_GZIP)
        try:
            inflated += inflater.decompress(rest, limit + 1 - len(inflated))
        except zlib.error as error:
            raise UnreadableBody("the body is not the gzip that Content-Encoding says it is") from error
        if len(inflated) > limit:
            raise RequestEntityTooLarge
        if not inflater.eof:
            raise UnreadableBody("the gzip of the body ends too early")
        rest = inflater.unused_data
    return bytes(inflated)
