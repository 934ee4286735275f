"""Answers kept by the caller's key, so that a request that comes twice happens once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from infra.migrations.rights import grant, own

revision = "0004_idempotency"
down_revision = "0003_auth"

Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("intent_id", sa.Uuid()),
        sa.Column("claimed_at", Time, nullable=False),
        sa.Column("status_code", sa.Integer()),
        sa.Column("response", JSONB()),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="idempotency_keys_pkey"),
        schema="platform",
    )
    op.create_index("idempotency_keys_expires_at_idx", "idempotency_keys", ["expires_at"], schema="platform")
    own("platform.idempotency_keys")
    grant(
        "platform.idempotency_keys",
        select="*",
        insert="user_id key method path request_sha256 intent_id claimed_at status_code response created_at"
        " expires_at",
        update="claimed_at status_code response",
    )


def downgrade() -> None:
    op.drop_table("idempotency_keys", schema="platform")
