"""From one currency to another: a price that is good for half a minute, and the exchange at it."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session as Db

from functions.financial import queries
from functions.financial.events import Exchanged
from functions.financial.operations.refusals import ask
from functions.financial.tables import Quote
from shared import audit
from shared.db import work
from shared.ids import new_id
from shared.outbox import publish


def quote(db: Db, *, wallet_id: UUID, to_currency: str, amount: Decimal) -> queries.Offer:
    """A question, whose answer is kept: no trace but its row."""
    quote_id = new_id()
    ask(db, func.financial.quote(quote_id, wallet_id, to_currency, amount, work(db).now))
    return queries.offer(db, quote_id=quote_id)


def exchange(db: Db, *, user_id: UUID, quote_id: UUID) -> Quote:
    ask(db, func.financial.exchange(quote_id, work(db).now))
    done = db.get_one(Quote, quote_id)
    facts = {"from_currency": done.from_currency, "to_currency": done.to_currency}
    amounts = {"amount_from": done.amount_from, "amount_to": done.amount_to, "fee": done.fee}
    publish(db, Exchanged(user_id=user_id, quote_id=quote_id, **facts, **amounts))
    audit.record(
        db,
        action="financial.exchanged",
        resource=("quote", quote_id),
        actor=user_id,
        tenant=user_id,
        new=facts | {name: f"{amount:f}" for name, amount in amounts.items()},
    )
    return done
