"""What the processor tells over HTTP: believed by its signature, kept to the byte, worked off by a job."""

import json
from contextlib import suppress
from datetime import datetime

from functions.financial.errors import BadSignature, NotConfigured, TooLarge
from functions.financial.operations.news import News
from shared.secrets import SecretMissing, secret
from shared.settings import settings

MOST = 256_000  # bytes
TOLERANCE = 300  # seconds, to either side


def verified(body: bytes, *, signature: str, now: datetime) -> News:
    """Who has no secret believes nobody. The time in the signature is held against the edge's clock."""
    from stripe import SignatureVerificationError, WebhookSignature

    key = _secret()
    if key is None:
        raise NotConfigured
    if len(body) > MOST:
        raise TooLarge
    try:
        payload = body.decode()
        WebhookSignature.verify_header(payload, signature, key)
        event = json.loads(payload)
        signed = News(str(event["id"]), str(event["type"]), payload)
    except (SignatureVerificationError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise BadSignature from None
    if abs(now.timestamp() - _signed_at(signature)) > TOLERANCE:
        raise BadSignature
    return signed


def _signed_at(signature: str) -> int:
    """Of a header that was verified."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def _secret() -> str | None:
    """None where nobody has set one."""
    if given := settings().stripe_webhook_secret:
        return given.get_secret_value() or None
    with suppress(SecretMissing):
        return secret("stripe-webhook-secret")
    return None
