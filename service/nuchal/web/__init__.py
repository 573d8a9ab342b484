"""The HTTP service: thin views around one evaluator, and one handler for everything that goes wrong."""

from nuchal.web.app import create_app

__all__ = ["create_app"]
