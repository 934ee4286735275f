"""${message}"""

# The old functions and the messages in flight run on this schema until the new ones are there: a revision only
# expands; what nobody uses any more goes a release later.
#
# A statement that takes more than 5 s, or waits more than 4 s for a lock, fails and takes its revision along.
# Where a large table needs longer, lift the limit for this one revision, and say why:
#
#     op.execute("set local statement_timeout = '2min'")
#
# A new table wants rights(...) in its tables.py and here the same spelled out: own() and grant() of
# infra.migrations.rights. History imports no living table, and is not edited once it ran anywhere.

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
