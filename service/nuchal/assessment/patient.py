"""One patient as inference concluded, beside the ruleset it was concluded by: what every step of the assessment reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from nuchal.findings import UNKNOWN, Presence, State, View
from nuchal.inference.outcome import Conclusions
from nuchal.rules.conditions import States, words
from nuchal.rules.model import Ruleset
from nuchal.rules.truths import Truths


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

    @property
    def truths(self) -> Mapping[View, Truths]:
        """What conditions are in each view, while the flags are raised that are."""
        return self.conclusions.truths

    @cached_property
    def spoken(self) -> Truths:
        """What conditions are in the STRICT view by words alone: no numbers, nor what derives from them (no fever at 36.8 degrees)."""
        by_words = {word: state for word, state in self.strict.items() if all(finding.value is None for finding in state.evidence)}
        return Truths(by_words)

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
