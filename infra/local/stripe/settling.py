"""What comes later: a bank's answer to a payout or a slow refund, the end of a session."""

from contextlib import suppress

from infra.local.stripe import checkout, payouts, refunds
from infra.local.stripe.call import Call
from infra.local.stripe.errors import Refused
from infra.local.stripe.store import Task


def settle(call: Call, task: Task) -> None:
    if task.name == "refund":
        refunds.settle(call, task.object_id)
    elif task.name == "payout":
        payouts.settle(call, task.object_id)
    else:
        with suppress(Refused):  # it was paid, or closed by hand
            checkout.expire(call, task.object_id)
