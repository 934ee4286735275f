"""What was posted wrongly is posted again the other way round: one of the staff asks, another decides."""

from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Db

from functions.financial import ledger
from functions.financial.errors import Decided, SamePerson
from functions.financial.ledger import Leg
from functions.financial.tables import Entry, Reversal, Transfer, Wallet
from shared import audit
from shared.db import violated, work
from shared.errors import NotFound
from shared.ids import new_id

ONCE = "ledger_transfers_reverses_id_key"


def ask(db: Db, *, transfer_id: UUID, reason: str, actor: UUID) -> Reversal:
    if db.get(Transfer, transfer_id) is None:
        raise NotFound
    if db.scalar(select(Transfer.id).where(Transfer.reverses_id == transfer_id)):
        raise Decided
    reversal = Reversal(
        id=new_id(),
        transfer_id=transfer_id,
        reason=reason,
        status="asked",
        asked_by=actor,
        asked_at=work(db).now,
    )
    db.add(reversal)
    new = {"transfer": str(transfer_id), "reason": reason}
    _record(db, "reversal_asked", ("reversal", reversal.id), actor=actor, new=new)
    return reversal


def approve(db: Db, *, reversal_id: UUID, actor: UUID) -> Reversal:
    """Where a wallet has not that much any more, nothing is posted, and the question stays open."""
    reversal = _decided(db, reversal_id, actor, status="done")
    mirrored = select(
        Entry.account_id, case((Entry.direction == "debit", -Entry.amount), else_=Entry.amount)
    ).where(Entry.transfer_id == reversal.transfer_id)
    transfer = ledger.Transfer(
        new_id(),
        "reversal",
        f"reversal:{reversal.id}",
        [Leg(account_id, amount) for account_id, amount in db.execute(mirrored.order_by(Entry.id))],
        reference=("reversal", str(reversal.id)),
        description=reversal.reason,
        reverses=reversal.transfer_id,
    )
    _record(db, "reversal_done", ("reversal", reversal.id), actor=actor)
    try:
        ledger.post(db, transfer)
    except DBAPIError as error:
        if violated(error) == ONCE:
            raise Decided from None
        raise
    return reversal


def reject(db: Db, *, reversal_id: UUID, actor: UUID) -> Reversal:
    reversal = _decided(db, reversal_id, actor, status="refused")
    _record(db, "reversal_refused", ("reversal", reversal.id), actor=actor)
    return reversal


def _decided(db: Db, reversal_id: UUID, actor: UUID, *, status: str) -> Reversal:
    reversal = db.get(Reversal, reversal_id, with_for_update={"key_share": True})
    if reversal is None:
        raise NotFound
    if reversal.status != "asked":
        raise Decided
    if reversal.asked_by == actor:
        raise SamePerson
    reversal.status, reversal.decided_by, reversal.decided_at = status, actor, work(db).now
    return reversal


def set_status(db: Db, *, wallet_id: UUID, status: str, reason: str, actor: UUID) -> Wallet:
    """Frozen: what its owner asks for is refused; what the processor tells is booked all the same."""
    wallet = db.get(Wallet, wallet_id)
    if wallet is None:
        raise NotFound
    old = wallet.status
    wallet.status, wallet.updated_at = status, work(db).now
    _record(
        db,
        f"wallet_{status}",
        ("wallet", wallet_id),
        actor=actor,
        tenant=wallet.user_id,
        new={"status": status, "reason": reason, "was": old},
    )
    return wallet


def _record(
    db: Db,
    what: str,
    resource: tuple[str, UUID],
    *,
    actor: UUID,
    tenant: UUID | None = None,
    new: dict[str, str] | None = None,
) -> None:
    audit.record(db, action=f"financial.{what}", resource=resource, actor=actor, tenant=tenant, new=new)
