"""Opening a wallet, and sending money out of it to somebody else's."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from functions.auth.queries import user_named
from functions.financial import ledger, queries
from functions.financial.errors import NoWallet, OverLimit
from functions.financial.events import TransferReceived, TransferSent
from functions.financial.operations import limits
from functions.financial.operations.refusals import refuse
from functions.financial.tables import Wallet
from shared import audit
from shared.db import work
from shared.device import Device
from shared.errors import Invalid
from shared.ids import new_id
from shared.money import in_currency
from shared.outbox import publish


@dataclass(frozen=True)
class Sent:
    id: UUID
    wallet_id: UUID
    to: str
    currency: str
    amount: Decimal
    note: str | None
    created_at: datetime


def open_wallet(db: Db, *, user_id: UUID, currency: str) -> Wallet:
    """One a currency: asked for again, it is the same."""
    wallet_id = db.scalar(func.financial.open_wallet(currency, work(db).now))
    if wallet_id is None:
        raise Invalid.of("currency", "There are no wallets in this currency.")
    wallet = queries.wallet(db, wallet_id=wallet_id)
    if wallet.created_at == work(db).now:
        audit.record(
            db,
            action="financial.wallet_opened",
            resource=("wallet", wallet_id),
            actor=user_id,
            tenant=user_id,
            new={"currency": currency},
        )
    return wallet


def transfer(
    db: Db, *, user_id: UUID, wallet_id: UUID, to: str, amount: Decimal, note: str | None, device: Device
) -> Sent | OverLimit:
    receiver_id = user_named(db, username=to)
    if receiver_id is None:
        raise Invalid.of("to", "Nobody has this username.")
    sent_id, now = new_id(), work(db).now
    asked = func.financial.transfer(sent_id, wallet_id, receiver_id, amount, note, now)
    answer = db.execute(select(asked, Wallet.currency).where(Wallet.id == wallet_id)).one_or_none()
    if answer is None:
        raise NoWallet
    word, currency = answer
    if word in limits.BREACHES:
        wanted = in_currency(amount, currency)
        return limits.breached(db, user_id=user_id, word=word, wanted=wanted, device=device)
    refuse(word)
    sent = Sent(sent_id, wallet_id, to, currency, amount, note, now)
    _tell(db, sent, sender_id=user_id, receiver_id=receiver_id)
    return sent


def _tell(db: Db, sent: Sent, *, sender_id: UUID, receiver_id: UUID) -> None:
    """Both sides, each by an event that names them; the trace is the sender's."""
    facts = {"transfer_id": sent.id, "currency": sent.currency, "amount": sent.amount}
    publish(db, TransferSent(user_id=sender_id, wallet_id=sent.wallet_id, receiver_id=receiver_id, **facts))
    theirs = ledger.wallet_id(receiver_id, sent.currency)
    publish(db, TransferReceived(user_id=receiver_id, wallet_id=theirs, sender_id=sender_id, **facts))
    audit.record(
        db,
        action="financial.transferred",
        resource=("wallet", sent.wallet_id),
        actor=sender_id,
        tenant=sender_id,
        new={name: str(value) for name, value in facts.items()} | {"receiver": str(receiver_id)},
    )
