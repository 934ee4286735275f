"""Stripe's test cards, and no others: a real card's number is refused before anything is kept of it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.stripe.errors import Object, Refused, invalid
from infra.local.stripe.form import Given


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str
    param: str | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """`pm_card_<name>` and `tok_<name>` stand for it as its number does."""

    name: str
    number: str
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    attaches: bool = True  # to a customer
    authentication: str | None = None  # "always", or "unless_set_up"
    dispute: str | None = None  # its reason
    refund: str | None = None  # "late", or "failing"

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declined(decline_code: str, message: str = "Your card was declined.") -> Decline:
    return Decline("card_declined", decline_code, message)


GENERIC = _declined("generic_decline")
INSUFFICIENT = _declined("insufficient_funds", "Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "exp_month")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc")
TROUBLE = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
UNAUTHENTICATED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)

CARDS = (
    Card(name="visa", number="4242424242424242"),
    Card(name="visa_debit", number="4000056655665556", funding="debit"),
    Card(name="mastercard", number="5555555555554444", brand="mastercard"),
    Card(name="amex", number="378282246310005", brand="amex"),
    Card(name="visa_chargeDeclined", number="4000000000000002", decline=GENERIC, attaches=False),
    Card(
        name="visa_chargeDeclinedInsufficientFunds",
        number="4000000000009995",
        decline=INSUFFICIENT,
        attaches=False,
    ),
    Card(
        name="visa_chargeDeclinedLostCard",
        number="4000000000009987",
        decline=_declined("lost_card"),
        attaches=False,
    ),
    Card(
        name="visa_chargeDeclinedStolenCard",
        number="4000000000009979",
        decline=_declined("stolen_card"),
        attaches=False,
    ),
    Card(name="chargeDeclinedExpiredCard", number="4000000000000069", decline=EXPIRED, attaches=False),
    Card(name="chargeDeclinedIncorrectCvc", number="4000000000000127", decline=WRONG_CVC, attaches=False),
    Card(name="chargeDeclinedProcessingError", number="4000000000000119", decline=TROUBLE, attaches=False),
    Card(name="chargeCustomerFail", number="4000000000000341", decline=GENERIC),
    Card(name="authenticationRequired", number="4000002760003184", authentication="always"),
    Card(name="authenticationRequiredOnSetup", number="4000002500003155", authentication="unless_set_up"),
    Card(name="createDispute", number="4000000000000259", dispute="fraudulent"),
    Card(name="pendingRefund", number="4000000000007726", refund="late"),
    Card(name="refundFail", number="4000000000005126", refund="failing"),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {f"{prefix}{card.name}": card for card in CARDS for prefix in ("pm_card_", "tok_")}
BY_FACE = {(card.brand, card.last4): card for card in CARDS}


def of(method: Object) -> Card:
    """The test card that a payment method stands for: its face tells it from the others."""
    return BY_FACE[method["card"]["brand"], method["card"]["last4"]]


def read(given: Given, *, now: int) -> Object:
    """What is kept of a card that a form carries: never its number."""
    token = given.text("token")
    if token is not None:
        if token not in BY_TOKEN:
            raise invalid(f"No such token: '{token}'", param=given.named("token"), code="resource_missing")
        return face(BY_TOKEN[token])
    card = _numbered("".join(given.needed("number").split()), given)
    given.needed("exp_month"), given.needed("exp_year")
    month, year = given.whole("exp_month") or 0, given.whole("exp_year") or 0
    year += 2000 if year < 100 else 0
    _check_date(month, year, given, now=now)
    _check_cvc(given, digits=4 if card.brand == "amex" else 3)
    return face(card, month=month, year=year)


def _numbered(number: str, given: Given) -> Card:
    if not (number.isascii() and number.isdigit() and _has_check_digit(number)):
        raise refused("incorrect_number", "Your card number is incorrect.", given.named("number"))
    if number not in BY_NUMBER:
        sentence = "Your card was declined. Your request was in test mode, but used a non test card."
        more = {"decline_code": "test_mode_live_card", "code": "card_declined"}
        raise Refused(402, sentence, kind="card_error", stored=False, param=given.named("number"), **more)
    return BY_NUMBER[number]


def _check_date(month: int, year: int, given: Given, *, now: int) -> None:
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= 12:
        sentence = "Your card's expiration month is invalid."
        raise refused("invalid_expiry_month", sentence, given.named("exp_month"))
    if (year, month) < (today.year, today.month) or year > today.year + 50:
        sentence = "Your card's expiration year is invalid."
        raise refused("invalid_expiry_year", sentence, given.named("exp_year"))


def _check_cvc(given: Given, *, digits: int) -> None:
    cvc = given.text("cvc")
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) == digits):
        raise refused("invalid_cvc", "Your card's security code is invalid.", given.named("cvc"))


def refused(code: str, message: str, param: str) -> Refused:
    return Refused(402, message, kind="card_error", stored=False, code=code, param=param)


def _has_check_digit(number: str) -> bool:
    """Luhn's: every second digit from the right counts twice, and its digits are summed."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def face(card: Card, *, month: int = 12, year: int = 2034) -> Object:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.decline is WRONG_CVC else "pass",
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": hashlib.sha256(f"card {card.name}".encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
