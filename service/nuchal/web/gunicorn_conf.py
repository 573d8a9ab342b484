"""The gunicorn settings, in the package so that `nuchal serve` has them after an installation from a wheel.

deploy/gunicorn.conf.py is the same for those who start gunicorn themselves.
"""

import atexit
import gc
import importlib
import logging
import os
import shutil
import sys
import tempfile
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from nuchal.config import Settings
from nuchal.errors import ConfigurationError
from nuchal.logs import Event, record
from nuchal.web import metrics
from nuchal.web.app import release
from nuchal.web.server import JsonLog, Worker

_LOGGER = logging.getLogger(__name__)
_MEMORY = "/dev/shm"  # noqa: S108  a folder in memory, where there is one: a full disk stops neither heartbeats nor counters

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
worker_tmp_dir = _MEMORY if os.access(_MEMORY, os.W_OK) else None


def on_starting(server: Any) -> None:  # noqa: ANN401  gunicorn has no types
    """Hold --bind on the command line to the same rule as NUCHAL_HOST."""
    for address in server.cfg.address:
        if isinstance(address, tuple):
            try:
                _settings.refuse_public_address(address[0])
            except ConfigurationError as error:
                sys.exit(f"nuchal: {error.message}")


def when_ready(server: Any) -> None:  # noqa: ANN401, ARG001  gunicorn's signature
    """Before the fork."""
    _set_aside()


def on_reload(server: Any) -> None:  # noqa: ANN401  gunicorn has no types
    """On SIGHUP read ruleset, site map and access anew for the workers that are forked next; what cannot be used changes nothing.

    Code and settings stay as they were at the start.
    """
    old = server.app.callable
    try:
        importlib.reload(sys.modules[server.app.app_uri.partition(":")[0]])
        server.app.callable = server.app.load()
        release(old)
        del old  # so that what is collected next is all of it
    except SystemExit as refusal:
        print(refusal, "(the service goes on with what it has)", file=sys.stderr, flush=True)  # noqa: T201  as at the start
        record(_LOGGER, Event.RELOAD_REFUSED, level=logging.ERROR)
    except Exception as error:  # noqa: BLE001  whatever it is, the workers that answer must not end with it
        record(_LOGGER, Event.RELOAD_REFUSED, level=logging.ERROR, error=error)
    _set_aside()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ANN401, ARG001  gunicorn's signature
    """Forget what a worker that is no more had in flight; what it counted stays."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library leaves it out


def _set_aside() -> None:
    """Take everything loaded out of the collector's sight: memory stays shared, collections stay short."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _make_folder_of_counters() -> None:
    """Where the workers count; gone with the process that made it."""
    folder, maker = tempfile.mkdtemp(prefix="nuchal-metrics-", dir=worker_tmp_dir), os.getpid()
    os.environ[metrics.FOLDER] = folder

    def remove() -> None:
        if os.getpid() == maker:  # and not one of the workers, which come by here as well
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


_make_folder_of_counters()
