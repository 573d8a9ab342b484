"""CDS Hooks 2.0.1: what is known of a patient in an EHR becomes a few cards, or a reasoned silence.

`answering.py` tells the story of one call; `silence.py` when there is no card, `limits.py`
what no card exceeds.
"""

from nuchal.cds_hooks.answering import CardService, preview
from nuchal.cds_hooks.cards import Addresses
from nuchal.cds_hooks.feedback import rates, take_feedback
from nuchal.cds_hooks.fhir_server import FhirServers
from nuchal.cds_hooks.services import SERVICES, services

__all__ = ["SERVICES", "Addresses", "CardService", "FhirServers", "preview", "rates", "services", "take_feedback"]
