"""gunicorn's entry: `nuchal.wsgi:app`."""

import os
import sys

from nuchal.config import Settings
from nuchal.errors import NuchalError
from nuchal.web import create_app

try:
    app = create_app(Settings.from_env(os.environ))
except NuchalError as error:
    sys.exit(f"nuchal: {error.message}")  # a plain sentence; a stack trace would hide it
