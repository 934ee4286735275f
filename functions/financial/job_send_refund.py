"""A refund is handed to the payment processor once, or looked at again."""

from functions.financial.jobs import SendRefund
from functions.financial.operations import refunds
from shared.job import job

handler = job(
    SendRefund,
    load=refunds.load,
    work=refunds.send,
    store=refunds.store,
    system=True,
    internet=True,
    timeout=60,
)
