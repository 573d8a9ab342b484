"""The ruleset: its model, its reader, its conditions in three-valued logic, and what makes a poor rule."""
