"""Answers kept by the caller's key, so that a request that comes twice happens once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from infra.migrations.rights import grant, internal, own

revision = "0004_idempotency"
down_revision = "0003_auth"

Time = sa.DateTime(timezone=True)

# With its caller's rights. It looks after it has the lock: another's answer, committed meanwhile, is seen.
CLAIM = """
    declare
        me constant uuid := coalesce(owner, nullif(current_setting('app.user_id', true), '')::uuid);
        lock_id constant bigint := hashtextextended(format('idempotency %s %s', me, claim.key), 0);
    begin
        if me is null then  -- the API key is nobody's: no role was taken, and the table may not be read
            return;
        end if;
        free := true;
        if wait then
            perform pg_advisory_xact_lock(lock_id);
        else
            free := pg_try_advisory_xact_lock(lock_id);
        end if;
        return query
            select free, k.request_sha256, k.status_code, k.response, k.intent_id, k.claimed_at
            from (values (me)) asking(id)
            left join platform.idempotency_keys k on k.user_id = asking.id and k.key = claim.key;
    end
"""
RETURNS = """
    table(free boolean, request_sha256 bytea, status_code integer, response jsonb, intent_id uuid,
        claimed_at timestamptz)
"""


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", Time),
        sa.Column("status_code", sa.Integer()),
        sa.Column("response", JSONB()),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("expires_at", Time),
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
        update="claimed_at status_code response expires_at",
    )
    signature = "platform.claim(owner uuid, key text, wait boolean)"
    internal(signature, returns=RETURNS.strip(), language="plpgsql", body=CLAIM)
    op.execute(f"grant execute on function {signature} to app_user, app_system, fn_http, fn_auth, fn_system")


def downgrade() -> None:
    op.execute("drop function platform.claim(uuid, text, boolean)")
    op.drop_table("idempotency_keys", schema="platform")
