"""One patient as inference concluded, beside the ruleset it was concluded by: what every step of the assessment reads."""

from dataclasses import dataclass
from functools import cached_property

from nuchal.findings import Presence, State, View
from nuchal.inference.outcome import Conclusions
from nuchal.rules.conditions import States
from nuchal.rules.model import Ruleset

_UNKNOWN = State(Presence.UNKNOWN)


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

    def state(self, word: str, view: View) -> State:
        """The state of `word` in `view`; unknown when nothing was said of it."""
        return self.conclusions.states[view].get(word, _UNKNOWN)

    def presence(self, word: str, view: View) -> Presence:
        """The presence of `word` in `view`."""
        return self.state(word, view).presence
