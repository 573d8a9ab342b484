"""The tables. A change here comes with a migration; a test holds the two together."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An instant: with its offset where the database knows such a type, else in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC out."""
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What SQLite gives back has no offset, and is UTC."""
        del dialect
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Names(TypeDecorator[Any]):
    """A tuple of texts, or of tuples of texts, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ANN401  nested tuples
        """The JSON."""
        del dialect
        return json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401  nested tuples
        """Tuples again."""
        del dialect
        return tuple(tuple(each) if isinstance(each, list) else each for each in json.loads(value or "[]"))


METADATA = MetaData()

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("route", String(120), nullable=False),
    Column("caller", String(200)),
    Column("service_version", String(40), nullable=False),
    Column("ruleset", String(120), nullable=False),
    Column("ruleset_hash", String(64), nullable=False),
    Column("site_map", String(64)),
    Column("input_hash", String(64), nullable=False),
    Column("as_of", String(40), nullable=False),
    Column("detail_full", Boolean, nullable=False),
    Column("subject_given", Boolean, nullable=False),
    Column("flags", Names, nullable=False),
    Column("causes", Names, nullable=False),
    Column("disposition", String(20)),
    Column("answer_hash", String(64), nullable=False),
    Column("duration_ms", Float, nullable=False),
    Index("audit_at", "at"),
)

CARD = Table(
    "card",
    METADATA,
    Column("uuid", String(36), primary_key=True),
    Column("service", String(120), nullable=False),
    Column("hook", String(60), nullable=False),
    Column("facts", String(64), nullable=False),
    Column("rules", Names, nullable=False),
    Column("ruleset", String(120), nullable=False),
    Column("ruleset_hash", String(64), nullable=False),
    Column("indicator", String(20), nullable=False),
    Column("suggestions", Names, nullable=False),
    Column("given", Moment, nullable=False),
    Index("card_facts", "facts"),
    Index("card_given", "given"),
)

CARD_RULE = Table(
    "card_rule",
    METADATA,
    Column("card", String(36), ForeignKey("card.uuid", ondelete="CASCADE"), primary_key=True),
    Column("rule", String(120), primary_key=True),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("card", String(36), ForeignKey("card.uuid", ondelete="CASCADE"), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("suggestions", Names, nullable=False),
    Column("reason_system", String(200)),
    Column("reason_code", String(200)),
    Column("comment", Text),
    Column("at", Moment, nullable=False),
    Column("received", Moment, nullable=False),
    Index("feedback_card", "card"),
)

TOKEN = Table(
    "token",
    METADATA,
    Column("issuer", String(400), primary_key=True),
    Column("jti", String(400), primary_key=True),
    Column("expires", Moment, nullable=False),
    Index("token_expires", "expires"),
)

RULESET = Table(
    "ruleset",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("label", String(120), nullable=False),
    Column("archive", LargeBinary, nullable=False),
    Column("first_served", Moment, nullable=False),
)
