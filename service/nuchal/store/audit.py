"""The audit: one row for each evaluation that was answered."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, literal, select, tuple_

from nuchal.store.database import Database
from nuchal.store.records import AuditRecord
from nuchal.store.tables import AUDIT

_PAGE = 500


class Audit:
    """Keeps audit records. Any call may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, record: AuditRecord) -> None:
        """Keep `record`; when this returns, the death of the process no longer loses it."""
        values = {name: getattr(record, name) for name in _COLUMNS}
        with self._database.transaction() as connection:
            connection.execute(_INSERT, values)

    def find(self, id_: str) -> AuditRecord | None:
        """The record with this id."""
        with self._database.transaction() as connection:
            row = connection.execute(select(AUDIT).where(AUDIT.c.id == id_)).one_or_none()
        return None if row is None else _record(row)

    def all(self, since: datetime | None = None) -> Iterator[AuditRecord]:
        """The records of evaluations from `since` on, the oldest first."""
        place = tuple_(AUDIT.c.at, AUDIT.c.id)
        wanted = select(AUDIT).order_by(AUDIT.c.at, AUDIT.c.id).limit(_PAGE)
        page = wanted if since is None else wanted.where(AUDIT.c.at >= since)
        while records := self._records(page):
            yield from records
            last = records[-1]
            page = wanted.where(place > tuple_(literal(last.at, AUDIT.c.at.type), literal(last.id)))

    def _records(self, wanted: Select[Any]) -> list[AuditRecord]:
        """A page at a time: whoever reads all of it must not keep the service from writing."""
        with self._database.transaction() as connection:
            return [_record(row) for row in connection.execute(wanted)]

    def count(self, before: datetime | None = None) -> int:
        """How many there are, or how many are older than `before`."""
        wanted = select(func.count()).select_from(AUDIT)
        with self._database.transaction() as connection:
            return connection.execute(wanted if before is None else wanted.where(AUDIT.c.at < before)).scalar_one()

    def forget(self, before: datetime, most: int) -> int:
        """Delete up to `most` of those older than `before`; how many were deleted."""
        oldest = select(AUDIT.c.id).where(AUDIT.c.at < before).order_by(AUDIT.c.at).limit(most)
        with self._database.transaction() as connection:
            return connection.execute(delete(AUDIT).where(AUDIT.c.id.in_(oldest))).rowcount


_COLUMNS = tuple(AUDIT.c.keys())
_INSERT = insert(AUDIT)


def _record(row: Row[Any]) -> AuditRecord:
    return AuditRecord(**row._asdict())
