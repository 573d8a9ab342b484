"""For those who start gunicorn themselves: gunicorn -c deploy/gunicorn.conf.py nuchal.wsgi:app.

The settings stand in the package, because a wheel does not carry deploy/ and `nuchal serve` needs them too.
"""

from nuchal.web.gunicorn_conf import *  # noqa: F403  gunicorn reads the names of this module
