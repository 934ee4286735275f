"""Who a person is at the payment processor: one customer there for each of our users."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.financial.tables import Customer
from shared.db import work
from shared.ids import new_id


def known(db: Db, *, user_id: UUID) -> str | None:
    return db.scalar(select(Customer.stripe_customer_id).where(Customer.user_id == user_id))


def keep(db: Db, *, user_id: UUID, stripe_id: str) -> str:
    """Before anything is charged, so that whoever goes on with a charge finds it. The first one stays."""
    row = {"id": new_id(), "user_id": user_id, "stripe_customer_id": stripe_id, "created_at": work(db).now}
    db.execute(insert(Customer).values(row).on_conflict_do_nothing(index_elements=["user_id"]))
    return db.scalars(select(Customer.stripe_customer_id).where(Customer.user_id == user_id)).one()
