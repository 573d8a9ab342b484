"""The whole story of one call: what was asked, what is known, what it means, what is worth a card."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from nuchal.cds_hooks.call import HookCall, read_call
from nuchal.cds_hooks.cards import Addresses, CardMaker
from nuchal.cds_hooks.conclusions import Conclusion
from nuchal.cds_hooks.extension import extension, passed_over
from nuchal.cds_hooks.facts import facts
from nuchal.cds_hooks.fhir_server import FhirServers
from nuchal.cds_hooks.gathering import Gathered, gather
from nuchal.cds_hooks.orders import Orders
from nuchal.cds_hooks.proposals import proposal_context
from nuchal.cds_hooks.services import ORDERS, Service
from nuchal.cds_hooks.silence import Decision, Silence, decide
from nuchal.errors import DataNotAvailable, InvalidInput, Problem, StoreUnavailable
from nuchal.evaluation import Evaluation, Evaluator
from nuchal.findings import NoteKind
from nuchal.store import Store
from nuchal.store.records import CardGiven

_NOBODYS_CALL: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Answered:
    """The body of a response, and the evaluation behind it; None where nothing was evaluated."""

    body: dict[str, Any]
    evaluation: Evaluation | None


class CardService:
    """Answers the calls of CDS clients; safe to share between threads.

    `store_failed` is told when `store` cannot be read or written, and raises where an answer must not go on without it.
    """

    def __init__(self, evaluator: Evaluator, servers: FhirServers, store: Store, store_failed: Callable[[StoreUnavailable], None]) -> None:
        self._evaluator = evaluator
        self._servers = servers
        self._store = store
        self._store_failed = store_failed

    def answer(
        self, document: Mapping[str, Any], service: Service, addresses: Addresses, *, now: datetime, as_of: str | None = None
    ) -> Answered:
        """The response to the call in `document`.

        `as_of` (a FHIR dateTime) stands for the moment of the call; without it the full
        minute of `now` does, so that a call that is sent twice gets the same cards.

        Raises:
            NuchalError: the call cannot be read, data that are needed cannot be had, or there
                is nothing to tell and data are known to be missing: a failure is never an empty list.
        """
        call = read_call(document, service)
        if not call.user_is_clinician:
            return Answered({"cards": [], "extension": passed_over([Silence.USER_IS_NO_CLINICIAN])}, None)
        gathered = gather(call, self._servers)
        evaluation = self._evaluate(gathered, call, now, as_of)
        maker = CardMaker(
            context=proposal_context(evaluation, call.patient_id, call.encounter_id),
            hook_instance=call.hook_instance,
            deliveries=gathered.deliveries,
            orders=Orders(gathered.resources(ORDERS.key), call.patient_id),
            addresses=addresses,
        )
        decision = decide(maker.context, maker.orders, lambda conclusion: self._is_answered(conclusion, maker, call))
        cards = maker.cards(decision.told)
        if not cards:
            _refuse_silence_without_data(gathered, evaluation)
        self._remember(list(_given(cards, decision, maker, call, now)))
        return Answered({"cards": cards, "extension": extension(maker.context, gathered.deliveries, decision.silence)}, evaluation)

    def _evaluate(self, gathered: Gathered, call: HookCall, now: datetime, as_of: str | None) -> Evaluation:
        parameters = {"subject": f"Patient/{call.patient_id}"} | ({"asOf": as_of} if as_of else {})
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        try:
            return self._evaluator.evaluate(gathered.bundle(), parameters, now=minute)
        except InvalidInput as error:
            raise gathered.located(error) from None

    def _is_answered(self, conclusion: Conclusion, maker: CardMaker, call: HookCall) -> bool:
        """Whether somebody answered the same in this encounter; without an encounter or the store nobody can tell."""
        if maker.context.chart.encounter is None:
            return False
        try:
            return self._store.feedback.is_answered(facts(conclusion, maker.context, call.fhir_server))
        except StoreUnavailable as error:
            self._store_failed(error)
            return False

    def _remember(self, cards: Sequence[CardGiven]) -> None:
        """Keep `cards`; feedback on one that could not be kept will be refused as unknown."""
        try:
            self._store.cards.remember(cards)
        except StoreUnavailable as error:
            self._store_failed(error)


def preview(evaluation: Evaluation, addresses: Addresses) -> list[dict[str, Any]]:
    """The cards that a client would get for an evaluation that came another way; nothing is remembered, nothing held back as answered."""
    patient_id = evaluation.chart.subject.reference.rpartition("/")[2] or "unknown"
    maker = CardMaker(
        context=proposal_context(evaluation, patient_id, None),
        hook_instance=_NOBODYS_CALL,
        deliveries=(),
        orders=Orders((), patient_id),
        addresses=addresses,
    )
    return maker.cards(decide(maker.context, maker.orders, lambda _: False).told)


def _refuse_silence_without_data(gathered: Gathered, evaluation: Evaluation) -> None:
    """Nothing to tell is an answer only where everything was there that could have told something."""
    unavailable = gathered.unavailable()
    if unavailable:
        raise unavailable
    missing = [Problem(note.message, note.expression) for note in evaluation.chart.notes if note.kind is NoteKind.MISSING]
    if missing:
        raise gathered.located(DataNotAvailable(missing))


def _given(cards: Iterable[dict[str, Any]], decision: Decision, maker: CardMaker, call: HookCall, now: datetime) -> Iterable[CardGiven]:
    """What is kept of `cards`."""
    told = {maker.uuid(conclusion.name): conclusion for conclusion in decision.told}
    ruleset = maker.context.ruleset
    for card in cards:
        conclusion = told[card["uuid"]]
        yield CardGiven(
            uuid=card["uuid"],
            service=call.service.id,
            hook=call.service.hook.value,
            facts=facts(conclusion, maker.context, call.fhir_server),
            rules=conclusion.rules,
            ruleset=ruleset.label,
            ruleset_hash=ruleset.hash,
            indicator=card["indicator"],
            suggestions=tuple(suggestion["uuid"] for suggestion in card.get("suggestions", ())),
            given=now,
        )
