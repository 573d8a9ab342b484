"""Where the pains are: which regions of a figure the findings name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nuchal.fhir.context import Context
from nuchal.findings import Presence, View

# What to draw, not what it means: words that a ruleset does not have are passed over.
_REGIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "head": ("headache",),
    "forehead": ("headache-frontal",),
    "temple": ("headache-temporal",),
    "eye": ("headache-orbital", "pain-behind-eyes", "red-painful-eye"),
    "face": ("facial-pain-pressure",),
    "jaw": ("jaw-pain-or-click",),
    "back of the head": ("headache-occipital",),
    "neck": ("neck-pain",),
    "shoulder": ("shoulder-pain",),
    "arm": ("arm-pain-radiating",),
    "chest": ("chest-pain", "chest-pain-pleuritic"),
    "abdomen": ("abdominal-pain", "epigastric-or-ruq-pain"),
    "back": ("back-pain",),
    "upper back": ("back-pain-upper",),
    "low back": ("back-pain-lower",),
    "flank": ("flank-pain",),
    "leg": ("leg-pain-radiating",),
}


@dataclass(frozen=True, slots=True)
class PainAt:
    """A region and what is known of pain there."""

    region: str
    presence: Presence


def pains(context: Context) -> tuple[PainAt, ...]:
    """Every region of which anything is known: present where one of its words is, as red flags read it; else absent."""
    return tuple(PainAt(region, presence) for region, words in _REGIONS.items() if (presence := _presence(context, words)))


def _presence(context: Context, words: tuple[str, ...]) -> Presence | None:
    known = {context.presence(word, View.SAFETY) for word in words} - {Presence.UNKNOWN}
    if Presence.PRESENT in known:
        return Presence.PRESENT
    return Presence.ABSENT if known else None
