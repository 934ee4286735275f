"""Money: an amount that its currency can express, what may be done with it, and how it is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from functools import total_ordering
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.currencies import CURRENCIES, Currency, currency_of
from shared.errors import Invalid

LIMIT = Decimal(10) ** 12  # numeric(20, 8) holds twelve digits before the point
EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])  # raises before a digit is lost
HALF_EVEN = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
WRITTEN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?")

# Where Stripe's integers count in other units than the currency has. Króna and shilling lost their decimals,
# and Stripe keeps two, always 00 (though its list of what has no decimals names the shilling as well).
STRIPE_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
STRIPE_MOST = 3  # decimals: what has more is no currency that it charges


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """Rates are applied by `at_rate`, with one rounding: there is no multiplication."""

    amount: Decimal
    currency: Currency

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount) >= LIMIT:
            raise ValueError(f"{self.amount} is not an amount under {LIMIT:,}")
        canonical = HALF_EVEN.quantize(self.amount, unit(self.currency))
        if canonical != self.amount:
            raise ValueError(f"{self.currency.code} has {self.currency.decimals} decimals")
        object.__setattr__(self, "amount", canonical + 0)  # there is no -0.00

    @classmethod
    def of(cls, amount: str | Decimal, code: str) -> "Money":
        try:
            return cls(Decimal(amount), currency_of(code))
        except InvalidOperation:
            raise ValueError(f"{amount} is not an amount") from None

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency.code}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency.code} and {other.currency.code} do not mix")
        return other.amount


def unit(currency: Currency) -> Decimal:
    """The smallest amount there is."""
    return Decimal(1).scaleb(-currency.decimals)


# Where money is rounded or divided


def rounded(amount: Decimal, currency: Currency) -> tuple[Money, Decimal]:
    """Half-even, and the residue, to be booked: together they are the amount, to the last digit."""
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount")
    money = Money(HALF_EVEN.quantize(amount, unit(currency)), currency)
    return money, EXACT.subtract(amount, money.amount)


def at_rate(money: Money, rate: Decimal, currency: Currency) -> tuple[Money, Decimal]:
    """A share of money, or what it is in another currency: one rounding, and its residue."""
    return rounded(EXACT.multiply(money.amount, rate), currency)


def allocate(money: Money, weights: Sequence[Decimal | int]) -> list[Money]:
    """Divide by largest remainder, nothing lost: of equal remainders, the earlier gets the unit."""
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares)
    if not total or min(shares) < 0:
        raise ValueError("money is divided by weights of which none is negative and one is more than zero")
    sign = -1 if money.amount < 0 else 1
    units = int(abs(money.amount).scaleb(money.currency.decimals))
    exact = [units * share / total for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: exact[place] - parts[place], reverse=True)
    for place in by_remainder[: units - sum(parts)]:
        parts[place] += 1
    return [Money(sign * part * unit(money.currency), money.currency) for part in parts]


# Stripe's integers


def to_minor(money: Money) -> int:
    """Refuses, in the field `amount`, what Stripe cannot charge."""
    currency = money.currency
    if currency.decimals > STRIPE_MOST:
        raise Invalid.of("amount", f"{currency.code} cannot be paid in or out.")
    minor = money.amount.scaleb(_stripe_decimals(currency))
    step = 10 if currency.decimals == STRIPE_MOST else 1
    if minor % step:
        smallest = Decimal(step).scaleb(-_stripe_decimals(currency))
        raise Invalid.of("amount", f"{currency.code} is paid in and out in steps of {smallest:f}.")
    return int(minor)


def from_minor(minor: int, code: str) -> Money:
    """As Stripe tells it: the currency in small letters."""
    currency = currency_of(code.upper())
    return Money(Decimal(minor).scaleb(-_stripe_decimals(currency)), currency)


def _stripe_decimals(currency: Currency) -> int:
    return STRIPE_DECIMALS.get(currency.code, currency.decimals)


# On the wire


def _amount(value: object) -> Decimal:
    if not isinstance(value, str):
        raise PydanticCustomError("amount", 'An amount is a decimal in a string, as in "12.30": no number.')
    if not WRITTEN.fullmatch(value):
        sentence = "An amount is written in digits, at most 12 before the point and 8 after it."
        raise PydanticCustomError("amount", sentence)
    if not (amount := Decimal(value)):
        raise PydanticCustomError("amount", "An amount is more than zero.")
    return amount


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise PydanticCustomError("currency", "This is not a currency that we know, in capital letters.")
    return code


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": f"^{WRITTEN.pattern}$", "examples": ["12.30"]}),
]
CurrencyCode = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3,4}$", "examples": ["USD"]}),
]


def in_currency(amount: Decimal, code: str, *, field: str = "amount") -> Money:
    """What a body asks for, once its currency is known: more decimals than that has are refused."""
    currency = currency_of(code)
    if amount % unit(currency):
        raise Invalid.of(field, f"{code} has {currency.decimals or 'no'} decimals.")
    return Money(amount, currency)


def written(amount: Decimal, code: str) -> str:
    """With the decimals of its currency, or more where there are more: a residue is shown as it is."""
    shortest = EXACT.normalize(amount) + 0  # there is no -0.00
    decimals = max(currency_of(code).decimals, -int(shortest.as_tuple().exponent))
    return f"{shortest:.{decimals}f}"
