"""Feedback on cards (CDS Hooks 2.0.1, Feedback): who accepted what, who overrode it and why."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from nuchal.cds_hooks.services import Service
from nuchal.errors import Problem, UnknownCard, UnusableHookCall
from nuchal.fhir.elements import filled
from nuchal.store import Store
from nuchal.store.records import REVIEW_FIRINGS, REVIEW_RATE, CardGiven, Feedback

_OUTCOMES: Final = ("accepted", "overridden")
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")  # RFC 3339 5.6
_LONGEST_COMMENT: Final = 4000
_LONGEST_TOKEN: Final = 200
_MOST_ITEMS: Final = 1000


def take_feedback(document: Mapping[str, Any], service: Service, store: Store, *, now: datetime) -> int:
    """Keep all items of one call, or none; how many they were.

    Raises:
        UnusableHookCall: an item that is not what CDS Hooks says.
        UnknownCard: a card or suggestion that this service did not give.
    """
    items = document.get("feedback")
    if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
        raise UnusableHookCall([Problem(f"Is required: a list of 1 to {_MOST_ITEMS} items", "feedback")])
    problems = [problem for number, item in enumerate(items) for problem in _item_problems(item, f"feedback[{number}]")]
    if problems:
        raise UnusableHookCall(problems)
    feedback = [_feedback(item, now) for item in items]
    cards = {uuid: store.cards.find(uuid) for uuid in dict.fromkeys(one.card for one in feedback)}
    unknown = [problem for number, one in enumerate(feedback) for problem in _unknown(one, cards[one.card], service, f"feedback[{number}]")]
    if unknown:
        raise UnknownCard(unknown)
    store.feedback.write(feedback)
    return len(feedback)


def _feedback(item: Mapping[str, Any], now: datetime) -> Feedback:
    override = item.get("overrideReason") or {}
    reason = override.get("reason") or {}
    return Feedback(
        card=item["card"].lower(),
        outcome=item["outcome"],
        suggestions=tuple(one["id"].lower() for one in item.get("acceptedSuggestions") or ()),
        reason_system=reason.get("system"),
        reason_code=reason.get("code"),
        comment=override.get("userComment"),
        at=_moment(item["outcomeTimestamp"]) or now,
        received=now,
    )


def _unknown(feedback: Feedback, card: CardGiven | None, service: Service, place: str) -> Iterator[Problem]:
    if card is None or card.service != service.id:
        yield Problem("No card of this service", f"{place}.card")
        return
    for number, suggestion in enumerate(feedback.suggestions):
        if suggestion not in card.suggestions:
            yield Problem("No suggestion of this card", f"{place}.acceptedSuggestions[{number}].id")


def _item_problems(item: object, place: str) -> Iterator[Problem]:
    if not isinstance(item, dict):
        yield Problem("Must be an object", place)
        return
    if not _is_token(item.get("card")):
        yield Problem("Is required: the uuid of the card", f"{place}.card")
    if item.get("outcome") not in _OUTCOMES:
        yield Problem(f"Is required: {' or '.join(_OUTCOMES)}", f"{place}.outcome")
    if not isinstance(item.get("outcomeTimestamp"), str) or _moment(item["outcomeTimestamp"]) is None:
        yield Problem("Is required: a date and time with its offset, as RFC 3339 5.6 says", f"{place}.outcomeTimestamp")
    accepted = item.get("acceptedSuggestions")
    if item.get("outcome") == "accepted" and not accepted:
        yield Problem("Is required where the outcome is accepted", f"{place}.acceptedSuggestions")
    elif accepted is not None and not (
        isinstance(accepted, list) and all(isinstance(one, dict) and _is_token(one.get("id")) for one in accepted)
    ):
        yield Problem("Must be a list of objects with the id of a suggestion", f"{place}.acceptedSuggestions")
    yield from _override_problems(item.get("overrideReason"), f"{place}.overrideReason")


def _override_problems(override: object, place: str) -> Iterator[Problem]:
    if override is None:
        return
    if not isinstance(override, dict) or not (override.get("reason") or override.get("userComment")):
        yield Problem("Must hold a reason, a userComment, or both", place)
        return
    reason, comment = override.get("reason"), override.get("userComment")
    if reason is not None and not (isinstance(reason, dict) and _is_token(reason.get("code")) and _is_token(reason.get("system", "-"))):
        yield Problem("Must be a Coding with code and system", f"{place}.reason")
    if comment is not None and not (isinstance(comment, str) and len(comment) <= _LONGEST_COMMENT and "\0" not in comment):
        yield Problem(f"Must be a text of at most {_LONGEST_COMMENT} characters", f"{place}.userComment")


def _is_token(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TOKEN and value.isprintable()


def _moment(text: str) -> datetime | None:
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rates(store: Store) -> dict[str, Any]:
    """The override rate of each rule, the worst first, as JSON."""
    found = list(store.feedback.override_rates())
    rules = [
        {
            "rule": one.rule,
            "ruleset": one.ruleset,
            "firings": one.firings,
            "answered": one.answered,
            "overridden": one.overridden,
            "overrideRate": round(one.rate, 4),
            "forReview": one.is_for_review,
        }
        for one in found
    ]
    return filled({"reviewAbove": REVIEW_RATE, "reviewFrom": REVIEW_FIRINGS, "rules": rules})
