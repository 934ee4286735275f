"""What a route must be told before it can be asked: whose ids go in its braces, its query, its body."""

from typing import Any

from tests.functions.auth.make import BOB, PASSWORD

# Where an id of Ada's is found, by its name in a path or a body: the next one, where some route uses it up.
IDS = {
    "session_id": "id from auth.sessions where user_id = '{ada}' order by created_at limit 1",
    "key_id": "id from auth.api_keys where user_id = '{ada}'",
    "dead_letter_id": "id from platform.dead_letters",
    "event_id": "id from audit.security_events where user_id = '{ada}'",
    "wallet_id": "id from financial.wallets where user_id = '{ada}' and currency = 'USD'",
    "hold_id": "id from financial.holds where user_id = '{ada}' and reason = 'own' and status = 'held'",
    "quote_id": "id from financial.quotes where user_id = '{ada}' order by created_at desc",
    "deposit_id": "payment_id from financial.refunds where user_id = '{ada}'",
    "method_id": "id from financial.payment_methods where user_id = '{ada}' and detached_at is null",
    "payout_id": "id from financial.payouts where user_id = '{ada}' and status = 'in_review'",
    "transfer_id": "transfer_id from financial.wallet_transactions where user_id = '{ada}'"
    " and transfer_id not in (select transfer_id from financial.reversals)",
    "reversal_id": "id from financial.reversals where status = 'asked'",
}
QUERIES = {
    "GET /v1/financial/rates": "from=EUR&to=USD",
    "GET /v1/financial/wallets/{wallet_id}/statement": "from=2026-03-01&to=2026-04-01",
}
REASON = {"reason": "The holder is somebody else."}
BODIES: dict[str, Any] = {
    "POST /v1/auth/api-keys": {"name": "bot", "scopes": ["read"]},
    "POST /v1/auth/forgot-password": {"email": BOB.email},
    "POST /v1/auth/login": BOB.credentials,
    "POST /v1/auth/refresh": {"refresh_token": "00000000-0000-7000-8000-000000000000.secret"},
    "POST /v1/auth/register": {"email": "new@example.com", "username": "new", "password": PASSWORD},
    "POST /v1/auth/reset-password": {"token": "x" * 43, "password": PASSWORD},
    "POST /v1/auth/verify-email": {"token": "x" * 43},
    "POST /v1/financial/admin/payouts/{payout_id}/reject": REASON,
    "POST /v1/financial/admin/reversals": REASON | {"transfer_id": "{transfer_id}"},
    "POST /v1/financial/admin/wallets/{wallet_id}/freeze": REASON,
    "POST /v1/financial/admin/wallets/{wallet_id}/unfreeze": REASON,
    "POST /v1/financial/exchanges": {"quote_id": "{quote_id}"},
    "POST /v1/financial/holds": {"wallet_id": "{wallet_id}", "amount": "1.00"},
    "POST /v1/financial/payments/deposits": {
        "currency": "USD",
        "amount": "25.00",
        "payment_method": "pm_card_visa",
    },
    "POST /v1/financial/payments/deposits/{deposit_id}/refunds": {"amount": "1.00"},
    "POST /v1/financial/payments/payouts": {
        "wallet_id": "{wallet_id}",
        "amount": "1.00",
        "holder": "Ada Lovelace",
        "iban": "DE89 3704 0044 0532 0130 00",
    },
    "POST /v1/financial/payments/setup-intents": {"payment_method": "pm_card_visa"},
    "POST /v1/financial/quotes": {"wallet_id": "{wallet_id}", "to_currency": "EUR", "amount": "1.00"},
    "POST /v1/financial/transfers": {"wallet_id": "{wallet_id}", "to": BOB.username, "amount": "1.00"},
    "POST /v1/financial/wallets": {"currency": "EUR"},
    "PUT /v1/financial/limits/time-zone": {"time_zone": "Europe/Madrid"},
}
