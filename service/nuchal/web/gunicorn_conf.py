"""The gunicorn settings, in the package so that `nuchal serve` has them after an installation from a wheel.

deploy/gunicorn.conf.py is the same for those who start gunicorn themselves.
"""

import gc
import os
import sys
from typing import Any

from nuchal.config import Settings, refuse_public_address
from nuchal.errors import ConfigurationError
from nuchal.web.server import JsonLog, Worker

try:
    _settings = Settings.from_env(os.environ)
except ConfigurationError as error:
    sys.exit(f"nuchal: {error.message}")

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1  # macOS has no affinity
workers = _settings.workers or _cores  # more workers than cores cost throughput
worker_class = Worker
threads = 16  # one evaluation runs at a time in a worker; the others wait for slow clients
preload_app = True  # one ruleset, compiled once, shared by all workers
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than a usual proxy keeps an idle connection, so that the proxy closes first
max_requests = 0
logger_class = JsonLog
loglevel = _settings.log_level
control_socket_disable = True  # it would be one socket for all gunicorns of a user
forwarded_allow_ips = ""  # nobody's forwarding headers are believed; nothing here needs them


def on_starting(server: Any) -> None:  # noqa: ANN401  gunicorn has no types
    """Hold --bind on the command line to the same rule as NUCHAL_HOST."""
    for address in server.cfg.address:
        if isinstance(address, tuple):
            try:
                refuse_public_address(address[0], allowed=_settings.allow_public_bind)
            except ConfigurationError as error:
                sys.exit(f"nuchal: {error.message}")


def when_ready(server: Any) -> None:  # noqa: ANN401, ARG001  gunicorn's signature
    """Before the fork, take everything loaded out of the collector's sight: memory stays shared, collections stay short."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
