"""The Provenance: which inputs and which ruleset the answer was made from."""

from collections.abc import Sequence
from typing import Any, Final

from nuchal import __version__
from nuchal.fhir.canonicals import PROVENANCE_PARTICIPANT, RULESET_IDENTIFIER, SITE_MAP_IDENTIFIER
from nuchal.fhir.concepts import coded
from nuchal.fhir.context import Context
from nuchal.fhir.device import DEVICE
from nuchal.fhir.narrative import narrative, paragraph
from nuchal.fhir.references import ours

PROVENANCE: Final = "provenance"


def provenance(context: Context, targets: Sequence[str]) -> dict[str, Any]:
    """The Provenance of R4 4.0.1; `targets` are the ids of the other resources of the answer."""
    ruleset = context.ruleset
    used = context.inputs.used
    text = f"Made by Nuchal {__version__} with ruleset {ruleset.label} (sha256 {ruleset.hash}) from {len(used)} resources of the input."
    files = {"identifier": {"system": RULESET_IDENTIFIER, "value": ruleset.hash}, "display": f"Ruleset {ruleset.label}"}
    return {
        **context.head("Provenance", PROVENANCE, narrative(paragraph(text))),
        "target": [ours(target) for target in targets],
        "recorded": context.moment,
        "policy": [ruleset.versioned_canonical],
        "agent": [
            {
                "type": {"coding": [coded(PROVENANCE_PARTICIPANT, "assembler", "Assembler")]},
                "who": context.ours(DEVICE),
            }
        ],
        "entity": [
            *({"role": "source", "what": reference} for reference in used),
            {"role": "source", "what": files},
            *({"role": "source", "what": site_map} for site_map in _site_map(context)),
        ],
    }


def _site_map(context: Context) -> list[dict[str, Any]]:
    site_map = context.chart.site_map
    return [{"identifier": {"system": SITE_MAP_IDENTIFIER, "value": site_map}, "display": "Codes of the site"}] if site_map else []
