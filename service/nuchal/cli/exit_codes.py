"""What the exit code of `nuchal` says."""

from nuchal.errors import ConfigurationError, NuchalError, RulesetError

DONE = 0
PROBLEMS_FOUND = 1  # `rules check` found problems
DIFFERENT = 1  # what was compared is not the same
# 2 is argparse's: the command line itself is wrong
INPUT_UNUSABLE = 3  # the file cannot be read, or holds no patient that can be evaluated
SET_UP_UNUSABLE = 4  # a setting or the ruleset cannot be used
NO_ANSWER = 5  # a fault of Nuchal's own, or of its store: there is no answer
INTERRUPTED = 130


def exit_code(error: NuchalError) -> int:
    """The exit code for an error."""
    if isinstance(error, RulesetError | ConfigurationError):
        return SET_UP_UNUSABLE
    if error.status >= 500:
        return NO_ANSWER
    return INPUT_UNUSABLE
