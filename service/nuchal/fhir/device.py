"""The Device: the software that made the answer, and its version."""

from typing import Any, Final

from nuchal import __version__
from nuchal.fhir.canonicals import SOFTWARE_IDENTIFIER
from nuchal.fhir.context import Context
from nuchal.fhir.narrative import bullets, narrative, paragraph
from nuchal.fhir.statements import limits

DEVICE: Final = "device"


def device(context: Context) -> dict[str, Any]:
    """The Device of R4 4.0.1, with the versions of software and ruleset."""
    ruleset = context.ruleset
    return {
        **context.head("Device", DEVICE, narrative(paragraph(f"Nuchal {__version__}"), bullets(limits(context)))),
        "identifier": [{"system": SOFTWARE_IDENTIFIER, "value": f"nuchal-{__version__}"}],
        "status": "active",
        "deviceName": [{"name": "Nuchal", "type": "user-friendly-name"}],
        "type": {"text": "Clinical decision support software"},
        "version": [
            {"type": {"text": "software"}, "value": __version__},
            {"type": {"text": f"ruleset {ruleset.id}"}, "value": ruleset.version},
            *([{"type": {"text": "site map (sha256)"}, "value": context.chart.site_map}] if context.chart.site_map else []),
        ],
    }
