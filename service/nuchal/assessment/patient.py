"""One patient as inference concluded, beside the ruleset it was concluded by: what every step of the assessment reads."""

from dataclasses import dataclass
from functools import cached_property

from nuchal.findings import UNKNOWN, Presence, State, View
from nuchal.inference.outcome import Conclusions
from nuchal.rules.conditions import States, words
from nuchal.rules.model import Ruleset


@dataclass(frozen=True)
class Patient:
    """The conclusions on one patient and their ruleset."""

    ruleset: Ruleset
    conclusions: Conclusions

    @property
    def safety(self) -> States:
        """What counts for red flags and activities."""
        return self.conclusions.states[View.SAFETY]

    @property
    def strict(self) -> States:
        """What counts for causes and their rank."""
        return self.conclusions.states[View.STRICT]

    @cached_property
    def raised(self) -> frozenset[str]:
        """Ids of the red flags that are raised."""
        return self.conclusions.raised

    @cached_property
    def weighed_by_flags(self) -> frozenset[str]:
        """The words that the raised red flags read."""
        return frozenset().union(*(words(self.ruleset.red_flags[flag].when) for flag in self.raised))

    def state(self, word: str, view: View) -> State:
        """The state of `word` in `view`; unknown when nothing was said of it."""
        return self.conclusions.states[view].get(word, UNKNOWN)

    def presence(self, word: str, view: View) -> Presence:
        """The presence of `word` in `view`."""
        return self.state(word, view).presence
