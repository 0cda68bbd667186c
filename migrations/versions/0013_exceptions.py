"""A claim's status is told with the exception that it rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FROM = {"status_exception": "exception", "status_one_person": "one_person"}


def upgrade() -> None:
    op.add_column("claims", sa.Column("status_exception", sa.String(), nullable=True))
    op.add_column("claims", sa.Column("status_one_person", sa.Boolean(), nullable=True))
    newest = "WHERE verdicts.claim_id = claims.id ORDER BY number DESC LIMIT 1"
    for column, theirs in FROM.items():
        op.execute(f"UPDATE claims SET {column} = (SELECT {theirs} FROM verdicts {newest})")  # noqa: S608


def downgrade() -> None:
    for column in FROM:
        op.drop_column("claims", column)
