"""Money in and out over HTTP: deposits by card and their refunds, cards that are kept, payouts to a bank."""

from typing import Any
from uuid import UUID

from functions.financial import destinations, iban, payment_queries, payout_queries, processor
from functions.financial.destinations import Destination
from functions.financial.errors import OverLimit
from functions.financial.operations import customers, deposits, payment_methods, payouts, refunds
from functions.financial.payment_queries import Refunded
from functions.financial.payment_shapes import (
    DepositIn,
    DepositOut,
    MethodOut,
    PayoutIn,
    PayoutOut,
    RefundIn,
    RefundOut,
    SetupIn,
    SetupOut,
)
from functions.financial.payout_queries import Shown
from functions.financial.tables import Payment, PaymentMethod
from shared.envelope import unwrap
from shared.errors import Refused
from shared.http import CurrentUser, Db, From, Router, Transactions, http, requires
from shared.idempotency import Intent, idempotent
from shared.pagination import Cursor, Limit, Page, PageOut

router = Router(prefix="/v1/financial/payments", tags=["payments"])

MOVES: list[Any] = [requires("money:move"), idempotent()]


@router.post("/deposits", status_code=201, response_model=DepositOut, dependencies=MOVES)
def deposit(
    body: DepositIn, user: CurrentUser, steps: Transactions, intent: Intent
) -> deposits.Deposit | Refused:
    begun = steps(
        deposits.begin,
        payment_id=intent,
        user_id=user.id,
        amount=body.amount,
        currency=body.currency,
        method="card" if body.payment_method else "checkout",
    )
    customer = begun.customer or steps(
        customers.keep, user_id=user.id, stripe_id=processor.new_customer(user.id)
    )
    told = deposits.charge(begun, customer=customer, payment_method=body.payment_method)
    return steps.last(deposits.settle, begun=begun, told=told)


@router.get("/deposits", response_model=PageOut[DepositOut], dependencies=[requires("money:read")])
def list_deposits(db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[Payment]:
    return payment_queries.deposits(db, limit=limit, cursor=cursor)


@router.get("/deposits/{deposit_id}", response_model=DepositOut, dependencies=[requires("money:read")])
def show_deposit(deposit_id: UUID, db: Db) -> Payment:
    return payment_queries.deposit(db, payment_id=deposit_id)


@router.post("/deposits/{deposit_id}/refunds", status_code=201, response_model=RefundOut, dependencies=MOVES)
def refund(deposit_id: UUID, body: RefundIn, user: CurrentUser, db: Db) -> Refunded:
    return refunds.begin(db, user_id=user.id, payment_id=deposit_id, amount=body.amount)


@router.get(
    "/deposits/{deposit_id}/refunds",
    response_model=PageOut[RefundOut],
    dependencies=[requires("money:read")],
)
def list_refunds(deposit_id: UUID, db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[Refunded]:
    return payment_queries.refunds(db, payment_id=deposit_id, limit=limit, cursor=cursor)


@router.post(
    "/setup-intents",
    status_code=201,
    response_model=SetupOut,
    dependencies=[requires("credentials:manage")],
)
def set_up_card(body: SetupIn, user: CurrentUser, steps: Transactions) -> SetupOut | Refused:
    """It keeps a card: the payment processor's code sends it there, and we never see its number."""
    customer = steps.last(customers.known, user_id=user.id) or steps(
        customers.keep, user_id=user.id, stripe_id=processor.new_customer(user.id)
    )
    told = processor.set_up(customer=customer, payment_method=body.payment_method)
    return told if isinstance(told, Refused) else SetupOut(client_secret=told)


@router.get("/payment-methods", response_model=PageOut[MethodOut], dependencies=[requires("money:read")])
def list_payment_methods(db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[PaymentMethod]:
    return payment_queries.methods(db, limit=limit, cursor=cursor)


@router.delete("/payment-methods/{method_id}", status_code=202, dependencies=[requires("credentials:manage")])
def forget_payment_method(method_id: UUID, steps: Transactions) -> None:
    """It is gone from here once the processor says so."""
    processor.detach(steps.last(payment_methods.kept, method_id=method_id).stripe_pm_id)


@router.post("/payouts", status_code=201, response_model=PayoutOut, dependencies=MOVES)
def request_payout(
    body: PayoutIn, user: CurrentUser, steps: Transactions, intent: Intent, device: From
) -> Shown | OverLimit:
    to = Destination(holder=body.holder, iban=iban.parsed(body.iban))
    wish = payouts.Wish(intent, user.id, body.wallet_id, body.amount)
    key = unwrap(steps(payouts.seal_by, wish=wish), owner=user.id)
    sealed = destinations.sealed(to, data_key=key)
    return payout_queries.show(
        steps.last(payouts.request, wish=wish, destination_enc=sealed, device=device), to
    )


@router.get("/payouts", response_model=PageOut[PayoutOut], dependencies=[requires("money:read")])
def list_payouts(steps: Transactions, limit: Limit = 20, cursor: Cursor = None) -> Page[Shown]:
    return payout_queries.shown(steps.last(payout_queries.payouts, limit=limit, cursor=cursor))


@router.delete("/payouts/{payout_id}", status_code=204, dependencies=[requires("money:move")])
def cancel_payout(payout_id: UUID, user: CurrentUser, db: Db) -> None:
    """As long as it has not been sent."""
    payouts.cancel(db, user_id=user.id, payout_id=payout_id)


handler = http(router, internet=True, memory=1024)  # MB: the processor's SDK weighs on a cold start
