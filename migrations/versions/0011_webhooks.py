"""Webhooks: subscriptions, their secrets, and the messages that are sent to them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("tag", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("status", words("status", "confirmed", "unverified", "disputed"), nullable=True),
        sa.Column("after_position", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("disabled_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *identity("subscriptions"),
        refers("subscriptions", "owner_id", "contributors"),
    )
    op.create_index("ix_subscriptions_owner_id_id", "subscriptions", ["owner_id", "id"])
    op.create_table(
        "outboxes",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        refers("outboxes", "subscription_id", "subscriptions"),
        sa.PrimaryKeyConstraint("subscription_id", name="pk_outboxes"),
    )
    op.create_index("ix_outboxes_due_at", "outboxes", ["due_at"])
    op.create_table(
        "webhook_secrets",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        *identity("webhook_secrets"),
        refers("webhook_secrets", "subscription_id", "subscriptions"),
    )
    op.create_index("ix_webhook_secrets_subscription_id", "webhook_secrets", ["subscription_id"])
    create_deliveries()
    announcing = op.create_table(
        "announcing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_announcing_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_announcing"),
    )
    last = sa.text("(SELECT coalesce(max(position), 0) FROM changes)")
    op.execute(announcing.insert().values(id=1, position=last))


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "state", words("deliverystate", "pending", "delivered", "failed"), nullable=False
        ),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.CheckConstraint("(state = 'pending') = (due_at IS NOT NULL)", name="ck_deliveries_due"),
        *identity("deliveries"),
        refers("deliveries", "subscription_id", "subscriptions"),
        sa.UniqueConstraint(
            "subscription_id", "event_id", name="uq_deliveries_subscription_id_event_id"
        ),
    )
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index(
        "ix_deliveries_subscription_id_due_at", "deliveries", ["subscription_id", "due_at"]
    )
    op.create_index("ix_deliveries_subscription_id_id", "deliveries", ["subscription_id", "id"])
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        *identity("delivery_attempts"),
        refers("delivery_attempts", "delivery_id", "deliveries"),
    )
    op.create_index("ix_delivery_attempts_delivery_id", "delivery_attempts", ["delivery_id"])


def downgrade() -> None:
    op.drop_table("announcing")
    op.drop_table("delivery_attempts")
    op.drop_table("deliveries")
    op.drop_table("webhook_secrets")
    op.drop_table("outboxes")
    op.drop_table("subscriptions")


def identity(table: str) -> tuple[sa.Column, sa.Column, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def words(name: str, *allowed: str) -> sa.Enum:
    return sa.Enum(*allowed, name=name, native_enum=False, create_constraint=True)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")
