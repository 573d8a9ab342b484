"""Cards that were given, and what clinicians did with them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from nuchal.store.database import Database, keep_once
from nuchal.store.records import CardGiven, Feedback, OverrideRate
from nuchal.store.tables import CARD, CARD_RULE, FEEDBACK


class Cards:
    """Keeps cards. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, cards: Sequence[CardGiven]) -> None:
        """Keep `cards`; one that is kept already stays as it is."""
        if not cards:
            return
        with self._database.transaction() as connection:
            for card in cards:
                if keep_once(connection, CARD, asdict(card)) and card.rules:
                    connection.execute(insert(CARD_RULE), [{"card": card.uuid, "rule": rule} for rule in dict.fromkeys(card.rules)])

    def find(self, uuid: str) -> CardGiven | None:
        """The card with this uuid."""
        with self._database.transaction() as connection:
            row = connection.execute(select(CARD).where(CARD.c.uuid == uuid)).one_or_none()
        return None if row is None else CardGiven(**row._asdict())

    def count(self, before: datetime | None = None) -> int:
        """How many there are, or how many are older than `before`."""
        wanted = select(func.count()).select_from(CARD)
        with self._database.transaction() as connection:
            return connection.execute(wanted if before is None else wanted.where(CARD.c.given < before)).scalar_one()

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` of those older than `before`, with their feedback; how many were deleted."""
        oldest = select(CARD.c.uuid).where(CARD.c.given < before).order_by(CARD.c.given).limit(most)
        with self._database.transaction() as connection:
            return connection.execute(delete(CARD).where(CARD.c.uuid.in_(oldest))).rowcount


class Answers:
    """Keeps feedback. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, feedback: Sequence[Feedback]) -> None:
        """Keep all of `feedback`, or none."""
        if feedback:
            with self._database.transaction() as connection:
                connection.execute(insert(FEEDBACK), [asdict(each) for each in feedback])

    def all(self) -> list[Feedback]:
        """All of it, in the order in which it came."""
        columns = [column for column in FEEDBACK.c if column is not FEEDBACK.c.id]
        with self._database.transaction() as connection:
            rows = connection.execute(select(*columns).order_by(FEEDBACK.c.id)).all()
        return [Feedback(**row._asdict()) for row in rows]

    def is_answered(self, facts: str) -> bool:
        """Whether somebody answered a card with these facts."""
        answered = select(FEEDBACK.c.id).join(CARD, CARD.c.uuid == FEEDBACK.c.card).where(CARD.c.facts == facts).limit(1)
        with self._database.transaction() as connection:
            return connection.execute(answered).first() is not None

    def override_rates(self) -> list[OverrideRate]:
        """The rate of each rule in each version of its ruleset, the worst first."""
        last = select(func.max(FEEDBACK.c.id)).group_by(FEEDBACK.c.card)
        answers = select(FEEDBACK.c.card, FEEDBACK.c.outcome).where(FEEDBACK.c.id.in_(last)).subquery()
        overridden = func.count().filter(answers.c.outcome == "overridden")
        wanted = (
            select(CARD_RULE.c.rule, CARD.c.ruleset, func.count(), func.count(answers.c.outcome), overridden)
            .join(CARD, CARD.c.uuid == CARD_RULE.c.card)
            .outerjoin(answers, answers.c.card == CARD.c.uuid)
            .group_by(CARD_RULE.c.rule, CARD.c.ruleset)
        )
        with self._database.transaction() as connection:
            rows = connection.execute(wanted).all()
        rates = [
            OverrideRate(rule=rule, ruleset=ruleset, firings=firings, answered=answered, overridden=overrides)
            for rule, ruleset, firings, answered, overrides in rows
        ]
        return sorted(rates, key=lambda rate: (-rate.rate, -rate.firings, rate.rule, rate.ruleset))
