"""What the service keeps of its work, and what happens when the store cannot keep it."""

import logging
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from uuid import uuid4

from flask import request

from nuchal import __version__
from nuchal.errors import ConfigurationError, StoreUnavailable
from nuchal.evaluation import Evaluation
from nuchal.logs import Event, record
from nuchal.rules.archive import pack
from nuchal.rules.model import Ruleset
from nuchal.store import Store
from nuchal.store.records import AuditRecord
from nuchal.web import metrics
from nuchal.web.access import caller
from nuchal.web.requests import evaluation_id

AUDIT_ID = "X-Audit-Id"  # the header that tells under which id an evaluation is kept

_LOGGER = logging.getLogger(__name__)


class Keeping:
    """Keeps audit records. Where that is not `required`, an answer goes on without what the store could not keep."""

    def __init__(self, store: Store, *, required: bool) -> None:
        self.store = store
        self.required = required
        self._unkept: tuple[str, str, bytes] | None = None

    def prepare(self, ruleset: Ruleset, folder: Traversable | None) -> None:
        """Make the store ready before the first request; what cannot be done now is tried again when it is needed.

        `ruleset`, which was read from `folder`, is kept with the first answer that it
        gives, so that the answer can be replayed; where there is no folder it is not.

        Raises:
            ConfigurationError: the store cannot be used, and is required.
            RulesetError: the folder holds another ruleset by now.
        """
        try:
            is_kept = ruleset.hash in self.store.rulesets.labels()
        except StoreUnavailable as error:
            if self.required:
                raise ConfigurationError(f"{error.message}: {self.store.database.place}") from error
            record(_LOGGER, Event.STORE_FAILED, level=logging.ERROR, error=error)
            is_kept = False
        finally:
            self.store.close()  # SQLite must not be carried across a fork: the child would believe that it holds the parent's locks
        if folder and not is_kept:
            self._unkept = (ruleset.hash, ruleset.label, pack(folder, ruleset.hash))

    def audit(self, evaluation: Evaluation, seconds: float) -> str:
        """Keep that `evaluation` was answered, before it is; the id under which it can be found.

        Raises:
            StoreUnavailable: it could not be kept, and is required.
        """
        kept = audit_record(evaluation, seconds)
        try:
            if self._unkept:
                self.store.rulesets.keep(*self._unkept)
                self._unkept = None
            self.store.audit.write(kept)
        except StoreUnavailable as error:
            self.failed(error)
        return kept.id

    def failed(self, error: StoreUnavailable) -> None:
        """What becomes of a request whose traces could not be kept: raises `error` where they are required, else tells log and metrics."""
        metrics.store_failed()
        if self.required:
            raise error
        record(_LOGGER, Event.STORE_FAILED, level=logging.ERROR, error=error, evaluation_id=evaluation_id())


def audit_record(evaluation: Evaluation, seconds: float) -> AuditRecord:
    """What is kept of an evaluation for the request at hand."""
    who, assessment = caller(), evaluation.assessment
    return AuditRecord(
        id=str(uuid4()),
        at=datetime.now(UTC),
        route=str(request.url_rule),
        caller=f"{who.issuer} {who.subject}".strip()[:200] if who else None,
        service_version=__version__,
        ruleset=assessment.ruleset.label,
        ruleset_hash=assessment.ruleset.hash,
        site_map=evaluation.chart.site_map,
        input_hash=evaluation.chart.input_hash,
        as_of=evaluation.chart.as_of.isoformat().replace("+00:00", "Z"),
        detail_full=evaluation.detail_full,
        subject_given=evaluation.subject_given,
        flags=evaluation.flag_ids,
        causes=evaluation.certainties,
        disposition=assessment.disposition,
        answer_hash=evaluation.answer_hash,
        duration_ms=round(seconds * 1000, 2),
    )
