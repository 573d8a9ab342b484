"""Forward chaining on durable_rules, in the one safe shape, with a witness beside it."""
