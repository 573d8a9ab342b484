"""Forward chaining on durable_rules, in the one safe shape, with a witness beside it."""

from nuchal.inference.driver import Inference

__all__ = ["Inference"]
