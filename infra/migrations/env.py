"""What Alembic runs for every command: one history over all domains, each revision in its own transaction."""

from collections.abc import Mapping
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from infra.migrations.whole import whole

# A revision that waits for a lock makes everybody behind it wait; it gives up before a person does.
LIMITS = "set lock_timeout = '4s'; set statement_timeout = '5s'"
PARTITIONS = "select relnamespace::regnamespace::text, relname from pg_class where relispartition"

connection: Connection = context.config.attributes["connection"]
tables = whole()
for table in tables.tables.values():
    table.info.clear()  # or a draft would repeat our notes: a revision says rights in its own words
schemas = {table.schema for table in tables.tables.values()}
partitions = {tuple(row) for row in connection.execute(text(PARTITIONS))}


def is_ours(name: str | None, kind: str, parents: Mapping[Any, str | None]) -> bool:
    """Partitions are made as time goes by: the tables do not name them."""
    if kind == "schema":
        return name in schemas
    return kind != "table" or (parents["schema_name"], name) not in partitions


connection.exec_driver_sql(LIMITS)
connection.commit()  # for the session; and a revision finds no transaction open that is not its own
context.configure(
    connection=connection,
    target_metadata=tables,
    version_table_schema="public",
    transaction_per_migration=True,
    include_schemas=True,
    include_name=is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
