"""What belongs to a person is found by the person: in a list of theirs, and where an account lapses."""

from alembic import op

revision = "0011_owners"
down_revision = "0010_quotes"

INDEXES = [("payment_methods", ["user_id", "created_at", "id"]), ("disputes", ["user_id"])]


def upgrade() -> None:
    for table, columns in INDEXES:
        op.create_index(f"{table}_{'_'.join(columns)}_idx", table, columns, schema="financial")


def downgrade() -> None:
    for table, columns in INDEXES:
        op.drop_index(f"{table}_{'_'.join(columns)}_idx", table, schema="financial")
