"""The domain's tables: the book, what people have, what the payment processor was asked."""

from functions.financial.tables.book import Account, Currency, Entry, Transfer
from functions.financial.tables.payments import (
    Customer,
    Dispute,
    Payment,
    PaymentMethod,
    Payout,
    Refund,
    Reversal,
    StripeEvent,
)
from functions.financial.tables.wallets import ExchangeRate, Hold, Limits, Movement, Quote, Wallet

__all__ = [
    "Account",
    "Currency",
    "Customer",
    "Dispute",
    "Entry",
    "ExchangeRate",
    "Hold",
    "Limits",
    "Movement",
    "Payment",
    "PaymentMethod",
    "Payout",
    "Quote",
    "Refund",
    "Reversal",
    "StripeEvent",
    "Transfer",
    "Wallet",
]
