"""The forms of a ruleset's files: each reads one kind of place and describes it as a JSON schema."""
