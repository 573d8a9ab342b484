"""The first tables: audit, cards and what became of them, tokens seen, rulesets served."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "audit",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("route", sa.String(120), nullable=False),
        sa.Column("caller", sa.String(200)),
        sa.Column("service_version", sa.String(40), nullable=False),
        sa.Column("ruleset", sa.String(120), nullable=False),
        sa.Column("ruleset_hash", sa.String(64), nullable=False),
        sa.Column("site_map", sa.String(64)),
        sa.Column("input_hash", sa.String(64), nullable=False),
        sa.Column("as_of", sa.String(40), nullable=False),
        sa.Column("detail_full", sa.Boolean, nullable=False),
        sa.Column("subject_given", sa.Boolean, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("disposition", sa.String(20)),
        sa.Column("answer_hash", sa.String(64), nullable=False),
        sa.Column("duration_ms", sa.Float, nullable=False),
        sa.Index("audit_at", "at"),
    )
    op.create_table(
        "card",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("service", sa.String(120), nullable=False),
        sa.Column("hook", sa.String(60), nullable=False),
        sa.Column("facts", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("ruleset", sa.String(120), nullable=False),
        sa.Column("ruleset_hash", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(20), nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("given", moment, nullable=False),
        sa.Index("card_facts", "facts"),
        sa.Index("card_given", "given"),
    )
    op.create_table(
        "card_rule",
        sa.Column("card", sa.String(36), sa.ForeignKey("card.uuid", ondelete="CASCADE"), primary_key=True),
        sa.Column("rule", sa.String(120), primary_key=True),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("card", sa.String(36), sa.ForeignKey("card.uuid", ondelete="CASCADE"), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("reason_system", sa.String(200)),
        sa.Column("reason_code", sa.String(200)),
        sa.Column("comment", sa.Text),
        sa.Column("at", moment, nullable=False),
        sa.Column("received", moment, nullable=False),
        sa.Index("feedback_card", "card"),
    )
    op.create_table(
        "token",
        sa.Column("issuer", sa.String(400), primary_key=True),
        sa.Column("jti", sa.String(400), primary_key=True),
        sa.Column("expires", moment, nullable=False),
        sa.Index("token_expires", "expires"),
    )
    op.create_table(
        "ruleset",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("archive", sa.LargeBinary, nullable=False),
        sa.Column("first_served", moment, nullable=False),
    )
