"""What the auditors read of a payout."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session as Db

from functions.financial.tables import Payout
from shared import audit


def leave(
    db: Db, payout: Payout, what: str, *, actor: UUID | None, new: Mapping[str, str | None] | None = None
) -> None:
    audit.record(
        db,
        action=f"financial.payout_{what}",
        resource=("payout", payout.id),
        actor=actor,
        tenant=payout.user_id,
        new=dict(new) if new else None,
    )
