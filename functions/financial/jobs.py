"""What this domain asks of itself."""

from datetime import datetime
from uuid import UUID

from shared.events import Job


class ProcessStripeEvent(Job):
    event_id: str


class FetchStripeEvents(Job):
    since: datetime
    after: str | None = None  # older than this event, which was the last of a page


class RefreshPayment(Job):
    payment_id: UUID


class SendRefund(Job):
    refund_id: UUID


class SendPayout(Job):
    payout_id: UUID


class UpdateRates(Job):
    due_at: datetime
