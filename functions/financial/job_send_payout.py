"""A payout leaves its wallet and is handed to the payment processor once, or looked at again."""

from functions.financial.jobs import SendPayout
from functions.financial.operations import sendings
from shared.job import job

handler = job(
    SendPayout,
    load=sendings.load,
    work=sendings.send,
    store=sendings.store,
    system=True,
    internet=True,
    timeout=60,
)
