"""Tokens that may be used once."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from nuchal.store.database import Database
from nuchal.store.tables import TOKEN


class Tokens:
    """Keeps the ids of tokens until they expire. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_use(self, issuer: str, jti: str, expires: datetime) -> bool:
        """Whether nobody used this token before, in any process; from now on somebody has."""
        with self._database.transaction() as connection:
            connection.execute(delete(TOKEN).where(TOKEN.c.expires < datetime.now(UTC)))
            try:
                with connection.begin_nested():
                    connection.execute(insert(TOKEN).values(issuer=issuer, jti=jti, expires=expires))
            except IntegrityError:
                return False
        return True
