"""Who changed what, who asked what, and what the platform noticed: rows that stay as they were written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INET, JSONB

from infra.migrations.rights import grant, log_table, schema, trigger_function

revision = "0002_audit"
down_revision = "0001_platform"

Time = sa.DateTime(timezone=True)

# For the owner as well. Every byte counts: a plain comparison takes the JSON numbers 1.0 and 1.00 for one.
KEEP = """
    begin
        if tg_op = 'UPDATE' and old.seq is null and new.seq is not null then
            old.seq := new.seq;
            old.previous_hash := new.previous_hash;
            if old *= new then
                return new;
            end if;
        end if;
        raise exception 'audit.audit_logs is append-only: a row is sealed once, and else never changed'
            using errcode = 'restrict_violation';
    end
"""


def upgrade() -> None:
    schema("audit")
    _audit_logs()
    _chain_heads()
    _security_events()
    _api_request_logs()
    _system_events()


def _audit_logs() -> None:
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("event_status", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("resource_type", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("old_values", JSONB()),
        sa.Column("new_values", JSONB()),
        sa.Column("ip_address", INET()),
        sa.Column("user_agent", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("request_data", JSONB()),
        sa.Column("response_data", JSONB()),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("previous_hash", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", "created_at", name="audit_logs_pkey"),
        schema="audit",
        postgresql_partition_by="range (created_at)",
    )
    by_tenant = ["tenant", "created_at", "id"]
    for columns in (["user_id", "created_at"], ["action", "created_at"], ["tenant", "seq"], by_tenant):
        op.create_index(f"audit_logs_{'_'.join(columns)}_idx", "audit_logs", columns, schema="audit")
    op.create_index(
        "audit_logs_unsealed_idx",
        "audit_logs",
        ["id"],
        schema="audit",
        postgresql_where=sa.text("seq is null"),
    )
    grant(
        "audit.audit_logs",
        insert="id created_at event_type event_status severity user_id resource_type resource_id action"
        " old_values new_values ip_address user_agent request_id request_data response_data tenant row_hash",
        system="select insert update",
    )
    trigger_function("audit.keep()", body=KEEP)
    op.execute(
        "create trigger keep before update or delete on audit.audit_logs"
        " for each row execute function audit.keep()"
    )
    log_table("audit.audit_logs")


def _chain_heads() -> None:
    op.create_table(
        "chain_heads",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="chain_heads_pkey"),
        schema="audit",
    )
    grant("audit.chain_heads", system="select insert update")


def _security_events() -> None:
    op.create_table(
        "security_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("ip_address", INET()),
        sa.Column("event_code", sa.Text(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("requires_review", sa.Boolean(), nullable=False),
        sa.Column("raw_data", JSONB()),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="security_events_pkey"),
        schema="audit",
    )
    op.create_index(
        "security_events_created_at_id_idx", "security_events", ["created_at", "id"], schema="audit"
    )
    grant(
        "audit.security_events",
        insert="id category severity user_id ip_address event_code is_blocked requires_review raw_data"
        " created_at",
        system="select insert update",
    )


def _api_request_logs() -> None:
    op.create_table(
        "api_request_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("response_time_ms", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("api_key_id", sa.Uuid()),
        sa.Column("request_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", "created_at", name="api_request_logs_pkey"),
        schema="audit",
        postgresql_partition_by="range (created_at)",
    )
    op.create_index(
        "api_request_logs_user_id_created_at_idx",
        "api_request_logs",
        ["user_id", "created_at"],
        schema="audit",
    )
    op.create_index(
        "api_request_logs_created_at_id_idx", "api_request_logs", ["created_at", "id"], schema="audit"
    )
    grant(
        "audit.api_request_logs",
        insert="id created_at endpoint method status_code response_time_ms user_id api_key_id request_id",
    )
    log_table("audit.api_request_logs")


def _system_events() -> None:
    op.create_table(
        "system_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("details", JSONB(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.CheckConstraint(
            "severity in ('info', 'warning', 'critical')", name=op.f("system_events_severity_check")
        ),
        sa.PrimaryKeyConstraint("id", name="system_events_pkey"),
        schema="audit",
    )
    op.create_index("system_events_created_at_id_idx", "system_events", ["created_at", "id"], schema="audit")
    grant("audit.system_events", system="select insert")


def downgrade() -> None:
    for table in ("system_events", "api_request_logs", "security_events", "chain_heads", "audit_logs"):
        op.drop_table(table, schema="audit")
    op.execute("drop function audit.keep()")
    op.execute("drop schema audit")
