"""The page for people: try a patient, see why, ask. Pages of rules share its layout (`layout.py`)."""
