"""Why money does not move."""

from shared.errors import Conflict, Invalid, NotFound, Unavailable


class InsufficientFunds(Conflict):
    code = "insufficient_funds"
    detail = "The wallet has not that much to spend: what is set aside does not count."


class Frozen(Conflict):
    code = "wallet_frozen"
    detail = "This wallet is frozen: nothing moves until compliance has looked at it."


class OverLimit(Conflict):
    code = "over_limit"
    detail = "This would go over a limit of your account."


class NoRate(Unavailable):
    code = "no_rate"
    detail = "There is no fresh exchange rate for this currency."


class QuoteUsed(Conflict):
    code = "quote_used"
    detail = "This quote has been exchanged already."


class QuoteExpired(Conflict):
    code = "quote_expired"
    detail = "This quote has expired: ask for a new one."


class NotRefundable(Conflict):
    code = "not_refundable"
    detail = (
        "This payment cannot be refunded by that much: it did not succeed, is disputed, or was given back."
    )


class CardDeclined(Invalid):
    code = "card_declined"
    detail = "The card was declined."


class NoWallet(NotFound):
    code = "no_wallet"
    detail = "You have no such wallet."


class BadSignature(Invalid):
    code = "bad_signature"
    detail = "This was not signed by the payment processor, or too long ago."


class NotConfigured(Unavailable):
    code = "not_configured"
    detail = "No payment processor has been set up here."


class TooLarge(Invalid):
    code = "too_large"
    detail = "A webhook may weigh 256 kB."


class Decided(Conflict):
    code = "already_decided"
    detail = "Somebody has decided this already."


class SamePerson(Conflict):
    code = "same_person"
    detail = "Whoever asked for it may not approve it: it takes a second person."
