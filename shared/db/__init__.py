"""The database: one transaction at a time, as a role that may do little."""

from shared.db import identity
from shared.db.identity import system
from shared.db.outcome import affected, violated, will_pass
from shared.db.session import SAVEPOINT, Answers, Work, transaction, travel, undo, work

__all__ = [
    "SAVEPOINT",
    "Answers",
    "Work",
    "affected",
    "identity",
    "system",
    "transaction",
    "travel",
    "undo",
    "violated",
    "will_pass",
    "work",
]
