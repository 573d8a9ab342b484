"""The rule browser at /rules: every rule, its logic, evidence, cases and source attributes; nothing of a patient.

A rule has the address /rules/<its id>, whatever its kind, and keeps it; the reader of
rulesets refuses an id that two rules share or that one of the other addresses here has taken.
"""

from nuchal.web.rules_pages.views import blueprint

__all__ = ["blueprint"]
