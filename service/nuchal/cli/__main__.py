"""`python -m nuchal.cli`, for a checkout that is not installed."""

import sys

from nuchal.cli import main

sys.exit(main())
