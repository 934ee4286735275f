"""Quotes may leave after their time: what they brought stands in the book."""

from alembic import op

revision = "0010_quotes"
down_revision = "0009_posting"


def upgrade() -> None:
    op.execute("grant delete on financial.quotes to app_system")


def downgrade() -> None:
    op.execute("revoke delete on financial.quotes from app_system")
