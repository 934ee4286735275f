"""The public keys, where every library looks for them."""

from typing import Any

from functions.auth import tokens
from shared.http import Router, http, public

router = Router(prefix="/.well-known", tags=["auth"])


@router.get("/jwks.json", dependencies=[public()])
def jwks() -> dict[str, Any]:
    return tokens.public_keys()


handler = http(router)
