"""How hard hypothesis tries: HYPOTHESIS_PROFILE=thorough for a long run."""

import os

from hypothesis import settings

settings.register_profile("thorough", max_examples=5000)
if "HYPOTHESIS_PROFILE" in os.environ:
    settings.load_profile(os.environ["HYPOTHESIS_PROFILE"])
