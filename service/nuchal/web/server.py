"""gunicorn with our manners: errors as OperationOutcome, a limit on silence, and our log lines."""

import logging.config
import time
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from nuchal.logs import logging_configuration
from nuchal.web.errors import http_problem, unexpected_problem
from nuchal.web.media_types import FHIR_JSON

SILENCE_SECONDS = 30  # a client that sends nothing for so long, in the middle of a request, loses its thread
REST_BYTES = (
    64 * 1024**2
)  # so much of a body that nobody wanted is still read: many clients look at the answer only when they have sent all
REST_SECONDS = 5

_STATUS = {errors.LimitRequestLine: 414, errors.LimitRequestHeaders: 431, errors.ExpectationFailed: 417}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gthread worker that answers what it cannot parse the way the application answers everything else."""

    def handle_request(self, req: Any, conn: Any) -> Any:  # noqa: ANN401  gunicorn has no types
        """Answer one request, waiting for its body no longer than SILENCE_SECONDS at a time; True keeps the connection."""
        conn.sock.settimeout(SILENCE_SECONDS)
        if int(dict(req.headers).get("CONTENT-LENGTH", 0)) > REST_BYTES:
            req.force_close()
        keep = super().handle_request(req, conn)
        whole = conn.parser.finish_body(deadline=time.monotonic() + REST_SECONDS, max_bytes=REST_BYTES)
        return keep and whole

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ANN401, ARG002  gunicorn's signature
        """Answer a request that never reached the application, or failed outside of it."""
        if isinstance(exc, errors.ParseException) and not isinstance(exc, errors.ConfigurationProblem):
            status = _STATUS.get(type(exc), 400)
            body = http_problem(status)
        else:
            identifier = str(uuid4())
            self.log.error("Error outside of the application, %s", identifier, exc_info=exc)
            status, body = 500, unexpected_problem(identifier)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\nContent-Type: {FHIR_JSON}\r\n"
            f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode() + body)
        except OSError:
            self.log.debug("The client did not wait for the error")


class JsonLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own messages through our formatter; no access log, because the application writes a line without paths."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Take over from gunicorn's handlers."""
        super().setup(cfg)
        logging.config.dictConfig(logging_configuration(cfg.loglevel))
