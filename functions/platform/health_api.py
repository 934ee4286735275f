"""Whether the platform answers at all: for whoever watches it from outside."""

from typing import Literal

from pydantic import BaseModel

from functions.platform import operations
from shared.http import Router, Transactions, http, public

router = Router(prefix="/v1/health", tags=["platform"])


class HealthOut(BaseModel):
    status: Literal["ok"] = "ok"


@router.get("", response_model=HealthOut, dependencies=[public()])
def health(steps: Transactions) -> HealthOut:
    operations.check_health(steps)
    return HealthOut()


handler = http(router)
