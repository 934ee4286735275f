"""What became of a payment: for whoever has just paid, and where no news came."""

from functions.financial.jobs import RefreshPayment
from functions.financial.operations import charges
from shared.job import job

handler = job(
    RefreshPayment,
    load=charges.load,
    work=charges.ask,
    store=charges.store,
    system=True,
    internet=True,
    timeout=60,
)
