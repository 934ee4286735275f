"""News of the processor that no webhook brought: a fetch that is repeated finds what is there already."""

from functions.financial.jobs import FetchStripeEvents
from functions.financial.operations import untold
from shared.job import job

handler = job(
    FetchStripeEvents,
    load=untold.load,
    work=untold.fetch,
    store=untold.store,
    system=True,
    internet=True,
    timeout=60,
)
