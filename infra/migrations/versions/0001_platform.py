"""What carries events, jobs and due times, and counts who knocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from infra.migrations.rights import definer, grant, schema

revision = "0001_platform"
down_revision = None

Time = sa.DateTime(timezone=True)

# A bucket leaks evenly. To a caller whose clock is behind it is as full as the last one left it.
TAKE = """
    declare
        held platform.rate_limits;
        leaked double precision;
        level double precision;
        room double precision;
    begin
        loop  -- a purge may take an old bucket away between the two
            select * into held from platform.rate_limits r where r.bucket = take.bucket for no key update;
            exit when found;
            insert into platform.rate_limits values (take.bucket, take.at, 0) on conflict do nothing;
        end loop;
        leaked := capacity * greatest(extract(epoch from take.at - held.window_start), 0) / seconds;
        level := greatest(held.used - leaked, 0);
        room := capacity - level + 1e-6;  -- or a rounding error would cost a second
        allowed := room >= 1;
        if allowed then
            room := room - 1;
            update platform.rate_limits r
                set used = level + 1, window_start = greatest(held.window_start, take.at)
                where r.bucket = take.bucket;
        end if;
        remaining := greatest(floor(room), 0);
        wait := greatest(ceil((1 - room) * seconds / capacity), 0);  -- until one more is allowed
        return next;
    end
"""

# `partition of` would lock the whole parent; what is attached meets readers and writers only in the default
# partition. One at a time: two makers inside two transactions would wait for each other.
ENSURE_PARTITION = """
    declare
        first constant timestamp := date_trunc('month', month::timestamp);
        since constant text := to_char(first, 'YYYY-MM-DD "00:00+00"');
        until constant text := to_char(first + interval '1 month', 'YYYY-MM-DD "00:00+00"');
        partition constant text := parent || to_char(first, '"_"YYYY"_"MM');
        rest regclass;
        key text;
    begin
        perform pg_advisory_xact_lock(hashtextextended('platform.ensure_partition', 0));
        if to_regclass(partition) is not null then
            return;
        end if;
        select partdefid, attname into strict rest, key
            from pg_partitioned_table join pg_attribute on attrelid = partrelid and attnum = partattrs[0]
            where partrelid = parent;
        execute format('create table %s (like %s including all)', partition, parent);
        -- Rows that came while there was no such month move into it, also where rows may never be deleted.
        execute format('lock table %s in access exclusive mode', rest);
        execute format('alter table %s disable trigger user', rest);
        execute format(
            'with late as (delete from %1$s where %2$I >= %3$L and %2$I < %4$L returning *)'
            ' insert into %5$s select * from late', rest, key, since, until, partition
        );
        execute format('alter table %s enable trigger user', rest);
        execute format(
            'alter table %s attach partition %s for values from (%L) to (%L)', parent, partition, since, until
        );
    end
"""

# Whoever writes a log row would wait behind this one for the parent: it gives up soon, and comes again.
DROP_PARTITIONS = r"""
    declare
        month regclass;
    begin
        if not has_table_privilege('app_system', parent, 'delete') then
            raise exception '% keeps its rows', parent using errcode = 'insufficient_privilege';
        end if;
        perform set_config('lock_timeout', '1s', true);
        perform pg_advisory_xact_lock(hashtextextended('platform.ensure_partition', 0));
        for month in
            select c.oid from pg_inherits join pg_class c on c.oid = inhrelid
            cross join regexp_match(pg_get_expr(relpartbound, c.oid), $$TO \('(.+)'\)$$) bound
            where inhparent = parent and bound[1]::timestamptz <= before::timestamp at time zone 'utc'
        loop
            execute format('drop table %s', month);
        end loop;
    end
"""


def upgrade() -> None:
    schema("platform", found_by="fn_http fn_auth fn_system")
    _outbox_and_inbox()
    _deliveries_and_dead_letters()
    _scheduled_runs()
    _rate_limits()
    for signature, body in (
        ("platform.ensure_partition(parent regclass, month date)", ENSURE_PARTITION),
        ("platform.drop_partitions(parent regclass, before date)", DROP_PARTITIONS),
    ):
        definer(signature, returns="void", language="plpgsql", body=body, executable_by="app_system")


def _outbox_and_inbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("claimed_until", Time),
        sa.Column("published_at", Time),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parked_at", Time),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
        schema="platform",
    )
    op.create_index(
        "outbox_created_at_idx",
        "outbox",
        ["created_at"],
        schema="platform",
        postgresql_where=sa.text("published_at is null and parked_at is null"),
    )
    op.create_index("outbox_published_at_idx", "outbox", ["published_at"], schema="platform")
    grant("platform.outbox", insert="id topic key event_id payload created_at")
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("processed_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name="inbox_pkey"),
        schema="platform",
    )
    op.create_index("inbox_processed_at_idx", "inbox", ["processed_at"], schema="platform")
    grant("platform.inbox", insert="consumer event_id processed_at")


def _deliveries_and_dead_letters() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message", JSONB(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("visible_at", Time, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("done_at", Time),
        sa.PrimaryKeyConstraint("id", name="deliveries_pkey"),
        sa.UniqueConstraint("outbox_id", "consumer", name="deliveries_outbox_id_consumer_key"),
        schema="platform",
    )
    op.create_index(
        "deliveries_consumer_visible_at_idx",
        "deliveries",
        ["consumer", "visible_at"],
        schema="platform",
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index("deliveries_done_at_idx", "deliveries", ["done_at"], schema="platform")
    grant("platform.deliveries")
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", Time, nullable=False),
        sa.Column("replayed_at", Time),
        sa.PrimaryKeyConstraint("id", name="dead_letters_pkey"),
        sa.UniqueConstraint("consumer", "event_id", name="dead_letters_consumer_event_id_key"),
        schema="platform",
    )
    op.create_index("dead_letters_failed_at_id_idx", "dead_letters", ["failed_at", "id"], schema="platform")
    grant("platform.dead_letters")


def _scheduled_runs() -> None:
    op.create_table(
        "scheduled_runs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", Time, nullable=False),
        sa.Column("started_at", Time, nullable=False),
        sa.Column("finished_at", Time),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("name", "due_at", name="scheduled_runs_pkey"),
        schema="platform",
    )
    grant("platform.scheduled_runs")


def _rate_limits() -> None:
    op.create_table(
        "rate_limits",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("window_start", Time, nullable=False),
        sa.Column("used", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="rate_limits_pkey"),
        schema="platform",
        prefixes=["UNLOGGED"],
    )
    grant("platform.rate_limits")
    definer(
        "platform.take(bucket text, capacity integer, seconds integer, at timestamptz)",
        returns="table(allowed boolean, remaining integer, wait integer)",
        language="plpgsql",
        body=TAKE,
        executable_by="fn_http fn_auth fn_system",
    )


def downgrade() -> None:
    op.execute("drop function platform.drop_partitions(regclass, date)")
    op.execute("drop function platform.ensure_partition(regclass, date)")
    op.execute("drop function platform.take(text, integer, integer, timestamptz)")
    for table in ("rate_limits", "scheduled_runs", "dead_letters", "deliveries", "inbox", "outbox"):
        op.drop_table(table, schema="platform")
    op.execute("drop schema platform")
