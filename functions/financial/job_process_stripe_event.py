"""News of the payment processor: what it is about is looked at anew, and booked."""

from functions.financial.jobs import ProcessStripeEvent
from functions.financial.operations import stripe_events
from shared.job import job

handler = job(
    ProcessStripeEvent,
    load=stripe_events.load,
    work=stripe_events.look,
    store=stripe_events.store,
    failed=stripe_events.failed,
    system=True,
    internet=True,
    timeout=60,
)
