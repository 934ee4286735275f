"""Cards that a person keeps at the processor: here stands only what tells them apart."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.financial.facts import Method
from functions.financial.tables import Customer, PaymentMethod
from shared import audit
from shared.db import affected, work
from shared.errors import NotFound
from shared.ids import new_id


def kept(db: Db, *, method_id: UUID) -> PaymentMethod:
    method = db.get(PaymentMethod, method_id)
    if method is None or method.detached_at:
        raise NotFound
    return method


def apply(db: Db, fact: Method) -> None:
    """Attached, and one day detached for good: in whatever order it is told."""
    if fact.customer is None:
        _forget(db, fact)
    else:
        _keep(db, fact, customer=fact.customer)


def _keep(db: Db, fact: Method, *, customer: str) -> None:
    user_id = db.scalar(select(Customer.user_id).where(Customer.stripe_customer_id == customer))
    if user_id is None:
        return
    method_id = new_id()
    row = {"id": method_id, "user_id": user_id, "type": fact.type, "stripe_pm_id": fact.id}
    row |= {"last_four": fact.last_four, "brand": fact.brand, "expires_on": fact.expires_on}
    row["created_at"] = work(db).now
    made = insert(PaymentMethod).values(row).on_conflict_do_nothing(index_elements=["stripe_pm_id"])
    if affected(db.execute(made)):
        _record(db, "kept", user_id=user_id, method_id=method_id)


def _forget(db: Db, fact: Method) -> None:
    gone = (
        update(PaymentMethod)
        .where(PaymentMethod.stripe_pm_id == fact.id, PaymentMethod.detached_at.is_(None))
        .values(detached_at=work(db).now)
        .returning(PaymentMethod.id, PaymentMethod.user_id)
    )
    for method_id, user_id in db.execute(gone):
        _record(db, "detached", user_id=user_id, method_id=method_id)


def _record(db: Db, what: str, *, user_id: UUID, method_id: UUID) -> None:
    audit.record(
        db,
        action=f"financial.payment_method_{what}",
        resource=("payment_method", method_id),
        actor=None,
        tenant=user_id,
    )
