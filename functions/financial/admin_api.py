"""What takes a second person's look, for staff: payouts over a limit, reversals, wallets to be frozen."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from functions.financial import payment_queries, payout_queries
from functions.financial.operations import payouts, reversals
from functions.financial.payout_queries import Shown
from functions.financial.shapes import Id, InCurrency, Out
from functions.financial.tables import Payout, Reversal, Wallet
from shared.db import system
from shared.http import Body, CurrentUser, Router, Transactions, http, requires
from shared.idempotency import idempotent
from shared.pagination import Cursor, Limit, Page, PageOut

router = Router(prefix="/v1/financial/admin", tags=["financial administration"])

DECIDES: list[Any] = [requires("money:review"), idempotent()]
LOOKS: list[Any] = [requires("money:review")]
Status = Literal["in_review", "approved", "rejected", "canceled", "sent", "paid", "failed"]
Reason = Annotated[str, Field(min_length=3, max_length=500, examples=["The holder is somebody else."])]


class ReasonIn(Body):
    reason: Reason


class ReversalIn(Body):
    transfer_id: Id
    reason: Reason


class DecidedPayoutOut(InCurrency):
    id: UUID
    status: str
    user_id: UUID
    wallet_id: UUID
    amount: Decimal
    reviewed_by: UUID | None
    failure_reason: str | None
    requested_at: datetime
    processed_at: datetime | None


class ReviewedPayoutOut(DecidedPayoutOut):
    holder: str | None
    destination: Annotated[str | None, Field(examples=["DE89 … 3000"])]


class ReversalOut(Out):
    id: UUID
    status: str
    transfer_id: UUID
    reason: str
    asked_by: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None


class WalletStatusOut(Out):
    id: UUID
    status: str
    user_id: UUID
    currency: str


@router.get("/payouts", response_model=PageOut[ReviewedPayoutOut], dependencies=LOOKS)
def list_payouts_of_all(
    steps: Transactions, status: Status = "in_review", limit: Limit = 20, cursor: Cursor = None
) -> Page[Shown]:
    staff = steps.acting_as(system())
    sealed = staff.last(payout_queries.payouts, status=status, limit=limit, cursor=cursor)
    return payout_queries.shown(sealed)


@router.post("/payouts/{payout_id}/approve", response_model=DecidedPayoutOut, dependencies=DECIDES)
def approve_payout(payout_id: UUID, user: CurrentUser, steps: Transactions) -> Payout:
    return steps.acting_as(system()).last(payouts.approve, payout_id=payout_id, actor=user.id)


@router.post("/payouts/{payout_id}/reject", response_model=DecidedPayoutOut, dependencies=DECIDES)
def reject_payout(payout_id: UUID, body: ReasonIn, user: CurrentUser, steps: Transactions) -> Payout:
    staff = steps.acting_as(system())
    return staff.last(payouts.reject, payout_id=payout_id, reason=body.reason, actor=user.id)


@router.get("/reversals", response_model=PageOut[ReversalOut], dependencies=LOOKS)
def list_reversals(steps: Transactions, limit: Limit = 20, cursor: Cursor = None) -> Page[Reversal]:
    return steps.acting_as(system()).last(payment_queries.reversals, limit=limit, cursor=cursor)


@router.post("/reversals", status_code=201, response_model=ReversalOut, dependencies=DECIDES)
def ask_for_reversal(body: ReversalIn, user: CurrentUser, steps: Transactions) -> Reversal:
    staff = steps.acting_as(system())
    return staff.last(reversals.ask, transfer_id=body.transfer_id, reason=body.reason, actor=user.id)


@router.post("/reversals/{reversal_id}/approve", response_model=ReversalOut, dependencies=DECIDES)
def approve_reversal(reversal_id: UUID, user: CurrentUser, steps: Transactions) -> Reversal:
    return steps.acting_as(system()).last(reversals.approve, reversal_id=reversal_id, actor=user.id)


@router.post("/reversals/{reversal_id}/reject", response_model=ReversalOut, dependencies=DECIDES)
def reject_reversal(reversal_id: UUID, user: CurrentUser, steps: Transactions) -> Reversal:
    return steps.acting_as(system()).last(reversals.reject, reversal_id=reversal_id, actor=user.id)


@router.post("/wallets/{wallet_id}/freeze", response_model=WalletStatusOut, dependencies=DECIDES)
def freeze_wallet(wallet_id: UUID, body: ReasonIn, user: CurrentUser, steps: Transactions) -> Wallet:
    staff = steps.acting_as(system())
    return staff.last(
        reversals.set_status, wallet_id=wallet_id, status="frozen", reason=body.reason, actor=user.id
    )


@router.post("/wallets/{wallet_id}/unfreeze", response_model=WalletStatusOut, dependencies=DECIDES)
def unfreeze_wallet(wallet_id: UUID, body: ReasonIn, user: CurrentUser, steps: Transactions) -> Wallet:
    staff = steps.acting_as(system())
    return staff.last(
        reversals.set_status, wallet_id=wallet_id, status="active", reason=body.reason, actor=user.id
    )


handler = http(router, login="fn_system")
