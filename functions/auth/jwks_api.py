"""The public keys, where every library looks for them."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from shared.http import Now, Router, http, public
from shared.secrets import forget, secret

router = Router(prefix="/.well-known", tags=["auth"])


@router.get("/jwks.json", dependencies=[public()])
def jwks(now: Now) -> dict[str, Any]:
    return _published(now.replace(second=0, microsecond=0))


@lru_cache(maxsize=1)
def _published(_minute: datetime) -> dict[str, Any]:
    """Read anew each minute: a rotated set shows without a restart."""
    forget("jwks")
    keys: dict[str, Any] = json.loads(secret("jwks"))
    return keys


handler = http(router)
