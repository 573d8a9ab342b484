"""Rulesets that were served, so that an old conclusion can be looked at again."""

from datetime import UTC, datetime

from sqlalchemy import select

from nuchal.store.database import Database, keep_once
from nuchal.store.tables import RULESET


class Rulesets:
    """Keeps each ruleset once, by its hash. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, hash_: str, label: str, archive: bytes) -> None:
        """Keep `archive`, unless it is kept."""
        row = {"hash": hash_, "label": label, "archive": archive, "first_served": datetime.now(UTC)}
        with self._database.transaction() as connection:
            keep_once(connection, RULESET, row)

    def load(self, hash_: str) -> bytes | None:
        """The archive of the ruleset with this hash."""
        with self._database.transaction() as connection:
            archive = connection.execute(select(RULESET.c.archive).where(RULESET.c.hash == hash_)).scalar()
        return None if archive is None else bytes(archive)

    def labels(self) -> dict[str, str]:
        """The labels of all that are kept, by hash, the first that was served first."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(RULESET.c.hash, RULESET.c.label).order_by(RULESET.c.first_served)).all()
        return {hash_: label for hash_, label in rows}  # noqa: C416  rows are no pairs to dict's types
