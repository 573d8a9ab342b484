"""The store: audit, cards and feedback, tokens seen, rulesets served."""

from dataclasses import dataclass

from nuchal.errors import StoreUnavailable
from nuchal.store.audit import Audit
from nuchal.store.cards import Answers, Cards
from nuchal.store.database import Database
from nuchal.store.records import Health
from nuchal.store.rulesets import Rulesets
from nuchal.store.tokens import Tokens


@dataclass(frozen=True)
class Store:
    """What is kept between requests; safe to share between threads, and after a fork."""

    database: Database
    audit: Audit
    cards: Cards
    feedback: Answers
    tokens: Tokens
    rulesets: Rulesets

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store behind a URL of SQLite or PostgreSQL; nothing is connected to yet.

        Raises:
            ConfigurationError: not such a URL, or the driver is not installed.
        """
        database = Database(url)
        return cls(
            database=database,
            audit=Audit(database),
            cards=Cards(database),
            feedback=Answers(database),
            tokens=Tokens(database),
            rulesets=Rulesets(database),
        )

    def close(self) -> None:
        """Close the connections of this process."""
        self.database.close()

    def health(self) -> Health:
        """Whether the store can be written to now."""
        try:
            with self.database.transaction():
                return Health(kind=self.database.kind, problem=None)
        except StoreUnavailable as error:
            return Health(kind=self.database.kind, problem=error.message)
