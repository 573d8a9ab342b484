"""Decision support for a patient whose back and head hurt at the same time."""

__version__ = "0.1.0"
