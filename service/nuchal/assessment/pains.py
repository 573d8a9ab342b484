"""Which of the two pains are active."""

from dataclasses import dataclass

from nuchal.assessment.patient import Patient
from nuchal.findings import Presence, View
from nuchal.rules.model import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Pains:
    """The active pains; `back_by_equivalent` is the word (neck pain, neck stiffness) that counts as back pain, if one does."""

    active: frozenset[Region]
    back_by_equivalent: str | None

    @property
    def both(self) -> bool:
        """Whether head and back hurt at the same time."""
        return self.active == {Region.HEAD, Region.BACK}

    def explained_by(self, explains: frozenset[Region]) -> frozenset[Region]:
        """The active pains that a cause explaining `explains` explains; one of the neck explains back pain that is neck pain."""
        regions = explains | {Region.BACK} if self.back_by_equivalent and Region.NECK in explains else explains
        return self.active & regions


def active_pains(patient: Patient) -> Pains:
    """The pains that are present in the STRICT view: one that is only suspected is asked for, not assessed."""
    roles = patient.ruleset.roles
    has_back_pain = _is_present(patient, roles.back_pain)
    equivalent = None if has_back_pain else next((word for word in roles.back_equivalents if _is_present(patient, word)), None)
    back = {Region.BACK} if has_back_pain or equivalent else set()
    head = {Region.HEAD} if _is_present(patient, roles.headache) else set()
    return Pains(active=frozenset(head | back), back_by_equivalent=equivalent)


def _is_present(patient: Patient, word: str) -> bool:
    return patient.presence(word, View.STRICT) is Presence.PRESENT
