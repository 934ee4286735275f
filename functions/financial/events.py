"""What happened to somebody's money."""

from decimal import Decimal
from uuid import UUID

from shared.events import Event


class TransferSent(Event):
    user_id: UUID
    transfer_id: UUID
    wallet_id: UUID
    receiver_id: UUID
    currency: str
    amount: Decimal


class TransferReceived(Event):
    user_id: UUID
    transfer_id: UUID
    wallet_id: UUID
    sender_id: UUID
    currency: str
    amount: Decimal


class Exchanged(Event):
    user_id: UUID
    quote_id: UUID
    from_currency: str
    to_currency: str
    amount_from: Decimal
    amount_to: Decimal
    fee: Decimal  # in what was bought


class LimitBreached(Event):
    user_id: UUID
    limit: str  # single, daily, monthly
    currency: str
    amount: Decimal


class DepositSucceeded(Event):
    user_id: UUID
    payment_id: UUID
    wallet_id: UUID
    currency: str
    amount: Decimal


class DepositFailed(Event):
    user_id: UUID
    payment_id: UUID
    reason: str | None  # the card's issuer's word for it


class RefundSucceeded(Event):
    user_id: UUID
    refund_id: UUID
    payment_id: UUID
    currency: str
    amount: Decimal


class RefundFailed(Event):
    """The money is in the wallet again."""

    user_id: UUID
    refund_id: UUID
    payment_id: UUID
    currency: str
    amount: Decimal


class DisputeOpened(Event):
    user_id: UUID
    dispute_id: UUID
    payment_id: UUID
    currency: str
    amount: Decimal


class DisputeClosed(Event):
    user_id: UUID
    dispute_id: UUID
    payment_id: UUID
    outcome: str  # won, lost


class PayoutRequested(Event):
    user_id: UUID
    payout_id: UUID
    currency: str
    amount: Decimal
    status: str  # approved, or in_review


class PayoutPaid(Event):
    user_id: UUID
    payout_id: UUID


class PayoutFailed(Event):
    """The money is in the wallet again."""

    user_id: UUID
    payout_id: UUID
    reason: str | None


class PayoutRejected(Event):
    user_id: UUID
    payout_id: UUID
    reason: str
