"""The tables that the edges write for every domain. app_user may append to them, and reads its own keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from shared.db.schema import metadata, rights

platform = metadata("platform")
audit = metadata("audit")

Time = DateTime(timezone=True)

outbox = Table(
    "outbox",
    platform,
    Column("id", Uuid, primary_key=True),
    Column(
        "topic", Text, nullable=False
    ),  # "auth.UserRegistered", or "queue:<consumer>" for one consumer alone
    Column("key", Text),  # whom it is about
    Column("event_id", Uuid, nullable=False),  # its own id, or the first one's where it is a replay
    Column("payload", JSONB, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("claimed_until", Time),
    Column("published_at", Time),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("parked_at", Time),
    Column("error", Text),
    Index(None, "created_at", postgresql_where=text("published_at is null and parked_at is null")),
    Index(None, "published_at"),
    info=rights(insert="id topic key event_id payload created_at", retention="7 days after published_at"),
)

inbox = Table(
    "inbox",
    platform,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("processed_at", Time, nullable=False),
    Index(None, "processed_at"),
    info=rights(insert="consumer event_id processed_at", retention="30 days after processed_at"),
)

scheduled_runs = Table(
    "scheduled_runs",
    platform,
    Column("name", Text, primary_key=True),
    Column("due_at", Time, primary_key=True),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("status", Text, nullable=False),
    Column("error", Text),
    info=rights(retention="90 days after due_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    platform,
    Column("user_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("request_sha256", LargeBinary, nullable=False),
    Column("intent_id", Uuid, nullable=False),  # what the request's effects outside go by
    Column("claimed_at", Time),  # since when it is worked on; where it is not and has no answer, it broke off
    Column("status_code", Integer),  # with the rest of the answer; none yet: in progress
    Column("response", JSONB),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),  # an open intent has no end
    Index(None, "expires_at"),
    info=rights(
        owner="user_id",
        select="*",
        insert="user_id key method path request_sha256 intent_id claimed_at status_code response created_at"
        " expires_at",
        update="claimed_at status_code response expires_at",
        retention="0 days after expires_at",
    ),
)

audit_logs = Table(
    "audit_logs",
    audit,
    Column("id", Uuid, primary_key=True),
    Column("created_at", Time, primary_key=True),
    Column("event_type", Text, nullable=False),
    Column("event_status", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("user_id", Uuid),
    Column("resource_type", Text, nullable=False),
    Column("resource_id", Text),
    Column("action", Text, nullable=False),
    Column("old_values", JSONB),
    Column("new_values", JSONB),
    Column("ip_address", INET),
    Column("user_agent", Text),
    Column("request_id", Text),
    Column("request_data", JSONB),
    Column("response_data", JSONB),
    Column("tenant", Text, nullable=False),  # whose chain: the owner of the row, or the domain
    Column("row_hash", LargeBinary, nullable=False),
    Column("seq", BigInteger),  # with previous_hash the sealer's, once
    Column("previous_hash", LargeBinary),
    Index(None, "user_id", "created_at"),
    Index(None, "action", "created_at"),
    Index("audit_logs_unsealed_idx", "id", postgresql_where=text("seq is null")),
    Index("audit_logs_tenant_seq_idx", "tenant", "seq"),
    Index("audit_logs_tenant_created_at_id_idx", "tenant", "created_at", "id"),
    postgresql_partition_by="range (created_at)",
    info=rights(
        insert="id created_at event_type event_status severity user_id resource_type resource_id action"
        " old_values new_values ip_address user_agent request_id request_data response_data tenant row_hash"
    ),
)

security_events = Table(
    "security_events",
    audit,
    Column("id", Uuid, primary_key=True),
    Column("category", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("user_id", Uuid),
    Column("ip_address", INET),
    Column("event_code", Text, nullable=False),
    Column("is_blocked", Boolean, nullable=False),
    Column("requires_review", Boolean, nullable=False),
    Column("raw_data", JSONB),
    Column("created_at", Time, nullable=False),
    Index(None, "created_at", "id"),
    info=rights(
        insert="id category severity user_id ip_address event_code is_blocked requires_review raw_data"
        " created_at"
    ),
)

api_request_logs = Table(
    "api_request_logs",
    audit,
    Column("id", Uuid, primary_key=True),
    Column("created_at", Time, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("status_code", Integer, nullable=False),
    Column("response_time_ms", Integer, nullable=False),
    Column("user_id", Uuid),
    Column("api_key_id", Uuid),
    Column("request_id", Text),
    Index(None, "user_id", "created_at"),
    Index(None, "created_at", "id"),
    postgresql_partition_by="range (created_at)",
    info=rights(
        insert="id created_at endpoint method status_code response_time_ms user_id api_key_id request_id",
        retention="90 days",
    ),
)

system_events = Table(
    "system_events",
    audit,
    Column("id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", Time, nullable=False),
    CheckConstraint("severity in ('info', 'warning', 'critical')", name="severity"),
    Index(None, "created_at", "id"),
    info=rights(),
)
