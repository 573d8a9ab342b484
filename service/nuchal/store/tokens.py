"""Tokens that may be used once."""

from datetime import UTC, datetime

from sqlalchemy import delete

from nuchal.store.database import Database, keep_once
from nuchal.store.tables import TOKEN


class Tokens:
    """Keeps the ids of tokens until they expire. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_use(self, issuer: str, jti: str, expires: datetime) -> bool:
        """Whether nobody used this token before, in any process; from now on somebody has."""
        with self._database.transaction() as connection:
            connection.execute(delete(TOKEN).where(TOKEN.c.expires < datetime.now(UTC)))
            return keep_once(connection, TOKEN, {"issuer": issuer, "jti": jti, "expires": expires})
