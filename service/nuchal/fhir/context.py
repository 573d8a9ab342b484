"""What every builder of a resource is given: the assessment, the chart, and the ids and references of one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nuchal.assessment.model import Assessment, ListedCause
from nuchal.fhir.canonicals import ANSWER_IDENTIFIER, PROFILES, SOURCE
from nuchal.fhir.ids import answer_id, instant
from nuchal.fhir.phrases import statement
from nuchal.fhir.references import InputReferences, ours
from nuchal.findings import Chart, Finding, Presence, View
from nuchal.rules.model import Ruleset
from nuchal.rules.vocabulary import VocabularyWord


@dataclass(frozen=True, kw_only=True)
class Context:
    """One answer in the making."""

    assessment: Assessment
    chart: Chart
    detail_full: bool

    @property
    def ruleset(self) -> Ruleset:
        """The ruleset that the assessment was made with."""
        return self.assessment.ruleset

    @property
    def vocabulary(self) -> Mapping[str, VocabularyWord]:
        """The words of the ruleset."""
        return self.assessment.ruleset.vocabulary

    @cached_property
    def moment(self) -> str:
        """The moment of the evaluation: date, timestamp and recorded of the answer (DESIGN 1.4)."""
        return instant(self.chart.as_of)

    @cached_property
    def inputs(self) -> InputReferences:
        """References to the input."""
        return InputReferences(self.chart)

    @cached_property
    def proposed_conditions(self) -> Mapping[str, dict[str, Any]]:
        """A reference to the Condition proposed for each listed cause; one that is known already gets none (DESIGN 4)."""
        return {listed.cause.id: self.ours(condition_name(listed)) for listed in self.assessment.causes if not listed.known}

    @cached_property
    def _ids(self) -> dict[str, str]:
        """Ids that were made already: most are named several times, and a hash is the dearest part of a reference."""
        return {}

    @cached_property
    def cause_bases(self) -> dict[str, str]:
        """The sentence behind each cause by its id, once it was made: three places of an answer hold it."""
        return {}

    def id_of(self, name: str) -> str:
        """The id of the resource called `name` in this answer."""
        known = self._ids.get(name)
        if known is None:
            rules = self.ruleset.hash + (f" {self.chart.site_map}" if self.chart.site_map else "")
            known = self._ids[name] = answer_id(self.chart.input_hash, rules, self.chart.as_of, name)
        return known

    def ours(self, name: str) -> dict[str, Any]:
        """A reference to the resource called `name` in this answer."""
        return ours(self.id_of(name))

    def head(self, resource_type: str, name: str, text: dict[str, Any]) -> dict[str, Any]:
        """The elements that every resource of the answer begins with; `text` is its narrative."""
        return {
            "resourceType": resource_type,
            "id": self.id_of(name),
            "meta": {"source": SOURCE} | ({"profile": [PROFILES[resource_type]]} if resource_type in PROFILES else {}),
            "language": "en",
            "text": text,
        }

    def identifier(self, name: str) -> dict[str, Any]:
        """The identifier by which a filed resource is known as made by Nuchal, and a rerun as the same."""
        return {"system": ANSWER_IDENTIFIER, "value": self.id_of(name)}

    def evidence(self, finding: Finding) -> dict[str, Any]:
        """A reference to the resource that a finding was read from, saying what was read and how."""
        display = statement(finding, self.vocabulary)
        return self.inputs.of(finding.source, display) if finding.source else {"display": display}

    def presence(self, word: str, view: View) -> Presence:
        """What is known of `word` in `view`."""
        state = self.assessment.conclusions.states[view].get(word)
        return state.presence if state else Presence.UNKNOWN


def condition_name(listed: ListedCause) -> str:
    """The name of the Condition proposed for a cause."""
    return f"condition/{listed.cause.id}"
