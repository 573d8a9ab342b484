"""gunicorn with our manners: errors as OperationOutcome, a limit on silence, and our log lines."""

import errno
import logging.config
import select
import time
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors as http_errors
from gunicorn.workers.gthread import ThreadWorker

from nuchal.logs import logging_configuration
from nuchal.web import health
from nuchal.web.errors import http_problem, unexpected_problem
from nuchal.web.media_types import FHIR_JSON
from nuchal.web.requests import HEADERS

SILENCE_SECONDS = 30  # a client that sends nothing for so long, in the middle of a request, loses its thread
REST_BYTES = (
    64 * 1024**2
)  # so much of a body that nobody wanted is still read: many clients look at the answer only when they have sent all
REST_SECONDS = 5
BREATH_SECONDS = 0.1  # between two tries to let a client in without a free file descriptor

_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
_STATUS = {http_errors.LimitRequestLine: 414, http_errors.LimitRequestHeaders: 431, http_errors.ExpectationFailed: 417}


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

    def accept(self, listener: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Let a client in; without a free file descriptor it waits its turn, and those inside are answered."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in {errno.EMFILE, errno.ENFILE}:
                raise
            self.log.warning("Out of file descriptors; %s clients are inside", self.nr_conns)
            time.sleep(BREATH_SECONDS)

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401  gunicorn's signature
        """Told to stop: /health/ready says so from now on."""
        health.leaving.set()
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  gunicorn's signature
        """When this worker stops, take in who has already connected; then leave the address, so that others are refused and not lost."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
            return
        for listener in self.sockets:
            while _has_caller(listener):
                self.accept(listener)
        super().set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ANN401, ARG002  gunicorn's signature
        """Answer a request that never reached the application, or failed outside of it."""
        if isinstance(exc, http_errors.ParseException) and not isinstance(exc, http_errors.ConfigurationProblem):
            status = _STATUS.get(type(exc), 400)
            body = http_problem(status)
        else:
            identifier = str(uuid4())
            self.log.error("Error outside of the application, %s", identifier, exc_info=exc)
            status, body = 500, unexpected_problem(identifier)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\nContent-Type: {FHIR_JSON}\r\n"
            f"{_HEADERS}Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode() + body)
        except OSError:
            self.log.debug("The client did not wait for the error")


def _has_caller(listener: Any) -> bool:  # noqa: ANN401  gunicorn has no types
    return bool(select.select([listener.fileno()], [], [], 0)[0])


class JsonLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own messages through our formatter; no access log, because the application writes a line without paths."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Take over from gunicorn's handlers."""
        super().setup(cfg)
        logging.config.dictConfig(logging_configuration(cfg.loglevel))
