"""`nuchal serve`: gunicorn in place of this process."""

import argparse
import os
import socket
import sys
from typing import NoReturn

from nuchal import __version__
from nuchal.config import Settings
from nuchal.content import ruleset_folder
from nuchal.errors import ConfigurationError
from nuchal.intake import load_site_map
from nuchal.rules.reader import load_ruleset

_EPILOG = """\
Settings are environment variables, listed in the README; the common ones:
  NUCHAL_PORT=9000 nuchal serve             another port
  NUCHAL_RULESET=/srv/rules nuchal serve    a ruleset of your own
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="start the HTTP service",
        description="Start the HTTP service until Ctrl+C.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_serve)


def _serve(_: argparse.Namespace) -> NoReturn:
    """Become gunicorn, so that signals reach it directly. The names are texts because the command line knows nothing of the web."""
    settings = Settings.from_env(os.environ)
    if settings.site_map:
        load_site_map(settings.site_map, load_ruleset(ruleset_folder(settings.ruleset)))  # a bad one is said before the promise below
    if settings.access:
        from nuchal.access.settings import read_access_settings  # noqa: PLC0415  the other commands need no tokens

        read_access_settings(settings.access, settings.public_url)
    _demand_free(settings)
    print(f"Nuchal {__version__} listens on http://{settings.host}:{settings.port}; Ctrl+C stops it.", flush=True)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:nuchal.web.gunicorn_conf", "nuchal.wsgi:app"]
    os.execv(sys.executable, command)  # noqa: S606  our own interpreter with fixed words


def _demand_free(settings: Settings) -> None:
    """Say in one sentence what gunicorn would say in ten lines."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise ConfigurationError(
                f"cannot listen on {settings.host} port {settings.port} ({reason}); NUCHAL_HOST and NUCHAL_PORT choose another"
            ) from error
