"""What the payment processor tells, over HTTP: kept, answered at once, and worked off by a job."""

from typing import Annotated, Literal

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from functions.financial.operations import news, webhooks
from shared.db import system
from shared.http import Now, Router, Transactions, http, public
from shared.limits import Rate

router = Router(prefix="/v1/financial/stripe/webhook", tags=["payments"])

WEBHOOKS = Rate("webhooks", 6_000, 60)  # from few addresses, and many at once after a pause


async def _body(request: Request) -> bytes:
    """To the byte, as it was signed."""
    return await request.body()


class ReceivedOut(BaseModel):
    received: Literal[True] = True


@router.post("", response_model=ReceivedOut, dependencies=[public(rate=WEBHOOKS)])
def receive_stripe_event(
    body: Annotated[bytes, Depends(_body)],
    steps: Transactions,
    now: Now,
    signature: Annotated[str, Header(alias="Stripe-Signature", max_length=5_000)] = "",
) -> ReceivedOut:
    """For the payment processor alone: what it has not signed is refused."""
    told = webhooks.verified(body, signature=signature, now=now)
    steps.acting_as(system()).last(news.keep, news=told)
    return ReceivedOut()


handler = http(router, login="fn_system")
