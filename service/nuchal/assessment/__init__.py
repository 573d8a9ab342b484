"""From conclusions to what a clinician reads: rank, disposition, plan, questions, each with its why."""

from nuchal.assessment.assessing import assess

__all__ = ["assess"]
