"""From conclusions to what a clinician reads: rank, disposition, plan, questions, each with its why."""
