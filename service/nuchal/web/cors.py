"""Which pages in browsers may call (CORS): those of the origins that a site names, never with cookies."""

from collections.abc import Sequence

from flask import Flask, Response
from flask_cors import CORS

_SENT = ["Accept", "Authorization", "Content-Type", "If-None-Match", "Prefer", "X-Request-Id"]
_SHOWN = ["Allow", "ETag", "Retry-After", "WWW-Authenticate", "X-Correlation-Id", "X-Evaluation-Id", "X-Request-Id"]
_SECONDS = 600  # a browser remembers the permission for so long


def install(app: Flask, origins: Sequence[str]) -> None:
    """Let pages of `origins` call `app` and read its answers, errors too; tokens travel in a header, so no cookie ever does."""
    if not origins:
        return
    to_all = "*" in origins
    CORS(
        app,
        origins=["*"] if to_all else list(origins),
        methods=["GET", "HEAD", "POST"],
        allow_headers=_SENT,
        expose_headers=_SHOWN,
        max_age=_SECONDS,
        send_wildcard=to_all,
        supports_credentials=False,
        vary_header=False,  # it would be left out for origins that may not call
    )

    @app.after_request
    def vary(response: Response) -> Response:
        if not to_all:
            response.vary.add("Origin")
        return response
